//! The facts behind a signature, for experts.

use akashi_app::judging::{
    ChainLine, ChainPlace, EvidenceLine, JudgedKind, JudgedSignature, LaterChanges, Proof, Revocation,
    SignatureVerdict,
};

use crate::pages::verify::{CertificateLine, FactSheet};
use crate::text::Text;
use crate::view::CheckState;

/// The facts of one signature or archive time-stamp.
pub(super) fn fact_sheet(t: &Text, signature: &JudgedSignature) -> FactSheet {
    let indication = signature.verdict.name();
    FactSheet {
        title: match signature.kind {
            JudgedKind::Signature => t.verify_revision_signed(&signature.signer),
            JudgedKind::ArchiveTimeStamp => t.fact_archive(&signature.signer),
        },
        indication: match &signature.sub_indication {
            Some(reason) => format!("{indication} / {reason}"),
            None => indication.to_owned(),
        },
        state: match signature.verdict {
            SignatureVerdict::Passed => CheckState::Good,
            SignatureVerdict::Failed => CheckState::Failed,
            SignatureVerdict::Unclear => CheckState::Warning,
        },
        lines: lines(t, signature),
        chain: signature.chain.iter().map(|line| certificate(t, line)).collect(),
    }
}

fn lines(t: &Text, signature: &JudgedSignature) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push((name.to_owned(), value));
        }
    };
    add(t.fact_field(), signature.field_name.clone());
    if let Some(found) = &signature.level_found {
        let proven = signature.level_proven.as_deref().unwrap_or(t.none());
        add(t.fact_level(), t.fact_level_found(found, proven));
    }
    add(t.fact_best_time(), t.moment_exact(&signature.best_signature_time));
    if let Some(at) = &signature.claimed_at {
        add(t.fact_claimed(), t.moment_exact(at));
    }
    if let Some(stamp) = &signature.time_stamp {
        let at = stamp.at.map(|at| t.moment_exact(&at)).unwrap_or_default();
        let listed = match stamp.is_accredited {
            Some(true) => t.stamp_accredited(),
            Some(false) => t.stamp_not_listed(),
            None => "",
        };
        let words = [at.as_str(), &stamp.authority, listed];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        add(t.fact_stamp(), words.join(t.list_comma()));
        if let Some(end) = &stamp.chain_ends_at {
            add(t.fact_chain_ends(), t.date_of(end));
        }
    }
    add(t.fact_mail(), signature.mail_addresses.join(t.list_comma()));
    add(t.fact_reason(), signature.reason.clone());
    let (coverage, places) = coverage(t, &signature.later);
    add(t.fact_coverage(), coverage.to_owned());
    add(t.fact_places(), places);
    let proofs: Vec<String> = signature.proofs.iter().map(|one| proof(t, one)).collect();
    add(t.fact_proofs(), proofs.join(t.list_comma()));
    let algorithms = match &signature.reliable_until {
        Some(day) => format!(
            "{}{}{}",
            signature.algorithms,
            t.list_comma(),
            t.fact_reliable_until(t.date_of(day))
        ),
        None => signature.algorithms.clone(),
    };
    add(t.fact_algorithms(), algorithms);
    if let Some(permission) = signature.certification {
        add(t.fact_certification(), format!("P={permission}"));
    }
    lines
}

fn coverage(t: &Text, later: &LaterChanges) -> (&'static str, String) {
    match later {
        LaterChanges::None => (t.fact_covers_all(), String::new()),
        LaterChanges::Permitted => (t.fact_covers_revision(), String::new()),
        LaterChanges::NotCovered => (t.fact_covers_less(), String::new()),
        LaterChanges::Forbidden { changes } => {
            /// More places than these tell nothing more.
            const SHOWN: usize = 20;
            let places: Vec<&str> = changes
                .iter()
                .map(|change| change.field.as_deref().unwrap_or(&change.place))
                .take(SHOWN)
                .collect();
            (t.fact_covers_changed(), places.join(t.list_comma()))
        }
    }
}

fn proof(t: &Text, proof: &Proof) -> String {
    let at = t.moment_exact(&proof.at);
    match &proof.document_time_stamp {
        Some(field) => t.fact_proof_document(at, field),
        None => t.fact_proof_inner(at),
    }
}

fn certificate(t: &Text, line: &ChainLine) -> CertificateLine {
    CertificateLine {
        role: match line.role {
            ChainPlace::Signer => t.chain_signer(),
            ChainPlace::Authority => t.chain_authority(),
            ChainPlace::Anchor => t.chain_anchor(),
        },
        name: line.subject.clone(),
        validity: t.chain_validity(t.date_of(&line.not_before), t.date_of(&line.not_after)),
        revocation: revocation(t, line),
        sha256: line.sha256.clone(),
    }
}

fn revocation(t: &Text, line: &ChainLine) -> String {
    let state = match line.revocation {
        _ if line.role == ChainPlace::Anchor => t.revocation_root().to_owned(),
        Revocation::NotChecked | Revocation::NotKnown => t.revocation_unknown().to_owned(),
        Revocation::NeverPublished => t.revocation_never().to_owned(),
        Revocation::NotDeclared => t.revocation_not_declared().to_owned(),
        Revocation::Good { as_of } => t.revocation_good(t.moment_exact(&as_of)),
        Revocation::Revoked { since } => t.revocation_revoked(t.moment_exact(&since)),
    };
    let evidence: Vec<&EvidenceLine> = line.evidence.iter().collect();
    if evidence.is_empty() {
        return state;
    }
    let kind = if evidence.iter().any(|one| one.is_response) {
        "OCSP"
    } else {
        "CRL"
    };
    let place = if evidence.iter().all(|one| one.is_in_file) {
        t.revocation_in_file()
    } else {
        ""
    };
    let words = [state.as_str(), kind, place];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(t.list_comma())
}
