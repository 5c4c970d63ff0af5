//! Verdicts and their reasons.

use crate::report::{Indication, SubIndication};
use crate::words::Language;

/// The verdict.
pub fn indication(indication: Indication, language: Language) -> &'static str {
    match indication {
        Indication::TotalPassed => language.choose("有効", "valid"),
        Indication::TotalFailed => language.choose("無効", "invalid"),
        Indication::Indeterminate => language.choose("判定できません", "cannot be decided"),
    }
}

/// The reason why a signature or time-stamp is not valid.
pub fn sub_indication(reason: SubIndication, language: Language) -> &'static str {
    let (ja, en) = words(reason);
    language.choose(ja, en)
}

const fn words(reason: SubIndication) -> (&'static str, &'static str) {
    match reason {
        SubIndication::FormatFailure => (
            "署名が規格で定められた形をしていないか、文書の全体を対象としていません。",
            "The signature does not have the form that the standard demands, or is not over the whole document.",
        ),
        SubIndication::HashFailure => (
            "署名された内容が、署名の後に書き換えられています。",
            "What was signed was altered after signing.",
        ),
        SubIndication::SigCryptoFailure => (
            "署名の値が、署名者の証明書の鍵で作られたものではありません。",
            "The signature was not made with the key of the signer's certificate.",
        ),
        SubIndication::Revoked => (
            "署名者の証明書は、署名の時点ですでに失効していました。",
            "The signer's certificate had been revoked before the signature was made.",
        ),
        SubIndication::Expired => (
            "署名者の証明書は、署名の時点ですでに期限が切れていました。",
            "The signer's certificate had expired before the signature was made.",
        ),
        SubIndication::NotYetValid => (
            "署名は、署名者の証明書の有効期間が始まる前に作られています。",
            "The signature is older than the signer's certificate.",
        ),
        SubIndication::SigConstraintsFailure => (
            "署名またはタイムスタンプに、必要な属性がないか、正しくありません。",
            "An attribute that the signature or time-stamp must have is missing or wrong.",
        ),
        SubIndication::ChainConstraintsFailure => (
            "証明書が、この用途に使えないか、認証局の定めた条件を満たしていません。",
            "A certificate may not be used for this, or breaks a condition that its authority set.",
        ),
        SubIndication::CertificateChainGeneralFailure => (
            "証明書を発行した認証局を確かめられません。",
            "It cannot be shown which authority issued the certificate.",
        ),
        SubIndication::CryptoConstraintsFailure => (
            "作られた時点ですでに弱いとされていた暗号が使われています。",
            "It uses cryptography that was already considered too weak when it was made.",
        ),
        SubIndication::PolicyProcessingError => (
            "署名が指定する署名ポリシーを処理できません。",
            "The policy that the signature names cannot be processed.",
        ),
        SubIndication::SignaturePolicyNotAvailable => (
            "署名が指定する署名ポリシーが見つかりません。",
            "The policy that the signature names is not available.",
        ),
        SubIndication::TimestampOrderFailure => (
            "タイムスタンプの時刻の順序が、文書に加えられた順序と合いません。",
            "The times of the time-stamps do not fit the order in which they were added.",
        ),
        SubIndication::NoSigningCertificateFound => (
            "署名者の証明書が見つからないか、署名が指すものと異なります。",
            "The signer's certificate is missing, or is not the one that the signature names.",
        ),
        SubIndication::NoCertificateChainFound => (
            "署名者の証明書は、信頼すると設定された認証局につながっていません。",
            "The signer's certificate does not lead to an authority that is trusted here.",
        ),
        SubIndication::RevokedNoPoe => (
            "署名者の証明書が失効しており、失効より前に署名されたことの証明がありません。",
            "The signer's certificate was revoked, and nothing proves that the signature was made before.",
        ),
        SubIndication::RevokedCaNoPoe => (
            "認証局の証明書が失効しており、失効より前に発行されたことの証明がありません。",
            "The certificate of an authority was revoked, and nothing proves that what it issued is older.",
        ),
        SubIndication::OutOfBoundsNotRevoked => (
            "証明書の有効期間の外です。失効していないことは分かっていますが、期間内に署名されたことの証明がありません。",
            "A certificate is outside of its validity. It is known not to have been revoked, but nothing proves that the signature was made in time.",
        ),
        SubIndication::OutOfBoundsNoPoe => (
            "証明書の有効期間の外であり、期間内に署名されたことの証明がありません。",
            "A certificate is outside of its validity, and nothing proves that the signature was made in time.",
        ),
        SubIndication::RevocationOutOfBoundsNoPoe => (
            "失効情報に署名した者の証明書の期限が切れており、期限内に作られたことの証明がありません。",
            "Whoever signed the revocation information has a certificate that expired, and nothing proves that the information is older.",
        ),
        SubIndication::CryptoConstraintsFailureNoPoe => (
            "今では弱いとされる暗号が使われており、弱くなる前に作られたことの証明がありません。",
            "It uses cryptography that is too weak today, and nothing proves that it was made before that was so.",
        ),
        SubIndication::NoPoe => (
            "必要な情報が十分に早い時点で存在したことの証明がありません。",
            "Nothing proves that what is needed existed early enough.",
        ),
        SubIndication::TryLater => (
            "証明書が失効していないかどうかの情報がありません。新しい失効情報があれば判定できる場合があります。",
            "It is not known whether a certificate was revoked. Newer revocation information may settle it.",
        ),
        SubIndication::SignedDataNotFound => {
            ("署名の対象が見つかりません。", "What was signed was not found.")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// All of them; the match in `name` makes the compiler ask for new ones there.
    const ALL: [SubIndication; 24] = [
        SubIndication::FormatFailure,
        SubIndication::HashFailure,
        SubIndication::SigCryptoFailure,
        SubIndication::Revoked,
        SubIndication::Expired,
        SubIndication::NotYetValid,
        SubIndication::SigConstraintsFailure,
        SubIndication::ChainConstraintsFailure,
        SubIndication::CertificateChainGeneralFailure,
        SubIndication::CryptoConstraintsFailure,
        SubIndication::PolicyProcessingError,
        SubIndication::SignaturePolicyNotAvailable,
        SubIndication::TimestampOrderFailure,
        SubIndication::NoSigningCertificateFound,
        SubIndication::NoCertificateChainFound,
        SubIndication::RevokedNoPoe,
        SubIndication::RevokedCaNoPoe,
        SubIndication::OutOfBoundsNotRevoked,
        SubIndication::OutOfBoundsNoPoe,
        SubIndication::RevocationOutOfBoundsNoPoe,
        SubIndication::CryptoConstraintsFailureNoPoe,
        SubIndication::NoPoe,
        SubIndication::TryLater,
        SubIndication::SignedDataNotFound,
    ];

    #[test]
    fn every_reason_has_its_name_verdict_and_sentences() {
        let mut text = String::new();
        for reason in ALL {
            let name = serde_json::to_value(reason).unwrap();
            assert_eq!(name, reason.name(), "the name in JSON and in words");
            let (ja, en) = words(reason);
            write!(
                text,
                "{} -> {:?}\n  {ja}\n  {en}\n",
                reason.name(),
                reason.indication()
            )
            .unwrap();
        }
        insta::assert_snapshot!(text);
    }
}
