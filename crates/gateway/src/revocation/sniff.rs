//! What an answer is, by its own bytes: servers send revocation data under many types, some as PEM.

use akashi_app::ports::FetchError;
use akashi_app::ports::cms::SignedData;
use akashi_app::ports::pki::asn1::{EncodingRules, Reader, Tag};
use akashi_app::ports::pki::{Certificate, RevocationList, pem};

/// A bag of more certificates is none of issuers.
const MAX_CERTIFICATES: usize = 64;

/// A revocation list, DER or PEM.
pub(super) fn list(body: &[u8]) -> Result<RevocationList, FetchError> {
    match armoured(body) {
        Some(text) => RevocationList::from_pem(text),
        None => RevocationList::from_der(body),
    }
    .map_err(|error| unusable("not a revocation list", &error))
}

/// An `OCSPResponse` by its outermost form: a SEQUENCE that begins with an ENUMERATED (RFC 6960, 4.2.1).
pub(super) fn ocsp(body: Vec<u8>) -> Result<Vec<u8>, FetchError> {
    let looks_right = || -> Result<bool, akashi_app::ports::pki::asn1::Asn1Error> {
        let mut outer = Reader::new(&body, EncodingRules::Ber);
        let status = outer.read_sequence()?.read()?;
        outer.finish()?;
        Ok(status.tag() == Tag::ENUMERATED)
    };
    match looks_right() {
        Ok(true) => Ok(body),
        Ok(false) => Err(FetchError::Unusable {
            reason: "not an OCSP response".to_owned(),
        }),
        Err(error) => Err(unusable("not an OCSP response", &error)),
    }
}

/// Certificates: one as DER, any number as PEM, or a bag of PKCS#7 (RFC 5280, 4.2.2.1), as DER, BER or PEM.
pub(super) fn certificates(body: &[u8]) -> Result<Vec<Certificate>, FetchError> {
    let mut found = Vec::new();
    match armoured(body) {
        Some(text) => {
            let blocks = pem::decode_all(text).map_err(|error| unusable("not PEM", &error))?;
            for block in blocks {
                match block.label.as_str() {
                    "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                        found.push(certificate(&block.der)?);
                    }
                    "PKCS7" | "CMS" => found.extend(bag(&block.der)?),
                    _ => {}
                }
            }
        }
        None => match Certificate::from_der(body) {
            Ok(certificate) => found.push(certificate),
            Err(_) => found = bag(body)?,
        },
    }
    if found.is_empty() {
        return Err(FetchError::Unusable {
            reason: "no certificates in it".to_owned(),
        });
    }
    if found.len() > MAX_CERTIFICATES {
        return Err(FetchError::Unusable {
            reason: format!("more than {MAX_CERTIFICATES} certificates in it"),
        });
    }
    Ok(found)
}

fn certificate(der: &[u8]) -> Result<Certificate, FetchError> {
    Certificate::from_der(der).map_err(|error| unusable("not a certificate", &error))
}

fn bag(bytes: &[u8]) -> Result<Vec<Certificate>, FetchError> {
    let signed_data =
        SignedData::parse(bytes).map_err(|error| unusable("neither a certificate nor PKCS#7", &error))?;
    Ok(signed_data.certificates().to_vec())
}

/// The text, if there is armour in it.
fn armoured(body: &[u8]) -> Option<&str> {
    std::str::from_utf8(body)
        .ok()
        .filter(|text| text.contains("-----BEGIN "))
}

fn unusable(what: &str, error: &dyn std::error::Error) -> FetchError {
    FetchError::Unusable {
        reason: format!("{what}: {error}"),
    }
}
