//! Words of the public verification. They claim no more than was checked.

use super::messages;

messages! {
    verify_title = "PDFを検証する" | "Verify a PDF";
    verify_lead = "電子署名の付いたPDFを置くと、誰が、いつ署名したか、そのあと変えられていないかを調べます。書類は保存しません。"
        | "Drop a signed PDF to see who signed it and when, and whether it was changed since. Nothing is stored.";
    verify_drop = "ここにPDFを置く" | "Drop a PDF here";
    verify_choose = "ファイルを選ぶ" | "Choose a file";
    verify_do = "検証する" | "Verify";
    verify_busy = "調べています" | "Checking";
    verify_limit(size) = "1つ{size}まで" | "up to {size}";
    verify_no_file = "PDFを選んでください。" | "Please choose a PDF.";

    // By ID
    verify_id_title = "契約のIDの確認" | "Check a contract ID";
    verify_id = "契約のID" | "Contract ID";
    verify_id_found = "このIDの契約は、このサーバーで締結されています" | "A contract with this ID was concluded on this server";
    verify_id_found_text = "お手元の書類がそれと同じかどうかは、IDだけではわかりません。PDFを置いて確かめてください。"
        | "The ID alone does not say whether the document in your hands is that contract. Please verify the PDF itself.";
    verify_id_unknown = "このIDの契約は、このサーバーでは締結されていません" | "No contract with this ID was concluded on this server";
    verify_id_unknown_text = "IDの読み違いか、別のサーバーの契約か、まだ締結されていない契約です。"
        | "It may be misread, belong to another server, or not be concluded yet.";

    // Result
    verify_result(verdict) = "検証の結果: {verdict}" | "Result: {verdict}";
    verify_facts(name, size, at) = "{name}・{size}・検証 {at}" | "{name} · {size} · checked {at}";
    verdict_ours = "この契約書は、締結のあと変更されていません" | "This contract has not been changed since it was concluded";
    verdict_ours_text(n) = "{n}人の署名がそろい、このサーバーが締結した書類と1バイトも違いません。" | one "Its signature is intact, and it is byte for byte what this server concluded." | "Its {n} signatures are intact, and it is byte for byte what this server concluded.";
    verdict_intact = "署名のあと、変更されていません" | "It has not been changed since it was signed";
    verdict_intact_text(n) = "{n}つの署名の数値は合っています。ただし、このサーバーが締結した書類ではありません。署名した人が本当にその人かは、下の発行者を信頼できるかによります。"
        | one "Its signature is mathematically correct. But this server did not conclude it: whether the signer is who the signature says depends on the issuer below."
        | "Its {n} signatures are mathematically correct. But this server did not conclude it: whether the signers are who the signatures say depends on the issuers below.";
    verdict_changed = "この書類は、署名のあとに書き換えられています" | "This document was changed after it was signed";
    verdict_changed_text = "署名した人たちが同意した内容とは限りません。" | "It need not be what the signers agreed to.";
    verdict_changed_do = "この書類を契約書として使わないでください。" | "Do not use this document as a contract.";
    verdict_unsure = "確かめられないところがあります" | "Some things could not be established";
    verdict_unsure_text = "署名の数値は合っていますが、下の項目を確かめられませんでした。" | "The signatures are mathematically correct, but the points below could not be established.";
    verdict_unsigned = "このPDFには電子署名がありません" | "This PDF carries no digital signature";
    verdict_unsigned_text = "誰が作ったか、変えられていないかは、このPDFからはわかりません。" | "The PDF itself does not tell who made it or whether it was changed.";
    verdict_unreadable = "このPDFを読めませんでした" | "This PDF could not be read";
    verdict_unreadable_text(reason) = "{reason} 署名があるかどうかも、わかりません。" | "{reason} It is not known whether it carries signatures.";
    verify_who = "誰が、いつ署名したか" | "Who signed, and when";
    verify_signer = "署名者" | "Signer";
    verify_when = "日時(日本時間)" | "Time (Japan)";
    verify_issuer = "発行者と時刻" | "Issuer and time";
    verify_judgement = "判定" | "Result";
    verify_time_token(authority) = "時刻印: {authority}" | "time-stamp: {authority}";
    verify_time_claimed = "時刻は署名した側の時計による" | "time as claimed by the signing side";
    verify_issued_by(issuer) = "発行: {issuer}" | "issuer: {issuer}";
    signature_good = "合っています" | "Correct";
    signature_unknown_issuer = "発行者は未確認" | "Issuer not known";
    signature_changed = "合いません" | "Not correct";
    verify_checked = "確かめたこと" | "What was checked";
    verify_history = "この書類に起きたこと" | "What happened to this document";
    verify_revision_signed(name) = "{name}さんの署名" | "Signature of {name}";
    verify_revision_good = "この時点の内容に対しては合っています。" | "Correct for the content at that time.";
    change_field_filled = "署名のあとに、入力欄の内容や見た目が変えられています。" | "Form fields were filled or altered after this signature.";
    change_signature_added = "この署名が許していない署名が加えられています。" | "A signature was added that this signature does not permit.";
    change_field_added = "署名のあとに、入力欄が加えられています。" | "Form fields were added after this signature.";
    change_field_redefined = "署名のあとに、入力欄が消されたか、作り替えられています。" | "Form fields were removed or redefined after this signature.";
    change_signature_replaced = "署名のあとに、ほかの署名が差し替えられています。" | "Another signature was replaced after this signature.";
    change_page = "署名のあとに、ページの内容が書き換えられています。" | "The content of pages was changed after this signature.";
    change_annotation = "署名のあとに、注釈や書き込みが加えられたか、変えられています。" | "Comments or markup were added or changed after this signature.";
    change_unreadable = "署名のあとに、正しく読み取れないものが加えられています。" | "Something that cannot be read properly was added after this signature.";
    change_not_covered = "この署名は、書類の一部しか守っていません。" | "This signature covers only a part of the document.";
    change_other = "署名のあとに、書類の設定が変えられています。" | "Settings of the document were changed after this signature.";
    verify_revision_unsigned = "署名のない変更" | "A change without a signature";
    verify_revision_unknown_time = "日時不明" | "time unknown";
    verify_scope = "わかること・わからないこと" | "What this tells, and what not";
    verify_scope_yes = "わかること: どの証明書で署名されたか、どの時刻印が付いているか、そのあと書き換えられていないか。"
        | "It tells: with which certificate it was signed, which time-stamp it carries, and whether it was changed since.";
    verify_scope_no = "わからないこと: 契約の内容が正しいか、いまも効力が続いているか、署名した人にその権限があったか。"
        | "It does not tell: whether the contract is correct or still in force, or whether the signer was entitled to sign.";
    verify_scope_not_yet = "この版では調べていないこと: 証明書の失効と、このサーバー以外の認証局・時刻認証局の信頼性。"
        | "Not checked by this version: revocation of certificates, and the trustworthiness of authorities other than this server's.";
    verify_next = "次にすること" | "What to do now";
    verify_next_changed = "送ってきた人に、この結果を添えて問い合わせてください。" | "Ask the person who sent it, and show this result.";
    verify_next_unreadable = "送ってきた人に、もう一度送ってもらってください。" | "Ask for the file once more.";
    verify_nothing_kept = "この検証は書類を保存しません。結果を出したあと、書類はすぐに消しました。" | "Nothing is stored: the document was deleted as soon as the result was made.";
    verify_print = "結果を印刷" | "Print the result";
    verify_another = "別のPDFを検証" | "Verify another PDF";
    verify_details = "詳しい結果" | "Details";
    verify_details_note = "専門家向け" | "for experts";
    verify_for_id_match = "指定のIDの契約です" | "It is the contract of that ID";
    verify_for_id_other = "指定のIDの契約とは違います" | "It is not the contract of that ID";
    sample_verify_covered = "署名が書類の全体を守っている" | "The last signature covers the whole document";
    sample_verify_covered_note = "署名のあとに加わったものはありません。" | "Nothing was added after it.";
    sample_verify_ledger = "このサーバーの記録と一致する" | "It matches the record of this server";
    sample_verify_stamp = "時刻印が内容と合っている" | "The time-stamps match the content";
    sample_verify_added = "最後の署名のあとに、署名のない部分が加わっています" | "Something unsigned was added after the last signature";
    sample_verify_added_note = "1ページ目の表示を変えています。" | "It changes what page 1 shows.";
    sample_verify_truncated = "ファイルが途中で切れています。" | "The file is cut off.";
}
