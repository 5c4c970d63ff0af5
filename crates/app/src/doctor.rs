//! Tests everything that a contract will need, and says plainly what is only good for trials.

use std::time::{Duration, Instant};

use akashi_domain::authorization::Action;

use crate::caller::MemberCaller;
use crate::ports::{DomainAuthentication, KeyPurpose, MailMode, TimeStampSource};
use crate::work::chain;
use crate::{App, Error};

/// What is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The database answers.
    Database,
    /// Objects can be written, read and removed.
    Storage,
    /// The key-encryption key wraps and unwraps.
    Key,
    /// This machine's clock.
    Clock,
    /// The time-stamp authority.
    TimeStampAuthority,
    /// The certificate authority of the signatures.
    SigningAuthority,
    /// The mail server.
    Mail,
    /// SPF, DKIM and DMARC of the sender's domain.
    MailDomain,
    /// A sample contract page, signed and judged.
    Sample,
    /// Jobs that were given up.
    Jobs,
}

/// How a test went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Works, but is only good for trials.
    TrialOnly,
    /// Works, but somebody should look at it.
    Attention,
    /// Does not work: contracts will wait.
    Failed,
}

/// What was found, for the page to put into words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// Nothing more to say.
    Works,
    /// It does not work, with the cause.
    Broken {
        /// The cause, in English, for the operator.
        cause: String,
    },
    /// Time is this machine's alone: no NTP configured.
    OwnClockOnly,
    /// How far the clock is off.
    ClockOffset {
        /// Milliseconds; positive means that this machine is ahead.
        offset_ms: i64,
    },
    /// The time-stamps come from this machine.
    LocalTimeStamps,
    /// The time-stamps come from outside.
    RemoteTimeStamps {
        /// Whence.
        url: String,
        /// How far this machine is ahead of them.
        offset_ms: i64,
    },
    /// The root of the signatures is our own; Adobe Reader does not know it.
    OwnRoot,
    /// Mail stays on this machine.
    TrialMailbox,
    /// The mail server's greeting.
    MailServer {
        /// What it said.
        greeting: String,
    },
    /// What DNS says.
    MailDomain(DomainAuthentication),
    /// The sample was signed and found valid.
    SampleSigned,
    /// Jobs wait among the dead letters.
    DeadJobs {
        /// How many.
        count: u32,
    },
}

/// One test.
#[derive(Debug, Clone)]
pub struct Check {
    /// What was tested.
    pub subject: Subject,
    /// How it went.
    pub verdict: Verdict,
    /// What was found.
    pub finding: Finding,
    /// How long it took.
    pub took: Duration,
}

/// All tests.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// In the order in which they were made.
    pub checks: Vec<Check>,
    /// When.
    pub at: akashi_domain::UtcTime,
}

impl Diagnosis {
    /// The worst verdict.
    pub fn verdict(&self) -> Verdict {
        self.checks
            .iter()
            .map(|check| check.verdict)
            .max()
            .unwrap_or(Verdict::Good)
    }
}

type Found = (Verdict, Finding);

fn broken(error: &dyn std::error::Error) -> Found {
    (Verdict::Failed, Finding::Broken { cause: chain(error) })
}

fn works_or(result: Result<(), Error>) -> Found {
    match result {
        Ok(()) => (Verdict::Good, Finding::Works),
        Err(error) => broken(&error),
    }
}

impl App {
    /// Tests everything, for a member who runs the installation.
    ///
    /// # Errors
    /// [`Error::Forbidden`]
    pub async fn diagnose_as(&self, caller: &MemberCaller) -> Result<Diagnosis, Error> {
        caller.authorize_organization(Action::OperateInstallation)?;
        Ok(self.diagnose().await)
    }

    /// Tests everything, for the operator at the command line.
    pub async fn diagnose(&self) -> Diagnosis {
        let mut checks = Vec::new();
        let mut note = |subject, began: Instant, (verdict, finding): Found| {
            checks.push(Check {
                subject,
                verdict,
                finding,
                took: began.elapsed(),
            });
        };
        let began = Instant::now();
        note(Subject::Database, began, self.check_database().await);
        let began = Instant::now();
        note(
            Subject::Storage,
            began,
            works_or(self.ports.segments.check().await.map_err(Error::from)),
        );
        let began = Instant::now();
        note(Subject::Key, began, works_or(self.check_key().await));
        let began = Instant::now();
        note(Subject::Clock, began, self.check_ntp().await);
        let began = Instant::now();
        note(Subject::TimeStampAuthority, began, self.check_time_stamps().await);
        let began = Instant::now();
        note(Subject::SigningAuthority, began, self.check_authority().await);
        let began = Instant::now();
        note(Subject::Mail, began, self.check_mail().await);
        let began = Instant::now();
        note(Subject::MailDomain, began, self.check_mail_domain().await);
        let began = Instant::now();
        note(Subject::Sample, began, self.check_sample().await);
        let began = Instant::now();
        note(Subject::Jobs, began, self.check_jobs().await);
        Diagnosis {
            checks,
            at: self.now(),
        }
    }

    async fn check_database(&self) -> Found {
        works_or(
            self.ports
                .organizations
                .count()
                .await
                .map(|_| ())
                .map_err(Error::from),
        )
    }

    async fn check_key(&self) -> Result<(), Error> {
        self.ports.keys.derive(KeyPurpose::Link).await?;
        let data_key = secrecy::SecretBox::new(Box::new(self.random::<32>()));
        let wrapped = self.ports.keys.wrap(&data_key, b"doctor").await?;
        self.ports.keys.unwrap(&wrapped, b"doctor").await?;
        Ok(())
    }

    async fn check_ntp(&self) -> Found {
        match self.ports.network_time.offset_ms().await {
            Ok(None) => (Verdict::TrialOnly, Finding::OwnClockOnly),
            Ok(Some((offset_ms, _))) => (self.clock_verdict(offset_ms), Finding::ClockOffset { offset_ms }),
            Err(error) => (Verdict::Attention, Finding::Broken { cause: chain(&error) }),
        }
    }

    fn clock_verdict(&self, offset_ms: i64) -> Verdict {
        let tolerated = i64::try_from(self.settings.clock_tolerance.as_millis()).unwrap_or(i64::MAX);
        match offset_ms.saturating_abs() {
            ms if ms > tolerated => Verdict::Failed,
            ms if ms > 1000 => Verdict::Attention,
            _ => Verdict::Good,
        }
    }

    async fn check_time_stamps(&self) -> Found {
        let before = self.now();
        let token = match self.ports.time_stamps.stamp(self.random()).await {
            Ok(token) => token,
            Err(error) => return broken(&error),
        };
        let token = match akashi_tsp::TimeStampToken::parse(&token) {
            Ok(token) => token,
            Err(error) => return broken(&error),
        };
        let stamped = token.info().gen_time;
        let offset_ms = before.as_millisecond().saturating_sub(stamped.as_millisecond());
        match self.ports.time_stamps.source() {
            TimeStampSource::Local => (Verdict::TrialOnly, Finding::LocalTimeStamps),
            TimeStampSource::Remote { url } => (
                self.clock_verdict(offset_ms),
                Finding::RemoteTimeStamps { url, offset_ms },
            ),
        }
    }

    async fn check_authority(&self) -> Found {
        match self.ports.authority.seal(self.now()).await {
            Ok(_) => (Verdict::TrialOnly, Finding::OwnRoot),
            Err(error) => broken(&error),
        }
    }

    async fn check_mail(&self) -> Found {
        if self.ports.mailer.mode() == MailMode::Trial {
            return (Verdict::TrialOnly, Finding::TrialMailbox);
        }
        match self.ports.mailer.check().await {
            Ok(greeting) => (Verdict::Good, Finding::MailServer { greeting }),
            Err(error) => broken(&error),
        }
    }

    async fn check_mail_domain(&self) -> Found {
        let found = self.ports.mail_domain.check().await;
        let verdict = match &found {
            DomainAuthentication::NotApplicable => Verdict::TrialOnly,
            DomainAuthentication::NoAnswer { .. } => Verdict::Attention,
            DomainAuthentication::Records { spf, dkim, dmarc } => {
                if spf.is_some() && dmarc.is_some() && *dkim != Some(false) {
                    Verdict::Good
                } else {
                    Verdict::Attention
                }
            }
        };
        (verdict, Finding::MailDomain(found))
    }

    async fn check_jobs(&self) -> Found {
        match self.ports.jobs.depth(self.now()).await {
            Ok(depth) if depth.dead == 0 => (Verdict::Good, Finding::Works),
            Ok(depth) => (Verdict::Attention, Finding::DeadJobs { count: depth.dead }),
            Err(error) => broken(&error),
        }
    }

    async fn check_sample(&self) -> Found {
        match self.sign_sample().await {
            Ok(()) => (Verdict::Good, Finding::SampleSigned),
            Err(error) => broken(&error),
        }
    }
}
