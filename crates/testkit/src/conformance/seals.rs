//! What every [`ServiceSeals`] must do.

use akashi_app::ports::{KeptSeal, Pkcs12Error, SealError, SealUnfit, ServiceSeal, ServiceSeals};
use akashi_domain::{OrganizationId, UtcTime};
use akashi_pki::Certificate;
use jiff::SignedDuration;

/// A file that can be uploaded.
pub struct Upload {
    /// The bytes.
    pub file: Vec<u8>,
    /// Its password.
    pub password: String,
    /// The certificate of its key.
    pub certificate: Certificate,
}

/// Checks seals with an upload that is good at `now`.
pub async fn suite(seals: &dyn ServiceSeals, upload: &Upload, now: UtcTime) {
    let organization_id = OrganizationId::from_parts(1, [1; 10]);
    let wrong = seals
        .keep(organization_id, &upload.file, &"not this".into(), now)
        .await;
    assert!(
        matches!(wrong, Err(SealError::Pkcs12(Pkcs12Error::Password))),
        "{wrong:?}"
    );
    let password = upload.password.as_str().into();
    let (kept, seal) = seals
        .keep(organization_id, &upload.file, &password, now)
        .await
        .expect("is kept");
    is_whole(&seal, upload);

    let stored = serde_json::to_vec(&kept).expect("can be stored");
    let kept: KeptSeal = serde_json::from_slice(&stored).expect("can be read");
    let opened = seals.open(organization_id, &kept, now).await.expect("opens");
    is_whole(&opened, upload);
    assert_eq!(opened.issuers, seal.issuers);

    let other = OrganizationId::from_parts(1, [2; 10]);
    let foreign = seals.open(other, &kept, now).await;
    assert!(
        matches!(foreign, Err(SealError::Damaged)),
        "another organization's seal does not open: {foreign:?}"
    );
    let end = upload.certificate.not_after();
    let after = end.checked_add(SignedDuration::from_secs(1)).expect("a moment");
    let ended = seals.open(organization_id, &kept, after).await;
    assert!(
        matches!(&ended, Err(SealError::Unfit(SealUnfit::Expired(at))) if *at == end),
        "{ended:?}"
    );
}

fn is_whole(seal: &ServiceSeal, upload: &Upload) {
    assert_eq!(seal.certificate, upload.certificate);
    let value = seal.signer.sign(b"message").expect("signs");
    let algorithm = seal.signer.signature_algorithm();
    let verified = seal
        .certificate
        .public_key()
        .verify(algorithm, b"message", &value);
    assert_eq!(verified, Ok(()), "by the certificate's key");
}
