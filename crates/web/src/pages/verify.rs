//! Public verification: drop a PDF, see who signed it and whether it was changed. Nothing is stored.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at};
use crate::text::Text;
use crate::view::{Check, CheckState, PlainFrame, filters};

/// `GET /verify`.
#[derive(Template)]
#[template(path = "verify/verify.html")]
pub(crate) struct VerifyPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    /// Largest file in bytes.
    pub(crate) limit: u64,
    /// What was wrong with the last try; may be empty.
    pub(crate) error: String,
}

/// `GET /verify/{contract_id}`: says only whether such an ID was concluded here, and asks for the PDF.
#[derive(Template)]
#[template(path = "verify/by-id.html")]
pub(crate) struct VerifyIdPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    pub(crate) contract_id: String,
    pub(crate) concluded: bool,
    pub(crate) limit: u64,
    /// Always empty; the form's macro asks for it.
    pub(crate) error: String,
}

/// The answer to `POST /verify`.
#[derive(Template)]
#[template(path = "verify/result.html")]
pub(crate) struct VerifyResultPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    pub(crate) file: String,
    pub(crate) bytes: u64,
    pub(crate) checked_at: Timestamp,
    pub(crate) verdict: Verdict,
    /// The reader came from the page of an ID: is it that contract?
    pub(crate) expected: Option<Expected>,
    pub(crate) signatures: Vec<SignatureLine>,
    pub(crate) checks: Vec<Check>,
    /// What happened to the file, oldest first; shown when something is wrong.
    pub(crate) revisions: Vec<RevisionLine>,
    /// Technical facts, name and value.
    pub(crate) details: Vec<(String, String)>,
}

/// What can be said of the file, and no more.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// Concluded here, byte for byte.
    Ours,
    /// Intact, but of another origin.
    IntactElsewhere,
    /// Changed after a signature in a way that signatures do not allow.
    Changed,
    /// Neither intact nor changed can be said.
    Unsure,
    Unsigned,
    Unreadable {
        reason: String,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) contract_id: String,
    pub(crate) matches: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct SignatureLine {
    pub(crate) name: String,
    /// May be empty.
    pub(crate) organization: String,
    pub(crate) at: Option<Timestamp>,
    /// The authority of the time-stamp; None if the time is only claimed.
    pub(crate) time_authority: Option<String>,
    pub(crate) issuer: String,
    pub(crate) state: SignatureState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureState {
    Good,
    UnknownIssuer,
    Changed,
}

#[derive(Clone, Debug)]
pub(crate) struct RevisionLine {
    pub(crate) at: Option<Timestamp>,
    pub(crate) state: CheckState,
    pub(crate) title: String,
    pub(crate) note: String,
}

impl SignatureState {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "is-ok",
            Self::UnknownIssuer => "is-warn",
            Self::Changed => "is-err",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Good => "check",
            Self::UnknownIssuer => "warning",
            Self::Changed => "cross",
        }
    }

    const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Good => t.signature_good(),
            Self::UnknownIssuer => t.signature_unknown_issuer(),
            Self::Changed => t.signature_changed(),
        }
    }
}

impl VerifyResultPage {
    const fn heading(&self) -> &'static str {
        match self.verdict {
            Verdict::Ours => self.t.verdict_ours(),
            Verdict::IntactElsewhere => self.t.verdict_intact(),
            Verdict::Changed => self.t.verdict_changed(),
            Verdict::Unsure => self.t.verdict_unsure(),
            Verdict::Unsigned => self.t.verdict_unsigned(),
            Verdict::Unreadable { .. } => self.t.verdict_unreadable(),
        }
    }

    fn lead(&self) -> String {
        let t = self.t;
        match &self.verdict {
            Verdict::Ours => t.verdict_ours_text(self.signatures.len()),
            Verdict::IntactElsewhere => t.verdict_intact_text(self.signatures.len()),
            Verdict::Changed => t.verdict_changed_text().to_owned(),
            Verdict::Unsure => t.verdict_unsure_text().to_owned(),
            Verdict::Unsigned => t.verdict_unsigned_text().to_owned(),
            Verdict::Unreadable { reason } => t.verdict_unreadable_text(reason),
        }
    }

    const fn class(&self) -> &'static str {
        match self.verdict {
            Verdict::Ours => "verdict",
            Verdict::Changed => "verdict verdict--err",
            Verdict::IntactElsewhere | Verdict::Unsure | Verdict::Unsigned | Verdict::Unreadable { .. } => {
                "verdict verdict--warn"
            }
        }
    }

    const fn icon(&self) -> &'static str {
        match self.verdict {
            Verdict::Ours => "shield",
            Verdict::Changed => "shield-off",
            Verdict::IntactElsewhere | Verdict::Unsure | Verdict::Unsigned | Verdict::Unreadable { .. } => {
                "shield-ask"
            }
        }
    }

    const fn changed(&self) -> bool {
        matches!(self.verdict, Verdict::Changed)
    }

    const fn unreadable(&self) -> bool {
        matches!(self.verdict, Verdict::Unreadable { .. })
    }
}

impl Sample for VerifyPage {
    const NAME: &'static str = "verify";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |error: &str| Self {
            t,
            frame: PlainFrame::sample("/verify"),
            limit: 100 << 20,
            error: error.into(),
        };
        vec![("", page("")), ("error", page(t.verify_no_file()))]
    }
}

impl Sample for VerifyIdPage {
    const NAME: &'static str = "verify-id";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |concluded| Self {
            t,
            frame: PlainFrame::sample("/verify/7dfd11d5a0b44c1e9c2f6b1a2d3e4f50"),
            contract_id: "7dfd11d5a0b44c1e9c2f6b1a2d3e4f50".into(),
            concluded,
            limit: 100 << 20,
            error: String::new(),
        };
        vec![("", page(true)), ("unknown", page(false))]
    }
}

impl Sample for VerifyResultPage {
    const NAME: &'static str = "verify-result";

    #[expect(clippy::too_many_lines, reason = "a list of samples")]
    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let signature = |name: &str, organization: &str, at, state| SignatureLine {
            name: name.into(),
            organization: organization.into(),
            at: Some(at),
            time_authority: Some("Akashi Local TSA".into()),
            issuer: "Akashi Local Signing CA".into(),
            state,
        };
        let check = |state, title: &str, detail: &str| Check {
            state,
            title: title.into(),
            detail: detail.into(),
            remedy: String::new(),
        };
        let signatures = |state| {
            vec![
                signature("森下 航", "株式会社つばめ運輸", at(21, 16, 8), state),
                signature("佐伯 真由美", "青葉倉庫株式会社", at(24, 11, 31), state),
                signature("𠮷野 咲", "株式会社みなと製作所", at(24, 13, 2), state),
            ]
        };
        let page = |verdict, signatures, checks| Self {
            t,
            frame: PlainFrame::sample("/verify"),
            file: "物流業務委託基本契約書.pdf".into(),
            bytes: 421_880,
            checked_at: at(30, 10, 24),
            verdict,
            expected: None,
            signatures,
            checks,
            revisions: Vec::new(),
            details: vec![
                ("SHA-256".into(), "3b1f9c02".repeat(8)),
                ("ByteRange".into(), "0 398112 414498 7382".into()),
            ],
        };
        let ours = Self {
            expected: Some(Expected {
                contract_id: "7dfd11d5a0b44c1e9c2f6b1a2d3e4f50".into(),
                matches: true,
            }),
            ..page(
                Verdict::Ours,
                signatures(SignatureState::Good),
                vec![
                    check(
                        CheckState::Good,
                        t.sample_verify_covered(),
                        t.sample_verify_covered_note(),
                    ),
                    check(CheckState::Good, t.sample_verify_stamp(), ""),
                    check(CheckState::Good, t.sample_verify_ledger(), ""),
                ],
            )
        };
        let revision = |at, state, title: String, note: &str| RevisionLine {
            at,
            state,
            title,
            note: note.into(),
        };
        let changed = Self {
            revisions: vec![
                revision(
                    Some(at(21, 16, 8)),
                    CheckState::Good,
                    t.verify_revision_signed("森下 航"),
                    t.verify_revision_good(),
                ),
                revision(
                    Some(at(24, 11, 31)),
                    CheckState::Good,
                    t.verify_revision_signed("佐伯 真由美"),
                    t.verify_revision_good(),
                ),
                revision(
                    Some(at(24, 13, 2)),
                    CheckState::Good,
                    t.verify_revision_signed("𠮷野 咲"),
                    t.verify_revision_good(),
                ),
                revision(
                    None,
                    CheckState::Failed,
                    t.verify_revision_unsigned().into(),
                    t.sample_verify_added_note(),
                ),
            ],
            ..page(
                Verdict::Changed,
                signatures(SignatureState::Good),
                vec![check(
                    CheckState::Failed,
                    t.sample_verify_added(),
                    t.sample_verify_added_note(),
                )],
            )
        };
        let mut foreign = page(
            Verdict::IntactElsewhere,
            vec![signature(
                "山﨑 澪",
                "",
                at(20, 9, 30),
                SignatureState::UnknownIssuer,
            )],
            vec![
                check(CheckState::Good, t.sample_verify_covered(), ""),
                check(
                    CheckState::Warning,
                    t.signature_unknown_issuer(),
                    "Example Trust CA 2",
                ),
            ],
        );
        foreign.expected = Some(Expected {
            contract_id: "7dfd11d5a0b44c1e9c2f6b1a2d3e4f50".into(),
            matches: false,
        });
        if let Some(first) = foreign.signatures.first_mut() {
            first.time_authority = None;
            first.issuer = "Example Trust CA 2".into();
        }
        let mut forged = page(
            Verdict::Changed,
            signatures(SignatureState::Good),
            vec![check(CheckState::Failed, t.signature_changed(), "森下 航")],
        );
        if let Some(first) = forged.signatures.first_mut() {
            first.state = SignatureState::Changed;
        }
        let unsure = page(
            Verdict::Unsure,
            signatures(SignatureState::UnknownIssuer),
            vec![check(CheckState::Warning, t.signature_unknown_issuer(), "")],
        );
        let unreadable = Verdict::Unreadable {
            reason: t.sample_verify_truncated().into(),
        };
        vec![
            ("", ours),
            ("changed", changed),
            ("forged", forged),
            ("elsewhere", foreign),
            ("unsure", unsure),
            ("unsigned", page(Verdict::Unsigned, Vec::new(), Vec::new())),
            ("unreadable", page(unreadable, Vec::new(), Vec::new())),
        ]
    }
}
