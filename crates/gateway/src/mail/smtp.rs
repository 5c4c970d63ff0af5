//! Mail submission over SMTP (RFC 5321), with STARTTLS (RFC 3207) or TLS from the first byte (RFC 8314).
//!
//! Connections are kept for the next mail, at most a minute. The pool is our own: a connection on which a
//! time-out struck is in an unknown place of its conversation, and a later mail must never read the answer that
//! belongs to an earlier one.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use akashi_app::ports::{MailError, MailMode, MailReceipt, Mailer, OutgoingMail};
use akashi_domain::EmailAddress;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{message, one_line};

/// Settings of the mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// The server's name, as in its certificate.
    pub host: String,
    /// The port; 465 for TLS, 587 for STARTTLS and 25 without encryption when left out.
    pub port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub security: Security,
    /// The user, where the server asks for one.
    pub username: Option<String>,
    /// The password that belongs to the user.
    pub password: Option<SecretString>,
    /// The sender's address.
    pub from: EmailAddress,
    /// How this machine calls itself in EHLO; the domain of `from` when left out.
    pub hello_name: Option<String>,
    /// Milliseconds to connect and greet, and again for each mail.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
    /// The most connections at once.
    #[serde(default = "default_max_connections")]
    pub max_connections: usize,
    /// PEM files of further roots that are believed.
    #[serde(default)]
    pub extra_roots: Vec<PathBuf>,
}

const fn default_timeout_ms() -> u64 {
    30_000
}

const fn default_max_connections() -> usize {
    4
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// STARTTLS, required: without it no mail is handed over.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None; for a server on this machine only.
    None,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// No encryption, but the server is not this machine.
    #[error("mail without encryption is permitted to this machine only")]
    PlainToElsewhere,
    /// A user without password, or a password without user.
    #[error("username and password go together")]
    HalfCredentials,
    /// A file of roots cannot be used.
    #[error("roots in {path} cannot be used")]
    Roots {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] SmtpError),
}

/// Hands mails to an SMTP server.
pub struct SmtpMailer {
    host: String,
    port: u16,
    security: Security,
    tls: TlsParameters,
    credentials: Option<Credentials>,
    hello_name: ClientId,
    from: EmailAddress,
    time_limit: Duration,
    permits: Semaphore,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpMailer")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// Prepares the mailer; dials nowhere.
    ///
    /// # Errors
    /// [`OpenError`] says what does not fit.
    pub fn new(settings: &SmtpSettings) -> Result<Self, OpenError> {
        if settings.security == Security::None && !is_this_machine(&settings.host) {
            return Err(OpenError::PlainToElsewhere);
        }
        let credentials = match (&settings.username, &settings.password) {
            (Some(user), Some(password)) => Some(Credentials::new(
                user.clone(),
                password.expose_secret().to_owned(),
            )),
            (None, None) => None,
            _ => return Err(OpenError::HalfCredentials),
        };
        let hello_name = settings
            .hello_name
            .clone()
            .unwrap_or_else(|| ascii_domain(&settings.from));
        let port = settings.port.unwrap_or(match settings.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        });
        Ok(Self {
            tls: tls_parameters(settings)?,
            host: settings.host.clone(),
            port,
            security: settings.security,
            credentials,
            hello_name: ClientId::Domain(hello_name),
            from: settings.from.clone(),
            time_limit: Duration::from_millis(settings.timeout_ms),
            permits: Semaphore::new(settings.max_connections.max(1)),
            idle: Mutex::new(Vec::new()),
        })
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, MailError> {
        while let Some(mut idle) = self.take_idle() {
            // The server may have hung up meanwhile.
            if timeout(NOOP_LIMIT, idle.test_connected()).await == Ok(true) {
                return Ok(idle);
            }
        }
        match timeout(self.time_limit, self.connect()).await {
            Ok(Ok(connection)) => Ok(connection),
            // Whatever goes wrong before a mail is offered says nothing about the mail: 5yz here means that
            // the server refuses us (a wrong password, say), which the operator can mend.
            Ok(Err(error)) => Err(MailError::Delayed {
                response: error.in_words(),
            }),
            Err(_) => Err(MailError::Delayed {
                response: self.timed_out("greeting"),
            }),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, ConnectError> {
        let server = (self.host.as_str(), self.port);
        let mut connection = if self.security == Security::Tls {
            let tls = Some(self.tls.clone());
            let limit = Some(self.time_limit);
            AsyncSmtpConnection::connect_tokio1(server, limit, &self.hello_name, tls, None).await?
        } else {
            let stream = TcpStream::connect(server).await?;
            // The library sends a mail and the dot behind it in two writes. Held back until the first is
            // acknowledged (Nagle), the dot waits 40 ms for a server that delays its acknowledgements.
            stream.set_nodelay(true)?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello_name).await?
        };
        if self.security == Security::Starttls {
            connection.starttls(self.tls.clone(), &self.hello_name).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], credentials)
                .await?;
        }
        Ok(connection)
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|parked| parked.since.elapsed() < IDLE_LIMIT);
        idle.pop().map(|parked| parked.connection)
    }

    fn park(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(Idle {
            connection,
            since: Instant::now(),
        });
    }

    fn timed_out(&self, during: &str) -> String {
        format!(
            "no answer from {}:{} within {} s ({during})",
            self.host,
            self.port,
            self.time_limit.as_secs_f32()
        )
    }
}

#[async_trait::async_trait]
impl Mailer for SmtpMailer {
    fn mode(&self) -> MailMode {
        MailMode::Smtp {
            from: self.from.clone(),
        }
    }

    async fn send(&self, mail: &OutgoingMail) -> Result<MailReceipt, MailError> {
        let message = message::write(mail, &self.from).map_err(|error| MailError::Refused {
            response: one_line(&with_causes(&error)),
        })?;
        let bytes = message.formatted();
        let permit = self.permits.acquire().await;
        let mut connection = self.connection().await?;
        let outcome = timeout(self.time_limit, connection.send(message.envelope(), &bytes)).await;
        drop(permit);
        match outcome {
            Ok(Ok(response)) => {
                self.park(connection);
                Ok(MailReceipt {
                    response: answer(&response),
                })
            }
            // The library has hung up already.
            Ok(Err(error)) => Err(refused_or_delayed(&error)),
            Err(_) => Err(MailError::Delayed {
                response: self.timed_out("mail"),
            }),
        }
    }

    async fn check(&self) -> Result<String, MailError> {
        let connected = timeout(self.time_limit, self.connect()).await;
        match connected {
            Ok(Ok(connection)) => {
                self.park(connection);
                // Terms of the protocol: shown to readers of every language.
                let (scheme, protection) = match self.security {
                    Security::Starttls => ("smtp", " STARTTLS"),
                    Security::Tls => ("smtps", ""),
                    Security::None => ("smtp", ""),
                };
                let sign_in = if self.credentials.is_some() { " AUTH" } else { "" };
                Ok(format!(
                    "{scheme}://{}:{}{protection}{sign_in}",
                    self.host, self.port
                ))
            }
            Ok(Err(error)) => Err(MailError::Delayed {
                response: error.in_words(),
            }),
            Err(_) => Err(MailError::Delayed {
                response: self.timed_out("greeting"),
            }),
        }
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, OpenError> {
    let mut builder =
        TlsParameters::builder(settings.host.clone()).certificate_store(CertificateStore::WebpkiRoots);
    for path in &settings.extra_roots {
        let failed = |source| OpenError::Roots {
            path: path.clone(),
            source,
        };
        for der in crate::tls::certificates(path).map_err(|error| failed(Box::new(error)))? {
            let root = Certificate::from_der(der.to_vec()).map_err(|error| failed(Box::new(error)))?;
            builder = builder.add_root_certificate(root);
        }
    }
    builder.build_rustls().map_err(OpenError::Tls)
}

/// A failure while the mail was offered. 5yz is a refusal for good, except for codes that speak of the session
/// (RFC 4954, 6; RFC 3207, 4): those are the operator's to mend, and the mail is not to blame.
fn refused_or_delayed(error: &SmtpError) -> MailError {
    let response = answer_in(error);
    let speaks_of_session = error
        .status()
        .is_some_and(|code| ["530", "534", "535", "538"].contains(&code.to_string().as_str()));
    if (error.is_permanent() && !speaks_of_session) || error.is_client() {
        MailError::Refused { response }
    } else {
        MailError::Delayed { response }
    }
}

/// What the server said, or what went wrong instead.
/// Why a server could not be reached or did not greet.
#[derive(Debug, thiserror::Error)]
enum ConnectError {
    #[error(transparent)]
    Network(#[from] std::io::Error),
    #[error(transparent)]
    Smtp(#[from] SmtpError),
}

impl ConnectError {
    fn in_words(&self) -> String {
        match self {
            Self::Network(error) => one_line(&with_causes(error)),
            Self::Smtp(error) => answer_in(error),
        }
    }
}

fn answer_in(error: &SmtpError) -> String {
    use std::error::Error as _;
    match (error.status(), error.source()) {
        (Some(code), Some(words)) => one_line(&format!("{code} {words}")),
        (Some(code), None) => code.to_string(),
        (None, _) => one_line(&with_causes(error)),
    }
}

fn answer(response: &Response) -> String {
    one_line(&format!(
        "{} {}",
        response.code(),
        response.message().collect::<Vec<_>>().join(" ")
    ))
}

fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        // The mail library repeats its cause in its own text.
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text
}

/// The domain of an address as EHLO takes it (RFC 5321, 4.1.1.1).
fn ascii_domain(email: &EmailAddress) -> String {
    url::Host::parse(email.domain()).map_or_else(|_| "localhost".to_owned(), |host| host.to_string())
}

fn is_this_machine(host: &str) -> bool {
    let number = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || number
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Servers hang up after some minutes of silence (RFC 5321, 4.5.3.2.7 asks for five).
const IDLE_LIMIT: Duration = Duration::from_mins(1);

const NOOP_LIMIT: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests;
