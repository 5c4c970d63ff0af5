//! Settings: how concluded contracts are kept, and what could not be kept.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at, now};
use crate::text::Text;
use crate::view::{AppFrame, Section, filters};

/// `GET /settings/preservation`
#[derive(Template)]
#[template(path = "settings/preservation.html")]
pub(crate) struct PreservationPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    pub(crate) kept: u32,
    pub(crate) to_raise: u32,
    pub(crate) troubled: u32,
    pub(crate) stuck: u32,
    pub(crate) missed: u32,
    pub(crate) next_renewal: Option<Timestamp>,
    pub(crate) lines: Vec<TroubleLine>,
}

/// A contract that could not be kept.
#[derive(Clone, Debug)]
pub(crate) struct TroubleLine {
    pub(crate) id: String,
    pub(crate) title: String,
    /// For example `PAdES B-T`.
    pub(crate) level: String,
    pub(crate) reason: String,
    /// The cause, in English; may be empty.
    pub(crate) detail: String,
    /// When the present archive time-stamp ends.
    pub(crate) until: Option<Timestamp>,
    pub(crate) missed: bool,
    pub(crate) next: Option<Timestamp>,
}

impl Sample for PreservationPage {
    const NAME: &'static str = "settings-preservation";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |lines: Vec<TroubleLine>, missed| Self {
            t,
            frame: AppFrame::sample(t, Section::Settings),
            now: now(),
            kept: 1284,
            to_raise: if lines.is_empty() { 0 } else { 12 },
            troubled: 0,
            stuck: u32::try_from(lines.len()).unwrap_or_default(),
            missed,
            next_renewal: Some(at(30, 9, 0)),
            lines,
        };
        let line = |title: &str, level: &str, reason: &str, until, missed| TroubleLine {
            id: "ctr_01K9H3".into(),
            title: title.into(),
            level: level.into(),
            reason: reason.into(),
            detail: "time-stamp authority is not available: connection refused".into(),
            until,
            missed,
            next: Some(at(25, 9, 0)),
        };
        vec![
            ("", page(Vec::new(), 0)),
            (
                "trouble",
                page(
                    vec![
                        line(
                            "倉庫賃貸借契約書",
                            "PAdES B-LTA",
                            t.readiness_silent(),
                            Some(at(20, 9, 0)),
                            true,
                        ),
                        line("秘密保持契約書", "PAdES B-T", t.readiness_silent(), None, false),
                    ],
                    1,
                ),
            ),
        ]
    }
}
