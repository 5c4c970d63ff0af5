//! A mail server that takes everything and puts it into the hands of whoever waits for the recipient (RFC 5321,
//! without extensions).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// How long anyone waits for one mail.
const PATIENCE: Duration = Duration::from_mins(2);

/// A mail that arrived.
#[derive(Debug)]
pub(crate) struct Arrived {
    /// When the server had all of it.
    pub(crate) at: Instant,
    /// The whole message.
    pub(crate) bytes: Bytes,
}

type Boxes = Arc<Mutex<BTreeMap<String, mpsc::UnboundedSender<Arrived>>>>;

/// The mail server.
#[derive(Debug, Clone)]
pub(crate) struct MailServer {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    boxes: Boxes,
}

/// The mails to one address, in the order of their arrival.
#[derive(Debug)]
pub(crate) struct Inbox {
    address: String,
    mails: mpsc::UnboundedReceiver<Arrived>,
}

impl Inbox {
    /// The next mail.
    ///
    /// # Errors
    /// None came within two minutes.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Arrived> {
        tokio::time::timeout(PATIENCE, self.mails.recv())
            .await
            .ok()
            .flatten()
            .with_context(|| format!("no mail to {} within {} s", self.address, PATIENCE.as_secs()))
    }

    /// Waits until a mail has come, and leaves it where it is.
    ///
    /// # Errors
    /// None came within two minutes.
    pub(crate) async fn arrival(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        while self.mails.is_empty() {
            anyhow::ensure!(began.elapsed() < PATIENCE, "no mail to {}", self.address);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }
}

impl MailServer {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// No port can be had.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let server = Self {
            address: listener.local_addr()?,
            boxes: Boxes::default(),
        };
        let boxes = Arc::clone(&server.boxes);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let boxes = Arc::clone(&boxes);
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &boxes).await {
                        eprintln!("akashi-bench: mail server: {error:#}");
                    }
                });
            }
        });
        Ok(server)
    }

    /// Gathers the mails to an address from now on.
    pub(crate) fn inbox(&self, address: &str) -> Inbox {
        let (sender, mails) = mpsc::unbounded_channel();
        self.boxes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(address.to_owned(), sender);
        Inbox {
            address: address.to_owned(),
            mails,
        }
    }
}

/// One connection, over which any number of mails come.
async fn converse(stream: TcpStream, boxes: &Boxes) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::with_capacity(64 * 1024, read);
    let mut recipients: Vec<String> = Vec::new();
    let mut line = Vec::new();
    write.write_all(b"220 bench\r\n").await?;
    loop {
        line.clear();
        if read.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let command = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = command.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" | "HELO" | "MAIL" | "NOOP" => b"250 OK\r\n",
            "RSET" => {
                recipients.clear();
                b"250 OK\r\n"
            }
            "RCPT" => {
                recipients.extend(address_in(&command));
                b"250 OK\r\n"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let bytes = message(&mut read).await?;
                deliver(boxes, &recipients, &bytes);
                recipients.clear();
                b"250 taken\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"502 what?\r\n",
        };
        write.write_all(answer).await?;
    }
}

/// What stands between the angle brackets.
fn address_in(command: &str) -> Option<String> {
    let (_, rest) = command.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    Some(address.to_owned())
}

/// The message up to the line with a single full stop.
async fn message(read: &mut (impl tokio::io::AsyncBufRead + Unpin)) -> anyhow::Result<Bytes> {
    let mut bytes = Vec::new();
    loop {
        let begin = bytes.len();
        anyhow::ensure!(
            read.read_until(b'\n', &mut bytes).await? > 0,
            "the message breaks off"
        );
        if bytes.get(begin..) == Some(b".\r\n") {
            bytes.truncate(begin);
            return Ok(bytes.into());
        }
    }
}

fn deliver(boxes: &Boxes, recipients: &[String], bytes: &Bytes) {
    let boxes = boxes.lock().unwrap_or_else(PoisonError::into_inner);
    for inbox in recipients.iter().filter_map(|recipient| boxes.get(recipient)) {
        // Whoever has what it waited for may have gone.
        let _ = inbox.send(Arrived {
            at: Instant::now(),
            bytes: bytes.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mail_comes_to_its_recipient() {
        let server = MailServer::start().await.unwrap();
        let mut inbox = server.inbox("a@b.example");
        let mut stream = BufReader::new(TcpStream::connect(server.address).await.unwrap());
        let words = [
            "EHLO x\r\n",
            "MAIL FROM:<s@b.example>\r\n",
            "RCPT TO:<a@b.example>\r\n",
            "DATA\r\n",
            "Subject: x\r\n\r\nhello\r\n.\r\n",
        ];
        for word in words {
            let mut answer = String::new();
            stream.read_line(&mut answer).await.unwrap();
            assert!(answer.starts_with('2') || answer.starts_with('3'), "{answer}");
            stream.write_all(word.as_bytes()).await.unwrap();
        }
        let mail = inbox.next().await.unwrap();
        assert_eq!(&mail.bytes[..], b"Subject: x\r\n\r\nhello\r\n");
    }
}
