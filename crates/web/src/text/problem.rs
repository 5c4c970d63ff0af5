//! Words of the error pages: what happened, what was kept, what to do.

use super::messages;

messages! {
    problem_bad_request = "この要求は受け取れません" | "This request cannot be accepted";
    problem_bad_request_text = "アドレスか送られた内容が正しい形ではありません。何も変わっていません。前のページに戻って、やり直してください。"
        | "The address or what was sent is not in the right form. Nothing was changed. Please go back and try again.";
    problem_sign_in = "ログインが要ります" | "Please sign in";
    problem_sign_in_text = "ログインの期限が切れたか、まだログインしていません。保存したものは残っています。"
        | "Your session has ended, or you are not signed in. What was saved is kept.";
    problem_forbidden = "この操作は許されていません" | "You may not do this";
    problem_forbidden_text = "何も変わっていません。必要なときは、管理者に頼んでください。" | "Nothing was changed. If you need it, please ask an administrator.";
    problem_not_found = "見つかりません" | "Not found";
    problem_not_found_text = "アドレスが違うか、消されたか、見る権限がありません。" | "The address is wrong, it was deleted, or you may not see it.";
    problem_conflict = "ほかの操作が先に行われました" | "Someone was faster";
    problem_conflict_text = "同じものが、ほかの人か別の窓で変えられました。その変更は残っています。読み直してから、もう一度操作してください。"
        | "It was changed by another person or in another window. That change is kept. Please reload and do it again.";
    problem_too_large(limit) = "大きすぎます({limit}まで)" | "Too large (limit: {limit})";
    problem_too_large_text = "このファイルは受け取っていません。ほかの書類と下書きは残っています。小さくするか、分けてください。"
        | "The file was not taken. The draft and its other documents are kept. Please make it smaller or split it.";
    problem_too_many = "操作が多すぎます" | "Too many requests";
    problem_too_many_text(seconds) = "あと{seconds}秒待ってから、もう一度試してください。入力したものは残っています。"
        | one "Please wait a second and try again. What was saved is kept." | "Please wait {seconds} seconds and try again. What was saved is kept.";
    problem_internal = "こちらの不具合です" | "Something went wrong on our side";
    problem_internal_text = "この操作は行われていません。契約と署名は残っています。少し待って、もう一度試してください。続くときは、下の番号を管理者に伝えてください。"
        | "This was not done. Contracts and signatures are kept. Please wait a little and try again. If it goes on, tell your administrator the number below.";
    problem_unavailable = "いまは使えません" | "Not available now";
    problem_unavailable_text = "準備中か、止めているところです。保存したものは残っています。少し待って、もう一度試してください。"
        | "The service is starting or stopping. What was saved is kept. Please try again in a moment.";
    problem_number = "番号" | "Number";
    problem_back = "前のページに戻る" | "Go back";
}
