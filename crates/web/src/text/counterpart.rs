//! Words for the counterpart: opening the link, reading, filling, confirming, declining, afterwards.

use super::messages;

messages! {
    request_from(organization) = "{organization}からの依頼" | "Request from {organization}";

    // The link of the mail
    link_title = "署名の依頼を開く" | "Open the request for signature";
    link_lead(organization) = "{organization}から、契約書への署名の依頼が届いています。" | "{organization} asks you to sign a contract.";
    link_for(name) = "{name} 様への依頼です。" | "This request is for {name}.";
    link_open = "依頼を開く" | "Open the request";
    link_note = "開いても、署名したことにはなりません。" | "Opening it does not sign anything.";
    link_not_you = "あなたあての依頼でないときは、何も押さずに閉じてください。"
        | "If this request is not for you, please close this page without pressing anything.";
    link_closed_title = "このリンクは使えません" | "This link cannot be used";
    link_closed_replaced = "新しいリンクに替わりました。いちばん新しいメールのリンクを開いてください。"
        | "It was replaced by a newer one. Please open the link in the most recent mail.";
    link_closed_expired = "リンクの期限が過ぎています。差出人に、送り直しを頼んでください。"
        | "The link has expired. Please ask the sender to send it again.";
    link_closed_unknown = "リンクが途中で切れているか、取り消された依頼です。メールのリンクを、もう一度はじめから開いてください。"
        | "It is incomplete, or the request was withdrawn. Please open the link in the mail once more.";
    link_closed_kept = "署名済みの書類や、締結した契約には影響ありません。"
        | "Documents that you already signed are not affected.";

    // The request
    request_title(title) = "{title}への署名をお願いします" | "Please sign: {title}";
    request_between(sender, you) = "{sender}さんから、{you}さんへ" | "From {sender} to {you}";
    request_counterparts = "契約の相手" | "Other parties";
    request_amount = "金額" | "Amount";
    request_agreed_on = "契約日" | "Contract date";
    request_documents = "書類" | "Documents";
    request_deadline = "期限" | "Deadline";
    request_identity = "本人の確認" | "Identity";
    request_identity_mail(mail) = "このメールアドレス {mail}" | "This mail address: {mail}";
    request_other = "署名のほかにできること" | "What else you can do";
    request_decline = "署名しない(却下する)" | "Not sign (decline)";
    request_genuine = "この依頼は本物ですか" | "Is this request genuine?";
    request_genuine_text(mail, organization) = "差出人は {mail} です。心当たりがなければ、何も押さずに、知っている電話番号で{organization}へ確かめてください。ページを開いただけでは、何も決まりません。"
        | "The sender is {mail}. If you do not expect it, press nothing and call {organization} under a number that you already know. Opening this page decides nothing.";
    request_read = "書類を読む" | "Read the documents";
    request_next = "次の操作" | "Next step";

    // Reading and filling
    signing_title(title) = "{title}を読んで署名する" | "Read and sign: {title}";
    signing_document_title = "書類を読んで署名する" | "Read and sign";
    signing_documents = "書類" | "Documents";
    signing_page(page, pages) = "{page} / {pages} ページ" | "Page {page} of {pages}";
    signing_page_alt(document, page) = "{document} {page}ページ目" | "{document}, page {page}";
    signing_zoom = "拡大" | "Enlarge";
    signing_fields_on_page = "あなたの入力項目" | "Your fields";
    signing_todo = "署名までにすること" | "Before you sign";
    signing_show_pages(n) = "全{n}ページを表示する" | one "Show the page" | "Show all {n} pages";
    signing_your_fields = "あなたの項目" | "Your fields";
    signing_required_count(done, all) = "必須 {done}/{all}" | "Required {done}/{all}";
    signing_progress = "必須の項目" | "Required fields";
    signing_pages_shown(done, all) = "ページ {done}/{all}を表示" | "pages {done}/{all} shown";
    signing_checklist = "確認リスト" | "Checklist";
    signing_next_named(label) = "次の項目: {label}" | "Next: {label}";
    signing_next_page = "続きを読む" | "Read on";
    signing_proceed = "署名へ進む" | "Proceed to signing";
    signing_proceed_when = "すべてのページを表示し、必須の項目がそろうと、署名へ進めます。"
        | "You can proceed when all pages were shown and all required fields are filled.";
    signing_pause = "途中でやめるには" | "To stop half-way";
    signing_pause_text = "このページを閉じてかまいません。入力したところまで残ります。" | "Just close this page. What you filled in is kept.";
    signing_pause_deadline(day) = "期限は{day}です。" | "The deadline is {day}.";
    signing_on_page(n) = "{n}ページ" | "p. {n}";
    signing_state_done = "済み" | "done";
    signing_state_open = "まだ" | "open";
    signing_save_fields = "入力を保存して進む" | "Save and proceed";
    signing_declared = "すべてのページを読みました" | "I have read all pages";
    signing_no_fields = "あなたが入力する項目はありません。" | "There are no fields for you to fill in.";
    signing_other_way = "署名しない(却下する)" | "Decline instead";
    signing_close_list = "リストを閉じる" | "Close the list";
    signing_undrawn = "このページは、この端末の中で描きます。" | "This page is drawn inside your browser.";
    signing_date_hint = "日付を選んでください。" | "Choose a date.";
    signing_text_hint(n) = "{n}文字まで" | one "one character" | "up to {n} characters";
    signing_check = "確認しました" | "Confirmed";

    // Marks
    mark_choice = "書面に出す印" | "Your mark on the page";
    mark_seal = "印影" | "Seal";
    mark_drawn = "手書き" | "Handwriting";
    mark_typed = "氏名" | "Typed name";
    mark_seal_text = "印影の文字" | "Characters of the seal";
    mark_seal_hint = "姓だけが普通です。4文字まで。" | "Usually the family name. Up to 4 characters.";
    mark_typed_text = "書面に出す氏名" | "Name on the page";
    mark_apply = "この印を使う" | "Use this mark";
    mark_seal_alt(text) = "丸印 {text}" | "Round seal {text}";
    mark_drawn_alt = "手書きの署名" | "Handwritten signature";
    pad_label = "ここに、指・ペン・マウスで書きます" | "Write here with finger, pen or mouse";
    pad_clear = "書き直す" | "Clear";
    pad_undo = "一画戻す" | "Undo stroke";
    pad_use = "この手書きを使う" | "Use this handwriting";
    pad_needs_script = "手書きには、JavaScriptが要ります。印影か氏名は、このままで使えます。"
        | "Handwriting needs JavaScript. Seal and typed name work without.";
    pad_empty = "まだ何も書かれていません。" | "Nothing is written yet.";

    // Confirmation
    confirm_title = "署名の確認" | "Confirm your signature";
    confirm_as(name, documents) = "{name}として、{documents}に署名します。" | "You are signing {documents} as {name}.";
    confirm_marks = "書面に出る印" | "What will stand on the page";
    confirm_means = "「同意して署名する」を押すと" | "Pressing “Agree and sign” means";
    confirm_mean_signature = "あなたの名前の入った電子署名が付きます。後から書き換えると、誰でも見破れます。"
        | "A digital signature with your name is added. Anyone can detect a later change.";
    confirm_mean_record(mail) = "押した日時、{mail} で本人を確認したこと、接続元のIPアドレスが、締結証明書に残ります。"
        | "Date and time, that you were identified by {mail}, and your IP address are recorded on the evidence sheet.";
    confirm_effect_all = "効力の始まりは、全員が署名を終え、締結したときです。" | "The contract takes effect when everybody has signed and it is concluded.";
    confirm_effect_after(names) = "効力の始まりは、{names}も署名を終えたときです。" | "The contract takes effect when {names} have signed too.";
    confirm_back = "書類に戻る" | "Back to the documents";
    confirm_sign = "同意して署名する" | "Agree and sign";
    confirm_busy = "署名しています" | "Signing";
    confirm_missing = "まだ署名できません" | "You cannot sign yet";
    confirm_missing_pages(n) = "表示していないページが{n}ページあります。" | one "One page has not been shown." | "{n} pages have not been shown.";
    confirm_missing_fields(names) = "必須の項目が残っています: {names}" | "Required fields are open: {names}";
    confirm_trial = "試用の契約です。実際の取引には使わないでください。" | "This is a trial contract. Do not use it for real business.";

    // Afterwards
    done_accepted_title = "署名を受け付けました" | "Your signature is accepted";
    done_accepted_lead(name, at) = "{name}さんの同意を、{at} に記録しました。いま電子署名を作っています。"
        | "The agreement of {name} was recorded at {at}. The digital signature is being made now.";
    done_title = "署名を終えました" | "You have signed";
    done_lead(name, at) = "{name}さんの署名を、{at} に受け付けました。" | "The signature of {name} was given at {at}.";
    done_waiting_title = "署名の仕上げを待っています" | "The signature is being completed";
    done_waiting_text = "時刻の証明を待っています。あなたの同意は記録されていて、失われません。このページを閉じてかまいません。"
        | "The time-stamp is awaited. Your agreement is recorded and will not be lost. You may close this page.";
    done_concluded_title = "契約が締結されました" | "The contract is concluded";
    done_concluded_lead(title, at) = "{title}は、{at} に締結されました。" | "{title} was concluded at {at}.";
    done_contract = "契約" | "Contract";
    done_grade = "あなたの署名" | "Your signature";
    done_id = "契約のID" | "Contract ID";
    done_save_copy_named(name) = "控えを保存: {name}" | "Save a copy: {name}";
    done_save_concluded(name) = "締結した契約書を保存: {name}" | "Save the contract: {name}";
    done_save_evidence = "締結証明書を保存" | "Save the evidence sheet";
    done_next = "このあと" | "What happens next";
    done_next_signed = "署名済み" | "signed";
    done_next_now = "署名を待っています" | "to sign now";
    done_next_later = "そのあとに署名します" | "signs after that";
    done_next_mail = "全員の署名がそろうと、締結した契約書と締結証明書をメールで知らせます。"
        | "When everybody has signed, a mail will tell you where to get the contract and its evidence sheet.";
    done_copy_valid = "控えはいつまで有効ですか" | "How long is my copy valid?";
    done_copy_valid_text = "控えのPDFは、それだけで署名を確かめられます。このサーバーがなくなっても、PDFの署名を調べられるプログラムで検証できます。"
        | "The PDF carries its signatures. They can be checked with any program that verifies PDF signatures, even without this server.";

    // Not now, not any more
    closed_waiting_title = "まだ順番ではありません" | "It is not your turn yet";
    closed_waiting_text(names) = "{names}の署名を待っています。順番が来たら、メールで知らせます。" | "{names} must sign first. A mail will tell you when it is your turn.";
    closed_withdrawn_title = "この依頼は取り消されました" | "This request was withdrawn";
    closed_withdrawn_text(organization, at) = "{organization}が {at} に取り消しました。署名は要りません。" | "{organization} withdrew it at {at}. You need not sign.";
    closed_declined_title = "この契約は却下されました" | "This contract was declined";
    closed_declined_you(at) = "{at} に、あなたが却下しました。差出人に知らせました。" | "You declined it at {at}. The sender was told.";
    closed_declined_other(name, at) = "{name}が {at} に却下しました。署名は要りません。" | "{name} declined it at {at}. You need not sign.";
    closed_expired_title = "署名の期限が過ぎました" | "The deadline has passed";
    closed_expired_text(day, organization) = "期限は{day}でした。続けたいときは、{organization}に期限を延ばすよう頼んでください。"
        | "The deadline was {day}. To go on, please ask {organization} for another one.";
    closed_reason = "理由" | "Reason";

    // Declining
    decline_title = "署名しない(却下する)" | "Decline to sign";
    decline_lead(title) = "「{title}」を却下すると、この契約は終わります。元には戻せません。"
        | "If you decline “{title}”, this contract ends. That cannot be undone.";
    decline_told = "理由は、差出人とほかの当事者に伝わります。" | "The sender and the other parties will read your reason.";
    decline_reason = "理由" | "Reason";
    decline_do = "却下する" | "Decline";
    decline_back = "依頼に戻る" | "Back to the request";
    decline_reason_missing = "理由を書いてください。短くてかまいません。" | "Please give a reason. A few words will do.";
}
