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
    /// The facts behind each signature and archive time-stamp.
    pub(crate) facts: Vec<FactSheet>,
    /// Technical facts about the file, name and value.
    pub(crate) details: Vec<(String, String)>,
    /// The whole report, to take away.
    pub(crate) reports: Vec<ReportLink>,
    /// Judged with what the reader's organization trusts, too.
    pub(crate) with_own_trust: bool,
}

/// What can be said of the file, and no more.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// Concluded here, byte for byte.
    Ours,
    /// Every signature passed, and leads to somebody trusted here.
    Passed,
    /// Intact, but by whom nobody here can say.
    IntactElsewhere,
    /// Changed after a signature in a way that signatures do not allow.
    Changed,
    /// A signature that was made when it could not be: revoked, expired, too early.
    Invalid,
    /// Neither intact nor changed can be said.
    Unsure,
    Unsigned,
    Unreadable {
        reason: String,
    },
    /// Judging was broken off: the file asks for more time or memory than one file may have.
    NotInTime {
        /// How long it was tried, in seconds; `None` if it broke down earlier.
        seconds: Option<u64>,
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
    pub(crate) accredited: Accreditation,
    pub(crate) issuer: String,
    /// For example `B-LTA`; may be empty.
    pub(crate) level: String,
    pub(crate) state: SignatureState,
    /// Why it is not good, in a sentence; empty if it is.
    pub(crate) why: String,
}

/// Whether a time-stamp is by an accredited authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accreditation {
    /// 認定タイムスタンプ
    Accredited,
    /// Of an authority that is not among those listed.
    NotListed,
    /// Nobody has listed any, or there is no time-stamp.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureState {
    Good,
    UnknownIssuer,
    Unclear,
    Invalid,
    Changed,
}

#[derive(Clone, Debug)]
pub(crate) struct RevisionLine {
    pub(crate) at: Option<Timestamp>,
    pub(crate) state: CheckState,
    pub(crate) title: String,
    pub(crate) note: String,
}

/// The facts behind one signature, for experts.
#[derive(Clone, Debug)]
pub(crate) struct FactSheet {
    pub(crate) title: String,
    /// For example `TOTAL-PASSED`, `INDETERMINATE / TRY_LATER`.
    pub(crate) indication: String,
    pub(crate) state: CheckState,
    /// Name and value.
    pub(crate) lines: Vec<(String, String)>,
    pub(crate) chain: Vec<CertificateLine>,
}

/// A certificate of a path.
#[derive(Clone, Debug)]
pub(crate) struct CertificateLine {
    pub(crate) role: &'static str,
    pub(crate) name: String,
    pub(crate) validity: String,
    pub(crate) revocation: String,
    pub(crate) sha256: String,
}

/// The report as a file. Nothing is kept on the server, so the file is part of the page.
#[derive(Clone, Debug)]
pub(crate) struct ReportLink {
    pub(crate) label: &'static str,
    pub(crate) file_name: String,
    /// `data:…;base64,…` (RFC 2397)
    pub(crate) href: String,
}

impl Accreditation {
    const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Accredited => t.stamp_accredited(),
            Self::NotListed => t.stamp_not_listed(),
            Self::Unknown => "",
        }
    }
}

impl SignatureState {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "is-ok",
            Self::UnknownIssuer | Self::Unclear => "is-warn",
            Self::Invalid | Self::Changed => "is-err",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Good => "check",
            Self::UnknownIssuer | Self::Unclear => "warning",
            Self::Invalid | Self::Changed => "cross",
        }
    }

    const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Good => t.signature_good(),
            Self::UnknownIssuer => t.signature_unknown_issuer(),
            Self::Unclear => t.signature_unclear(),
            Self::Invalid => t.signature_invalid(),
            Self::Changed => t.signature_changed(),
        }
    }
}

impl VerifyResultPage {
    const fn heading(&self) -> &'static str {
        match self.verdict {
            Verdict::Ours => self.t.verdict_ours(),
            Verdict::Passed => self.t.verdict_passed(),
            Verdict::IntactElsewhere => self.t.verdict_intact(),
            Verdict::Changed => self.t.verdict_changed(),
            Verdict::Invalid => self.t.verdict_invalid(),
            Verdict::Unsure => self.t.verdict_unsure(),
            Verdict::Unsigned => self.t.verdict_unsigned(),
            Verdict::Unreadable { .. } => self.t.verdict_unreadable(),
            Verdict::NotInTime { .. } => self.t.verdict_not_in_time(),
        }
    }

    fn lead(&self) -> String {
        let t = self.t;
        match &self.verdict {
            Verdict::Ours => t.verdict_ours_text(self.signatures.len()),
            Verdict::Passed => t.verdict_passed_text(self.signatures.len()),
            Verdict::IntactElsewhere => t.verdict_intact_text(self.signatures.len()),
            Verdict::Changed => t.verdict_changed_text().to_owned(),
            Verdict::Invalid => t.verdict_invalid_text().to_owned(),
            Verdict::Unsure => t.verdict_unsure_text().to_owned(),
            Verdict::Unsigned => t.verdict_unsigned_text().to_owned(),
            Verdict::Unreadable { reason } => t.verdict_unreadable_text(reason),
            Verdict::NotInTime {
                seconds: Some(seconds),
            } => t.verdict_not_in_time_text(seconds),
            Verdict::NotInTime { seconds: None } => t.verdict_too_heavy_text().to_owned(),
        }
    }

    const fn class(&self) -> &'static str {
        match self.verdict {
            Verdict::Ours | Verdict::Passed => "verdict",
            Verdict::Changed | Verdict::Invalid => "verdict verdict--err",
            _ => "verdict verdict--warn",
        }
    }

    const fn icon(&self) -> &'static str {
        match self.verdict {
            Verdict::Ours | Verdict::Passed => "shield",
            Verdict::Changed | Verdict::Invalid => "shield-off",
            _ => "shield-ask",
        }
    }

    const fn changed(&self) -> bool {
        matches!(self.verdict, Verdict::Changed)
    }

    /// What the reader can do now; may be empty.
    const fn next(&self) -> &'static str {
        match self.verdict {
            Verdict::Changed => self.t.verify_next_changed(),
            Verdict::Invalid => self.t.verify_next_invalid(),
            Verdict::Unreadable { .. } => self.t.verify_next_unreadable(),
            Verdict::NotInTime { .. } => self.t.verify_next_not_in_time(),
            Verdict::IntactElsewhere => self.t.verify_next_elsewhere(),
            _ => "",
        }
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
            time_authority: Some("セイコータイムスタンプ見本局".into()),
            accredited: Accreditation::Accredited,
            issuer: "Akashi Local Signing CA".into(),
            level: "B-LTA".into(),
            state,
            why: String::new(),
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
            facts: vec![FactSheet {
                title: t.verify_revision_signed("森下 航"),
                indication: "TOTAL-PASSED".into(),
                state: CheckState::Good,
                lines: vec![
                    (t.fact_level().into(), "PAdES B-LTA".into()),
                    (t.fact_algorithms().into(), "SHA-256, ECDSA, P-256".into()),
                ],
                chain: vec![CertificateLine {
                    role: t.chain_signer(),
                    name: "森下 航".into(),
                    validity: format!("{} – {}", t.date_of(&at(21, 16, 3)), t.date_of(&at(30, 0, 0))),
                    revocation: t.revocation_never().into(),
                    sha256: "9c02".repeat(16),
                }],
            }],
            details: vec![("SHA-256".into(), "3b1f9c02".repeat(8))],
            reports: vec![ReportLink {
                label: t.verify_report_json(),
                file_name: "report.json".into(),
                href: "data:application/json;base64,e30=".into(),
            }],
            with_own_trust: false,
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
            first.accredited = Accreditation::Unknown;
            first.level = "B-B".into();
            first.why = t.signature_unknown_issuer().into();
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
        let passed = Self {
            with_own_trust: true,
            ..page(
                Verdict::Passed,
                signatures(SignatureState::Good),
                vec![check(CheckState::Good, t.sample_verify_stamp(), "")],
            )
        };
        let mut revoked = page(
            Verdict::Invalid,
            signatures(SignatureState::Good),
            vec![check(CheckState::Failed, t.verify_check_revocation(), "森下 航")],
        );
        if let Some(first) = revoked.signatures.first_mut() {
            first.state = SignatureState::Invalid;
            first.why = t.sample_verify_revoked().into();
            first.accredited = Accreditation::NotListed;
        }
        let bare = |verdict| Self {
            facts: Vec::new(),
            reports: Vec::new(),
            ..page(verdict, Vec::new(), Vec::new())
        };
        vec![
            ("", ours),
            ("changed", changed),
            ("forged", forged),
            ("elsewhere", foreign),
            ("unsure", unsure),
            ("passed", passed),
            ("revoked", revoked),
            ("unsigned", bare(Verdict::Unsigned)),
            ("unreadable", bare(unreadable)),
            ("slow", bare(Verdict::NotInTime { seconds: Some(20) })),
            ("heavy", bare(Verdict::NotInTime { seconds: None })),
        ]
    }
}
