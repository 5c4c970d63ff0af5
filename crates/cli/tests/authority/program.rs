//! A folder with an authority, the program, `openssl`, and a client for plain HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A folder with `data` made by `akashi ca init`.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::configured("")
    }

    /// With an `akashi.toml`.
    pub(crate) fn configured(toml: &str) -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        place.write("akashi.toml", toml);
        place.akashi_ok(&[
            "ca",
            "init",
            "--name",
            "Minato",
            "--organization",
            "株式会社みなと",
        ]);
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.file(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.file(name), content).unwrap();
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path())
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn akashi(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_akashi"), arguments)
            .output()
            .unwrap()
    }

    /// Must succeed; what it says on standard output.
    pub(crate) fn akashi_ok(&self, arguments: &[&str]) -> String {
        succeeded(arguments, &self.akashi(arguments))
    }

    pub(crate) fn openssl(&self, arguments: &[&str]) -> Output {
        self.command("openssl", arguments)
            .output()
            .expect("the program openssl is needed for this test")
    }

    pub(crate) fn openssl_ok(&self, arguments: &[&str]) -> String {
        succeeded(arguments, &self.openssl(arguments))
    }

    /// Starts a service of `akashi` on a free port.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Service {
        let arguments = [arguments, &["--listen", "127.0.0.1:0"]].concat();
        let mut child = self
            .command(env!("CARGO_BIN_EXE_akashi"), &arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .rsplit_once("http://")
            .expect("it says where it listens")
            .1;
        Service {
            address: address.parse().unwrap(),
            child,
        }
    }
}

/// A service that runs until dropped.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Service {
    /// One request on a connection of its own: status and body.
    pub(crate) fn ask(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let (status, _, body) = self.ask_for_head(method, path, content_type, body);
        (status, body)
    }

    /// As [`Self::ask`], with the head of the answer in lower case.
    pub(crate) fn ask_for_head(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: &[u8],
    ) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses may close before it has read everything.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, answer[end + 4..].to_vec())
    }

    /// Asks it to end, as a supervisor does, and waits.
    pub(crate) fn end(mut self) -> bool {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn succeeded(arguments: &[&str], output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}\n{text}{errors}");
    text
}
