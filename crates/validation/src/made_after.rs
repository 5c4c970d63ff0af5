//! Proof that a signature is younger than a time: content time-stamps, which are signed along (EN 319 122-1, 5.2.8).

use akashi_cms::SignerInfo;
use akashi_pki::DigestAlgorithm;
use akashi_tsp::{Covered, TimeStampToken};
use jiff::Timestamp;

use crate::chain::{Chain, Setting};
use crate::report::{CertificateRevocation, ChainRole, SubIndication};
use crate::time_stamp;

/// Content time-stamps of one signature that are looked at.
const MAX_TOKENS: usize = 4;

/// The latest moment before which the signature cannot have been made; nothing without a good content time-stamp whose
/// hash function is that of the signature.
pub(crate) fn made_after(
    setting: Setting<'_>,
    signer: &SignerInfo,
    covered: (DigestAlgorithm, &[u8]),
    exists_since: Timestamp,
) -> Option<Timestamp> {
    let attributes = signer.signed_attributes().unwrap_or_default().iter();
    let values = attributes
        .filter(|attribute| attribute.oid == akashi_cms::oids::CONTENT_TIME_STAMP)
        .flat_map(|attribute| &attribute.values);
    let stamps = values.take(MAX_TOKENS).filter_map(|value| {
        let token = TimeStampToken::parse(value)
            .ok()
            .filter(|_| setting.take_token())?;
        let covered = Covered::Digest(covered.0, covered.1);
        let stamp = time_stamp::judge(setting, &token, covered, exists_since);
        stamp.report.gen_time.filter(|_| stamp.report.is_good())
    });
    stamps.max()
}

/// Makes the verdict on a path definite where the signature is proven to be younger than what stands against it
/// (EN 319 102-1, 5.3.4 and table 5: `REVOKED`, `EXPIRED`).
pub(crate) fn sharpen(chain: &mut Chain, made_after: Timestamp) {
    let signer = chain
        .certificates
        .iter()
        .find(|one| one.role == ChainRole::Signer);
    let Some(signer) = signer else { return };
    let was_revoked = matches!(
        signer.revocation,
        CertificateRevocation::Revoked { revoked_at, .. } if revoked_at <= made_after
    );
    chain.path = chain.path.map(|reason| {
        let had_ended = signer.certificate.not_after < made_after;
        definite_path(reason, had_ended)
    });
    chain.revocation = chain
        .revocation
        .map(|reason| definite_revocation(reason, was_revoked));
}

const fn definite_path(reason: SubIndication, had_ended: bool) -> SubIndication {
    match reason {
        SubIndication::OutOfBoundsNoPoe | SubIndication::OutOfBoundsNotRevoked if had_ended => {
            SubIndication::Expired
        }
        other => other,
    }
}

const fn definite_revocation(reason: SubIndication, was_revoked: bool) -> SubIndication {
    match reason {
        SubIndication::RevokedNoPoe if was_revoked => SubIndication::Revoked,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Indication;

    #[test]
    fn what_is_proven_to_be_younger_fails_for_good() {
        let expired = definite_path(SubIndication::OutOfBoundsNoPoe, true);
        assert_eq!(expired.indication(), Indication::TotalFailed);
        let revoked = definite_revocation(SubIndication::RevokedNoPoe, true);
        assert_eq!(revoked.indication(), Indication::TotalFailed);
        for (reason, sharpened) in [
            (
                SubIndication::OutOfBoundsNoPoe,
                definite_path(SubIndication::OutOfBoundsNoPoe, false),
            ),
            (
                SubIndication::ChainConstraintsFailure,
                definite_path(SubIndication::ChainConstraintsFailure, true),
            ),
            (
                SubIndication::RevokedCaNoPoe,
                definite_revocation(SubIndication::RevokedCaNoPoe, true),
            ),
        ] {
            assert_eq!(reason, sharpened);
        }
    }
}
