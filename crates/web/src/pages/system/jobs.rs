//! Jobs that failed too often: a screen to look at them and to run them again.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at, now};
use crate::text::Text;
use crate::view::{AppFrame, Section, filters};

/// `GET /system/jobs`. Ids and reasons only: no links, no addresses, no bodies.
#[derive(Template)]
#[template(path = "system/jobs.html")]
pub(crate) struct JobsPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    pub(crate) jobs: Vec<JobLine>,
}

#[derive(Clone, Debug)]
pub(crate) struct JobLine {
    pub(crate) id: String,
    pub(crate) kind: JobKind,
    /// The id of the contract, party or mail, and where to look at it.
    pub(crate) about: String,
    pub(crate) href: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) reason: String,
    pub(crate) stopped_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobKind {
    Send,
    Sign,
    Conclude,
    Preserve,
    Expire,
    Mail,
}

impl JobKind {
    const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Send => t.job_send(),
            Self::Sign => t.job_sign(),
            Self::Conclude => t.job_conclude(),
            Self::Preserve => t.job_preserve(),
            Self::Mail => t.job_mail(),
            Self::Expire => t.job_expire(),
        }
    }
}

impl Sample for JobsPage {
    const NAME: &'static str = "jobs";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let line = |id: &str, kind, about: &str, attempts, reason: &str, stopped_at| JobLine {
            id: id.into(),
            kind,
            about: about.into(),
            href: about.starts_with("ctr_").then(|| format!("/contracts/{about}")),
            attempts,
            reason: reason.into(),
            stopped_at,
        };
        let page = |jobs| Self {
            t,
            frame: AppFrame::sample(t, Section::Jobs),
            now: now(),
            jobs,
        };
        vec![
            (
                "",
                page(vec![
                    line(
                        "job_01K9",
                        JobKind::Conclude,
                        "ctr_01K9H3",
                        12,
                        "own validation: TOTAL-FAILED / HASH_FAILURE",
                        at(24, 3, 12),
                    ),
                    line(
                        "job_01K8",
                        JobKind::Sign,
                        "ctr_01K8ZZ",
                        12,
                        "time-stamp authority: connection refused",
                        at(23, 22, 40),
                    ),
                    line(
                        "job_01K7",
                        JobKind::Mail,
                        "mal_01K7QQ",
                        8,
                        "550 5.1.1 User unknown",
                        at(22, 9, 1),
                    ),
                    line(
                        "job_01K6",
                        JobKind::Send,
                        "ctr_01K6AA",
                        12,
                        "object store: permission denied",
                        at(21, 9, 1),
                    ),
                    line(
                        "job_01K5",
                        JobKind::Expire,
                        "ctr_01K5BB",
                        12,
                        "database is locked",
                        at(20, 9, 1),
                    ),
                ]),
            ),
            ("empty", page(Vec::new())),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn every_job_that_stopped_can_be_run_again() {
        for (_, page) in JobsPage::samples(Text::of(Language::Ja)) {
            let html = page.render().unwrap();
            for job in &page.jobs {
                assert!(html.contains(&format!("action=\"/system/jobs/{}/retry\"", job.id)));
            }
        }
    }
}
