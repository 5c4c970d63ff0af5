//! A sample, signed end to end: what doctor shows.

use std::sync::Arc;

use akashi_domain::contract::{EvidenceGrade, WitnessKey};
use akashi_domain::{EmailAddress, PartyId, PersonName, UtcTime};
use akashi_pades::{NewField, SignatureDetails, SignatureDraft, Signed, SignerIdentity};
use akashi_pdf::{Document, Limits};
use akashi_typeset::{FontBook, Stamp, StampMode, draw_stamp};

use crate::ports::SignerSubject;
use crate::trust::{TrustedAuthorities, WitnessSigner};
use crate::{App, Error};

const WHAT: &str = "sample";
const FIELD: &str = "sample";

#[derive(Debug, thiserror::Error)]
#[error("the sample did not pass our own validation: {0}")]
struct NotPassed(String);

impl App {
    /// Draws a page, signs it with a one-time key, stamps it, and judges the result.
    pub(crate) async fn sign_sample(&self) -> Result<(), Error> {
        let signer = self.ports.authority.one_time(&subject()?, self.now()).await?;
        let signer = WitnessSigner {
            key: Arc::new(signer.key),
            certificate: signer.certificate,
            issuers: signer.issuers,
            kind: WitnessKey::OneTime,
        };
        let authorities = self.authorities(None).await?;
        match self.sign_sample_with(signer, authorities).await? {
            findings if findings.is_empty() => Ok(()),
            findings => Err(Error::internal(WHAT, NotPassed(findings.join("; ")))),
        }
    }

    /// Draws a page, signs it with this key, stamps it, and returns what the judge finds wrong with the result.
    pub(crate) async fn sign_sample_with(
        &self,
        signer: WitnessSigner,
        authorities: TrustedAuthorities,
    ) -> Result<Vec<String>, Error> {
        let now = self.now();
        let fonts = self.fonts.clone();
        let seed = self.random();
        let signed = self.apart(move || signed(&fonts, &signer, now, seed)).await?;
        let (mut file, signed) = signed?;
        let token = self.ports.time_stamps.stamp(signed.time_stamp_imprint()).await?;
        let stamped = signed
            .embed_token(&token)
            .map_err(|error| Error::internal(WHAT, error))?;
        file.extend_from_slice(&stamped.into_revision().bytes);
        let expected = vec![FIELD.to_owned()];
        let at = self.now();
        self.apart(move || crate::judging::faults(&file, &expected, &authorities, at))
            .await
    }
}

/// A page of ours, and a signature to be appended to it.
fn signed(
    fonts: &FontBook,
    signer: &WitnessSigner,
    now: UtcTime,
    seed: [u8; 32],
) -> Result<(Vec<u8>, Signed), Error> {
    let text = Stamp {
        contract_id: "0".repeat(32),
        verify_url: None,
        mode: StampMode::Trial,
    };
    let page = draw_stamp(fonts, &text, 300.0)
        .map_err(|error| Error::internal(WHAT, error))?
        .pdf;
    let pdf =
        Document::open(page.clone(), &Limits::default()).map_err(|error| Error::internal(WHAT, error))?;
    let field: NewField<'_, Vec<u8>> = NewField {
        name: FIELD,
        label: "動作確認",
        appearance: None,
    };
    let identity = SignerIdentity {
        algorithm: signer.key.signature_algorithm(),
        certificate: signer.certificate.clone(),
        issuers: signer.issuers.clone(),
    };
    let prepared = SignatureDraft::new(&pdf, &field)
        .map_err(|error| Error::internal(WHAT, error))?
        .with_details(SignatureDetails::default())
        .prepare(&identity, now, seed)
        .map_err(|error| Error::internal(WHAT, error))?;
    let value = signer
        .key
        .sign(prepared.to_be_signed())
        .map_err(|error| Error::internal(WHAT, error))?;
    let signed = prepared
        .embed(&value)
        .map_err(|error| Error::internal(WHAT, error))?;
    Ok((page, signed))
}

fn subject() -> Result<SignerSubject, Error> {
    let name = PersonName::parse("動作確認").map_err(|error| Error::internal(WHAT, error))?;
    let email = EmailAddress::parse("doctor@akashi.example").map_err(|error| Error::internal(WHAT, error))?;
    Ok(SignerSubject {
        party_id: PartyId::from_parts(0, [0; 10]),
        name,
        organization: None,
        email,
        grade: EvidenceGrade::Mail,
        is_trial: true,
    })
}
