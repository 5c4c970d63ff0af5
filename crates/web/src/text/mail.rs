//! Words of the mails.

use super::messages;

messages! {
    mail_signature = "電子契約 Akashi" | "Akashi electronic contracts";
    mail_from_line(organization) = "{organization}(電子契約 Akashi)" | "{organization} (Akashi electronic contracts)";
    mail_dear(name) = "{name} 様" | "Dear {name}";
    mail_contract = "契約" | "Contract";
    mail_documents = "書類" | "Documents";
    mail_signers = "署名者" | "Signed by";
    mail_contract_id = "契約のID" | "Contract ID";
    mail_link_until(at) = "リンクは {at} まで使えます。" | "The link works until {at}.";
    mail_questions(name, email) = "ご質問は、{name} 様({email})へどうぞ。" | "Questions? Please ask {name} ({email}).";
    mail_news = "お知らせがあります。ログインしてご確認ください。" | "There is news. Please sign in to see it.";
    mail_deadline = "署名の期限" | "Deadline";
    mail_concluded_at = "締結日時" | "Concluded";
    mail_reason = "理由" | "Reason";
    mail_trial = "これは試用の契約です。実際の取引には使わないでください。" | "This is a trial contract. Do not use it for real business.";
    mail_no_pixel = "このメールには、開封を調べる画像は入っていません。" | "This mail contains no tracking picture.";
    mail_doubt = "心当たりがないときは、何もせずに、ご存じの電話番号で差出人にお確かめください。"
        | "If you do not expect this mail, do nothing and call the sender under a number that you already know.";
    mail_only_yours(name) = "このリンクは{name} 様だけのものです。ほかの方に転送しないでください。" | "This link is for {name} only. Please do not forward it.";
    mail_no_account = "開いただけでは、署名したことになりません。アカウントは要りません。" | "Opening it does not sign anything. You need no account.";
    mail_open_documents = "書類を確認する" | "See the documents";

    mail_request_subject(organization, title) = "{organization}様より『{title}』への署名依頼が届いています" | "{organization} asks you to sign “{title}”";
    mail_request_heading(title) = "『{title}』への署名のお願い" | "Please sign “{title}”";
    mail_request_lead(organization, sender) = "{organization}の{sender} 様から、契約書への署名の依頼が届いています。" | "{sender} of {organization} asks you to sign a contract.";

    mail_reminder_subject(organization, title) = "【再送】{organization}様より『{title}』への署名依頼が届いています" | "Reminder: {organization} asks you to sign “{title}”";
    mail_reminder_heading(title) = "『{title}』への署名をお待ちしています" | "“{title}” awaits your signature";
    mail_reminder_lead(organization, sender) = "{organization}の{sender} 様からお願いした署名が、まだ済んでいません。前のリンクは、このメールのリンクに替わりました。"
        | "{sender} of {organization} still awaits your signature. The link of the former mail is replaced by the one below.";

    mail_completion_subject(title) = "電子署名完了のお知らせ『{title}』" | "Concluded: “{title}”";
    mail_completion_heading(title) = "『{title}』が締結されました" | "“{title}” is concluded";
    mail_completion_lead = "全員の署名がそろい、契約が締結されました。締結した契約書と締結証明書を、リンクから保存できます。"
        | "Everybody has signed and the contract is concluded. The contract and its evidence sheet can be downloaded from the link.";
    mail_completion_open = "契約書を受け取る" | "Get the contract";
    mail_completion_keep = "契約書のPDFは、それだけで署名を確かめられます。大切に保管してください。" | "The PDF carries its signatures. Please keep it safe.";

    mail_withdrawal_subject(organization, title) = "{organization}様が『{title}』の署名依頼を取り消しました" | "{organization} withdrew “{title}”";
    mail_withdrawal_heading(title) = "『{title}』の依頼は取り消されました" | "The request for “{title}” was withdrawn";
    mail_withdrawal_lead(organization) = "{organization}が、署名の依頼を取り消しました。署名は要りません。前に届いたリンクは使えません。"
        | "{organization} withdrew the request. You need not sign; the link you received is dead.";

    mail_decline_subject(title) = "『{title}』は却下されました" | "“{title}” was declined";
    mail_decline_heading(title) = "『{title}』は却下されました" | "“{title}” was declined";
    mail_decline_lead(name) = "{name} 様が、署名しないことを選びました。この契約は終わりました。" | "{name} chose not to sign. This contract has ended.";
    mail_see_contract = "契約を見る" | "See the contract";

    mail_expired_subject(title) = "『{title}』の署名の期限が過ぎました" | "The deadline of “{title}” has passed";
    mail_expired_heading(title) = "『{title}』は期限切れになりました" | "“{title}” has expired";
    mail_expired_lead = "期限までに全員の署名がそろいませんでした。署名は要りません。続けるときは、新しい契約として送ってください。"
        | "Not everybody signed in time. Nothing needs to be signed any more. To go on, send it as a new contract.";

    mail_invitation_subject(organization) = "{organization}のAkashiへの招待" | "Invitation to Akashi of {organization}";
    mail_invitation_heading(organization) = "{organization}のAkashiに招待されています" | "You are invited to Akashi of {organization}";
    mail_invitation_lead(inviter) = "{inviter} 様が、電子契約のユーザーとしてあなたを招待しています。リンクを開いて、パスワードを決めてください。"
        | "{inviter} invites you as a member. Open the link and choose a password.";
    mail_invitation_open = "招待を受ける" | "Accept the invitation";

    mail_reset_subject = "パスワードの再設定" | "Reset your password";
    mail_reset_heading = "パスワードの再設定" | "Reset your password";
    mail_reset_lead = "再設定の申し込みがありました。リンクを開いて、新しいパスワードを決めてください。"
        | "A new password was asked for. Open the link and choose one.";
    mail_reset_open = "新しいパスワードを決める" | "Choose a new password";
    mail_reset_ignore = "申し込んでいないときは、何もしないでください。パスワードは変わりません。" | "If you did not ask for it, do nothing. Your password stays as it is.";

    mail_keeping_subject(organization) = "【要対応】契約の長期保存の更新が止まっています({organization})" | "Action needed: long-term keeping of contracts is stuck ({organization})";
    mail_keeping_heading = "契約の長期保存の更新が止まっています" | "The long-term keeping of contracts is stuck";
    mail_keeping_lead = "締結した契約に、新しい時刻印を加えられませんでした。書類と署名は残っています。理由を確かめて、もう一度試してください。"
        | "No new archive time-stamp could be added to concluded contracts. Documents and signatures are kept. Please look at the reasons and try again.";
    mail_keeping_missed = "期限が切れた契約" | "Ended";
    mail_keeping_stuck = "更新が止まった契約" | "Stuck";
    mail_keeping_open = "長期保存を確かめる" | "See long-term keeping";
}
