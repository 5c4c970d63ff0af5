//! Why something cannot be done: the life cycle's refusals, files that cannot be taken, values that do not fit.

use super::messages;

messages! {
    refusal_state = "契約の状態が変わったため、この操作はできません。画面を読み直してください。何も変わっていません。"
        | "The contract has moved on, so this is not possible any more. Please reload. Nothing was changed.";
    refusal_not_your_turn = "まだ順番が来ていません。順番が来たらメールでお知らせします。"
        | "It is not your turn yet. A mail will tell you when it is.";
    refusal_already_acted = "この契約への回答は、すでに受け付けています。" | "Your answer has already been received.";
    refusal_not_viewed = "書類のページを表示してから、署名してください。" | "Please view the pages before you sign.";
    refusal_pages(n) = "まだ表示していないページが{n}ページあります。最後まで読んでから、署名してください。"
        | one "One page has not been shown yet. Please read to the end before you sign."
        | "{n} pages have not been shown yet. Please read to the end before you sign.";
    refusal_revision = "書類が新しくなりました。もう一度開いて、確かめてください。入力は残っています。"
        | "The documents have been renewed. Please open them again. What you entered is kept.";
    refusal_deadline_past = "期限には、明日からあとの日を選んでください。" | "Please choose a day from tomorrow on.";
    refusal_no_document = "書類がありません。PDFを1つ以上加えてください。" | "There is no document. Please add at least one PDF.";
    refusal_no_party = "当事者がいません。1人以上加えてください。" | "There is no party. Please add at least one.";
    refusal_active(name) = "「{name}」に動く中身があります。取り除くか、この書類を外してください。"
        | "“{name}” carries active content. Remove it, or remove the document.";
    refusal_too_many(max) = "多すぎます。{max}までです。" | "Too many. The limit is {max}.";
    refusal_signature_fields(name, available, needed) =
        "「{name}」で使える署名欄は{available}つで、当事者{needed}人分に足りません。"
        | "“{name}” has {available} usable signature fields for {needed} parties.";
    refusal_field(label) = "項目「{label}」を置き直してください。" | "Please place the field “{label}” again.";
    field_outside = "ページからはみ出しています。" | "It reaches over the edge of the page.";
    field_not_allowed = "この書類の署名を守るため、ここには置けません。"
        | "The signatures in this document do not allow a field here.";
    field_unknown = "書類、ページまたは当事者が見つかりません。" | "Its document, page or party does not exist.";
    field_font = "文字の大きさは4から72ポイントまでです。" | "The text size must be between 4 and 72 points.";
    value_missing(label) = "必須の項目「{label}」が空です。" | "The required field “{label}” is empty.";
    value_wrong(label) = "項目「{label}」に、この内容は入れられません。" | "This cannot go into the field “{label}”.";
    value_text = "500文字までで、改行以外の制御文字は使えません。" | "At most 500 characters, without control characters.";
    characters_missing(characters) = "「{characters}」は書類に表示できません。別の字に直してください。"
        | "“{characters}” cannot be drawn on the documents. Please use other characters.";
    picture_unusable = "この画像は使えません。透過PNGで、2MBまで、縦横4,096画素までにしてください。"
        | "This picture cannot be used. Please use a PNG of up to 2 MB and 4,096 pixels each way.";
    intake_not_pdf = "PDFではありません。PDFにしてから、もう一度置いてください。"
        | "This is not a PDF. Please convert it and drop it again.";
    intake_password = "開くのにパスワードが要るPDFです。外してから、もう一度置いてください。"
        | "This PDF needs a password to open. Please remove the password and drop it again.";
    intake_encryption = "このPDFの暗号化の方式には対応していません。暗号化を外してから、もう一度置いてください。"
        | "The encryption of this PDF is not supported. Please remove it and drop the file again.";
    intake_damaged = "PDFが壊れているか、途中で切れています。作り直すか、PDFとして印刷し直してください。"
        | "The PDF is damaged or cut off. Please make it again, or print it to a new PDF.";
    intake_unreadable = "このPDFを読み取れませんでした。ファイルが壊れているとは限りません。PDFとして印刷し直すと、使えることがあります。"
        | "This PDF could not be read here; the file itself may be sound. Printing it to a new PDF often helps.";
    intake_damaged_signed = "PDFが壊れていますが、署名が付いているので直せません。元のファイルを使ってください。"
        | "The PDF is damaged, and since it is signed it cannot be repaired. Please use the original file.";
    intake_too_large = "PDFの中身が大きすぎるか、入り組みすぎています。" | "The content of the PDF is too large or too deeply nested.";
    intake_no_pages = "ページがありません。" | "The PDF has no pages.";
    intake_too_many_pages(pages, limit) = "{pages}ページあります。{limit}ページまでです。分けてから、もう一度置いてください。"
        | "It has {pages} pages; the limit is {limit}. Please split it and drop it again.";
    intake_xfa = "XFA形式の入力フォームです。通常のPDFとして印刷し直してから、もう一度置いてください。"
        | "This is an XFA form. Please print it to an ordinary PDF and drop it again.";
    intake_certified = "作成者が一切の変更を禁じているPDFです。署名を加えられません。"
        | "Its author has certified this PDF against any change; no signature can be added.";
    intake_no_field = "先の署名が、これより後の署名を許していません。"
        | "The signatures in this PDF allow no further signature.";
    intake_active_signed(what) = "署名が付いていて、動く中身({what})を取り除けません。元の作成者に、取り除いたPDFを頼んでください。"
        | "It is signed and carries active content ({what}) that cannot be removed. Please ask its author for a clean PDF.";
    active_javascript = "JavaScript" | "JavaScript";
    active_launch = "プログラムの起動" | "launching a program";
    active_submit = "データの送信" | "sending data";
    active_import = "データの読み込み" | "importing data";
    active_external = "ほかのファイルへの移動" | "opening other files";
    active_multimedia = "音声・動画" | "multimedia";
    active_other = "その他の動作" | "other actions";
    throttled(seconds) = "試した回数が多すぎます。{seconds}秒待ってください。" | "Too many attempts. Please wait {seconds} seconds.";
    page_not_drawable = "このページはサーバーで絵にできないので、ブラウザで描きます。"
        | "The server cannot draw this page; your browser will.";
}
