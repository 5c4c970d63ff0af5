//! Words of the settings about trust, seals and long-term keeping.

use super::messages;

messages! {
    settings_parts = "設定の項目" | "Parts of the settings";
    settings_general = "企業とサーバー" | "Organization and server";
    settings_trust = "信頼する認証局" | "Trusted authorities";
    settings_seal = "署名と封印の鍵" | "Signing key and seal";
    settings_preservation = "長期保存" | "Long-term keeping";
    settings_history = "変更の記録" | "History of changes";
    settings_history_empty = "まだ変更はありません。" | "Nothing has been changed yet.";

    trust_lead = "ここにある認証局につながる署名と時刻印を、有効と判定します。ログインした人の検証と、この組織の契約の締結に使います。"
        | "Signatures and time-stamps that lead to these authorities count as valid: for members who verify a PDF, and when contracts of this organization are concluded.";
    trust_roots = "ルート証明書" | "Roots";
    trust_roots_empty = "ルート証明書はありません。" | "There are no roots.";
    trust_stamp_list = "認定の時刻認証局" | "Accredited time-stamp authorities";
    trust_stamp_list_empty = "登録すると、時刻印が認定かどうかを検証の結果に表示します。" | "Once some are registered, results say whether a time-stamp is by an accredited authority.";
    trust_name = "名前" | "Name";
    trust_fingerprint = "指紋(SHA-256)" | "Fingerprint (SHA-256)";
    trust_until = "期限" | "Ends";
    trust_expired = "期限切れ" | "ended";
    trust_of_operator = "サーバーの設定" | "set by the operator";
    trust_add = "証明書を加える" | "Add certificates";
    trust_add_do = "信頼に加える" | "Trust";
    trust_purpose = "使いみち" | "Purpose";
    trust_purpose_help = "ルートは、署名した人と時刻印の両方に使います。認定の時刻認証局は、認定かどうかの表示にだけ使います。"
        | "Roots count for signers and time-stamps. Accredited authorities only decide whether a time-stamp is shown as accredited.";
    trust_root = "ルート証明書(署名と時刻印)" | "Root (signatures and time-stamps)";
    trust_stamps = "認定の時刻認証局(またはその発行者)" | "Accredited time-stamp authority (or its issuer)";
    trust_file = "証明書のファイル" | "File with certificates";
    trust_file_hint = "PEM(いくつでも)かDER(1つ)。秘密鍵の入ったファイルは受け取りません。指紋を、発行者の公表する値と比べてください。"
        | "PEM (any number) or DER (one). Files with private keys are refused. Compare the fingerprint with what the issuer publishes.";
    trust_no_file = "証明書のファイルを選んでください。" | "Please choose a file with certificates.";
    trust_remove = "外す" | "Remove";
    trust_remove_of(name) = "{name} を外す" | "Remove {name}";
    trust_remove_title(name) = "{name} を信頼から外しますか" | "Stop trusting {name}?";
    trust_remove_text = "この認証局につながる署名は、検証で「発行者は未確認」になります。締結済みの契約は変わりません。あとで元に戻せます。"
        | "Signatures that lead to it will show as issuer not known. Concluded contracts do not change. It can be put back later.";
    trust_removed = "外した証明書" | "Removed certificates";
    trust_restore = "元に戻す" | "Put back";
    trust_restore_of(name) = "{name} を元に戻す" | "Put back {name}";
    trust_unreadable = "証明書を読めませんでした。PEMかDERのファイルを選んでください。" | "No certificate could be read. Please choose a PEM or DER file.";
    trust_too_large(size) = "ファイルが大きすぎます。{size}までです。" | "The file is too large; at most {size}.";
    trust_too_many(n) = "証明書が多すぎます。{n}個までです。" | "There are too many certificates; at most {n}.";
    trust_not_authority(name) = "{name} は認証局の証明書ではありません。ルート証明書を選んでください。" | "{name} is not the certificate of an authority. Please choose the root.";
    trust_private_key = "秘密鍵が入ったファイルです。秘密鍵は誰にも渡さず、証明書だけのファイルを選んでください。" | "The file holds a private key. Never hand that on; choose a file with the certificate alone.";

    seal_lead = "立会人としての署名と、締結証明書の封印に使う鍵です。何も選ばなければ、署名のたびに新しい鍵と証明書を作ります。"
        | "The key that signs as witness and seals evidence sheets. Unless you choose one, each signature gets a key and certificate of its own.";
    seal_now = "いま使っている鍵" | "In use";
    seal_kind = "種類" | "Kind";
    seal_kind_one_time = "署名ごとの鍵(封印はこのサーバーの鍵)" | "A key for each signature (sheets: this server's seal)";
    seal_kind_uploaded = "預けた固定の鍵(PKCS#12)" | "Fixed key, stored here (PKCS#12)";
    seal_kind_configured = "サーバーの固定の鍵(PKCS#11など)" | "Fixed key of this server (PKCS#11 or file)";
    seal_subject = "証明書の名前" | "Certificate";
    seal_issuer = "発行者" | "Issuer";
    seal_unusable = "この鍵は、いま使えません" | "This key cannot be used at the moment";
    seal_unusable_text = "契約は「締結処理中」で待っています。別の鍵を選ぶか、署名ごとの鍵に戻してください。" | "Contracts wait as “concluding”. Choose another key, or go back to one key for each signature.";
    seal_ends_soon(day) = "証明書の期限は{day}です" | "The certificate ends on {day}";
    seal_ends_soon_text = "期限が切れると、契約が待つようになります。新しい証明書を預けてください。" | "Contracts will wait once it has ended. Please store a new certificate.";
    seal_upload = "固定の鍵を使う" | "Use a fixed key";
    seal_upload_text = "認証局から受け取った鍵と証明書を預けます。見本に署名して確かめてから切り替えます。鍵は暗号化して保管します。"
        | "Store a key and certificate from an authority. A sample is signed and judged before it is used. The key is stored encrypted.";
    seal_file = "PKCS#12のファイル" | "PKCS#12 file";
    seal_file_hint = "拡張子は .p12 か .pfx です。発行者のルートは、先に「信頼する認証局」に加えてください。" | "It ends with .p12 or .pfx. Add the issuer's root to the trusted authorities first.";
    seal_password = "ファイルのパスワード" | "Password of the file";
    seal_password_hint = "ファイルを開くために1度だけ使い、保存しません。" | "Used once to open the file, and not stored.";
    seal_upload_do = "確かめて切り替える" | "Test and use it";
    seal_trying = "見本に署名しています" | "Signing a sample";
    seal_no_file = "PKCS#12のファイルを選んでください。" | "Please choose a PKCS#12 file.";
    seal_configured_text = "サーバーの管理者が用意した鍵(PKCS#11の装置など)も選べます。" | "The operator of this server has prepared a key (such as a PKCS#11 device) that you can choose.";
    seal_configured_do = "サーバーの鍵に切り替える" | "Use the server's key";
    seal_not_configured = "サーバーの鍵(PKCS#11など)は、akashi.toml の [seal] で用意できます。" | "A key of the server (PKCS#11 or file) can be prepared under [seal] in akashi.toml.";
    seal_reset = "署名ごとの鍵に戻す" | "Go back to one key for each signature";
    seal_reset_title = "署名ごとの鍵に戻しますか" | "Go back to one key for each signature?";
    seal_reset_text = "預けた鍵は消えます。もう一度使うには、ファイルを預け直してください。いままでの署名は変わりません。"
        | "A stored key is deleted; to use it again, store the file again. Signatures made so far do not change.";
    seal_reset_do = "戻す" | "Go back";
    seal_wrong_password = "パスワードが違います。" | "The password does not fit.";
    seal_not_pkcs12 = "PKCS#12のファイルではありません。" | "This is not a PKCS#12 file.";
    seal_no_key = "鍵が入っていないか、2つ以上入っています。鍵と証明書が1組のファイルを選んでください。" | "It holds no key, or more than one. Choose a file with one key and its certificate.";
    seal_no_certificate = "鍵に合う証明書が入っていません。" | "It holds no certificate for the key.";
    seal_expired = "証明書の期限が切れています。" | "The certificate has ended.";
    seal_not_begun = "証明書の有効期間が、まだ始まっていません。" | "The certificate is not valid yet.";
    seal_not_for_signing = "署名に使える証明書ではありません。" | "The certificate is not one for signatures.";
    seal_key_kind = "この種類の鍵は使えません。RSA 2048ビット以上か、P-256・P-384の鍵を使ってください。" | "This kind of key cannot be used. Use RSA with 2048 bits or more, P-256 or P-384.";
    seal_encryption = "このファイルの暗号化の方式には対応していません。" | "The encryption of this file is not supported.";
    seal_untrusted = "見本の署名を検証できませんでした。発行者のルートを「信頼する認証局」に加えてから、もう一度試してください。"
        | "The signature on the sample could not be validated. Add the issuer's root to the trusted authorities, then try again.";
    seal_not_reachable = "鍵の装置に届きません。サーバーの管理者に確かめてください。" | "The key device cannot be reached. Please ask the operator of this server.";

    keeping_lead = "締結した契約には、長く検証できるように時刻印を重ねます。時刻印の期限が来る前に、新しい時刻印を自動で加えます。"
        | "Concluded contracts carry an archive time-stamp, so that they can be verified for decades. Before it ends, a new one is added by itself.";
    keeping_kept = "保存できている契約" | "Kept as promised";
    keeping_to_raise = "以前の水準から引き上げる契約" | "To be raised from an earlier level";
    keeping_troubled = "待っている契約" | "Waiting";
    keeping_next = "次の更新の予定" | "Next renewal";
    keeping_list = "保存できていない契約" | "Contracts that could not be kept";
    keeping_empty = "すべて保存できています" | "Everything is kept";
    keeping_empty_text = "更新の必要な契約は、自動で処理します。" | "What is to be renewed is renewed by itself.";
    keeping_contract = "契約" | "Contract";
    keeping_reason = "理由" | "Reason";
    keeping_until = "いまの時刻印の期限" | "Present time-stamp ends";
    keeping_next_attempt = "次の試み" | "Next attempt";
    keeping_retry = "もう一度試す" | "Try again";
    keeping_retry_of(title) = "{title} をもう一度試す" | "Try again: {title}";
    keeping_retry_all = "すべてもう一度試す" | "Try all again";
    keeping_missed = "期限切れ" | "missed";
    keeping_missed_title(n) = "時刻印の期限が切れた契約が{n}件あります" | one "The archive time-stamp of 1 contract has ended" | "The archive time-stamps of {n} contracts have ended";
    keeping_missed_text = "書類と署名は残っています。時刻認証局と失効情報を確かめてから、もう一度試してください。"
        | "Documents and signatures are kept. Check the time-stamp authority and the revocation data, then try again.";
    keeping_stuck_title(n) = "保存の更新が止まった契約が{n}件あります" | one "The keeping of 1 contract is stuck" | "The keeping of {n} contracts is stuck";
    keeping_stuck_text = "何度か試しても、時刻印を加えられませんでした。下の理由を直してから、もう一度試してください。"
        | "No archive time-stamp could be added after several attempts. Mend the reasons below, then try again.";
    keeping_reason_waits(reason) = "{reason}(自動で試します)" | "{reason} (tried again by itself)";

    contracts_count(n) = "{n}件" | one "1 contract" | "{n} contracts";

    org_event_trust_added(name) = "信頼に追加: {name}" | "Trusted: {name}";
    org_event_trust_removed(name) = "信頼から削除: {name}" | "No longer trusted: {name}";
    org_event_seal(name) = "署名と封印の鍵を変更: {name}" | "Key changed: {name}";
    org_event_keeping(id) = "長期保存をもう一度試行: {id}" | "Keeping tried again: {id}";
    org_event_by(name) = "操作: {name}さん" | "by {name}";

    contract_kept = "検証と保存" | "Validation and keeping";
    contract_kept_signatures(n, at) = "電子署名{n}件をすべて有効と判定({at})" | one "1 signature found valid ({at})" | "All {n} signatures found valid ({at})";
    contract_kept_stamp(at, by) = "長期保存の時刻印: {at} {by}" | "Archive time-stamp: {at} by {by}";
    contract_kept_next(day) = "次の更新: {day}" | "Next renewal: {day}";
    contract_kept_renewed(n) = "これまでの更新: {n}回" | one "renewed once" | "renewed {n} times";
    contract_kept_accredited = "認定タイムスタンプ" | "accredited time-stamp";
    contract_not_kept = "長く検証できる水準(B-LTA)への引き上げを待っています。" | "Waits to be raised to the level that lasts (B-LTA).";
    contract_keeping_trouble(reason) = "長期保存の更新が待っています: {reason}" | "The archive time-stamp waits: {reason}";
    contract_keeping_trouble_text = "契約と署名は残っています。管理者が「設定」の「長期保存」で確かめられます。" | "The contract and its signatures are kept. Administrators find it under Settings, Long-term keeping.";
    event_preserved = "長期保存の時刻印を加えました" | "An archive time-stamp was added";
    event_preserved_note(level, day) = "{level}。次の更新は{day}" | "{level}; next renewal {day}";
    event_preservation_failed(reason) = "長期保存の時刻印を加えられませんでした: {reason}" | "No archive time-stamp could be added: {reason}";
}
