//! Words of signing in, passwords, sessions, invitations and the own account.

use super::messages;

messages! {
    sign_in = "ログイン" | "Sign in";
    sign_in_email = "メールアドレス" | "Mail address";
    sign_in_password = "パスワード" | "Password";
    sign_in_forgot = "パスワードを忘れた" | "Forgot the password?";
    sign_in_no_account = "署名の依頼を受けた方は、ログインは要りません。メールのリンクを開いてください。"
        | "If you were asked to sign, you need no account. Please open the link in the mail.";
    sign_in_wrong(n) = "メールアドレスかパスワードが違います。あと{n}回まちがえると、しばらくログインできなくなります。"
        | one "Wrong mail address or password. After one more wrong try you cannot sign in for a while." | "Wrong mail address or password. After {n} more wrong tries you cannot sign in for a while.";
    sign_in_wrong_plain = "メールアドレスかパスワードが違います。" | "Wrong mail address or password.";
    sign_in_locked(minutes) = "まちがいが続いたので、あと{minutes}分ログインできません。パスワードは変わっていません。"
        | one "Too many wrong tries. You can try again in a minute. Your password is unchanged." | "Too many wrong tries. You can try again in {minutes} minutes. Your password is unchanged.";
    sign_in_after_reset = "パスワードを変えました。新しいパスワードでログインしてください。" | "The password is changed. Please sign in with it.";
    sign_in_signed_out = "ログアウトしました。" | "You are signed out.";

    forgot_title = "パスワードの再設定" | "Reset the password";
    forgot_lead = "登録したメールアドレスに、再設定のリンクを送ります。" | "A link for setting a new one goes to your mail address.";
    forgot_do = "リンクを送る" | "Send the link";
    forgot_sent = "登録があれば、リンクを送りました。1時間のうちに開いてください。" | "If the address is registered, a link was sent. Please open it within an hour.";
    forgot_back = "ログインに戻る" | "Back to signing in";

    reset_title = "新しいパスワード" | "New password";
    reset_lead = "変えると、ほかの端末ではログアウトされます。" | "All other sessions will be signed out.";
    reset_new = "新しいパスワード" | "New password";
    reset_do = "パスワードを変える" | "Change the password";
    reset_dead = "このリンクは使えません。期限が過ぎたか、もう使われています。" | "This link cannot be used. It has expired or was used already.";
    reset_again = "リンクをもう一度送る" | "Send another link";

    invitation_title = "招待を受ける" | "Accept the invitation";
    invitation_lead(organization) = "{organization}があなたを招待しています。" | "{organization} invites you.";
    invitation_email = "メールアドレス" | "Mail address";
    invitation_name = "氏名" | "Name";
    invitation_password = "パスワード" | "Password";
    invitation_known = "このアドレスは登録されています。いまお使いのパスワードを入れてください。" | "This address is registered already. Please enter its password.";
    invitation_do = "参加する" | "Join";
    invitation_dead = "この招待は使えません。期限が過ぎたか、取り消されたか、もう使われています。招待した人に、送り直しを頼んでください。"
        | "This invitation cannot be used: it has expired, was withdrawn or was used already. Please ask for another one.";

    account_profile = "名前と言語" | "Name and language";
    account_name = "氏名" | "Name";
    account_name_hint = "契約の相手に、この名前で届きます。" | "Your counterparts see this name.";
    account_email = "メールアドレス" | "Mail address";
    account_email_hint = "変えられません。別のアドレスを使うときは、管理者に招待を頼んでください。" | "It cannot be changed. To use another one, ask an administrator to invite it.";
    account_lang = "表示の言語" | "Language";
    account_security = "安全" | "Security";
    account_password = "パスワードを変える" | "Change the password";
    account_sessions = "ログイン中の端末" | "Your sessions";
    password_title = "パスワードを変える" | "Change the password";
    password_current = "いまのパスワード" | "Present password";
    password_current_wrong = "いまのパスワードが違います。" | "This is not your present password.";
    password_new = "新しいパスワード" | "New password";
    sessions_lead = "心当たりのないものがあれば、ログアウトさせて、パスワードを変えてください。"
        | "If you do not know one of them, sign it out and change your password.";
    sessions_device = "端末" | "Device";
    sessions_address = "接続元" | "Address";
    sessions_begun = "ログイン" | "Signed in";
    sessions_used = "最後の操作" | "Last used";
    sessions_this = "この端末" | "this one";
    sessions_act = "操作" | "Action";
    sessions_revoke = "ログアウトさせる" | "Sign out";
    sessions_revoke_of(device) = "{device} をログアウトさせる" | "Sign out {device}";
    sessions_revoke_others = "ほかをすべてログアウトさせる" | "Sign out all others";
}
