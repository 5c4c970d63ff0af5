//! What every [`RevocationSource`] must do.

use akashi_app::ports::{FetchError, Freshness, RevocationSource};
use akashi_pki::{Certificate, RevocationList};

/// Where a test has published what.
pub struct Published {
    /// The address of a list, and its DER.
    pub list: (String, Vec<u8>),
    /// The address of a responder that gives this DER to every request.
    pub response: (String, Vec<u8>),
    /// The address of certificates, and they.
    pub certificates: (String, Vec<Certificate>),
    /// An address where nothing is.
    pub nothing: String,
}

/// Checks a source that reaches these addresses.
pub async fn suite(source: &dyn RevocationSource, published: &Published) {
    let (uri, der) = &published.list;
    for freshness in [Freshness::Current, Freshness::Current] {
        let list = source.revocation_list(uri, freshness).await.expect("a list");
        assert_eq!(&list, der);
        RevocationList::from_der(&list).expect("as DER");
    }
    let (uri, der) = &published.response;
    assert_eq!(&source.ocsp(uri, b"0").await.expect("an answer"), der);
    let (uri, certificates) = &published.certificates;
    assert_eq!(
        &source.certificates(uri).await.expect("certificates"),
        certificates
    );
    let nothing = source
        .revocation_list(&published.nothing, Freshness::Current)
        .await;
    assert!(
        matches!(
            nothing,
            Err(FetchError::Unavailable(_) | FetchError::Unusable { .. })
        ),
        "{nothing:?}"
    );
}
