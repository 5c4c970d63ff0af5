//! Words for making a contract: documents, parties, fields, check and send.

use super::messages;

messages! {
    close_draft = "下書きを閉じてホームへ" | "Close the draft and go home";
    steps = "作成の手順" | "Steps";
    step_documents = "書類" | "Documents";
    step_parties = "当事者と順番" | "Parties and order";
    step_fields = "入力項目" | "Fields";
    step_check = "確認と送信" | "Check and send";
    draft_untitled = "新しい契約" | "New contract";
    draft_delete = "下書きを消す" | "Delete the draft";

    // Step 1
    drop_title = "契約書類" | "Documents to sign";
    drop_here = "ここにPDFを置く" | "Drop PDF files here";
    drop_over = "離すと加わります" | "Release to add";
    drop_choose = "ファイルを選ぶ" | "Choose files";
    drop_limit(size) = "PDFだけ・1つ{size}まで・いくつでも" | "PDF only · up to {size} each · several at once";
    drop_upload = "選んだファイルを加える" | "Add the chosen files";
    drop_none = "まだ書類がありません。" | "No documents yet.";
    file_facts(pages, size) = "{pages}・{size}" | "{pages} · {size}";
    file_uploading = "送っています" | "Uploading";
    file_checking = "中身を確かめています" | "Being checked";
    file_left(time) = "残り およそ{time}" | "about {time} left";
    file_retry = "もう一度送る" | "Try again";
    file_cancel = "やめる" | "Cancel";
    file_lost = "途中で切れました。ほかの書類と下書きは残っています。" | "The connection broke. The draft and the other documents are kept.";
    file_remove(name) = "{name} を外す" | "Remove {name}";
    file_up(name) = "{name} を上へ" | "Move {name} up";
    file_down(name) = "{name} を下へ" | "Move {name} down";
    file_signed(n) = "署名が{n}つ付いています。署名を守るため、置けるのは署名欄だけです。" | one "It carries a signature. To keep it valid, only signature fields can be added." | "It carries {n} signatures. To keep them valid, only signature fields can be added.";
    file_locked = "先の署名で固定されています。用意された署名欄だけが使えます。" | "Locked by an earlier signature. Only its prepared signature fields can be used.";
    file_repaired = "壊れた目次を直して受け入れました。" | "A damaged cross-reference was repaired.";
    file_too_large(limit) = "大きすぎます。1つ{limit}までです。" | "Too large. The limit is {limit} each.";
    file_not_pdf = "PDFではありません。PDFにしてから、もう一度置いてください。" | "This is not a PDF. Please convert it and drop it again.";
    seconds_about(n) = "{n}秒" | "{n} s";
    minutes_about(n) = "{n}分" | "{n} min";
    active_embedded = "添付ファイル" | "embedded files";
    sample_password_pdf = "開くのにパスワードが要るPDFです。外してから、もう一度置いてください。" | "This PDF needs a password to open. Please remove the password and drop it again.";
    file_active_title(what) = "動く中身があります: {what}" | "Active content: {what}";
    file_active_text = "契約書には要りません。取り除くか、この書類を外してください。" | "A contract does not need it. Remove it, or remove this document.";
    file_active_clean = "取り除く" | "Remove it";
    details_title = "契約について" | "About the contract";
    details_name = "契約名" | "Title";
    details_name_hint = "相手のメールの件名に出ます。" | "It stands in the subject of the mail.";
    details_counterparty = "契約相手" | "Counterparty";
    details_counterparty_hint = "空欄なら、当事者の名前から作ります。" | "Left empty, it is taken from the parties.";
    details_reference = "管理番号" | "Reference";
    details_reference_hint = "御社の番号があれば。" | "Your own number, if you have one.";
    details_amount = "取引金額(円)" | "Amount (yen)";
    details_amount_hint = "一覧の検索に使います。" | "Used to find it again.";
    details_amount_wrong = "数字で書いてください。例: 4,860,000" | "Please write a number. Example: 4,860,000";
    details_agreed_on = "契約日" | "Contract date";
    details_agreed_on_hint = "当事者が合意した日付。締結日時は、これとは別に記録します。" | "The date the parties agree on. The time of conclusion is recorded apart from it.";

    // Step 2
    parties_lead = "同じ順番の人には、同時に届きます。次の順番には、前の順番が全員署名してから届きます。"
        | "Those in one stage get the request at the same time; the next stage gets it when all of the former have signed.";
    parties_add = "当事者を加える" | "Add a party";
    parties_drag = "つかんで順番を変える" | "Drag to change the stage";
    parties_new_stage = "ここに置くと、新しい順番になります" | "Drop here to begin a new stage";
    party_stage = "順番" | "Stage";
    party_organization = "会社・団体" | "Organization";
    party_title = "肩書" | "Title";
    party_name = "氏名" | "Name";
    party_email = "メールアドレス" | "Mail address";
    party_lang = "言語" | "Language";
    party_of(letter) = "当事者 {letter}" | "Party {letter}";
    party_glyph_missing(character) = "「{character}」は書類に表示できません。別の字に直してください。" | "“{character}” cannot be drawn on the documents. Please use another character.";
    party_remove(name) = "{name} を外す" | "Remove {name}";
    party_nameless = "この当事者" | "this party";
    party_name_hint = "署名の証明書に、この氏名が入ります。" | "This name goes into the signing certificate.";

    // Step 3
    editor_needs_script = "項目を置くには、JavaScriptが要ります。項目なしでも送れます。"
        | "Placing fields needs JavaScript. The contract can be sent without fields.";
    editor_whose = "誰の項目か" | "Whose field";
    editor_place = "置く" | "Place";
    editor_place_hint = "引いて紙面へ、またはEnter" | "drag onto the page, or Enter";
    editor_kind_seal = "印影" | "Seal";
    editor_kind_handwriting = "手書き" | "Handwriting";
    editor_kind_name = "氏名" | "Name";
    editor_kind_text = "テキスト" | "Text";
    editor_kind_check = "確認欄" | "Check box";
    editor_kind_date = "日付" | "Date";
    editor_pages = "ページ" | "Pages";
    editor_sheet = "紙面" | "The page";
    editor_tools = "紙面の道具" | "Tools";
    editor_undo = "元に戻す" | "Undo";
    editor_redo = "やり直す" | "Redo";
    editor_smaller = "縮める" | "Zoom out";
    editor_larger = "広げる" | "Zoom in";
    editor_keys = "矢印キーで1pt、Shiftで10pt動く" | "Arrow keys move by 1 pt, with Shift by 10";
    editor_fields_on(page) = "{page}ページの入力項目" | "Fields on page {page}";
    editor_properties = "選んだ項目の性質" | "The chosen field";
    editor_nothing_chosen = "項目を選ぶと、ここで名前や大きさを変えられます。" | "Choose a field to change its name and size here.";
    editor_required = "必ず入力する" | "Required";
    editor_label = "項目の名前" | "Name of the field";
    editor_label_hint = "相手の確認リストに出る名前です。" | "It stands in the signer's checklist.";
    editor_party = "当事者" | "Party";
    editor_font_size = "文字の大きさ(pt)" | "Text size (pt)";
    editor_geometry = "位置と大きさ" | "Position and size";
    editor_geometry_unit = "pt、左上から" | "pt from the top left";
    editor_left = "左" | "Left";
    editor_top = "上" | "Top";
    editor_width = "幅" | "Width";
    editor_height = "高さ" | "Height";
    editor_align = "揃える" | "Align";
    editor_align_hint = "Shiftを押しながら選ぶと、いくつも選べます。" | "Hold Shift to choose several.";
    editor_align_left = "左を揃える" | "Align left";
    editor_align_center = "中央を揃える" | "Align centre";
    editor_align_right = "右を揃える" | "Align right";
    editor_align_top = "上を揃える" | "Align top";
    editor_distribute = "間隔を等しくする" | "Distribute evenly";
    editor_copy = "写す" | "Copy";
    editor_duplicate = "複製" | "Duplicate";
    editor_copy_all = "全ページへ" | "To all pages";
    editor_delete = "この項目を消す" | "Delete this field";
    editor_delete_hint = "消しても、元に戻すで取り消せます。" | "Undo brings it back.";
    editor_existing = "PDFの入力欄" | "Fields of the PDF";
    editor_existing_found(n) = "PDFに入力欄が{n}つあります。" | one "The PDF has one form field." | "The PDF has {n} form fields.";
    editor_existing_use = "PDFの入力欄から置く" | "Place from the PDF's fields";
    editor_page_none = "項目なし" | "no fields";
    editor_page_some(n) = "{n}項目" | one "{n} field" | "{n} fields";
    editor_announce_placed(label, page) = "{label}を{page}ページに置きました" | "{label} placed on page {page}";
    editor_announce_moved(left, top) = "左 {left}、上 {top}" | "left {left}, top {top}";
    editor_announce_deleted(label) = "{label}を消しました" | "{label} deleted";
    editor_field_name(letter, kind) = "{letter}の{kind}" | "{kind} of {letter}";
    editor_allows_signatures = "この書類には署名が付いているので、置けるのは印影と手書きだけです。" | "This document is already signed: only seals and handwriting can be placed.";
    editor_allows_existing = "この書類では、用意された署名欄だけが使えます。" | "Only the prepared signature fields of this document can be used.";
    editor_allows_nothing = "この書類には何も置けません。" | "Nothing can be placed on this document.";
    editor_outside = "ページの外には置けません" | "A field cannot stand outside the page";

    // Islands
    island_saving = "保存しています" | "Saving";
    island_saved = "保存しました" | "Saved";
    island_not_saved = "保存できません。つながり次第、もう一度送ります。" | "Not saved. It is sent again as soon as the server answers.";
    island_conflict = "ほかの窓で変えられました。読み直すと、そちらの内容になります。" | "It was changed in another window. Reload to see that version.";
    zoom_close = "閉じる" | "Close";
    zoom_in = "大きく" | "Larger";
    zoom_out = "小さく" | "Smaller";
    zoom_loading = "ページを読み込んでいます" | "Loading the page";
    zoom_failed = "このページを大きくできませんでした。書類を保存して、お手元のプログラムで開いてください。"
        | "This page could not be enlarged. Please save the document and open it in a program of your own.";

    // Step 4
    check_contract = "契約と書類" | "Contract and documents";
    check_title = "契約(案件)" | "Title";
    check_untitled = "まだ名前がありません" | "no title yet";
    check_documents = "契約書類" | "Documents";
    check_message_title = "送るときの言葉と期限" | "Words and deadline";
    check_message = "相手への言葉" | "Words to the parties";
    check_message_hint = "依頼のメールと、依頼のページに出ます。" | "They stand in the mail and on the page of the request.";
    check_deadline = "署名の期限" | "Deadline";
    check_deadline_hint = "過ぎると「期限切れ」になります。空欄なら期限なしです。" | "After it the contract expires. Leave empty for none.";
    check_before = "送る前の点検" | "Check before sending";
    check_send_lead(names) = "送信すると、{names}に署名の依頼が届きます。" | "Sending delivers the request to {names}.";
    check_send_later = "次の順番の人には、そのあとに届きます。" | "Later stages get it after that.";
    check_send = "送信する" | "Send";
    check_send_busy = "送信しています" | "Sending";
    check_send_undo = "送信したあとも、全員が署名するまでは取り消せます。" | "You can withdraw it until everybody has signed.";
    check_send_blocked = "点検で止まった項目を直すと、送信できます。" | "It can be sent once the failed checks are mended.";
    check_trial = "試用中に送った契約には、ずっと「試用」と記されます。" | "A contract sent in trial mode stays marked “trial”.";
    check_save = "言葉と期限を保存" | "Save words and deadline";
    sample_check_fields = "必須の項目がそろっています" | "All parties have their fields";
    sample_check_glyphs = "すべての文字を表示できます" | "All characters can be drawn";
    sample_check_glyphs_note = "「𠮷野」「髙橋」を含む1,412字" | "1,412 characters, “𠮷野” and “髙橋” among them";
    sample_check_tsa = "時刻認証局が応答します" | "The time-stamp authority answers";
    sample_check_first = "aoba-soko.example への送信は初めてです" | "First mail to aoba-soko.example";
    sample_check_first_note = "届かなければ、すぐに知らせます。" | "You are told at once if it is refused.";
    sample_check_tofu = "「佐伯 真由美𰻞」の「𰻞」を表示できません" | "“𰻞” in “佐伯 真由美𰻞” cannot be drawn";
    sample_check_tofu_fix = "別の字に直してください。名前は「当事者と順番」で直せます。" | "Please use another character. Names are changed in “Parties and order”.";
}
