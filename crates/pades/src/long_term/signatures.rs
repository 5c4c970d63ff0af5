//! The signatures and time-stamps of a document, as far as making goes further on them. Nothing is judged here.

use akashi_cms::SignedData;
use akashi_pdf::{Document, ReadAt, ReadError, SignatureFacts};
use akashi_pki::Certificate;
use akashi_tsp::TimeStampToken;
use jiff::Timestamp;

/// A filled signature field, read.
#[derive(Debug)]
pub(crate) struct ReadSignature {
    pub(crate) facts: SignatureFacts,
    pub(crate) content: SignatureContent,
    /// Where its byte range ends.
    pub(crate) end: u64,
}

/// What stands in `/Contents`.
#[derive(Debug)]
pub(crate) enum SignatureContent {
    /// A signature with the tokens over its value.
    Signature {
        cms: Box<SignedData>,
        time_stamps: Vec<TimeStampToken>,
    },
    /// A document time-stamp (`ETSI.RFC3161`).
    TimeStamp(Box<TimeStampToken>),
    /// Neither, or damaged.
    Unreadable,
}

impl ReadSignature {
    /// All signatures in the order of their ends.
    pub(crate) fn all<R: ReadAt>(document: &Document<R>) -> Result<Vec<Self>, ReadError> {
        let mut signatures: Vec<Self> = document.signatures()?.into_iter().map(Self::read).collect();
        signatures.sort_by_key(|signature| signature.end);
        Ok(signatures)
    }

    fn read(facts: SignatureFacts) -> Self {
        let end = facts
            .byte_range
            .iter()
            .flatten()
            .map(|(offset, length)| offset.saturating_add(*length))
            .max();
        let contents = facts.contents.as_deref().unwrap_or_default();
        let content = match facts.sub_filter.as_deref() {
            Some("ETSI.RFC3161") => match TimeStampToken::parse(contents) {
                Ok(token) => SignatureContent::TimeStamp(Box::new(token)),
                Err(_) => SignatureContent::Unreadable,
            },
            _ => match SignedData::parse(contents) {
                Ok(cms) => SignatureContent::Signature {
                    time_stamps: time_stamps(&cms),
                    cms: Box::new(cms),
                },
                Err(_) => SignatureContent::Unreadable,
            },
        };
        Self {
            facts,
            content,
            end: end.unwrap_or(0),
        }
    }

    /// The time that the document time-stamp states.
    pub(crate) fn document_time(&self) -> Option<Timestamp> {
        match &self.content {
            SignatureContent::TimeStamp(token) => Some(token.info().gen_time),
            _ => None,
        }
    }

    /// All certificates that travel in `/Contents`, those of tokens included.
    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        match &self.content {
            SignatureContent::Signature { cms, time_stamps } => {
                let of_tokens = time_stamps.iter().flat_map(TimeStampToken::certificates);
                cms.certificates().iter().chain(of_tokens).cloned().collect()
            }
            SignatureContent::TimeStamp(token) => token.certificates().to_vec(),
            SignatureContent::Unreadable => Vec::new(),
        }
    }
}

fn time_stamps(cms: &SignedData) -> Vec<TimeStampToken> {
    let signers = cms.signer_infos().iter();
    let tokens = signers.flat_map(akashi_cms::SignerInfo::signature_time_stamps);
    tokens.filter_map(|der| TimeStampToken::parse(der).ok()).collect()
}
