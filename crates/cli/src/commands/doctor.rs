//! `akashi doctor`

use std::process::ExitCode;

use akashi_app::doctor::{Finding, Subject, Verdict};
use akashi_app::ports::DomainAuthentication;

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
    Ok(if diagnosis.verdict() == Verdict::Failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
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
