//! What every [`TimeStampAuthority`] must do.

use akashi_app::ports::TimeStampAuthority;
use akashi_domain::UtcTime;
use akashi_pki::DigestAlgorithm;
use akashi_tsp::{Covered, TimeStampToken};
use jiff::SignedDuration;

/// Checks an authority that is well and whose clock shows `now`.
pub async fn suite(authority: &dyn TimeStampAuthority, now: UtcTime) {
    let first = token(authority, [1; 32]).await;
    let skew = now.duration_since(first.info().gen_time).abs();
    assert!(
        skew <= SignedDuration::from_secs(2),
        "the token is from now, not {skew} away"
    );
    let again = token(authority, [1; 32]).await;
    assert_ne!(
        first.info().serial_number,
        again.info().serial_number,
        "serial numbers never repeat"
    );
    assert!(
        !first.certificates().is_empty(),
        "the token carries its certificate"
    );
}

async fn token(authority: &dyn TimeStampAuthority, imprint: [u8; 32]) -> TimeStampToken {
    let der = authority.stamp(imprint).await.expect("is stamped");
    let token = TimeStampToken::parse(&der).expect("is a token");
    assert_eq!(token.as_der(), der, "nothing stands behind the token");
    assert_eq!(token.info().imprint.digest, imprint);
    let facts = token.verify(Covered::Digest(DigestAlgorithm::Sha256, &imprint), &[]);
    assert!(facts.is_intact(), "{facts:?}");
    token
}
