//! Making a `SignedData` (RFC 5652, 5).

use akashi_pki::asn1::{Tag, Writer};
use akashi_pki::{Certificate, RevocationList, SignatureAlgorithm};

use crate::attributes::SignedAttributes;
use crate::oids;

/// Puts a `SignedData` with one signer together.
#[derive(Debug)]
pub struct SignedDataBuilder<'a> {
    attributes: &'a SignedAttributes,
    signing_certificate: &'a Certificate,
    algorithm: SignatureAlgorithm,
    content: Option<&'a [u8]>,
    certificates: Vec<&'a [u8]>,
    revocation_lists: Vec<&'a [u8]>,
    time_stamps: Vec<&'a [u8]>,
}

impl<'a> SignedDataBuilder<'a> {
    /// A detached signature by the holder of `signing_certificate`, which is included.
    pub fn new(
        attributes: &'a SignedAttributes,
        signing_certificate: &'a Certificate,
        algorithm: SignatureAlgorithm,
    ) -> Self {
        Self {
            attributes,
            signing_certificate,
            algorithm,
            content: None,
            certificates: vec![signing_certificate.as_der()],
            revocation_lists: Vec::new(),
            time_stamps: Vec::new(),
        }
    }

    /// Puts the content inside (a time-stamp token holds its `TSTInfo`).
    #[must_use]
    pub fn with_content(mut self, content: &'a [u8]) -> Self {
        self.content = Some(content);
        self
    }

    /// Leaves all certificates out, the signer's too (RFC 3161: `certReq` not set).
    #[must_use]
    pub fn without_certificates(mut self) -> Self {
        self.certificates.clear();
        self
    }

    /// Adds certificates that help to build the path; one that is there already is not added twice.
    #[must_use]
    pub fn with_certificates(mut self, certificates: impl IntoIterator<Item = &'a Certificate>) -> Self {
        for certificate in certificates {
            if !self.certificates.contains(&certificate.as_der()) {
                self.certificates.push(certificate.as_der());
            }
        }
        self
    }

    /// Adds revocation lists.
    #[must_use]
    pub fn with_revocation_lists(mut self, lists: impl IntoIterator<Item = &'a RevocationList>) -> Self {
        self.revocation_lists
            .extend(lists.into_iter().map(RevocationList::as_der));
        self
    }

    /// Adds a time-stamp token over the signature value (CAdES-T) as unsigned attribute.
    #[must_use]
    pub fn with_signature_time_stamp(mut self, token_der: &'a [u8]) -> Self {
        self.time_stamps.push(token_der);
        self
    }

    /// The DER `ContentInfo` around `signature`, the value over
    /// [`SignedAttributes::to_be_signed`].
    pub fn build(self, signature: &[u8]) -> Vec<u8> {
        let parts = self
            .certificates
            .iter()
            .chain(&self.revocation_lists)
            .chain(&self.time_stamps);
        let size = parts.map(|part| part.len()).sum::<usize>() + self.content.map_or(0, <[u8]>::len);
        let mut writer = Writer::with_capacity(size + 1024);
        writer.sequence(|content_info| {
            content_info.oid(&oids::ID_SIGNED_DATA);
            content_info.nested(Tag::context(0), |explicit| {
                explicit.sequence(|signed_data| self.write_signed_data(signed_data, signature));
            });
        });
        writer.finish()
    }

    fn write_signed_data(&self, signed_data: &mut Writer, signature: &[u8]) {
        // RFC 5652, 5.1: version 3 as soon as the content is not plain data.
        let is_data = *self.attributes.content_type() == oids::ID_DATA;
        signed_data.integer_u64(if is_data { 1 } else { 3 });
        signed_data.nested(Tag::SET, |digests| {
            self.attributes.digest_algorithm().write(digests);
        });
        signed_data.sequence(|encapsulated| {
            encapsulated.oid(self.attributes.content_type());
            if let Some(content) = self.content {
                encapsulated.nested(Tag::context(0), |explicit| explicit.octets(content));
            }
        });
        if !self.certificates.is_empty() {
            write_sorted(signed_data, Tag::context(0), &self.certificates);
        }
        if !self.revocation_lists.is_empty() {
            write_sorted(signed_data, Tag::context(1), &self.revocation_lists);
        }
        signed_data.nested(Tag::SET, |signers| {
            signers.sequence(|signer| self.write_signer_info(signer, signature));
        });
    }

    fn write_signer_info(&self, signer: &mut Writer, signature: &[u8]) {
        signer.integer_u64(1);
        self.signing_certificate.write_issuer_and_serial(signer);
        self.attributes.digest_algorithm().write(signer);
        signer.element(Tag::context(0), self.attributes.content());
        self.algorithm.write(signer);
        signer.octets(signature);
        if !self.time_stamps.is_empty() {
            signer.nested(Tag::context(1), |unsigned| {
                unsigned.sequence(|attribute| {
                    attribute.oid(&oids::SIGNATURE_TIME_STAMP_TOKEN);
                    write_sorted(attribute, Tag::SET, &self.time_stamps);
                });
            });
        }
    }
}

fn write_sorted(writer: &mut Writer, tag: Tag, members: &[&[u8]]) {
    let mut members = members.to_vec();
    members.sort_unstable();
    writer.nested(tag, |set| members.iter().for_each(|member| set.raw(member)));
}
