//! Asked to end, the program finishes what it has begun.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::browser::{Answer, MULTIPART, form_with};
use crate::installation::{Installation, until};
use crate::story::{new_draft, pdf, send};

#[test]
fn an_upload_in_progress_is_finished_and_nothing_new_is_taken() {
    let mut installation = Installation::new("", "");
    let mut browser = installation.administrator();
    let documents = format!("{}/documents", new_draft(&mut browser));
    let form = form_with("files", &pdf(2));
    let headers = [
        ("accept", "application/json"),
        ("content-type", MULTIPART),
        ("expect", "100-continue"),
    ];
    let head = browser.head("POST", &documents, &headers, form.len());
    let mut stream = browser.connect();
    stream.write_all(head.as_bytes()).unwrap();
    // The server says so when the handler begins to read.
    let mut go_on = [0_u8; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    let (first, second) = form.split_at(form.len() / 2);
    stream.write_all(first).unwrap();

    installation.program.terminate();
    until("nothing new is taken", || {
        TcpStream::connect(installation.address).err()
    });
    stream.write_all(second).unwrap();
    Answer::read(&mut stream).expect(201);
    let status = installation.program.ended();
    assert!(status.success(), "{status}\n{}", installation.program.log());
    assert!(installation.program.log().contains("\"stopped\""));
}

#[test]
fn a_stream_of_events_ends_with_the_program() {
    let mut installation = Installation::new("", "");
    let mut browser = installation.administrator();
    let contract = send(&mut browser);
    let head = browser.head("GET", &format!("{contract}/events"), &[], 0);
    let mut stream = browser.connect();
    stream.write_all(head.as_bytes()).unwrap();
    let mut begin = [0_u8; 15];
    stream.read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200 OK");
    installation.program.terminate();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("event: end"), "{rest}");
    assert!(installation.program.ended().success());
}
