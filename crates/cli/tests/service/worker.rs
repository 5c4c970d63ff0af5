//! `serve` without a worker of its own, and `akashi worker` alone.

use crate::installation::{ADMINISTRATOR, Installation};
use crate::story::{ANNA, NAOKI, concluded, enter, send};

#[test]
fn a_worker_alone_does_all_the_work() {
    let installation = Installation::new("", "[worker]\nparallel = 0");
    let mut sender = installation.administrator();
    let contract = send(&mut sender);
    // Nobody works: the job stays where it is, and the page says that it is being sent.
    let figures = sender.get("/metrics").expect(200).text();
    assert!(figures.contains("akashi_jobs{state=\"due\"} 1"), "{figures}");
    assert!(!figures.contains("akashi_job_attempts_total"), "{figures}");
    assert_eq!(installation.mail(ANNA, "/s/"), None);

    let mut worker = installation.worker();
    for address in [ANNA, NAOKI] {
        enter(&installation, address).sign();
    }
    concluded(&mut sender, &contract);
    installation.token(ADMINISTRATOR, "/contracts/");
    let figures = sender.get("/metrics").expect(200).text();
    assert!(
        !figures.contains("akashi_job_attempts_total"),
        "the other process did it: {figures}"
    );
    worker.terminate();
    let status = worker.ended();
    assert!(status.success(), "{status}\n{}", worker.log());
    assert!(worker.log().contains("\"stopped\""));
}

#[test]
fn a_worker_that_is_killed_is_replaced_by_the_next() {
    let installation = Installation::new("", "[worker]\nparallel = 0");
    let mut sender = installation.administrator();
    let contract = send(&mut sender);
    drop(installation.worker());
    let _next = installation.worker();
    for address in [ANNA, NAOKI] {
        enter(&installation, address).sign();
    }
    concluded(&mut sender, &contract);
}
