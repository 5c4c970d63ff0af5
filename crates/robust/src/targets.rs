//! One function for each kind of untrusted bytes. None returns anything: what counts is that it returns, soon, and
//! that what it asserts holds.

use akashi_cms::SignedData;
use akashi_pades::{Permission, examine};
use akashi_pdf::{
    ActiveContentChoice, Appended, Dictionary, Document, IncrementalUpdate, Limits, Object, PdfString, repair,
};
use akashi_pki::ocsp::{BasicOcspResponse, OcspRequest, OcspResponse};
use akashi_pki::path::RevocationEvidence;
use akashi_pki::{
    Certificate, CertificationRequest, PathConditions, Purpose, RevocationList, SerialNumber, TrustAnchor,
    find_path, pem,
};
use akashi_tsp::{Covered, TimeStampRequest, TimeStampResponse, TimeStampToken};
use akashi_validation::{Trust, judge};
use jiff::Timestamp;

/// What a fuzzer calls, and where its seeds are.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, also in `fuzz/`.
    pub name: &'static str,
    /// The folder below `fuzz/seeds`.
    pub seeds: &'static str,
    /// Reads the bytes.
    ///
    /// Panics when something is found to be wrong.
    pub run: fn(&[u8]),
}

const fn target(name: &'static str, seeds: &'static str, run: fn(&[u8])) -> Target {
    Target { name, seeds, run }
}

/// Every target.
pub const ALL: &[Target] = &[
    target("pdf_object", "object", pdf_object),
    target("pdf_parse", "pdf", pdf_parse),
    target("pdf_update", "pdf", pdf_update),
    target("pdf_rewrite", "pdf", pdf_rewrite),
    target("cms", "cms", cms),
    target("tsp_request", "tsp_request", tsp_request),
    target("tsp_response", "tsp_response", tsp_response),
    target("tsp_token", "tsp_token", tsp_token),
    target("x509_certificate", "certificate", x509_certificate),
    target("x509_path", "path", x509_path),
    target("crl", "crl", crl),
    target("ocsp_request", "ocsp_request", ocsp_request),
    target("ocsp_response", "ocsp", ocsp_response),
    target(
        "certification_request",
        "certification_request",
        certification_request,
    ),
    target("verify", "pdf", verify),
];

/// A moment within the life of the certificates among the seeds, 2026-11-22.
const NOW: Timestamp = Timestamp::constant(1_795_300_000, 0);

/// Bounds that keep a single input short; the defaults are for whole contracts.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.stream_bytes = 1 << 20;
    limits.decoded_bytes = 1 << 20;
    limits.values = 100_000;
    limits.object_stream_bytes = 1 << 20;
    limits.work_bytes = 16 << 20;
    limits
}

/// One object: writing what was parsed gives its bytes, and parsing these gives it again.
pub fn pdf_object(bytes: &[u8]) {
    let Ok(object) = Object::parse(bytes) else { return };
    let written = object.to_bytes();
    let again = Object::parse(&written);
    assert_eq!(again.as_ref(), Ok(&object), "parsing what was written");
    assert_eq!(
        again.map(|again| again.to_bytes()),
        Ok(written),
        "writing what was parsed"
    );
}

/// A whole file: structure, revisions, every object and stream, pages, form, signatures, active content.
pub fn pdf_parse(bytes: &[u8]) {
    let Ok(document) = Document::open(bytes, &limits()) else {
        return;
    };
    for id in document.object_ids() {
        if let Ok(Object::Stream(stream)) = document.object(id) {
            let _ = document.stream_data(&stream);
        }
        let _ = document.indirect_object(id);
        let _ = document.defining_revision(id.number);
    }
    if let Ok(pages) = document.pages() {
        for page in pages.iter().take(16) {
            let _ = document.page_content(page);
            let _ = document.page_annotations(page);
            let _ = page.geometry().displayed_size();
        }
        let _ = document.form_on_pages(&pages);
    }
    let _ = document.form();
    let _ = document.signatures();
    let _ = document.active_content();
    let _ = document.describe();
    let _ = examine(&document);
    let revisions = document.revisions().len();
    for index in 0..revisions.min(16) {
        let _ = document.revision_entries(index);
        if let Ok(Some(view)) = document.at_revision(index) {
            assert_eq!(view.revisions().len(), index + 1, "a view ends at its revision");
            let _ = view.pages();
        }
    }
}

/// An update of a file: what it adds is read back, what was there stays.
pub fn pdf_update(bytes: &[u8]) {
    let limits = limits();
    let Ok(document) = Document::open(bytes, &limits) else {
        return;
    };
    let mut update = IncrementalUpdate::new(&document);
    let text = PdfString::from_text("証");
    let added = update.add(Dictionary::new().with("Akashi", text.clone()));
    let stream = update.add_stream(Dictionary::new(), b"0 0 1 1 re f");
    for page in document.pages().unwrap_or_default().iter().take(3) {
        let _ = update.append_page_content(page, b"q Q");
        let _ = update.add_page_resource(page, "XObject", stream);
        let _ = update.edit_array_entry(page.id, "Annots", |annotations| annotations.push(added));
        let _ = update.import_page_as_form(&document, page.index);
    }
    let _ = update.edit_form(|form| form.set("SigFlags", 3));
    let Ok(update) = update.write([1; 32]) else { return };
    assert_eq!(update.base_length, bytes.len() as u64, "the base stays");
    let whole = Document::open(Appended::new(bytes, &update.bytes), &limits);
    let Ok(whole) = whole else {
        assert!(whole.is_ok(), "what was written must open: {:?}", whole.err());
        return;
    };
    assert_eq!(
        whole.revisions().len(),
        document.revisions().len() + 1,
        "one more revision"
    );
    let found = whole.dictionary(added).ok().flatten();
    let found = found.and_then(|found| found.get("Akashi")?.as_string().cloned());
    assert_eq!(
        found.map(|found| found.to_text()),
        Some(text.to_text()),
        "what was added is found"
    );
    if let Ok(Some(view)) = whole.at_revision(document.revisions().len().saturating_sub(1)) {
        assert_eq!(
            view.object_ids(),
            document.object_ids(),
            "the revision before is as it was"
        );
    }
}

/// A file written anew: without active content, or out of a damaged one. The result opens.
pub fn pdf_rewrite(bytes: &[u8]) {
    let limits = limits();
    let written = match Document::open(bytes, &limits) {
        Ok(document) => document.rewrite(ActiveContentChoice::Remove, [1; 32]).ok(),
        Err(_) => repair(&bytes, &limits, [1; 32]).ok(),
    };
    if let Some(written) = written {
        // Rewriting may unfold what shared one place, so the bounds may stop it; nothing else may.
        let opened = Document::open(written.as_slice(), &limits);
        let is_fine = opened.is_ok() || matches!(opened, Err(akashi_pdf::OpenError::Limit(_)));
        assert!(is_fine, "what was rewritten must open: {:?}", opened.err());
    }
}

/// A CMS `SignedData` (RFC 5652), verified with the certificates that it brings.
pub fn cms(bytes: &[u8]) {
    let Ok(signed) = SignedData::parse(bytes) else {
        return;
    };
    assert!(signed.encoded_len() <= bytes.len(), "no longer than the input");
    for (index, signer) in signed.signer_infos().iter().enumerate() {
        let _ = signer.signing_certificate(signed.certificates());
        let _ = signer.verify(&[0; 32], signed.certificates());
        let _ = signed.verify_content(index, &[]);
        for token in signer.signature_time_stamps() {
            tsp_token(token);
        }
        let _ = signed.with_signature_time_stamp(index, &[0x30, 0x00]);
    }
}

/// A time-stamp request (RFC 3161, 2.4.1): what is read and written again stays the same request.
pub fn tsp_request(bytes: &[u8]) {
    if let Ok(request) = TimeStampRequest::from_der(bytes) {
        let der = request.to_der();
        let again = TimeStampRequest::from_der(&der).map(|again| again.to_der());
        assert_eq!(again.ok(), Some(der), "a request can be written and read");
    }
}

/// A time-stamp response (RFC 3161, 2.4.2).
pub fn tsp_response(bytes: &[u8]) {
    let Ok(response) = TimeStampResponse::from_der(bytes) else {
        return;
    };
    let imprint = [7; 32];
    let request = TimeStampRequest::new(akashi_pki::DigestAlgorithm::Sha256, &imprint).with_nonce([1; 8]);
    let _ = response.token_for(&request);
    if let Some(token) = response.token_der() {
        tsp_token(token);
    }
}

/// A time-stamp token.
pub fn tsp_token(bytes: &[u8]) {
    if let Ok(token) = TimeStampToken::parse(bytes) {
        let _ = token.verify(Covered::Message(b"data"), &[]);
        let _ = token.signing_certificate(&[]);
        let _ = token.info().accuracy.map(akashi_tsp::Accuracy::to_duration);
    }
}

/// An X.509 certificate (RFC 5280, 4) with all its extensions; as PEM when it is text.
pub fn x509_certificate(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(blocks) = pem::decode_all(text)
    {
        for block in blocks {
            read_certificate(&block.der);
        }
    }
    read_certificate(bytes);
}

fn read_certificate(der: &[u8]) {
    let Ok(certificate) = Certificate::from_der(der) else {
        return;
    };
    assert_eq!(certificate.as_der(), der, "the bytes are kept");
    let _ = certificate.subject().to_string();
    let _ = certificate.issuer().common_name();
    let _ = certificate.is_valid_at(NOW);
    let _ = certificate.signature_algorithm();
    let _ = certificate.verify_issued_by(certificate.public_key());
    let _ = certificate.basic_constraints();
    let _ = certificate.key_usage();
    let _ = certificate.extended_key_usage();
    let _ = certificate.subject_key_identifier();
    let _ = certificate.authority_key_identifier();
    let _ = certificate.subject_alternative_names();
    let _ = certificate.mail_addresses();
    let _ = certificate.certificate_policies();
    let _ = certificate.policy_mappings();
    let _ = certificate.policy_constraints();
    let _ = certificate.inhibit_any_policy();
    let _ = certificate.name_constraints();
    let _ = certificate.crl_distribution_points();
    let _ = certificate.authority_information_access();
    let _ = certificate.has_no_revocation_available();
    assert_eq!(
        Certificate::from_pem(&certificate.to_pem()).as_ref(),
        Ok(&certificate),
        "PEM and back"
    );
}

/// A pile of certificates, revocation lists and OCSP responses, one DER structure behind the other: the first certificate is the
/// target, the last one the trust anchor.
pub fn x509_path(bytes: &[u8]) {
    let mut certificates = Vec::new();
    let mut lists = Vec::new();
    let mut responses = Vec::new();
    for der in structures(bytes) {
        if let Ok(certificate) = Certificate::from_der(der) {
            certificates.push(certificate);
        } else if let Ok(list) = RevocationList::from_der(der) {
            lists.push(list);
        } else if let Ok(response) = OcspResponse::from_der(der) {
            responses.push(response);
        }
    }
    let (Some(target), Some(anchor)) = (certificates.first(), certificates.last()) else {
        return;
    };
    let anchors = [TrustAnchor::from_certificate(anchor)];
    let conditions = PathConditions::new(NOW)
        .with_purpose(Purpose::DocumentSigning)
        .with_revocation(RevocationEvidence::lists(&lists).with_responses(&responses));
    let outcome = find_path(target, &certificates, &anchors, &conditions);
    if let Some(path) = outcome.path() {
        assert_eq!(path.target(), Some(target), "a path ends at its target");
    }
}

/// The DER structures that stand one behind the other; at most 64.
fn structures(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    while found.len() < 64 {
        let [_, first, rest @ ..] = bytes else { break };
        let (header, length) = match *first {
            short if short < 0x80 => (2, usize::from(short)),
            0x81 => (
                3,
                rest.iter()
                    .take(1)
                    .fold(0, |value, byte| value << 8 | usize::from(*byte)),
            ),
            0x82 => (
                4,
                rest.iter()
                    .take(2)
                    .fold(0, |value, byte| value << 8 | usize::from(*byte)),
            ),
            0x83 => (
                5,
                rest.iter()
                    .take(3)
                    .fold(0, |value, byte| value << 8 | usize::from(*byte)),
            ),
            _ => break,
        };
        let end = (header + length).min(bytes.len());
        let (structure, behind) = bytes.split_at(end);
        found.push(structure);
        bytes = behind;
    }
    found
}

/// A certificate revocation list (RFC 5280, 5).
pub fn crl(bytes: &[u8]) {
    let Ok(list) = RevocationList::from_der(bytes) else {
        return;
    };
    assert_eq!(list.as_der(), bytes, "the bytes are kept");
    let _ = list.number();
    let _ = list.delta_base_number();
    let _ = list.authority_key_identifier();
    let _ = list.issuing_distribution_point();
    let _ = list.extensions().count();
    let count = list.entries().count();
    assert!(count <= bytes.len(), "entries are made of bytes");
    let _ = list.entry_for(list.issuer(), &SerialNumber::from_content(&[1]));
}

/// An OCSP request (RFC 6960, 4.1): what is read and written again stays the same request.
pub fn ocsp_request(bytes: &[u8]) {
    if let Ok(request) = OcspRequest::from_der(bytes) {
        let der = request.to_der();
        let again = OcspRequest::from_der(&der).map(|again| again.to_der());
        assert_eq!(again.ok(), Some(der), "a request can be written and read");
    }
}

/// An OCSP response (RFC 6960, 4.2), whole or as CMS carries it.
pub fn ocsp_response(bytes: &[u8]) {
    let basic = match OcspResponse::from_der(bytes) {
        Ok(response) => {
            assert_eq!(response.as_der(), bytes, "the bytes are kept");
            response.basic().cloned()
        }
        Err(_) => BasicOcspResponse::from_der(bytes).ok(),
    };
    let Some(basic) = basic else { return };
    assert!(
        basic.responses().len() <= bytes.len(),
        "statements are made of bytes"
    );
    let _ = basic.nonce();
    let _ = basic.has_unknown_critical_extension();
    let _ = basic.signature_algorithm();
    for certificate in basic.certificates() {
        let _ = basic.verify_signed_by(certificate.public_key());
        let _ = basic.response_for(certificate, certificate.public_key());
        let _ = basic
            .responses()
            .iter()
            .filter(|single| single.covers_end_of(certificate))
            .count();
        let name = certificate.subject();
        let _ = basic.responder_id().names(name, certificate.public_key());
    }
}

/// A PKCS#10 request (RFC 2986), DER or PEM.
pub fn certification_request(bytes: &[u8]) {
    let from_text = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| CertificationRequest::from_pem(text).ok());
    for request in [CertificationRequest::from_der(bytes).ok(), from_text]
        .into_iter()
        .flatten()
    {
        let _ = request.subject().to_string();
        let _ = request.alternative_names().len();
    }
}

/// A whole file, judged; nobody is trusted, so nothing may stand.
pub fn verify(bytes: &[u8]) {
    let Ok(document) = Document::open(bytes, &limits()) else {
        return;
    };
    if let Ok(report) = judge(&document, &Trust::in_roots(&[]), NOW) {
        assert!(
            !report.stands_for_whole_document(),
            "without a trusted root nothing stands for a document"
        );
    }
    // What the maker would do with such a file must end, too.
    if let Ok(intake) = examine(&document) {
        let _ = matches!(intake.permission, Permission::Refused { .. });
    }
}
