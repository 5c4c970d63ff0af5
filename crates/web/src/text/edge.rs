//! Words that only handlers use.

use super::messages;

messages! {
    details_name_wrong = "契約名を書いてください。200文字までです。" | "Please write a title of up to 200 characters.";
    details_text_wrong = "長すぎるか、使えない文字があります。" | "It is too long or has characters that cannot be used.";
    details_date_wrong = "日付を選んでください。例: 2026-12-01" | "Please choose a date. Example: 2026-12-01";
    party_name_wrong = "氏名を書いてください。64文字までです。" | "Please write a name of up to 64 characters.";
    editor_label_wrong = "項目の名前を書いてください。64文字までです。" | "Please name the field, in up to 64 characters.";
    check_ready = "送信できます" | "Ready to be sent";
    check_invisible = "紙面に出ない署名があります" | "Some signatures will not show on the page";
    check_invisible_note(names) = "{names}の項目がありません。署名は有効ですが、紙面には何も出ません。"
        | "{names} has no field. The signature is valid, but nothing shows on the page.";
}

messages! {
    readiness_own = "この機械" | "this machine";
    readiness_own_clock = "この機械の時計" | "own clock";
    readiness_trial = "試用" | "trial";
    event_document_added(name, file) = "{name}さんが「{file}」を加えました" | "{name} added “{file}”";
    event_document_removed(name) = "{name}さんが書類を外しました" | "{name} removed a document";
    event_cleaned(name) = "{name}さんが書類から動く中身を取り除きました" | "{name} removed active content from a document";
    event_cancelled(name) = "{name}さんが送信を取りやめました" | "{name} took the sending back";
    event_prepared = "書類に項目とIDを入れました" | "Fields and ID were put into the documents";
    event_held(reason) = "処理が待っています: {reason}" | "Processing waits: {reason}";
    event_reason(reason) = "理由: {reason}" | "Reason: {reason}";
}

messages! {
    verify_check_intact = "どの署名も、署名した内容と合っている" | "Every signature matches what was signed";
    verify_check_later = "署名のあとに、許されない変更がない" | "No forbidden change follows a signature";
    verify_check_stamped = "どの署名にも、信頼できる時刻印が付いている" | "Every signature carries a trusted time-stamp";
    verify_check_trusted = "どの証明書も、このサーバーが信頼する発行者のもの" | "Every certificate leads to an issuer that this server trusts";
    verify_check_ours = "このサーバーが締結した書類と、1バイトも違わない" | "It is, byte for byte, a document concluded here";
}

messages! {
    doctor_own_clock = "時刻は本機の時計だけによります(NTPの設定なし)" | "time is taken from this machine alone (no NTP configured)";
    doctor_offset(ms) = "本機は{ms}ミリ秒進んでいます" | "this machine is {ms} ms ahead";
    doctor_own_tsa = "時刻印は本機が発行します" | "time-stamps come from this machine";
    doctor_own_root = "ルート証明書は自前で、Adobe Acrobat Readerは知りません" | "the root is our own and unknown to Adobe Reader";
    doctor_local_mail = "メールは外へ出ません" | "mail stays on this machine";
    doctor_no_domain = "差出人のドメインがありません" | "no sender domain";
    doctor_dns_silent(reason) = "DNSが答えません: {reason}" | "DNS did not answer: {reason}";
    doctor_present = "あり" | "present";
    doctor_missing = "なし" | "missing";
    doctor_sample_signed = "署名し、時刻印を付け、検証しました" | "signed, time-stamped and validated";
    doctor_dead_jobs(n) = "止まった処理が{n}件あります" | "{n} jobs have stopped";
    doctor_ca = "署名の認証局" | "Signing authority";
    doctor_jobs = "処理の列" | "Job queue";
    doctor_mend_database = "akashi.toml の [database] と、ディスクの空きを確かめてください。"
        | "Check [database] in akashi.toml, and the free space of the disk.";
    doctor_mend_storage = "akashi.toml の [storage] と、書き込みの権限、ディスクの空きを確かめてください。"
        | "Check [storage] in akashi.toml, the right to write, and the free space of the disk.";
    doctor_mend_key = "データフォルダーの keys を、控えから戻してください。ほかの鍵では、これまでの書類を開けません。"
        | "Bring back the folder keys of the data folder from your copy. No other key opens the documents.";
    doctor_mend_own_clock = "この機械の時計を合わせてください。それまで契約は待ち、失われません。"
        | "Set this machine's clock. Until then contracts wait; nothing is lost.";
    doctor_mend_clock = "akashi.toml の [clock] にある時刻サーバーへ届くか、確かめてください。"
        | "Check whether the time servers of [clock] in akashi.toml can be reached.";
    doctor_mend_tsa = "akashi.toml の [time_stamp] のアドレスと、外への接続を確かめてください。それまで契約は待ち、失われません。"
        | "Check the addresses of [time_stamp] in akashi.toml, and the connection. Until then contracts wait; nothing is lost.";
    doctor_mend_mail = "akashi.toml の [mail] のサーバー、ユーザー、パスワードを確かめてください。"
        | "Check server, user and password of [mail] in akashi.toml.";
    doctor_mend_sample = "ほかのエラーを先に直してください。外の時刻認証局を使うときは、そのルート証明書を akashi.toml の [authority] の trusted_roots に加えてください。"
        | "Mend the other errors first. With an outside time-stamp authority, name its root certificate under trusted_roots of [authority] in akashi.toml.";
}

messages! {
    password_common = "よく使われているパスワードです。ほかの言葉を足してください。" | "This is a common password. Please add other words.";
    password_personal = "お名前や会社名を含むパスワードは使えません。" | "A password may not be built from your name or organization.";
    organization_wrong = "企業・団体の名前を書いてください。64文字までです。" | "Please write the organization's name, in up to 64 characters.";
}
