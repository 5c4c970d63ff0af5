//! Requests, answers and tokens among ourselves.

use std::sync::Arc;

use akashi_cms::{CertificateBinding, SignedAttributes, SignedDataBuilder};
use akashi_pki::asn1::{Tag, Writer};
use akashi_pki::{
    CertificateTemplate, DigestAlgorithm, KeyAlgorithm, Oid, PathConditions, Purpose, Signer, SigningKey,
    TIME_STAMP_POLICY, TrustAnchor, find_path,
};
use akashi_tsp::{
    Accuracy, Covered, FailureReason, ImprintFact, KeyPurposeFact, PkiStatus, Rejection, RequestError,
    ResponderError, ResponseError, TimeStampRequest, TimeStampResponder, TimeStampResponse, TimeStampToken,
    TokenError,
};
use jiff::SignedDuration;

use crate::support::{Authority, name, now, serial, validity};

const MESSAGE: &[u8] = b"signature value";

fn request() -> TimeStampRequest {
    TimeStampRequest::new(DigestAlgorithm::Sha256, &DigestAlgorithm::Sha256.digest(MESSAGE))
        .with_nonce([9; 8])
}

fn answer(authority: &Authority, request: &TimeStampRequest) -> TimeStampResponse {
    let der = authority.responder.respond(&request.to_der(), &serial(7), now());
    TimeStampResponse::from_der(&der).unwrap()
}

#[test]
fn a_token_says_what_was_asked() {
    let authority = Authority::new();
    let token = answer(&authority, &request()).token_for(&request()).unwrap();
    let info = token.info();
    assert_eq!(info.gen_time, "2026-04-01T03:04:05Z".parse().unwrap());
    assert_eq!(info.accuracy.unwrap().to_duration(), SignedDuration::from_secs(1));
    assert_eq!(info.policy, TIME_STAMP_POLICY);
    assert_eq!(info.serial_number, serial(7));
    assert_eq!(info.nonce, request().nonce);
    assert_eq!(token.certificates().len(), 2);
    assert_eq!(
        token.signing_certificate(&[]),
        Some(authority.responder.certificate())
    );

    let facts = token.verify(Covered::Message(MESSAGE), &[]);
    assert!(facts.is_intact());
    assert_eq!(facts.key_purpose, KeyPurposeFact::TimeStampingOnly);
    assert_eq!(
        facts.signer.certificate_binding,
        CertificateBinding::Bound(DigestAlgorithm::Sha256)
    );
    let digest = DigestAlgorithm::Sha256.digest(MESSAGE);
    assert!(
        token
            .verify(Covered::Digest(DigestAlgorithm::Sha256, &digest), &[])
            .is_intact()
    );
    let facts = token.verify(Covered::Digest(DigestAlgorithm::Sha512, &digest), &[]);
    assert_eq!(
        facts.imprint,
        ImprintFact::OtherAlgorithm(DigestAlgorithm::Sha256)
    );
    let facts = token.verify(Covered::Message(b"other"), &[]);
    assert_eq!(facts.imprint, ImprintFact::Differs);
    assert!(!facts.is_intact());

    let anchors = [TrustAnchor::from_certificate(authority.root.certificate())];
    let conditions = PathConditions::new(info.gen_time).with_purpose(Purpose::TimeStamping);
    let signer = token.signing_certificate(&[]).unwrap();
    assert!(find_path(signer, token.certificates(), &anchors, &conditions).is_valid());
}

#[test]
fn requests_survive_encoding() {
    let requests = [
        request(),
        request().with_policy(TIME_STAMP_POLICY),
        request().without_certificate(),
        TimeStampRequest::new(DigestAlgorithm::Sha512, &[1; 64]),
    ];
    for request in requests {
        assert_eq!(TimeStampRequest::from_der(&request.to_der()).unwrap(), request);
    }
}

#[test]
fn a_token_without_certificates_needs_them_from_elsewhere() {
    let authority = Authority::new();
    let request = request().without_certificate();
    let response = answer(&authority, &request);
    assert!(matches!(
        response.token_for(&request),
        Err(ResponseError::NotIntact(_))
    ));
    let known = [authority.responder.certificate().clone()];
    let token = response.token_signed_by(&request, &known).unwrap();
    assert!(token.certificates().is_empty());
    assert!(token.verify(Covered::Message(MESSAGE), &known).is_intact());
    assert_eq!(
        token.verify(Covered::Message(MESSAGE), &[]).key_purpose,
        KeyPurposeFact::NoCertificate
    );
}

#[test]
fn an_answer_to_another_request_is_refused() {
    let authority = Authority::new();
    let response = answer(&authority, &request());
    let other_nonce = request().with_nonce([8; 8]);
    assert!(matches!(
        response.token_for(&other_nonce),
        Err(ResponseError::NonceDiffers)
    ));
    let mut no_nonce = request();
    no_nonce.nonce = None;
    assert!(matches!(
        response.token_for(&no_nonce),
        Err(ResponseError::NonceDiffers)
    ));
    let other = TimeStampRequest::new(DigestAlgorithm::Sha256, &[0; 32]).with_nonce([9; 8]);
    assert!(matches!(
        response.token_for(&other),
        Err(ResponseError::ImprintDiffers)
    ));
    let policy = Oid::parse("1.2.3").unwrap();
    let other = request().with_policy(policy);
    assert!(matches!(
        response.token_for(&other),
        Err(ResponseError::PolicyDiffers(_))
    ));
}

#[test]
fn what_the_responder_does_not_stamp_it_refuses_by_reason() {
    let authority = Authority::new();
    let refusal = |request_der: &[u8]| {
        let der = authority.responder.respond(request_der, &serial(7), now());
        let response = TimeStampResponse::from_der(&der).unwrap();
        assert_eq!(response.status, PkiStatus::Rejection);
        assert!(response.token_der().is_none());
        assert!(matches!(
            response.token_for(&request()),
            Err(ResponseError::Refused { .. })
        ));
        response.failure.unwrap()
    };
    let weak = TimeStampRequest::new(DigestAlgorithm::Sha1, &[0; 20]);
    assert_eq!(refusal(&weak.to_der()), FailureReason::BadAlgorithm);
    let wrong_length = TimeStampRequest::new(DigestAlgorithm::Sha256, &[0; 20]);
    assert_eq!(refusal(&wrong_length.to_der()), FailureReason::BadAlgorithm);
    let policy = request().with_policy(Oid::parse("1.2.3").unwrap());
    assert_eq!(refusal(&policy.to_der()), FailureReason::UnacceptedPolicy);
    assert_eq!(refusal(b"junk"), FailureReason::BadDataFormat);
    let mut with_extension = Writer::new();
    with_extension.sequence(|fields| {
        fields.integer_u64(1);
        fields.sequence(|imprint| {
            DigestAlgorithm::Sha256.write(imprint);
            imprint.octets(&[0; 32]);
        });
        fields.element(Tag::context(0), &[]);
    });
    assert_eq!(
        refusal(&with_extension.finish()),
        FailureReason::UnacceptedExtension
    );

    let late = validity().not_after + SignedDuration::from_secs(1);
    let rejection = authority
        .responder
        .issue(&request(), &serial(7), late)
        .unwrap_err();
    assert!(matches!(rejection, Rejection::CertificateNotValid));
    let der = authority.responder.respond(&request().to_der(), &serial(7), late);
    let response = TimeStampResponse::from_der(&der).unwrap();
    assert_eq!(response.failure, Some(FailureReason::TimeNotAvailable));
}

#[test]
fn a_responder_needs_its_own_key_and_a_certificate_for_stamping() {
    let authority = Authority::new();
    let stranger = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let certificate = authority.responder.certificate().clone();
    let error =
        TimeStampResponder::new(certificate, vec![], stranger.clone(), TIME_STAMP_POLICY).unwrap_err();
    assert_eq!(error, ResponderError::KeyMismatch);
    let template = CertificateTemplate::seal(name("印"), validity());
    let seal = authority
        .root
        .issue(&template, stranger.public_key(), &serial(4))
        .unwrap();
    let error = TimeStampResponder::new(seal, vec![], stranger, TIME_STAMP_POLICY).unwrap_err();
    assert_eq!(error, ResponderError::NotATimeStampAuthority);
}

/// A token made by hand, as a foreign authority might.
fn foreign_token(
    authority: &Authority,
    info: &[u8],
    key: &SigningKey,
    certificate: &akashi_pki::Certificate,
) -> Vec<u8> {
    let digest = DigestAlgorithm::Sha256;
    let attributes = SignedAttributes::new(
        akashi_cms::oids::ID_CT_TST_INFO,
        digest,
        &digest.digest(info),
        certificate,
    );
    let value = key.sign(attributes.to_be_signed()).unwrap();
    SignedDataBuilder::new(&attributes, certificate, key.signature_algorithm())
        .with_content(info)
        .with_certificates([authority.root.certificate()])
        .build(&value)
}

fn info_with(gen_time: &[u8], write_rest: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|info| {
        info.integer_u64(1);
        info.oid(&TIME_STAMP_POLICY);
        info.sequence(|imprint| {
            // With NULL parameters, as most authorities write it.
            imprint.sequence(|algorithm| {
                algorithm.oid(&DigestAlgorithm::Sha256.oid());
                algorithm.null();
            });
            imprint.octets(&DigestAlgorithm::Sha256.digest(MESSAGE));
        });
        info.integer_u64(77);
        info.element(Tag::GENERALIZED_TIME, gen_time);
        write_rest(info);
    });
    writer.finish()
}

#[test]
fn fractions_accuracy_and_every_optional_field_are_read() {
    let authority = Authority::new();
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let template = CertificateTemplate::time_stamping(name("他局"), validity());
    let certificate = authority
        .root
        .issue(&template, key.public_key(), &serial(5))
        .unwrap();
    let info = info_with(b"20260401030405.6789Z", |info| {
        info.sequence(|accuracy| {
            accuracy.implicit_integer(Tag::context_primitive(0), 500);
            accuracy.implicit_integer(Tag::context_primitive(1), 250);
        });
        info.boolean(true);
        info.integer_u64(5);
        info.nested(Tag::context(0), |tsa| {
            tsa.nested(Tag::context(4), |choice| choice.raw(name("他局").as_der()));
        });
    });
    let token = TimeStampToken::parse(&foreign_token(&authority, &info, &key, &certificate)).unwrap();
    assert_eq!(
        token.info().gen_time,
        "2026-04-01T03:04:05.6789Z".parse().unwrap()
    );
    assert_eq!(
        token.info().accuracy,
        Some(Accuracy {
            seconds: 0,
            millis: 500,
            micros: 250
        })
    );
    assert!(token.info().is_ordered);
    assert!(token.info().tsa.is_some());
    assert_eq!(token.info().as_der(), info);
    assert!(token.verify(Covered::Message(MESSAGE), &[]).is_intact());

    let info = info_with(b"20260401030405Z", |info| {
        info.nested(Tag::context(1), |extensions| {
            extensions.sequence(|extension| {
                extension.oid(&Oid::parse("1.2.3").unwrap());
                extension.boolean(true);
                extension.octets(&[5, 0]);
            });
        });
    });
    let token = TimeStampToken::parse(&foreign_token(&authority, &info, &key, &certificate)).unwrap();
    let facts = token.verify(Covered::Message(MESSAGE), &[]);
    assert!(facts.has_critical_extension);
    assert!(!facts.is_intact());
}

#[test]
fn a_certificate_for_other_uses_cannot_stamp() {
    let authority = Authority::new();
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let template = CertificateTemplate::seal(name("印"), validity());
    let seal = authority
        .root
        .issue(&template, key.public_key(), &serial(5))
        .unwrap();
    let info = info_with(b"20260401030405Z", |_| {});
    let token = TimeStampToken::parse(&foreign_token(&authority, &info, &key, &seal)).unwrap();
    let facts = token.verify(Covered::Message(MESSAGE), &[]);
    assert!(facts.signer.is_intact());
    assert_eq!(facts.key_purpose, KeyPurposeFact::Missing);
    assert!(!facts.is_intact());
}

#[test]
fn what_is_no_token_is_refused_by_name() {
    assert!(matches!(
        TimeStampToken::parse(&[0; 8]),
        Err(TokenError::SignedData(_))
    ));
    let authority = Authority::new();
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let template = CertificateTemplate::time_stamping(name("他局"), validity());
    let certificate = authority
        .root
        .issue(&template, key.public_key(), &serial(5))
        .unwrap();
    let attributes = SignedAttributes::for_data(DigestAlgorithm::Sha256, &[0; 32], &certificate);
    let plain = SignedDataBuilder::new(&attributes, &certificate, key.signature_algorithm()).build(&[0]);
    assert!(matches!(
        TimeStampToken::parse(&plain),
        Err(TokenError::NotATimeStamp)
    ));
    let broken = foreign_token(&authority, &[0x30, 0], &key, &certificate);
    assert!(matches!(TimeStampToken::parse(&broken), Err(TokenError::Info(_))));
    assert!(matches!(
        TimeStampRequest::from_der(&[0x30, 3, 2, 1, 2]),
        Err(RequestError::Version(2))
    ));
}

#[test]
fn a_padded_token_is_kept_without_its_padding() {
    let authority = Authority::new();
    let der = authority.responder.issue(&request(), &serial(7), now()).unwrap();
    let padded = [der.as_slice(), &[0; 40]].concat();
    assert_eq!(TimeStampToken::parse(&padded).unwrap().as_der(), der);
}
