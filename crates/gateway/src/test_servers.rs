//! Real server programs for tests: SMTP and S3, as separate processes that end with the test.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::segments::S3Settings;

/// A server program. It ends when its standard input closes, so also when the test is killed.
struct Server {
    child: Child,
    ready: Value,
}

impl Server {
    fn start(script: &str, arguments: &[&str]) -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = python(&workspace);
        let mut child = Command::new(&python)
            .arg(workspace.join("judges").join(script))
            .args(arguments)
            .arg("--stop-with-stdin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", python.display()));
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{script} did not come up ({error}): {line:?}"));
        Self { child, ready }
    }

    fn text(&self, key: &str) -> String {
        self.ready[key]
            .as_str()
            .unwrap_or_else(|| panic!("{key} is missing in {}", self.ready))
            .to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may still be answering a slow request.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The interpreter in which the server programs are installed. Without it the tests fail; they never skip.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where the judges are through the environment"
)]
fn python(workspace: &Path) -> PathBuf {
    std::env::var_os("AKASHI_JUDGES_PYTHON")
        .map_or_else(|| workspace.join("target/judges/bin/python"), PathBuf::from)
}

/// An S3 server with one bucket.
pub(crate) struct S3Server(Server);

impl S3Server {
    pub(crate) fn start() -> Self {
        Self(Server::start("s3_server.py", &[]))
    }

    pub(crate) fn settings(&self) -> S3Settings {
        S3Settings {
            bucket: self.0.text("bucket"),
            region: self.0.text("region"),
            endpoint: Some(self.0.text("endpoint")),
            prefix: Some("installation-1".to_owned()),
            access_key_id: Some(self.0.text("access_key_id")),
            secret_access_key: Some(self.0.text("secret_access_key").into()),
            virtual_hosted_style: false,
            allow_http: true,
            extra_roots: Vec::new(),
            timeout_ms: 20_000,
        }
    }
}

/// An SMTP server that keeps what it takes.
pub(crate) struct SmtpServer {
    server: Server,
    folder: tempfile::TempDir,
}

/// A mail that the server took.
pub(crate) struct TakenMail {
    /// The bytes of DATA.
    pub(crate) eml: String,
    /// What the server knows of the exchange.
    pub(crate) facts: Value,
}

impl SmtpServer {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap().to_owned();
        let arguments = [&["--folder", path.as_str()], arguments].concat();
        Self {
            server: Server::start("smtp_server.py", &arguments),
            folder,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        u16::try_from(self.server.ready["port"].as_u64().unwrap()).unwrap()
    }

    pub(crate) fn ca_pem(&self) -> PathBuf {
        PathBuf::from(self.server.text("ca_pem"))
    }

    pub(crate) fn taken(&self) -> Vec<TakenMail> {
        let entries = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut facts: Vec<_> = entries
            .filter(|path| path.extension().is_some_and(|found| found == "json"))
            .collect();
        facts.sort();
        facts
            .into_iter()
            .map(|path| TakenMail {
                eml: std::fs::read_to_string(path.with_extension("eml")).unwrap(),
                facts: serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap(),
            })
            .collect()
    }
}

/// A certificate for 127.0.0.1 and localhost with its key, and the root that believes it as a PEM file.
pub(crate) struct TlsIdentity {
    folder: tempfile::TempDir,
    acceptor: tokio_rustls::TlsAcceptor,
}

impl TlsIdentity {
    pub(crate) fn new() -> Self {
        let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let root_key = rcgen::KeyPair::generate().unwrap();
        let root = parameters.self_signed(&root_key).unwrap();
        let issuer = rcgen::Issuer::new(parameters, root_key);
        let key = rcgen::KeyPair::generate().unwrap();
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let certificate = rcgen::CertificateParams::new(names)
            .unwrap()
            .signed_by(&key, &issuer)
            .unwrap();

        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.pem"), root.pem()).unwrap();
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = rustls_pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Self {
            folder,
            acceptor: std::sync::Arc::new(config).into(),
        }
    }

    pub(crate) fn root_pem(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// A port that speaks TLS and hands on to `port` in the clear.
    pub(crate) async fn in_front_of(&self, port: u16) -> u16 {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let front = listener.local_addr().unwrap().port();
        let acceptor = self.acceptor.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut behind = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
                });
            }
        });
        front
    }
}

/// A request as the server below saw it.
#[derive(Debug, Clone)]
pub(crate) struct SeenRequest {
    /// Request line and headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// An HTTP server that answers with the bytes that `answer` gives; on a port of this machine until the test ends.
pub(crate) async fn http_server(answer: impl Fn(SeenRequest) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = std::sync::Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = std::sync::Arc::clone(&answer);
            tokio::spawn(async move {
                let mut seen = Vec::new();
                let (head, wanted) = loop {
                    let mut chunk = [0_u8; 4096];
                    let length = stream.read(&mut chunk).await.unwrap_or(0);
                    if length == 0 {
                        return;
                    }
                    seen.extend_from_slice(&chunk[..length]);
                    if let Some(end) = seen.windows(4).position(|window| window == b"\r\n\r\n") {
                        let head = String::from_utf8_lossy(&seen[..end]).into_owned();
                        let length = head.lines().find_map(|line| {
                            line.to_ascii_lowercase()
                                .strip_prefix("content-length: ")
                                .map(|n| n.trim().parse::<usize>().unwrap())
                        });
                        break (head, end + 4 + length.unwrap_or(0));
                    }
                };
                while seen.len() < wanted {
                    let mut chunk = [0_u8; 4096];
                    let length = stream.read(&mut chunk).await.unwrap();
                    seen.extend_from_slice(&chunk[..length]);
                }
                let body = seen[wanted - (seen.len().min(wanted) - head.len() - 4)..wanted].to_vec();
                let bytes = answer(SeenRequest { head, body });
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    port
}

/// An HTTP answer.
pub(crate) fn http_answer(status: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
