//! What we make, read back.

use akashi_cms::{
    AlgorithmProtection, AttributeError, CertificateBinding, ContentTypeFact, EmbedError, MessageDigestFact,
    ParseError, SignatureFact, SignedAttributes, SignedData, SignedDataBuilder, SignerIdentifier, oids,
};
use akashi_pki::{DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm, Signer, SigningKey, VerifyError};

use crate::support::Party;

const CONTENT: &[u8] = b"the covered bytes of a PDF";

fn sha256(bytes: &[u8]) -> Vec<u8> {
    DigestAlgorithm::Sha256.digest(bytes)
}

#[test]
fn a_signature_is_intact_by_every_fact() {
    let party = Party::new();
    let der = party.sign(CONTENT);
    let signed_data = SignedData::parse(&der).unwrap();
    assert_eq!(signed_data.certificates().len(), 2);
    assert_eq!(signed_data.revocation_lists().len(), 1);
    assert_eq!(*signed_data.content_type(), oids::ID_DATA);
    assert!(signed_data.content().is_none());
    assert_eq!(signed_data.encoded_len(), der.len());

    let signer = &signed_data.signer_infos()[0];
    assert!(matches!(
        signer.identifier(),
        SignerIdentifier::IssuerAndSerialNumber { .. }
    ));
    assert_eq!(
        signer.signature_algorithm().unwrap(),
        SignatureAlgorithm::ECDSA_SHA256
    );
    assert!(
        !signer.has_signed_attribute(&oids::SIGNING_TIME),
        "the time of a PDF stands in /M"
    );
    let facts = signer.verify(&sha256(CONTENT), signed_data.certificates());
    assert!(facts.is_intact());
    assert_eq!(facts.signing_certificate.as_ref(), Some(&party.certificate));
    assert_eq!(facts.message_digest, MessageDigestFact::Matches);
    assert_eq!(facts.content_type, ContentTypeFact::Matches);
    assert_eq!(facts.signature, SignatureFact::Valid);
    assert_eq!(
        facts.certificate_binding,
        CertificateBinding::Bound(DigestAlgorithm::Sha256)
    );
    assert!(!facts.uses_weak_digest);
}

#[test]
fn every_key_signs() {
    for algorithm in [KeyAlgorithm::P384, KeyAlgorithm::Rsa2048] {
        let party = Party::with_key(SigningKey::generate(algorithm).unwrap());
        let signed_data = SignedData::parse(&party.sign(CONTENT)).unwrap();
        let signer = &signed_data.signer_infos()[0];
        let digest_algorithm = signer.digest_algorithm().unwrap();
        let digest = digest_algorithm.digest(CONTENT);
        let facts = signer.verify(&digest, signed_data.certificates());
        assert!(facts.is_intact(), "{algorithm:?} {facts:?}");
        assert_eq!(
            facts.certificate_binding,
            CertificateBinding::Bound(digest_algorithm)
        );
    }
}

#[test]
fn attributes_are_sorted_and_leave_the_default_hash_out() {
    let party = Party::new();
    let attributes =
        SignedAttributes::for_data(DigestAlgorithm::Sha256, &sha256(CONTENT), &party.certificate);
    let der = attributes.to_be_signed();
    // contentType, messageDigest, signingCertificateV2: sorted by encoding, so by length octet here.
    // The ESSCertIDv2 holds the hash alone (RFC 5035, 4).
    let expected = format!(
        "318184\
         3018 0609 2a864886f70d010903 310b 0609 2a864886f70d010701\
         302f 0609 2a864886f70d010904 3122 0420 {}\
         3037 060b 2a864886f70d010910022f 3128 3026 3024 3022 0420 {}",
        hex::encode(sha256(CONTENT)),
        hex::encode(sha256(party.certificate.as_der())),
    );
    assert_eq!(hex::encode(der), expected.replace(' ', ""));
}

#[test]
fn attributes_can_be_stored_and_taken_up_again() {
    let party = Party::new();
    let attributes =
        SignedAttributes::for_data(DigestAlgorithm::Sha256, &sha256(CONTENT), &party.certificate);
    let stored = attributes.to_be_signed().to_vec();
    let resumed = SignedAttributes::from_der(&stored, DigestAlgorithm::Sha256).unwrap();
    assert_eq!(resumed, attributes);
    let value = party.key.sign(resumed.to_be_signed()).unwrap();
    let der =
        SignedDataBuilder::new(&resumed, &party.certificate, party.key.signature_algorithm()).build(&value);
    let signed_data = SignedData::parse(&der).unwrap();
    let facts = signed_data.signer_infos()[0].verify(&sha256(CONTENT), signed_data.certificates());
    assert!(facts.is_intact());

    let error = SignedAttributes::from_der(&stored, DigestAlgorithm::Sha512).unwrap_err();
    assert_eq!(error, AttributeError::DigestLength);
    assert!(SignedAttributes::from_der(&stored[..stored.len() - 1], DigestAlgorithm::Sha256).is_err());
    let error = SignedAttributes::from_der(&[0x31, 0], DigestAlgorithm::Sha256).unwrap_err();
    assert_eq!(error, AttributeError::NotExactlyOne(oids::MESSAGE_DIGEST));
}

#[test]
fn other_content_and_other_keys_are_told_apart() {
    let party = Party::new();
    let signed_data = SignedData::parse(&party.sign(CONTENT)).unwrap();
    let signer = &signed_data.signer_infos()[0];

    let facts = signer.verify(&sha256(b"other"), signed_data.certificates());
    assert_eq!(facts.message_digest, MessageDigestFact::Differs);
    assert_eq!(facts.signature, SignatureFact::Valid);
    assert!(!facts.is_intact());

    let facts = signer.verify(&sha256(CONTENT), &[]);
    assert_eq!(facts.signature, SignatureFact::NoCertificate);
    assert_eq!(facts.certificate_binding, CertificateBinding::NoCertificate);
    assert!(!facts.is_intact());
}

#[test]
fn another_certificate_for_the_same_key_is_not_the_one_that_signed() {
    let party = Party::new();
    let signed_data = SignedData::parse(&party.sign(CONTENT)).unwrap();
    // Same issuer, serial number and key, another subject.
    let template =
        akashi_pki::CertificateTemplate::seal(crate::support::name("別人"), crate::support::validity());
    let twin = party
        .root
        .issue(&template, party.key.public_key(), &crate::support::serial(2))
        .unwrap();
    // Beside the right one it does no harm, whatever the order.
    let both = [twin.clone(), party.certificate.clone()];
    assert!(
        signed_data.signer_infos()[0]
            .verify(&sha256(CONTENT), &both)
            .is_intact()
    );
    let facts = signed_data.signer_infos()[0].verify(&sha256(CONTENT), &[twin]);
    assert_eq!(facts.signature, SignatureFact::Valid);
    assert_eq!(facts.certificate_binding, CertificateBinding::Differs);
    assert!(!facts.is_intact());
}

#[test]
fn the_signed_type_must_be_the_type_around_the_content() {
    let party = Party::new();
    let attributes = SignedAttributes::new(
        oids::ID_CT_TST_INFO,
        DigestAlgorithm::Sha256,
        &sha256(CONTENT),
        &party.certificate,
    );
    let value = party.key.sign(attributes.to_be_signed()).unwrap();
    let der = SignedDataBuilder::new(&attributes, &party.certificate, party.key.signature_algorithm())
        .with_content(CONTENT)
        .build(&value);
    let stamped = SignedData::parse(&der).unwrap();
    assert!(
        stamped
            .verify_content(0, stamped.certificates())
            .unwrap()
            .is_intact()
    );
    assert!(stamped.verify_content(1, stamped.certificates()).is_none());

    // The same signature under `id-data`: the outer type is not signed, the attribute is.
    let outer_type = hex::decode("060b2a864886f70d0109100104").unwrap();
    let at = der
        .windows(outer_type.len())
        .position(|window| window == outer_type)
        .unwrap();
    let mut other = der.clone();
    other[at + outer_type.len() - 1] = 5;
    let other = SignedData::parse(&other).unwrap();
    let facts = other.verify_content(0, other.certificates()).unwrap();
    assert_eq!(facts.content_type, ContentTypeFact::Differs(oids::ID_CT_TST_INFO));
    assert!(!facts.is_intact());
}

#[test]
fn padding_may_follow_and_nothing_else() {
    let party = Party::new();
    let der = party.sign(CONTENT);
    let padded = [der.as_slice(), &[0; 100]].concat();
    assert_eq!(SignedData::parse(&padded).unwrap().encoded_len(), der.len());
    let trailing = [der.as_slice(), &[0, 0, 1, 0]].concat();
    assert_eq!(
        SignedData::parse(&trailing).unwrap_err(),
        ParseError::TrailingBytes
    );
}

#[test]
fn an_embedded_attribute_leaves_all_other_bytes() {
    let party = Party::new();
    let der = party.sign(CONTENT);
    let signed_data = SignedData::parse(&der).unwrap();
    let token = hex::decode("3003020101").unwrap();
    let stamped = signed_data.with_signature_time_stamp(0, &token).unwrap();

    let reread = SignedData::parse(&stamped).unwrap();
    let signer = &reread.signer_infos()[0];
    assert_eq!(
        signer.signature_time_stamps().collect::<Vec<_>>(),
        [token.as_slice()]
    );
    assert_eq!(signer.signature(), signed_data.signer_infos()[0].signature());
    assert_eq!(reread.certificates(), signed_data.certificates());
    assert!(signer.verify(&sha256(CONTENT), reread.certificates()).is_intact());

    // Built at once or added later: the same bytes.
    let attributes =
        SignedAttributes::for_data(DigestAlgorithm::Sha256, &sha256(CONTENT), &party.certificate);
    let value = signed_data.signer_infos()[0].signature();
    let at_once = SignedDataBuilder::new(&attributes, &party.certificate, SignatureAlgorithm::ECDSA_SHA256)
        .with_certificates([party.root.certificate()])
        .with_revocation_lists(signed_data.revocation_lists())
        .with_signature_time_stamp(&token)
        .build(value);
    assert_eq!(at_once, stamped);

    let twice = reread
        .with_unsigned_attribute(0, &oids::CONTENT_TIME_STAMP, &token)
        .unwrap();
    assert_eq!(
        SignedData::parse(&twice).unwrap().signer_infos()[0]
            .unsigned_attributes()
            .len(),
        2
    );
    assert_eq!(
        signed_data.with_signature_time_stamp(1, &token).unwrap_err(),
        EmbedError::NoSuchSigner(1)
    );
    assert!(matches!(
        signed_data.with_signature_time_stamp(0, &token[..3]),
        Err(EmbedError::Value(_))
    ));
}

#[test]
fn indefinite_lengths_and_segments_are_read() {
    let party = Party::new();
    let attributes = SignedAttributes::new(
        oids::ID_CT_TST_INFO,
        DigestAlgorithm::Sha256,
        &sha256(CONTENT),
        &party.certificate,
    );
    let value = party.key.sign(attributes.to_be_signed()).unwrap();
    let der = SignedDataBuilder::new(&attributes, &party.certificate, party.key.signature_algorithm())
        .with_content(CONTENT)
        .build(&value);
    let ber = to_ber(&der, CONTENT);
    let signed_data = SignedData::parse(&[ber.as_slice(), &[0; 9]].concat()).unwrap();
    assert_eq!(signed_data.content(), Some(CONTENT));
    assert_eq!(signed_data.encoded_len(), ber.len());
    assert!(
        signed_data
            .verify_content(0, signed_data.certificates())
            .unwrap()
            .is_intact()
    );
    let stamped = signed_data.with_signature_time_stamp(0, &[5, 0]).unwrap();
    let stamped = SignedData::parse(&stamped).unwrap();
    assert!(
        stamped
            .verify_content(0, stamped.certificates())
            .unwrap()
            .is_intact()
    );
}

/// The outer structure with indefinite lengths and the content in two segments, as some signers
/// write it.
fn to_ber(der: &[u8], content: &[u8]) -> Vec<u8> {
    use akashi_pki::asn1::{Reader, Tag};
    let mut content_info = Reader::der(der).read_sequence().unwrap();
    let content_type = content_info.read().unwrap().raw();
    let mut signed_data = content_info.read().unwrap().reader().read_sequence().unwrap();
    let indefinite = |tag: Tag, content: &[u8]| [&[tag.0, 0x80], content, &[0, 0]].concat();
    let mut members = Vec::new();
    for index in 0.. {
        if signed_data.is_empty() {
            break;
        }
        let member = signed_data.read().unwrap();
        if index == 2 {
            let oid = member.reader().read().unwrap().raw();
            let (first, second) = content.split_at(5);
            let segment = |part: &[u8]| [&[4, u8::try_from(part.len()).unwrap()], part].concat();
            let octets = indefinite(Tag(0x24), &[segment(first), segment(second)].concat());
            let explicit = indefinite(Tag::context(0), &octets);
            members.extend(indefinite(Tag::SEQUENCE, &[oid, &explicit].concat()));
        } else {
            members.extend_from_slice(member.raw());
        }
    }
    let explicit = indefinite(Tag::context(0), &indefinite(Tag::SEQUENCE, &members));
    indefinite(Tag::SEQUENCE, &[content_type, &explicit].concat())
}

#[test]
fn a_signature_by_a_wrong_algorithm_is_no_mismatch() {
    let party = Party::new();
    let attributes =
        SignedAttributes::for_data(DigestAlgorithm::Sha256, &sha256(CONTENT), &party.certificate);
    let value = party.key.sign(attributes.to_be_signed()).unwrap();
    let der =
        SignedDataBuilder::new(&attributes, &party.certificate, SignatureAlgorithm::RSA_SHA256).build(&value);
    let signed_data = SignedData::parse(&der).unwrap();
    let facts = signed_data.signer_infos()[0].verify(&sha256(CONTENT), signed_data.certificates());
    assert_eq!(facts.signature, SignatureFact::Invalid(VerifyError::WrongKeyKind));
}

/// Signs attributes that also name the algorithms (RFC 6211), `signature` as the signer says.
fn sign_with_protection(party: &Party, signature: SignatureAlgorithm) -> Vec<u8> {
    use akashi_pki::asn1::{Reader, Tag, Writer};
    let plain = SignedAttributes::for_data(DigestAlgorithm::Sha256, &sha256(CONTENT), &party.certificate);
    let mut members = Vec::new();
    let mut reader = Reader::der(plain.to_be_signed()).read_set().unwrap();
    while !reader.is_empty() {
        members.push(reader.read().unwrap().raw().to_vec());
    }
    let mut protection = Writer::new();
    protection.sequence(|attribute| {
        attribute.oid(&oids::CMS_ALGORITHM_PROTECTION);
        attribute.nested(Tag::SET, |value| {
            value.sequence(|fields| {
                fields.sequence(|digest| {
                    digest.oid(&DigestAlgorithm::Sha256.oid());
                    digest.null();
                });
                let identifier = signature.to_der();
                fields.element(
                    Tag::context(1),
                    Reader::der(&identifier).read().unwrap().content(),
                );
            });
        });
    });
    members.push(protection.finish());
    let mut set = Writer::new();
    set.set_of(Tag::SET, members);
    let attributes = SignedAttributes::from_der(&set.finish(), DigestAlgorithm::Sha256).unwrap();
    let value = party.key.sign(attributes.to_be_signed()).unwrap();
    SignedDataBuilder::new(&attributes, &party.certificate, party.key.signature_algorithm()).build(&value)
}

#[test]
fn signed_algorithms_must_be_those_used() {
    let party = Party::new();
    let judge = |signature| {
        let signed_data = SignedData::parse(&sign_with_protection(&party, signature)).unwrap();
        signed_data.signer_infos()[0].verify(&sha256(CONTENT), signed_data.certificates())
    };
    let facts = judge(SignatureAlgorithm::ECDSA_SHA256);
    assert_eq!(facts.algorithm_protection, AlgorithmProtection::Matches);
    assert!(facts.is_intact());
    let facts = judge(SignatureAlgorithm::ECDSA_SHA384);
    assert_eq!(facts.algorithm_protection, AlgorithmProtection::Differs);
    assert_eq!(facts.signature, SignatureFact::Valid);
    assert!(!facts.is_intact());
}
