//! A sample, signed end to end: what doctor shows.

use akashi_domain::contract::EvidenceGrade;
use akashi_domain::{EmailAddress, PartyId, PersonName};
use akashi_pades::{NewField, SignatureDetails, SignatureDraft, SignerIdentity};
use akashi_pdf::{Document, Limits};
use akashi_pki::Signer as _;
use akashi_typeset::{Stamp, StampMode, draw_stamp};

use crate::ports::SignerSubject;
use crate::{App, Error};

const WHAT: &str = "sample";

#[derive(Debug, thiserror::Error)]
#[error("the sample did not pass our own validation: {0}")]
struct NotPassed(String);

impl App {
    /// Draws a page, signs it with a one-time key, stamps it, and judges the result.
    pub(crate) async fn sign_sample(&self) -> Result<(), Error> {
        let now = self.now();
        let signer = self.ports.authority.one_time(&subject()?, now).await?;
        let fonts = self.fonts.clone();
        let seed = self.random();
        let signed = self
            .apart(move || {
                let text = Stamp {
                    contract_id: "0".repeat(32),
                    verify_url: None,
                    mode: StampMode::Trial,
                };
                let page = draw_stamp(&fonts, &text, 300.0)
                    .map_err(|error| Error::internal(WHAT, error))?
                    .pdf;
                let pdf = Document::open(page.clone(), &Limits::default())
                    .map_err(|error| Error::internal(WHAT, error))?;
                let field: NewField<'_, Vec<u8>> = NewField {
                    name: "sample",
                    label: "動作確認",
                    appearance: None,
                };
                let identity = SignerIdentity {
                    algorithm: signer.key.signature_algorithm(),
                    certificate: signer.certificate,
                    issuers: signer.issuers,
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
                Ok::<_, Error>((page, signed))
            })
            .await?;
        let (mut file, signed) = signed?;
        let token = self.ports.time_stamps.stamp(signed.time_stamp_imprint()).await?;
        let stamped = signed
            .embed_token(&token)
            .map_err(|error| Error::internal(WHAT, error))?;
        file.extend_from_slice(&stamped.into_revision().bytes);
        let anchors = self.ports.authority.trust_anchors();
        let expected = vec!["sample".to_owned()];
        let at = self.now();
        let faults = self
            .apart(move || crate::judging::faults(&file, &expected, &anchors, at))
            .await?;
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::internal(WHAT, NotPassed(faults.join("; "))))
        }
    }
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
