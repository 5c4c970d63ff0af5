//! An installation of its own for each test, run by the real program.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::browser::Browser;

/// Nothing here takes this long; a test that waits for it fails.
const AT_MOST: Duration = Duration::from_mins(2);

pub(crate) const ADMINISTRATOR: &str = "takahashi@minato.example";
pub(crate) const PASSWORD: &str = "朝顔の種を三つ数える猫";

/// A program that runs, with its log.
pub(crate) struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts `akashi` in a folder.
    fn start(folder: &Path, command: &str, config: &str, output: Stdio) -> Self {
        let file = folder.join(format!("{command}.toml"));
        std::fs::write(&file, config).unwrap();
        let log = folder.join(format!("{command}.log"));
        let child = Command::new(env!("CARGO_BIN_EXE_akashi"))
            .arg("--config")
            .arg(&file)
            .arg("--data")
            .arg(folder.join("data"))
            .arg(command)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(File::options().create(true).append(true).open(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log }
    }

    /// Asks it to end, as a supervisor does.
    pub(crate) fn terminate(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        until("the program ends", || self.child.try_wait().unwrap())
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A data folder, and `akashi serve` on it.
pub(crate) struct Installation {
    pub(crate) program: Program,
    pub(crate) address: SocketAddr,
    setup: String,
    // Last, so that the program has ended before the folder goes.
    pub(crate) folder: tempfile::TempDir,
}

impl Installation {
    /// A new installation on a free port of 127.0.0.1. `server` are more lines of the table `[server]`, `more` are
    /// more tables.
    pub(crate) fn new(server: &str, more: &str) -> Self {
        Self::listening("127.0.0.1:0", server, more, |_| {})
    }

    /// A new installation that listens somewhere; `prepare` may put files into its folder.
    pub(crate) fn listening(listen: &str, server: &str, more: &str, prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let server = server.replace("{folder}", folder.path().to_str().unwrap());
        let config = format!("[server]\nlisten = \"{listen}\"\n{server}\n{more}");
        let (program, address, mut lines) = serve(folder.path(), &config);
        let setup = lines.next().unwrap().unwrap();
        let setup = setup.split_once("/setup/").unwrap().1;
        Self {
            setup: format!("/setup/{}", setup.trim()),
            program,
            address,
            folder,
        }
    }

    /// Ends it and starts it again on the same data with other tables; it listens on another port.
    pub(crate) fn restart(&mut self, more: &str) {
        self.program.terminate();
        assert!(self.program.ended().success());
        let config = format!("[server]\nlisten = \"127.0.0.1:0\"\n{more}");
        (self.program, self.address, _) = serve(self.folder.path(), &config);
    }

    /// Starts `akashi worker` on the same data.
    pub(crate) fn worker(&self) -> Program {
        Program::start(self.folder.path(), "worker", "", Stdio::null())
    }

    /// The path of the one-time link that was printed.
    pub(crate) fn setup_path(&self) -> &str {
        &self.setup
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::at(self.address)
    }

    /// Makes the first organization; the browser is signed in afterwards.
    pub(crate) fn set_up(&self, browser: &mut Browser) {
        let fields = [
            ("organization", "株式会社みなと製作所"),
            ("name", "髙橋 誠"),
            ("email", ADMINISTRATOR),
            ("password", PASSWORD),
            ("lang", "ja"),
        ];
        browser.post(&self.setup, &fields).expect(303);
    }

    /// The browser of the administrator.
    pub(crate) fn administrator(&self) -> Browser {
        let mut browser = self.browser();
        self.set_up(&mut browser);
        browser
    }

    /// The texts of all mails so far, oldest first.
    fn mails(&self) -> Vec<serde_json::Value> {
        let folder = self.folder.path().join("data/mailbox");
        let files = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .collect();
        files.sort();
        files
            .iter()
            .map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
            .collect()
    }

    /// The newest mail to an address with this in its text.
    pub(crate) fn mail(&self, to: &str, part: &str) -> Option<String> {
        let mails = self.mails();
        let texts = mails.iter().rev().filter(|mail| mail["to"] == to);
        let mut texts = texts.map(|mail| mail["text"].as_str().unwrap().to_owned());
        texts.find(|text| text.contains(part))
    }

    /// Waits for a mail, and returns what follows `path` in it.
    pub(crate) fn token(&self, to: &str, path: &str) -> String {
        let text = until("the mail arrives", || self.mail(to, path));
        let rest = text.split_once(path).unwrap().1;
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect()
    }
}

type Lines = std::io::Lines<BufReader<std::process::ChildStdout>>;

/// Starts `akashi serve` and waits until it says where it listens.
fn serve(folder: &Path, config: &str) -> (Program, SocketAddr, Lines) {
    let mut program = Program::start(folder, "serve", config, Stdio::piped());
    let mut lines = BufReader::new(program.child.stdout.take().unwrap()).lines();
    let greeting = match lines.next() {
        Some(line) => line.unwrap(),
        None => panic!("it does not start: {}", program.log()),
    };
    let address = greeting.rsplit_once("(http://").unwrap().1;
    let address = address.trim_end_matches(')').parse().unwrap();
    (program, address, lines)
}

/// Looks again and again until something is there.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < AT_MOST, "{what}: not in time");
        std::thread::sleep(Duration::from_millis(20));
    }
}
