//! Settings: whom the organization trusts, and with which key it signs and seals.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at, now};
use crate::text::Text;
use crate::view::{AppFrame, FieldErrors, Section, TimelineEntry, TimelineKind, filters};

/// `GET /settings/trust`
#[derive(Template)]
#[template(path = "settings/trust.html")]
pub(crate) struct TrustPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    pub(crate) groups: Vec<TrustGroup>,
    pub(crate) removed: Vec<RemovedLine>,
    pub(crate) history: Vec<TimelineEntry>,
    /// What was wrong with the last upload; may be empty.
    pub(crate) error: String,
    /// The last upload was meant for time-stamp authorities.
    pub(crate) chosen_stamps: bool,
}

/// Certificates of one purpose.
#[derive(Clone, Debug)]
pub(crate) struct TrustGroup {
    /// As in addresses.
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    pub(crate) empty: &'static str,
    pub(crate) lines: Vec<TrustLine>,
}

#[derive(Clone, Debug)]
pub(crate) struct TrustLine {
    /// The fingerprint without gaps, as in addresses.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) subject: String,
    /// The fingerprint to be read.
    pub(crate) sha256: String,
    pub(crate) until: Timestamp,
    pub(crate) expired: bool,
    /// Added by the organization, so that it can be removed here.
    pub(crate) own: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct RemovedLine {
    pub(crate) key: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) purpose: &'static str,
    pub(crate) sha256: String,
}

/// `GET /settings/trust/{purpose}/{sha256}/remove`
#[derive(Template)]
#[template(path = "settings/trust-remove.html", blocks = ["dialog"])]
pub(crate) struct RemoveTrustPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) key: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
}

/// `GET /settings/seal`
#[derive(Template)]
#[template(path = "settings/seal.html")]
pub(crate) struct SealPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    pub(crate) kind: &'static str,
    /// A fixed key is in use, so that one can go back.
    pub(crate) fixed: bool,
    pub(crate) subject: String,
    pub(crate) issuer: String,
    pub(crate) sha256: String,
    pub(crate) until: Timestamp,
    pub(crate) ends_soon: bool,
    /// Why the key cannot be used, in English.
    pub(crate) unusable: Option<String>,
    /// The operator has prepared a key.
    pub(crate) configured: bool,
    pub(crate) errors: FieldErrors,
    pub(crate) history: Vec<TimelineEntry>,
}

/// `GET /settings/seal/reset`
#[derive(Template)]
#[template(path = "settings/seal-reset.html", blocks = ["dialog"])]
pub(crate) struct ResetSealPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
}

/// A fingerprint in groups of four.
pub(crate) fn grouped(hex: &str) -> String {
    let mut text = String::with_capacity(hex.len().saturating_mul(2));
    for (index, digit) in hex.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn history(t: &Text) -> Vec<TimelineEntry> {
    vec![TimelineEntry {
        kind: TimelineKind::Will,
        at: Some(at(24, 9, 0)),
        title: t.org_event_trust_added("みなと認証局 G2"),
        note: t.org_event_by("髙橋 誠"),
    }]
}

impl Sample for TrustPage {
    const NAME: &'static str = "settings-trust";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let line = |name: &str, own, expired| TrustLine {
            id: "3b1f9c02".repeat(8),
            name: name.into(),
            subject: format!("CN={name}, O=見本認証株式会社, C=JP"),
            sha256: grouped(&"3b1f9c02".repeat(8)),
            until: at(30, 9, 0),
            expired,
            own,
        };
        let page = |roots, stamps, removed, error: &str| Self {
            t,
            frame: AppFrame::sample(t, Section::Settings),
            now: now(),
            groups: vec![
                TrustGroup {
                    key: "root",
                    title: t.trust_roots(),
                    empty: t.trust_roots_empty(),
                    lines: roots,
                },
                TrustGroup {
                    key: "accredited_time_stamps",
                    title: t.trust_stamp_list(),
                    empty: t.trust_stamp_list_empty(),
                    lines: stamps,
                },
            ],
            removed,
            history: history(t),
            error: error.into(),
            chosen_stamps: false,
        };
        let removed = RemovedLine {
            key: "root",
            id: "77aa".repeat(16),
            name: "旧ルート認証局".into(),
            purpose: t.trust_root(),
            sha256: grouped(&"77aa".repeat(16)),
        };
        vec![
            (
                "",
                page(
                    vec![
                        line("Akashi Local Root CA", false, false),
                        line("みなと認証局 G2", true, false),
                        line("みなと認証局 G1", true, true),
                    ],
                    vec![line("時刻認証サービス見本局", true, false)],
                    vec![removed],
                    "",
                ),
            ),
            (
                "error",
                page(
                    vec![line("Akashi Local Root CA", false, false)],
                    Vec::new(),
                    Vec::new(),
                    t.trust_unreadable(),
                ),
            ),
        ]
    }
}

impl Sample for RemoveTrustPage {
    const NAME: &'static str = "settings-trust-remove";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let frame = AppFrame::sample(t, Section::Settings);
        vec![(
            "",
            Self {
                t,
                frame,
                key: "root",
                id: "3b1f9c02".repeat(8),
                name: "みなと認証局 G2".into(),
            },
        )]
    }
}

impl Sample for SealPage {
    const NAME: &'static str = "settings-seal";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |kind, fixed| Self {
            t,
            frame: AppFrame::sample(t, Section::Settings),
            now: now(),
            kind,
            fixed,
            subject: "CN=株式会社みなと製作所, O=株式会社みなと製作所, C=JP".into(),
            issuer: "CN=みなと認証局 G2, C=JP".into(),
            sha256: grouped(&"3b1f9c02".repeat(8)),
            until: at(30, 9, 0),
            ends_soon: fixed,
            unusable: None,
            configured: fixed,
            errors: FieldErrors::default(),
            history: if fixed { history(t) } else { Vec::new() },
        };
        let mut broken = page(t.seal_kind_configured(), true);
        broken.ends_soon = false;
        broken.unusable = Some("the seal is not available: no slot with a token".into());
        let mut refused = page(t.seal_kind_one_time(), false);
        refused.errors = FieldErrors::one("password", t.seal_wrong_password());
        vec![
            ("", page(t.seal_kind_one_time(), false)),
            ("fixed", page(t.seal_kind_uploaded(), true)),
            ("broken", broken),
            ("error", refused),
        ]
    }
}

impl Sample for ResetSealPage {
    const NAME: &'static str = "settings-seal-reset";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let frame = AppFrame::sample(t, Section::Settings);
        vec![("", Self { t, frame })]
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn fingerprints_are_read_in_groups() {
        assert_eq!(grouped("0123456789"), "0123 4567 89");
        assert_eq!(grouped(""), "");
    }
}
