//! `akashi doctor`

use std::process::ExitCode;

use akashi_app::doctor::{Finding, Subject, Verdict};
use akashi_app::ports::{DomainAuthentication, TimeStampObservation};

use crate::config::Config;
use crate::wiring::Installation;

pub(crate) async fn run(mut config: Config) -> anyhow::Result<ExitCode> {
    let installation = Installation::open(&mut config).await?;
    let app = installation.app();
    let diagnosis = app.diagnose().await;
    for check in &diagnosis.checks {
        println!(
            "{}  {:<22} {:>7.1} ms  {}",
            verdict(check.verdict),
            subject(check.subject),
            check.took.as_secs_f64() * 1000.0,
            finding(&check.finding)
        );
    }
    for line in authorities(&installation.ports.time_stamps.observations()) {
        println!("{line}");
    }
    let seal = seal(&installation.ports).await;
    let has_failed = diagnosis.verdict() == Verdict::Failed || seal.is_err();
    match seal {
        Ok(None) => {}
        Ok(Some(text)) => println!("{}  {:<34}  {text}", verdict(Verdict::Good), "fixed seal"),
        Err(error) => println!("{}  {:<34}  {error:#}", verdict(Verdict::Failed), "fixed seal"),
    }
    Ok(if has_failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What the stamp that doctor asked for has taught about each outside authority.
fn authorities(observations: &[TimeStampObservation]) -> Vec<String> {
    let of = |observation: &TimeStampObservation| {
        let (verdict_of, text) = match (&observation.failure, observation.offset_ms) {
            (Some(failure), _) => (Verdict::Attention, failure.clone()),
            (None, None) => (Verdict::Good, "not asked: another one answered".to_owned()),
            (None, Some(offset_ms)) => {
                let accredited = match observation.is_accredited {
                    Some(true) => "accredited (認定)",
                    _ => "not among the accredited ones",
                };
                (
                    Verdict::Good,
                    format!("this machine is {offset_ms} ms ahead, {accredited}"),
                )
            }
        };
        format!("{}  {:<34}  {text}", verdict(verdict_of), observation.url)
    };
    observations.iter().map(of).collect()
}

/// Whether the fixed seal, if there is one, signs: with a token only a signature shows that key and certificate
/// belong together.
async fn seal(ports: &akashi_app::Ports) -> anyhow::Result<Option<String>> {
    let Some(seal) = ports.seals.of_installation(ports.clock.now()).await? else {
        return Ok(None);
    };
    let certificate = seal.certificate.clone();
    tokio::task::spawn_blocking(move || seal.signer.sign(b"akashi doctor")).await??;
    Ok(Some(format!(
        "{}, until {:.0}",
        certificate.subject(),
        certificate.not_after()
    )))
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "ok   ",
        Verdict::TrialOnly => "trial",
        Verdict::Attention => "look ",
        Verdict::Failed => "FAIL ",
    }
}

const fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::Database => "database",
        Subject::Storage => "storage",
        Subject::Key => "key",
        Subject::Clock => "clock",
        Subject::TimeStampAuthority => "time-stamp authority",
        Subject::SigningAuthority => "signing authority",
        Subject::Mail => "mail",
        Subject::MailDomain => "mail domain",
        Subject::Sample => "sample signature",
        Subject::Jobs => "jobs",
    }
}

fn finding(finding: &Finding) -> String {
    match finding {
        Finding::Broken { cause } => cause.clone(),
        Finding::OwnClockOnly => {
            "time is taken from this machine alone (clock.ntp.servers is not set): good for trials only"
                .into()
        }
        Finding::ClockOffset { offset_ms } => format!("{offset_ms} ms ahead of network time"),
        Finding::LocalTimeStamps => "time-stamps come from this machine: good for trials only".into(),
        Finding::RemoteTimeStamps { url, offset_ms } => {
            format!("{url}, this machine is {offset_ms} ms ahead")
        }
        Finding::OwnRoot => "the root is our own and unknown to Adobe Reader: good for trials only".into(),
        Finding::TrialMailbox => {
            "mail stays on this machine (mail is not set): contracts bear 「試用」".into()
        }
        Finding::MailServer { greeting } => greeting.clone(),
        Finding::MailDomain(DomainAuthentication::NotApplicable) => {
            "no domain: mail stays on this machine".into()
        }
        Finding::MailDomain(DomainAuthentication::NoAnswer { reason }) => {
            format!("DNS did not answer: {reason}")
        }
        Finding::MailDomain(DomainAuthentication::Records { spf, dkim, dmarc }) => format!(
            "SPF {}, DKIM {}, DMARC {}",
            present(spf.is_some()),
            dkim.map_or("not configured", present),
            present(dmarc.is_some())
        ),
        Finding::SampleSigned => "signed, time-stamped and judged".into(),
        Finding::DeadJobs { count } => format!("{count} jobs were given up and wait for a person"),
        // What works needs no words.
        _ => String::new(),
    }
}

const fn present(is_present: bool) -> &'static str {
    if is_present { "present" } else { "missing" }
}
