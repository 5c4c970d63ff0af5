//! Words for members: home, the list of contracts, one contract and its acts.

use super::messages;

messages! {
    // Home
    home_waiting = "あなたの対応待ち" | "Waiting for you";
    home_waiting_order = "期限の近い順" | "nearest deadline first";
    home_nothing_waiting = "いま対応するものはありません。" | "Nothing is waiting for you.";
    home_ask_sign = "署名" | "Sign";
    home_ask_undelivered = "届かない" | "Not delivered";
    home_ask_draft = "下書き" | "Draft";
    home_ask_declined = "却下された" | "Declined";
    home_ask_expired = "期限切れ" | "Expired";
    home_as_signer(organization) = "{organization}・当社の署名者として" | "{organization}, as signer of your organization";
    home_sign_by_mail = "届いたメールのリンクから署名します" | "Sign through the link in your mail";
    home_undelivered(name) = "{name}さんのアドレスが受け取りを拒否" | "The address of {name} refuses mail";
    home_declined_by(name) = "{name}さんが却下" | "declined by {name}";
    home_draft_step(step) = "「{step}」の途中" | "left at “{step}”";
    home_expired_on(day) = "{day}に期限が過ぎました" | "the deadline was {day}";
    home_see = "内容を見る" | "Look";
    home_continue = "続ける" | "Continue";
    home_mend_address = "宛先を直す" | "Correct the address";
    home_figures = "契約の数" | "Number of contracts";
    home_running = "進行中" | "In progress";
    home_running_concluding(n) = "うち締結処理中 {n}件" | "of these concluding: {n}";
    home_concluded_month = "今月の締結" | "Concluded this month";
    home_concluded_last_month(n) = "先月は {n}件" | "last month: {n}";
    home_waiting_others = "相手の署名待ち" | "Awaiting others";
    home_waiting_overdue(n) = "うち期限まで2日以内 {n}件" | "of these within 2 days: {n}";
    home_kept = "保管中" | "Kept";
    home_kept_more = "締結済みの契約" | "concluded contracts";
    home_unit = "件" | "";
    home_in_progress = "進行中" | "In progress";
    home_waits_for(names) = "{names}の署名待ち" | "awaiting {names}";
    home_waits_for_level(reason) = "締結処理中: {reason}" | "concluding: {reason}";
    home_empty_title = "まだ契約がありません" | "No contracts yet";
    home_empty_text = "PDFの契約書を1つ置くと、2分ほどで送れます。" | "Drop the PDF of a contract; two minutes later it can be on its way.";
    home_none_running = "進行中の契約はありません。" | "No contract is in progress.";

    // Notices after an act
    notice_reminded = "催促のメールを送りました。" | "The reminder is on its way.";
    notice_withdrawn = "契約を取り消しました。当事者に知らせます。" | "The contract is withdrawn. The parties are told.";
    notice_address = "アドレスを直し、依頼を送り直しました。" | "The address is corrected and the request sent again.";
    notice_deleted = "下書きを消しました。" | "The draft is deleted.";
    notice_saved = "保存しました。" | "Saved.";
    notice_retrying = "もう一度試しています。" | "Trying again.";
    notice_invited = "招待のメールを送りました。" | "The invitation is on its way.";
    notice_password = "パスワードを変えました。ほかの端末はログアウトしました。" | "The password is changed; all other sessions are signed out.";
    notice_session = "ログアウトさせました。" | "Signed out.";

    // List
    list_filter = "契約の検索" | "Find contracts";
    list_change_filter = "条件を変える" | "Change the conditions";
    list_word = "キーワード" | "Words";
    list_word_placeholder = "契約名・管理番号・取引先" | "title, reference, counterparty";
    list_date = "取引年月日" | "Transaction date";
    list_date_from = "取引年月日の初め" | "Transaction date from";
    list_date_to = "取引年月日の終わり" | "Transaction date to";
    list_amount = "取引金額(円)" | "Amount (yen)";
    list_amount_min = "取引金額の下限" | "Amount from";
    list_amount_max = "取引金額の上限" | "Amount to";
    list_no_limit = "上限なし" | "no limit";
    list_party = "取引先" | "Counterparty";
    list_party_placeholder = "名前の一部でも可" | "part of the name";
    list_state = "状態" | "State";
    list_state_all = "すべて" | "all";
    list_search = "検索" | "Search";
    list_clear = "条件をすべて外す" | "Clear all conditions";
    list_remove(condition) = "条件を外す: {condition}" | "Remove: {condition}";
    list_chip_word(word) = "「{word}」を含む" | "contains “{word}”";
    list_chip_date(from, to) = "取引年月日 {from}〜{to}" | "date {from} – {to}";
    list_chip_min(amount) = "{amount}以上" | "from {amount}";
    list_chip_max(amount) = "{amount}以下" | "up to {amount}";
    list_chip_party(name) = "取引先 {name}" | "counterparty {name}";
    list_chip_state(state) = "状態 {state}" | "state {state}";
    list_found(n) = "{n}件" | one "{n} contract" | "{n} contracts";
    list_range(from, to) = "{from}–{to}件目" | "{from}–{to}";
    list_col_contract = "契約" | "Contract";
    list_col_signatures = "署名" | "Signatures";
    list_col_due = "期限・締結" | "Due / concluded";
    list_due(day) = "回答 {day}" | "due {day}";
    list_concluded(day) = "締結 {day}" | "concluded {day}";
    list_per_page(n) = "1ページ {n}件" | "{n} per page";
    list_untitled = "(名前のない下書き)" | "(untitled draft)";
    list_nothing_title = "条件に合う契約がありません" | "No contract matches";
    list_nothing_text = "条件を減らすか、言葉を短くしてみてください。" | "Try fewer conditions or a shorter word.";
    list_rows = "契約の一覧" | "List of contracts";

    // One contract
    contract_crumb = "契約一覧" | "Contracts";
    contract_more = "ほかの操作" | "More";
    contract_remind = "催促する" | "Remind";
    contract_withdraw = "契約を取り消す" | "Withdraw the contract";
    contract_evidence = "締結証明書" | "Evidence sheet";
    contract_evidence_json = "締結証明書のデータ (JSON)" | "Evidence sheet as data (JSON)";
    contract_verify = "このIDの検証ページ" | "Verification page of this ID";
    contract_reference = "管理番号" | "Reference";
    contract_counterparties = "取引先" | "Counterparties";
    contract_amount = "取引金額" | "Amount";
    contract_agreed_on = "契約日" | "Contract date";
    contract_deadline = "署名の期限" | "Deadline";
    contract_concluded_at = "締結日時" | "Concluded";
    contract_level = "署名の水準" | "Signature level";
    contract_owner = "担当" | "Owner";
    contract_id = "契約のID" | "Contract ID";
    contract_copy_id = "契約のIDを写す" | "Copy the contract ID";
    contract_parties = "当事者と順番" | "Parties and order";
    contract_history = "経過" | "History";
    contract_delivery = "配信" | "Delivery";
    contract_delivery_to = "宛先" | "To";
    contract_delivery_what = "内容" | "Mail";
    contract_delivery_state = "状態" | "State";
    contract_delivery_at = "時刻" | "Time";
    contract_no_delivery = "まだメールを送っていません。" | "No mail was sent yet.";
    contract_documents = "書類" | "Documents";
    contract_choose_document = "書類を選ぶ" | "Choose a document";
    contract_show = "表示" | "Show";
    contract_page_of(page, pages) = "{page} / {pages}" | "{page} / {pages}";
    contract_page_alt(document, page) = "{document} {page}ページ目" | "{document}, page {page}";
    contract_open_fields = "まだ空いている項目" | "Fields that are still empty";
    contract_page_large = "大きく見る" | "Enlarge";
    contract_bounce_title(name) = "{name}さんに依頼のメールが届いていません" | "The mail to {name} was not delivered";
    contract_bounce_text(answer) = "受信側が「{answer}」と答えました。ほかの人の署名はそのまま有効です。" | "The receiving server said: “{answer}”. Signatures of others stay valid.";
    contract_bounce_mend = "アドレスを直して送り直す" | "Correct the address and send again";
    contract_sending_title = "送信の準備をしています" | "Being prepared for sending";
    contract_sending_text = "書類に項目とIDを入れています。終わると、すぐにメールを送ります。閉じてもかまいません。" | "Fields and ID are being put into the documents. The mails follow at once. You may close this page.";
    contract_concluding_title(n) = "全員の署名は終わりました。締結を仕上げています({n}回目)" | "Everybody has signed. The conclusion is being completed (attempt {n})";
    contract_concluding_text(level) = "署名は保存されていて、失われることはありません。約束した水準({level})に届くまで、締結済みにはしません。" | "The signatures are stored and will not be lost. The contract is not called concluded before it reaches the promised level ({level}).";
    contract_concluding_next(at) = "次の再試行 {at}" | "Next attempt {at}";
    contract_concluding_goes_on = "届くまで、間隔をあけて続けます" | "It goes on at intervals until it succeeds";
    contract_held_sending = "まだ誰にもメールを送っていません。続けられるようになると、自動で続きから送ります。" | "No mail has left yet. The sending goes on by itself as soon as it can.";
    contract_held_open = "受け付けた署名は保存されていて、失われることはありません。続けられるようになると、自動で続けます。" | "Signatures that were given are stored and will not be lost. Processing goes on by itself as soon as it can.";
    contract_cancel_sending = "送信をやめて下書きに戻す" | "Stop sending and return to the draft";
    contract_try_now = "今すぐ試す" | "Try now";
    contract_declined_title(name) = "{name}さんが却下しました" | "{name} declined";
    contract_declined_text(reason) = "理由:「{reason}」。この契約は終わりました。直して、新しい契約として送れます。" | "Reason: “{reason}”. This contract has ended. You can send a corrected one as a new contract.";
    contract_withdrawn_title(name) = "{name}さんが取り消しました" | "{name} withdrew the contract";
    contract_withdrawn_text(reason) = "理由:「{reason}」。送ったリンクは、すべて使えなくなりました。" | "Reason: “{reason}”. All links that were sent are dead.";
    contract_expired_title = "署名の期限が過ぎました" | "The deadline has passed";
    contract_expired_text(day) = "期限は{day}でした。それまでに付いた署名は記録に残っています。" | "It was {day}. Signatures given until then stay on record.";
    contract_concluded_title = "締結しました" | "Concluded";
    contract_concluded_text(n) = "{n}人の署名がそろい、締結した契約書を自分で検証してから確定しました。" | one "One signature; the result was verified before it was called concluded." | "{n} signatures; the result was verified before it was called concluded.";
    contract_downloads = "受け取る" | "Download";
    contract_trial_mark = "試用" | "trial";
    contract_digest = "SHA-256" | "SHA-256";
    contract_refused_not_open = "署名待ちの契約だけでできます" | "Only while signatures are awaited";
    contract_refused_concluded = "締結した契約は取り消せません" | "A concluded contract cannot be withdrawn";
    contract_refused_evidence = "締結のあとに作られます" | "Made after the conclusion";
    contract_refused_nobody = "いま待っている人がいません" | "Nobody is awaited now";
    contract_refused_not_owner = "担当者か管理者だけができます" | "Only the owner or an administrator";
    contract_correct_address = "アドレスを直す" | "Correct the address";
    contract_correct_address_of(name) = "{name}さんのアドレスを直す" | "Correct the address of {name}";

    // Withdraw
    withdraw_title(title) = "「{title}」を取り消しますか" | "Withdraw “{title}”?";
    withdraw_lost_signatures(names) = "{names}の署名は使われなくなります。" | "The signatures of {names} will not be used.";
    withdraw_lost_links = "送ったリンクは開けなくなり、当事者に知らせます。記録は残ります。" | "Links that were sent die, and the parties are told. The records stay.";
    withdraw_reason = "相手に伝える理由" | "Reason to tell the parties";
    withdraw_reason_missing = "理由を書いてください。相手に伝わります。" | "Please give a reason. The parties will read it.";
    withdraw_do = "契約を取り消す" | "Withdraw the contract";

    // Remind
    remind_title = "催促する" | "Send a reminder";
    remind_lead = "まだ署名していない人に、もう一度メールを送ります。前のリンクは新しいリンクに替わります。" | "Those who have not signed get another mail. Their former link is replaced by a new one.";
    remind_to = "送る相手" | "To";
    remind_do = "催促のメールを送る" | "Send the reminder";
    remind_last(at) = "前回 {at}" | "last {at}";
    remind_never = "まだ催促していません" | "not reminded yet";
    remind_none = "送る相手を選んでください。" | "Please choose at least one person.";

    // Correct an address
    address_title(name) = "{name}さんのアドレスを直す" | "Correct the address of {name}";
    address_lead = "前のリンクは使えなくなり、新しいアドレスに依頼を送り直します。直したことは記録に残ります。" | "The former link dies and the request is sent to the new address. The correction is recorded.";
    address_now = "いまのアドレス" | "Present address";
    address_new = "新しいアドレス" | "New address";
    address_answer = "受信側の答え" | "Answer of the server";
    address_do = "直して送り直す" | "Correct and send again";
    address_invalid = "メールアドレスの形ではありません。例: saeki@example.jp" | "This is not a mail address. Example: saeki@example.jp";

    // Delete a draft
    delete_title(title) = "下書き「{title}」を消しますか" | "Delete the draft “{title}”?";
    delete_lost(n) = "書類{n}つと、置いた項目が消えます。元には戻せません。" | one "Its document and the fields on it are lost. This cannot be undone." | "Its {n} documents and the fields on them are lost. This cannot be undone.";
    delete_do = "下書きを消す" | "Delete the draft";
}

messages! {
    // Entries of the time line
    event_created(name) = "{name}さんが下書きを作りました" | "{name} began the draft";
    event_sent(name) = "{name}さんが送信しました" | "{name} sent the contract";
    event_delivered(name) = "{name}さんのメールサーバーが依頼を受け取りました" | "The mail server of {name} took the request";
    event_refused(name) = "{name}さんへのメールが届きませんでした" | "The mail to {name} was refused";
    event_opened(name) = "{name}さんが書類を開きました" | "{name} opened the documents";
    event_agreed(name) = "{name}さんが同意しました" | "{name} agreed";
    event_signed(name) = "{name}さんが署名しました" | "{name} signed";
    event_signed_note(grade, pages) = "{grade}で本人を確認・全{pages}を表示" | "identity: {grade} · all {pages} shown";
    event_stage(n) = "順番{n}の人に依頼を送りました" | "Requests went to stage {n}";
    event_reminded(by, to) = "{by}さんが{to}さんに催促しました" | "{by} reminded {to}";
    event_address(by, of) = "{by}さんが{of}さんのアドレスを直しました" | "{by} corrected the address of {of}";
    event_declined(name) = "{name}さんが却下しました" | "{name} declined";
    event_withdrawn(name) = "{name}さんが取り消しました" | "{name} withdrew the contract";
    event_expired = "署名の期限が過ぎました" | "The deadline passed";
    event_tsa_silent = "時刻認証局が応答しませんでした" | "The time-stamp authority did not answer";
    event_retry_at(at) = "{at}にもう一度試します" | "Next attempt at {at}";
    event_concluded = "締結しました" | "Concluded";
    event_concluded_note(level) = "{level}。検証してから確定しました" | "{level}, verified before it was called concluded";
    event_evidence = "締結証明書を作りました" | "The evidence sheet was made";
    event_awaiting(name) = "{name}さんの署名を待っています" | "Awaiting the signature of {name}";
    event_awaiting_due(day) = "期限 {day}" | "due {day}";
}
