//! Words of the first start and of the check-up.

use super::messages;

messages! {
    setup_title = "はじめに" | "Getting started";
    setup_lead = "最初の企業と、最初の管理者を作ります。このリンクは一度だけ使えます。"
        | "This makes the first organization and its administrator. The link works once.";
    setup_organization = "企業・団体の名前" | "Name of the organization";
    setup_organization_hint = "契約の相手に、この名前で届きます。" | "Your counterparts will see this name.";
    setup_name = "あなたの氏名" | "Your name";
    setup_email = "あなたのメールアドレス" | "Your mail address";
    setup_email_hint = "ログインに使います。" | "You sign in with it.";
    setup_password = "パスワード" | "Password";
    setup_do = "始める" | "Begin";
    setup_no_telemetry = "Akashiは、利用状況をどこへも送りません。" | "Akashi sends nothing about its use anywhere.";
    setup_closed_title = "このリンクは使えません" | "This link cannot be used";
    setup_closed_used = "最初の管理者は、もう作られています。ログインしてください。" | "The first administrator exists already. Please sign in.";
    setup_closed_wrong = "起動したときに表示されたリンクを、そのまま開いてください。" | "Please open the link exactly as it was printed at start.";

    password_hint = "10文字以上。よくある言葉や並びは避けてください。" | "At least 10 characters; avoid common words and rows of keys.";
    password_weak = "推測されやすいパスワードです。言葉を足して長くしてください。" | "Too easy to guess. Make it longer by adding words.";

    doctor_title = "点検" | "Check-up";
    doctor_lead = "契約を送る前に、証拠を作る部品がすべて動くことを確かめます。" | "Makes sure that everything that evidence depends on works, before you send a contract.";
    doctor_lead_first = "契約を送る前に、証拠を作る部品がすべて動くことを確かめます。あとから「点検」でいつでも開けます。"
        | "Makes sure that everything that evidence depends on works, before you send a contract. You find it again under “Check-up”.";
    doctor_progress(done, all) = "{all}項目のうち{done}項目が終わりました" | "{done} of {all} done";
    doctor_finished(at) = "{at}に終わりました" | "finished at {at}";
    doctor_never = "まだ点検していません" | "not run yet";
    doctor_bar = "点検の進み" | "Progress";
    doctor_goes_on = "閉じても続きます" | "goes on if you leave";
    doctor_again = "もう一度点検" | "Check again";
    doctor_start = "点検を始める" | "Start";
    doctor_note = "警告があっても始められます。エラーは直すまで締結できません。" | "You can begin with warnings. With errors nothing can be concluded until they are mended.";
    doctor_trial_title = "まだ試用に限ること" | "Good for trials only";
    doctor_trial_none = "ありません。" | "Nothing.";
    doctor_version(version) = "akashi {version}" | "akashi {version}";
    doctor_administrator = "最初の管理者" | "First administrator";
    doctor_database = "データベース" | "Database";
    doctor_storage = "保管庫" | "Storage";
    doctor_key = "署名の鍵" | "Signing key";
    doctor_clock = "時計" | "Clock";
    doctor_tsa = "時刻認証局" | "Time-stamp authority";
    doctor_mail = "メール" | "Mail";
    doctor_domain = "差出人のドメイン" | "Sender's domain";
    doctor_sample = "見本の契約に署名する" | "Sign a sample";
    doctor_trial_root = "Adobeで緑の印が出ません" | "No green tick in Adobe";
    doctor_trial_root_text = "自前の認証局は、Adobeに知られていません。署名の数値は合っていますが「発行者を確認できない」と表示されます。相手に証明書を渡すか、AATLの証明書を入れてください。"
        | "Adobe does not know this installation's own authority. The signatures are correct, but shown as “issuer unknown”. Give your counterparts the root certificate, or install an AATL certificate.";
    doctor_trial_tsa = "時刻の証明が自前です" | "Time-stamps of our own";
    doctor_trial_tsa_text = "電子帳簿保存法のタイムスタンプには、総務大臣が認定した時刻認証局との契約が要ります。"
        | "For time-stamps as the Japanese bookkeeping law asks, you need a contract with an accredited authority.";
    doctor_trial_key = "鍵がファイルにあります" | "Keys in files";
    doctor_trial_key_text = "本番では、鍵を別の装置に置くことを勧めます。" | "In production keys should be in a separate device.";
    doctor_trial_mail = "メールが外へ出ません" | "Mail stays here";
    doctor_trial_mail_text = "送信サーバーが設定されていません。いま送る契約には「試用」と記されます。" | "No SMTP server is configured. Contracts sent now are marked “trial”.";
    doctor_trial_clock = "時刻は本機の時計によります" | "Time from this machine alone";
    doctor_trial_clock_text = "外の時刻源が設定されていません。締結証明書にも、そう書かれます。" | "No outside source of time is configured. The evidence sheet says so too.";
    sample_clock = "3つの時刻源と比べて、ずれは0.004秒(許容 1秒)" | "0.004 s against three sources (limit 1 s)";
    sample_database = "SQLite、書いて読み戻しました" | "SQLite, written and read back";
    sample_storage = "./data/objects に書いて読み戻しました。空き 412 GB" | "./data/objects, written and read back; 412 GB free";
    sample_key = "このサーバーの認証局(Akashi Local Root)" | "this server's authority (Akashi Local Root)";
    sample_mail = "送信サーバーが設定されていません" | "No SMTP server is configured";
    sample_mail_remedy = "akashi.toml の [mail] に送信サーバーを書くと、外へ届くようになります。試すだけなら、このままでかまいません。"
        | "Name a server under [mail] in akashi.toml to send mail out. For a trial leave it as it is.";
    sample_tsa = "証明書の期限が切れています(2026年11月20日まで)" | "Its certificate expired on 20 Nov 2026";
    sample_tsa_remedy = "新しい証明書を [tsa] に入れてください。それまで契約は「締結処理中」で待ち、失われません。"
        | "Install a new certificate under [tsa]. Until then contracts wait as “concluding”; nothing is lost.";
    sample_run = "作成、2者の署名、時刻の証明、検証までを通しています(2 / 4)" | "Making, two signatures, time-stamps, verification (2 / 4)";
    sample_domain = "SPF・DKIM・DMARCを調べます" | "SPF, DKIM and DMARC";
}
