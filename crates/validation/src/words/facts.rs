//! Facts about a signature.

use crate::report::{
    BaselineLevel, CertificateRevocation, Coverage, CoverageGap, Integrity, TimeStampReport,
    ValidationProcess,
};
use crate::words::Language;

/// Whether the signed bytes are there as they were signed.
pub fn integrity(integrity: Integrity, language: Language) -> &'static str {
    match integrity {
        Integrity::Intact => language.choose(
            "署名された内容は、署名された時のままです。",
            "What was signed is as it was signed.",
        ),
        Integrity::Malformed => language.choose("署名を読み取れません。", "The signature cannot be read."),
        Integrity::BytesDiffer => language.choose(
            "署名された内容が書き換えられています。",
            "What was signed was altered.",
        ),
        Integrity::WrongSignature => language.choose(
            "署名の値が、証明書の鍵によるものではありません。",
            "The signature is not of the certified key.",
        ),
        Integrity::OtherCertificate => language.choose(
            "署名が指す証明書と、添えられた証明書が異なります。",
            "The signature names another certificate than it carries.",
        ),
        Integrity::NoCertificate => language.choose(
            "証明書がないため、確かめられませんでした。",
            "The certificate is missing, so nothing was checked.",
        ),
        Integrity::UnknownAlgorithm => language.choose(
            "対応していない暗号のため、確かめられませんでした。",
            "The algorithm is not known, so nothing was checked.",
        ),
    }
}

/// What the signature covers.
pub fn coverage(coverage: &Coverage, language: Language) -> &'static str {
    match coverage {
        Coverage::WholeFile => {
            language.choose("ファイルの全体を対象としています。", "It covers the whole file.")
        }
        Coverage::WholeRevision { .. } => language.choose(
            "署名した時点の文書の全体を対象としています。その後に追加があります。",
            "It covers the whole document as it was then; more was added later.",
        ),
        Coverage::Less { reason } => match reason {
            CoverageGap::Form => language.choose(
                "署名の対象範囲が正しい形で示されていません。",
                "The range that it covers does not have the usual form.",
            ),
            CoverageGap::Gap => language.choose(
                "署名の対象から、署名の値以外のものが除かれています。",
                "More than the signature value is left out of what it covers.",
            ),
            CoverageGap::BehindEnd => language.choose(
                "署名の対象範囲がファイルの終わりを越えています。",
                "The range that it covers reaches behind the end of the file.",
            ),
            CoverageGap::NotAtRevisionEnd => language.choose(
                "署名の対象が文書の版の終わりと一致しません。",
                "The range that it covers does not end where a revision of the document ends.",
            ),
            CoverageGap::NotInRevision => language.choose(
                "対象とする版には、この署名がありません。",
                "The revision that it covers has no such signature.",
            ),
        },
    }
}

/// What is known about the revocation of a certificate.
pub fn revocation(state: CertificateRevocation, language: Language) -> &'static str {
    match state {
        CertificateRevocation::NotChecked => language.choose("確認していません", "not checked"),
        CertificateRevocation::NeverPublished => language.choose(
            "失効情報が発行されない証明書です",
            "its issuer never publishes revocation",
        ),
        CertificateRevocation::NotDeclared => {
            language.choose("失効情報の入手先がありません", "it names no place for revocation")
        }
        CertificateRevocation::Good { .. } => language.choose("失効していません", "not revoked"),
        CertificateRevocation::Revoked { .. } => language.choose("失効しています", "revoked"),
        CertificateRevocation::NotKnown => language.choose(
            "失効しているかどうか分かりません",
            "not known whether it was revoked",
        ),
    }
}

/// What a time-stamp proves.
pub fn time_stamp(stamp: &TimeStampReport, language: Language) -> &'static str {
    if stamp.is_good() {
        return match stamp.is_accredited {
            Some(true) => language.choose(
                "認定タイムスタンプにより、この時刻に存在したことが証明されています。",
                "An accredited time-stamp proves that it existed at this time.",
            ),
            _ => language.choose(
                "タイムスタンプにより、この時刻に存在したことが証明されています。",
                "A time-stamp proves that it existed at this time.",
            ),
        };
    }
    if stamp.is_intact {
        language.choose(
            "タイムスタンプはありますが、発行した時刻認証局を信頼できると言い切れません。",
            "There is a time-stamp, but its authority cannot be shown to be trusted.",
        )
    } else {
        language.choose(
            "タイムスタンプが正しくありません。",
            "The time-stamp does not hold.",
        )
    }
}

/// What a level means.
pub fn level(level: BaselineLevel, language: Language) -> &'static str {
    match level {
        BaselineLevel::B => language.choose("署名のみ", "signature alone"),
        BaselineLevel::T => language.choose("タイムスタンプ付き", "with a time-stamp"),
        BaselineLevel::Lt => language.choose(
            "検証に必要な情報を含む",
            "with what is needed to validate it later",
        ),
        BaselineLevel::Lta => language.choose(
            "長期保存に対応",
            "kept for the long term by a document time-stamp",
        ),
    }
}

/// How the verdict was reached.
pub fn process(process: ValidationProcess, language: Language) -> &'static str {
    match process {
        ValidationProcess::Basic => language.choose("現在の時点で検証しました。", "It was judged as of now."),
        ValidationProcess::WithTime => language.choose(
            "タイムスタンプの時点で検証しました。",
            "It was judged as of its time-stamp.",
        ),
        ValidationProcess::LongTerm => language.choose(
            "文書タイムスタンプの証明する過去の時点にさかのぼって検証しました。",
            "It was judged for the past, as far as document time-stamps prove it.",
        ),
    }
}
