//! Words of the administrator's pages: members, settings, mails, jobs.

use super::messages;

messages! {
    members_title = "ユーザー" | "Members";
    members_invite = "招待する" | "Invite";
    members_name = "氏名" | "Name";
    members_email = "メールアドレス" | "Mail address";
    members_role = "役割" | "Role";
    members_state = "状態" | "State";
    members_acts = "操作" | "Actions";
    members_you = "あなた" | "you";
    members_active = "使用中" | "active";
    members_invited(day) = "招待中・{day}まで" | "invited, until {day}";
    members_invitation_expired = "招待の期限切れ" | "invitation expired";
    members_refused = "招待が届いていません" | "invitation refused";
    members_make_administrator = "管理者にする" | "Make administrator";
    members_make_member = "メンバーにする" | "Make member";
    members_remove = "外す" | "Remove";
    remove_title(name) = "{name}さんを外しますか" | "Remove {name}?";
    remove_lost = "ログインできなくなります。送った契約と、したことの記録は残り、管理者が続けられます。下書きは、もう誰も開けません。" | "They can no longer sign in. The contracts they sent and the record of what they did stay, and administrators can go on with them. Nobody can open their drafts any more.";
    members_resend = "招待を送り直す" | "Send again";
    members_revoke = "招待を取り消す" | "Withdraw invitation";
    members_act_of(act, name) = "{act}: {name}" | "{act}: {name}";
    members_last_administrator = "管理者が1人もいなくなるので、変えられません。" | "The last administrator cannot be changed.";
    role_administrator = "管理者" | "Administrator";
    role_member = "メンバー" | "Member";
    role_administrator_help = "設定、ユーザー、すべての契約を扱えます。" | "Settings, members and all contracts.";
    role_member_help = "契約を作り、自分の契約を扱えます。" | "Makes contracts and handles their own.";
    invite_title = "ユーザーを招待する" | "Invite a member";
    invite_lead = "招待のメールが届き、本人がパスワードを決めます。7日間使えます。" | "They get a mail and choose their own password. The link works for 7 days.";
    invite_do = "招待のメールを送る" | "Send the invitation";
    invite_taken = "このアドレスのユーザーは、もういます。" | "There is already a member with this address.";

    settings_title = "設定" | "Settings";
    settings_organization = "企業" | "Organization";
    settings_name = "企業・団体の名前" | "Name of the organization";
    settings_name_hint = "契約の相手に、この名前で届きます。送信済みの契約の名前は変わりません。" | "Your counterparts see it. Contracts already sent keep the former name.";
    settings_installation = "このサーバー" | "This server";
    settings_version = "版" | "Version";
    settings_public_url = "外からのアドレス" | "Public address";
    settings_no_public_url = "設定されていません" | "not set";
    settings_mail_from = "差出人" | "Sender";
    settings_limits = "1つのPDFの上限" | "Largest PDF";
    settings_level = "署名の水準" | "Signature level";
    settings_file = "これらは akashi.toml で変えます。" | "These are changed in akashi.toml.";
    settings_root = "ルート証明書" | "Root certificate";
    settings_root_get = "ルート証明書を保存" | "Download the root certificate";

    maillog_title = "メールの記録" | "Mail log";
    maillog_lead = "宛先と状態だけを残します。本文とリンクは残しません。" | "Receivers and states only; bodies and links are not kept.";
    maillog_state = "状態" | "State";
    maillog_all = "すべて" | "all";
    maillog_trouble = "届いていないもの" | "in trouble";
    maillog_filter = "絞り込む" | "Filter";
    maillog_empty = "まだメールはありません" | "No mail yet";
    maillog_empty_text = "契約を送ると、ここに1通ずつの状態が出ます。" | "When a contract is sent, the state of each mail shows here.";
    maillog_contract = "契約" | "Contract";
    maillog_attempts = "回数" | "Attempts";

    mailbox_title = "試用の受信箱" | "Trial mailbox";
    mailbox_lead = "送信サーバーが設定されていないので、メールは外へ出ず、ここに届きます。この機械からだけ読めます。"
        | "No SMTP server is configured: mail stays here instead of leaving. It can be read from this machine only.";
    mailbox_warning = "ここでは、当事者あてのリンクも読めます。だから、試用中の契約には「試用」と記されます。"
        | "Links for the parties can be read here too. That is why contracts are marked “trial”.";
    mailbox_empty = "まだメールはありません" | "No mail yet";
    mailbox_empty_text = "契約を送ると、署名の依頼がここに届きます。" | "Send a contract, and the request arrives here.";
    mailbox_to = "宛先" | "To";
    mailbox_from = "差出人" | "From";
    mailbox_reply_to = "返信先" | "Reply to";
    mailbox_at = "時刻" | "Time";
    mailbox_html = "HTMLで見る" | "Show as HTML";
    mailbox_list = "届いたメール" | "Mails";
    mailbox_no_subject = "(件名なし)" | "(no subject)";

    jobs_title = "止まった処理" | "Stopped jobs";
    jobs_lead = "何度も失敗して止まった処理です。契約と署名は残っています。原因を直してから、もう一度動かしてください。"
        | "Jobs that failed too often and stopped. Contracts and signatures are kept. Mend the cause, then run them again.";
    jobs_empty = "止まった処理はありません" | "Nothing has stopped";
    jobs_empty_text = "すべて順に動いています。" | "Everything is running.";
    jobs_kind = "処理" | "Job";
    jobs_about = "対象" | "About";
    jobs_attempts = "回数" | "Attempts";
    jobs_reason = "理由" | "Reason";
    jobs_stopped = "止まった時刻" | "Stopped";
    jobs_retry = "もう一度動かす" | "Run again";
    jobs_retry_of(id) = "{id} をもう一度動かす" | "Run again: {id}";
    jobs_list = "止まった処理の一覧" | "List of stopped jobs";
    kit_title = "部品" | "Components";
    kit_lead = "部品を、それぞれの状態で。" | "Every component in its states.";
    job_send = "送信の準備" | "Prepare for sending";
    job_sign = "署名を作る" | "Make a signature";
    job_conclude = "締結を仕上げる" | "Conclude";
    job_preserve = "長期保存の時刻印を加える" | "Add an archive time-stamp";
    job_mail = "メールを送る" | "Send a mail";
    job_expire = "期限切れにする" | "Let it expire";
}
