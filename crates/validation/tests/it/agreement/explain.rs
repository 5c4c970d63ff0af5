//! Why we differ, by kind of difference and clause. Never by file.

use crate::agreement::{Disagreement, Question};

/// Why it is right to differ so; nothing when that is not known.
pub(super) fn explanation(one: &Disagreement) -> Option<&'static str> {
    let (ours, theirs) = (one.ours.as_str(), one.theirs.as_str());
    match one.question {
        Question::Opened => opened(ours, theirs),
        Question::Intact => intact(ours, theirs),
        Question::Trusted => trusted(ours, theirs),
        Question::Coverage => coverage(ours, theirs),
        Question::Changes => changes(ours, theirs),
        Question::Permitted => permitted(ours, theirs),
        Question::Indication => indication(ours, theirs),
        Question::SubIndication => sub_indication(ours, theirs),
        Question::Count => count(ours, theirs),
    }
}

fn opened(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        ("refused: the file is protected with a password", "judged") => Some(
            "ISO 32000-2, 7.6.4: without its password nobody can read the file. Their test knows the password; the manifest does not hold it, and we ask for none.",
        ),
        ("refused: the encryption of the file cannot be handled", "judged") => Some(
            "ISO 32000-2, 7.6.5: encrypted for the holder of a private key, which the test knows and a judge does not.",
        ),
        ("refused: the file cannot be read", "judged") => Some(
            "ISO 32000-2, 7.7.3: the newest page tree cannot be walked, so nobody can say what the file shows. They call that modified, we refuse; both object.",
        ),
        (_, "REFUSED:PdfReadError") if ours.starts_with("judged (") => Some(
            "ISO 32000-2, 14.7: a circle in the structure tree is compared without running in it; what was signed is judged all the same.",
        ),
        _ => None,
    }
}

fn intact(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        ("False (UnknownAlgorithm)", "True") | ("not all intact (UnknownAlgorithm)", "CRYPTO_VALID_ALL") => {
            Some(
                "EN 319 102-1, 5.2.7 and 5.2.8.4.2: MD5, SHA-3 with 224 bits, Ed448 and plain ECDSA (BSI TR-03111) are not known here. What is not checked is not called intact: INDETERMINATE.",
            )
        }
        ("not all intact (Malformed)", "CRYPTO_VALID_ALL") => Some(
            "ISO 32000-2, 12.8.1 and 12.8.3.3; EN 319 142-1, 5.1: one signer, nothing encapsulated, nothing but zero bytes behind the value, a SubFilter of the standard. They check the cryptography of what is there; by its form it is no PAdES or PKCS#7 signature of a document.",
        ),
        ("all intact", "CRYPTO_FAIL_ALL_OR_SOME") => Some(
            "RFC 5652, 5.4: the signed attributes stand there in another order than DER demands. They encode again before they hash; we hash what the signer wrote, as OpenSSL and pyHanko do.",
        ),
        ("all intact", "NO_SIGNATURE_FOUND") => Some(
            "RFC 5652, 3 and X.690, 8: the CMS is BER with errors that DER readers refuse. Its bytes, attributes and key belong together, so it is judged.",
        ),
        ("all intact", "TOTAL_FAILED") => Some(
            "Their assertion (column asserts) is assertNotEquals(TOTAL_FAILED): both say that it did not fail.",
        ),
        _ => None,
    }
}

fn trusted(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        ("False", "True") => Some(
            "EN 319 102-1, 5.2.8.4.2: the same unknown algorithms stand in the certificates, so that the path cannot be checked.",
        ),
        _ if ours.starts_with("False (CRYPTO_CONSTRAINTS_FAILURE") => Some(
            "TS 119 312, 7 and 9: a hash or key that had lost its strength before the signature was made; their test allows it by a policy of its own.",
        ),
        _ => None,
    }
}

fn coverage(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        ("CONTIGUOUS_BLOCK_FROM_START", "ENTIRE_REVISION") => Some(
            "ISO 32000-2, 12.8.1: at the end of the covered bytes the file had no such signature in that field, so it is no signature of that revision. They call the same file modified; both object.",
        ),
        ("UNCLEAR", "CONTIGUOUS_BLOCK_FROM_START") => Some(
            "ISO 32000-2, 12.8.1: the gap is not exactly the Contents of the signature that the newest revision shows. Both say that it covers less than a revision.",
        ),
        _ => None,
    }
}

fn changes(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        ("FORM_FILLING", "OTHER") => Some(APPEARANCE),
        _ => None,
    }
}

const APPEARANCE: &str = "ISO 32000-2, 12.5.5 and 12.8.2.2: revisions are compared by meaning. The field got an appearance of its own; the old one, which something else uses too, is untouched there, so nothing but the field changed.";

fn permitted(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        ("True", "False") => Some(APPEARANCE),
        ("not permitted", "none") => Some(
            "Their test switches the comparison off, or looks only at signatures whose byte range is valid; with a broken range nothing later can be permitted (ISO 32000-2, 12.8.2.2).",
        ),
        ("permitted", "detected") => Some(
            "ISO 32000-2, table 257: they report every visible difference, also of filled fields and later signatures. These are permitted, and stand in our report as changes of that level.",
        ),
        _ => None,
    }
}

fn indication(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        (
            "PASSED",
            "INDETERMINATE (CRYPTO_CONSTRAINTS_FAILURE)"
            | "INDETERMINATE (CRYPTO_CONSTRAINTS_FAILURE_NO_POE)",
        ) => Some(
            "EN 319 102-1, 5.2.8.4.2: their test bans SHA-256 or SHA-512 by a policy of its own, which the manifest does not hold; TS 119 312, 6 and CRYPTREC LS-0001 set no end for them.",
        ),
        ("PASSED", "INDETERMINATE (NO_POE)") => Some(
            "EN 319 102-1, 5.5.4: the signer's certificate has expired but is known not to have been revoked when the signature time-stamp, whose authority is still good, proves the signature; 5.2.5 leaves it to the policy how new that information must be. With Freshness::Now we say NO_POE, too.",
        ),
        _ => None,
    }
}

fn sub_indication(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        ("OUT_OF_BOUNDS_NO_POE", "NO_POE") => Some(
            "EN 319 102-1, 5.6.3.4: where nothing proves an earlier time, the answer is that of the validation as of now. Both are INDETERMINATE for want of proof.",
        ),
        ("TRY_LATER", "CERTIFICATE_CHAIN_GENERAL_FAILURE") => {
            Some("EN 319 102-1, 5.2.6.4 and table 6: without revocation information the answer is TRY_LATER.")
        }
        ("NO_CERTIFICATE_CHAIN_FOUND", "SIG_CONSTRAINTS_FAILURE") => Some(
            "EN 319 102-1, 5.3.4: without a trust anchor the path is what fails first. They ask for a trusted list (EU qualification) or for a signed reference to the certificate, which comes later in the procedure.",
        ),
        ("NO_CERTIFICATE_CHAIN_FOUND", "CERTIFICATE_CHAIN_GENERAL_FAILURE") => Some(
            "EN 319 102-1, 5.2.6: none of the trust anchors given is reached, so there is no chain that could fail.",
        ),
        ("NO_CERTIFICATE_CHAIN_FOUND", "FORMAT_FAILURE") => Some(
            "EN 319 102-1, 5.2.7: the signature with the overlapping byte range fails by HASH_FAILURE, which says more than its form; the other one is whole and leads to no trust anchor.",
        ),
        _ => None,
    }
}

fn count(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        ("1", "0 DocumentTimeStamp" | "2 Signature") => Some(
            "ISO 32000-2, 12.8.5: what says SubFilter ETSI.RFC3161 is a document time-stamp; with another Type it is a malformed one.",
        ),
        ("1", "0 Signature") => Some(
            "ISO 32000-2, 12.7.5.5: a signature field with a value that cannot be read is a signature that failed, not none.",
        ),
        _ => None,
    }
}
