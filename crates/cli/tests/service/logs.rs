//! What the log says, and what it never says.

use serde_json::Value;

use crate::installation::{ADMINISTRATOR, Installation, PASSWORD};
use crate::story::{ANNA, NAOKI, TITLE, concluded, enter, send};

#[test]
fn the_log_is_structured_and_names_nobody() {
    let mut installation = Installation::new("", "");
    let mut sender = installation.administrator();
    let contract = send(&mut sender);
    let token = installation.token(ANNA, "/s/");
    for address in [ANNA, NAOKI] {
        enter(&installation, address).sign();
    }
    concluded(&mut sender, &contract);
    let fields = [("email", ADMINISTRATOR), ("password", "wrong password")];
    sender.post("/sign-in", &fields).expect(401);
    sender
        .post("/password/forgot", &[("email", ADMINISTRATOR)])
        .expect(200);
    let reset = installation.token(ADMINISTRATOR, "/password/reset/");
    sender
        .get(&format!("/password/reset/{reset}?q={ANNA}"))
        .expect(200);
    sender.get("/verify/CTR?email=someone@else.example").expect(200);
    let missing = sender.get_json("/nothing").expect(404);
    let number = missing.header("x-request-id").to_owned();
    installation.program.terminate();
    assert!(installation.program.ended().success());

    let log = installation.program.log();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not structured: {line}")))
        .collect();
    let answered = |route: &str| {
        lines
            .iter()
            .filter(|line| line["fields"]["message"] == "answered" && line["span"]["http.route"] == route)
            .count()
    };
    assert_eq!(answered("/s/{token}"), 2, "the route, not the path: {log}");
    assert!(answered("/password/reset/{token}") > 0);
    let found = lines
        .iter()
        .find(|line| line["span"]["request.id"] == number.as_str());
    assert_eq!(
        found.expect("the number is found again")["fields"]["http.status"],
        404
    );

    for secret in [
        &token,
        &reset,
        ANNA,
        NAOKI,
        ADMINISTRATOR,
        PASSWORD,
        "wrong password",
        "someone@else",
        "Anna",
        "森下",
        "髙橋",
        "みなと",
        TITLE,
        "127.0.0.1",
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
