//! What a report says, in plain words for people who decide by it: Japanese and English.
//!
//! Every sentence stands alone and claims no more than was checked. The names of the standards stay beside them in
//! the report, for experts.

mod changes;
mod facts;
mod reasons;

pub use changes::{change_kind, change_level, finding_reason};
pub use facts::{coverage, integrity, level, process, revocation, time_stamp};
pub use reasons::{indication, sub_indication};

use crate::report::{BuildingBlock, Coverage, Indication, Outcome, Report, SignatureReport};

/// The languages of the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    #[default]
    En,
}

impl Language {
    pub(crate) const fn choose(self, ja: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }
}

/// What is to be said of a signature or a file at first, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Summary {
    /// It passed and speaks for the document as it is shown now.
    Good,
    /// Not everything can be said with what is known.
    Open,
    /// There is no signature.
    NotSigned,
    /// It failed, or the document was changed in a way that it does not permit.
    Bad,
}

impl Summary {
    /// Of one signature.
    pub fn of_signature(signature: &SignatureReport) -> Self {
        match signature.indication {
            _ if !signature.is_unchanged() => Self::Bad,
            Indication::TotalFailed => Self::Bad,
            Indication::Indeterminate => Self::Open,
            Indication::TotalPassed => Self::Good,
        }
    }

    /// Of a whole file: the worst of its signatures.
    pub fn of_file(report: &Report) -> Self {
        if !report.is_signed() {
            let stamps = report.signatures.iter().map(Self::of_signature).max();
            return stamps.map_or(Self::NotSigned, |worst| worst.max(Self::NotSigned));
        }
        let worst = report.signatures.iter().map(Self::of_signature).max();
        worst.unwrap_or(Self::NotSigned)
    }
}

/// The first sentence about a file.
pub fn file_summary(summary: Summary, language: Language) -> &'static str {
    match summary {
        Summary::Good => language.choose(
            "すべての署名が有効です。署名の後に、許されない変更は加えられていません。",
            "Every signature is valid. Nothing that the signatures do not permit was changed after signing.",
        ),
        Summary::Open => language.choose(
            "改ざんは見つかりませんでしたが、署名の有効性を確かめるために必要な情報が足りません。",
            "No forbidden change was found, but what is known does not suffice to say that every signature is valid.",
        ),
        Summary::NotSigned => language.choose(
            "この文書には、人または組織の電子署名がありません。",
            "The document carries no electronic signature of a person or an organisation.",
        ),
        Summary::Bad => language.choose(
            "署名が無効であるか、署名の後に許されない変更が加えられています。",
            "A signature is invalid, or the document was changed after signing in a way that is not permitted.",
        ),
    }
}

/// The first sentence about a signature.
pub fn signature_summary(signature: &SignatureReport, language: Language) -> &'static str {
    match (Summary::of_signature(signature), &signature.coverage) {
        (Summary::Good, Coverage::WholeFile) => language.choose(
            "この署名は有効です。署名の後、文書は変更されていません。",
            "The signature is valid, and the document was not changed after it.",
        ),
        (Summary::Good, _) => language.choose(
            "この署名は有効です。署名の後に加えられたのは、この署名が許す変更だけです。",
            "The signature is valid; only what it permits was added after it.",
        ),
        (Summary::Bad, Coverage::Less { .. }) => language.choose(
            "この署名は、表示されている文書の全体を保護していません。",
            "The signature does not protect the whole of what the document shows.",
        ),
        (Summary::Bad, _) if signature.indication == Indication::TotalFailed => {
            language.choose("この署名は無効です。", "The signature is invalid.")
        }
        (Summary::Bad, _) => language.choose(
            "署名の後に、この署名が許さない変更が加えられています。",
            "The document was changed after the signature in a way that it does not permit.",
        ),
        (Summary::Open | Summary::NotSigned, _) => language.choose(
            "署名の対象は変更されていませんが、署名が有効であるとは言い切れません。",
            "What was signed is unchanged, but it cannot be said that the signature is valid.",
        ),
    }
}

/// The name of a question that was asked.
pub fn building_block(block: BuildingBlock, language: Language) -> &'static str {
    match block {
        BuildingBlock::Format => language.choose("署名の形式", "Form of the signature"),
        BuildingBlock::SigningCertificate => language.choose("署名者の証明書", "Certificate of the signer"),
        BuildingBlock::Cryptography => language.choose("改ざんの有無", "Unchanged content"),
        BuildingBlock::Acceptance => language.choose("署名に必要な属性", "Attributes that the type demands"),
        BuildingBlock::Algorithms => language.choose("暗号の強度", "Strength of the cryptography"),
        BuildingBlock::CertificationPath => {
            language.choose("信頼できる認証局", "Path to a trusted authority")
        }
        BuildingBlock::Revocation => language.choose("証明書の失効", "Revocation of certificates"),
        BuildingBlock::TimeStamps => language.choose("タイムスタンプ", "Time-stamps"),
        BuildingBlock::LongTerm => language.choose("長期保存の証拠", "Evidence for the long term"),
    }
}

/// How a question came out.
pub fn outcome(outcome: Outcome, language: Language) -> &'static str {
    match outcome {
        Outcome::Holds => language.choose("問題なし", "holds"),
        Outcome::Fails => language.choose("問題あり", "does not hold"),
        Outcome::NotAsked => language.choose("対象外", "not asked"),
    }
}
