//! Words that stand on many pages: frames, states, days, errors of forms.

use super::messages;

messages! {
    // Frames
    skip_to_content = "本文へ移る" | "Skip to the content";
    main_menu = "主なメニュー" | "Main menu";
    lower_menu = "下のメニュー" | "Lower menu";
    menu = "メニュー" | "Menu";
    nav_new = "新規作成" | "New contract";
    nav_new_short = "新規" | "New";
    nav_home = "ホーム" | "Home";
    nav_contracts = "契約一覧" | "Contracts";
    nav_contracts_short = "契約" | "Contracts";
    nav_verify = "検証" | "Verify";
    nav_members = "ユーザー" | "Members";
    nav_settings = "設定" | "Settings";
    nav_system = "システム" | "System";
    nav_doctor = "点検" | "Check-up";
    nav_mail = "メールの記録" | "Mail log";
    nav_mailbox = "試用の受信箱" | "Trial mailbox";
    nav_jobs = "止まった処理" | "Stopped jobs";
    nav_account = "個人の設定" | "Your account";
    nav_sign_out = "ログアウト" | "Sign out";
    search_contracts = "契約を探す" | "Find a contract";
    search_placeholder = "契約名・取引先・管理番号から探す" | "Title, counterparty or reference";
    trial_title = "試用中です。" | "Trial mode.";
    trial_app = "メールは外へ出ず、この機械の受信箱に残ります。ここで送る契約には、ずっと「試用」と記されます。"
        | "Mail stays on this machine. Contracts sent now are marked “trial” for ever.";
    trial_party = "試用の契約です。証明書と書類に「試用」と記されます。"
        | "This is a trial contract. Its certificates and documents are marked “trial”.";
    trial_plain = "このサーバーは試用中です。" | "This server is in trial mode.";
    open_mailbox = "受信箱を開く" | "Open the mailbox";
    to_home = "ホームへ" | "To the home page";

    // Readiness of the evidence
    readiness = "証拠の備え" | "Evidence readiness";
    readiness_tsa = "時刻認証局" | "Time-stamps";
    readiness_clock = "時計のずれ" | "Clock";
    readiness_mail = "メール送信" | "Mail";
    readiness_silent = "応答待ち" | "No answer";
    readiness_good = "正常" | "good";
    readiness_warning = "注意" | "attention";
    readiness_failed = "異常" | "failed";
    seconds(n) = "{n}秒" | "{n} s";

    // States of a contract
    state_draft = "下書き" | "Draft";
    state_sending = "送信の準備中" | "Being sent";
    state_open = "署名待ち" | "Awaiting signatures";
    state_concluding = "締結処理中" | "Concluding";
    state_concluded = "締結済み" | "Concluded";
    state_declined = "却下" | "Declined";
    state_withdrawn = "取消" | "Withdrawn";
    state_expired = "期限切れ" | "Expired";

    // Parties
    slot_waiting = "順番待ち" | "waiting for their turn";
    slot_now = "署名待ち" | "to sign now";
    slot_done = "署名済み" | "signed";
    slot_refused = "却下" | "declined";
    slot_mark_done = "済" | "✓";
    slot_mark_open = "未" | "–";
    slot_mark_refused = "否" | "×";
    slot_spoken(letter, state) = "{letter}は{state}" | "{letter}: {state}";
    list_comma = "、" | ", ";
    sentence_gap = "" | " ";
    own_organization = "当社" | "your organization";
    stage(n) = "順番{n}" | "Stage {n}";
    stage_together = "同時" | "in parallel";
    stage_now = "対応中" | "now";
    note_undelivered = "メールが届いていません" | "Mail not delivered";
    note_not_opened = "まだ開いていません" | "Not opened yet";
    note_opened(at) = "{at} に開きました" | "Opened {at}";
    note_accepted(at) = "{at} 同意・署名を作成中" | "Agreed {at}, signature being made";
    note_signed(at) = "{at} 署名" | "Signed {at}";
    note_declined(at) = "{at} 却下" | "Declined {at}";
    note_after(stage) = "順番{stage}の署名のあとに届きます" | "Gets the request after stage {stage}";
    grade(n) = "証拠の段階 {n}" | "Evidence grade {n}";
    grade_of = "/5" | " of 5";
    grade_mail = "メールのみ" | "mail only";
    grade_help_title = "証拠の段階とは" | "What is the evidence grade?";
    grade_help = "署名した人が本人だと、どこまで確かめたかを5段階で示します。段階1は、その人のメールアドレスに届いた、一度きりのリンクを開いたことを確かめています。"
        | "It says on a scale of five how well the signer's identity was established. Grade 1 means: the signer opened a link that was sent to their mail address and to nobody else.";
    fields_count(n) = "{n}項目" | one "{n} field" | "{n} fields";
    pages_count(n) = "{n}ページ" | one "{n} page" | "{n} pages";
    others_more(n) = "ほか{n}者" | one "and {n} other" | "and {n} others";

    // Mails
    delivery_queued = "送信待ち" | "queued";
    delivery_accepted = "受信側が受理" | "accepted by the receiver";
    delivery_refused = "不達" | "refused";
    delivery_retrying(at) = "再送 {at}" | "retry at {at}";
    delivery_dropped = "送りませんでした" | "not sent";
    delivery_local = "この機械の受信箱" | "local mailbox";
    mail_kind_request = "署名の依頼" | "Request";
    mail_kind_reminder = "催促" | "Reminder";
    mail_kind_completion = "完了のお知らせ" | "Completion";
    mail_kind_withdrawal = "取消のお知らせ" | "Withdrawal";
    mail_kind_decline = "却下のお知らせ" | "Decline notice";
    mail_kind_expiry = "期限切れのお知らせ" | "Expiry notice";
    mail_kind_invitation = "招待" | "Invitation";
    mail_kind_reset = "パスワードの再設定" | "Password reset";
    mail_kind_keeping = "長期保存の知らせ" | "Long-term keeping";

    // Punctuation and units
    middle_dot = "・" | " · ";
    quoted(name) = "「{name}」" | "“{name}”";
    full_stop = "。" | ". ";
    yen_unit = "円" | "";

    // Days
    today = "今日" | "today";
    days_to_go(n) = "あと{n}日" | one "{n} day left" | "{n} days left";
    days_over(n) = "{n}日過ぎました" | one "{n} day overdue" | "{n} days overdue";

    // Checks
    check_good = "できています" | "Good";
    check_warning = "注意" | "Attention";
    check_failed = "だめです" | "Failed";
    check_running = "確かめています" | "Being checked";
    check_open = "これから" | "Still to come";

    // Forms
    required = "必須" | "required";
    optional = "任意" | "optional";
    form_errors(n) = "直すところが{n}か所あります" | one "{n} entry needs correction" | "{n} entries need correction";
    form_kept = "入力はそのまま残しています。" | "What you typed is kept.";
    cancel = "やめる" | "Cancel";
    save = "保存" | "Save";
    saved_at(at) = "{at}に保存しました" | "Saved at {at}";
    back_to(what) = "戻る: {what}" | "Back: {what}";
    next_to(what) = "次へ: {what}" | "Next: {what}";
    edit = "直す" | "Change";
    delete = "消す" | "Delete";
    add = "加える" | "Add";
    show_password = "パスワードを表示" | "Show the password";
    copied = "写しました" | "Copied";
    download = "ダウンロード" | "Download";
    see_all = "すべて見る" | "See all";
    reload = "読み直す" | "Reload";
    none = "—" | "—";

    // Pager
    pager = "ページ" | "Pages";
    pager_previous = "前のページ" | "Previous page";
    pager_next = "次のページ" | "Next page";
    pager_page(n) = "{n}ページ目" | "Page {n}";
}
