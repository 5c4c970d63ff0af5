//! Certificates and evidence, for the report.

use akashi_pki::ocsp::ResponderId;
use akashi_pki::path::{EvidenceSource as Used, RevocationStatus, UsedEvidence};
use akashi_pki::{Certificate, SerialNumber};

use crate::chain::{Judged, Setting, evidence};
use crate::report::{
    CertificateFacts, CertificateRevocation, ChainCertificate, ChainRole, EvidenceFacts, EvidenceKind,
};
use crate::text::hexadecimal;

/// What a certificate says, for the report.
pub(crate) fn certificate_facts(certificate: &Certificate) -> CertificateFacts {
    let text = |value: Option<&str>| value.map(str::to_owned);
    CertificateFacts {
        subject: certificate.subject().to_string(),
        common_name: text(certificate.subject().common_name()),
        organization: text(certificate.subject().organization()),
        mail_addresses: certificate.mail_addresses().unwrap_or_default(),
        issuer: certificate.issuer().to_string(),
        issuer_common_name: text(certificate.issuer().common_name()),
        serial_number: hexadecimal(SerialNumber::as_content(certificate.serial_number())),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        sha256: hexadecimal(&certificate.fingerprint()),
        certificate: certificate.clone(),
    }
}

impl Judged<'_> {
    /// The certificates of the path, the signer's first, the trust anchor last.
    pub(super) fn describe(&self) -> Vec<ChainCertificate> {
        let mut described: Vec<ChainCertificate> = self
            .certificates()
            .map(|(position, certificate)| self.describe_one(position, certificate))
            .collect();
        described.reverse();
        if let Some(anchor) = self.path.anchor.certificate()
            && self.path.certificates.first() != Some(anchor)
        {
            described.push(ChainCertificate {
                certificate: certificate_facts(anchor),
                role: ChainRole::TrustAnchor,
                revocation: CertificateRevocation::NotChecked,
                evidence: Vec::new(),
                exists_since: self
                    .setting
                    .proofs
                    .of_object(self.setting.material, &anchor.fingerprint()),
            });
        }
        described
    }

    fn describe_one(&self, position: usize, certificate: &Certificate) -> ChainCertificate {
        let finding = self.findings.get(position);
        let used = finding
            .map(|finding| finding.evidence.as_slice())
            .unwrap_or_default();
        ChainCertificate {
            certificate: certificate_facts(certificate),
            role: if self.is_signer(position) {
                ChainRole::Signer
            } else {
                ChainRole::Authority
            },
            revocation: revocation(finding.map(|finding| &finding.status), certificate),
            evidence: used
                .iter()
                .filter_map(|used| self.setting.evidence_facts(used))
                .collect(),
            exists_since: self.exists_since(position),
        }
    }
}

fn revocation(status: Option<&RevocationStatus>, certificate: &Certificate) -> CertificateRevocation {
    match status {
        Some(RevocationStatus::NeverPublished) => CertificateRevocation::NeverPublished,
        Some(RevocationStatus::Good { as_of }) => CertificateRevocation::Good { as_of: *as_of },
        Some(
            RevocationStatus::Revoked { revoked_at, reason }
            | RevocationStatus::RevokedLater { revoked_at, reason },
        ) => CertificateRevocation::Revoked {
            revoked_at: *revoked_at,
            reason: *reason,
        },
        Some(RevocationStatus::Unknown) if certificate.declares_revocation() => {
            CertificateRevocation::NotKnown
        }
        Some(RevocationStatus::Unknown) => CertificateRevocation::NotDeclared,
        _ => CertificateRevocation::NotChecked,
    }
}

impl Setting<'_> {
    fn evidence_facts(&self, used: &UsedEvidence) -> Option<EvidenceFacts> {
        let fingerprint = evidence::fingerprint(self.material, used)?;
        let (kind, issuer) = match used.source {
            Used::List(index) => {
                let list = self.material.lists().get(index)?;
                (EvidenceKind::RevocationList, list.issuer().to_string())
            }
            Used::Response(index) => {
                let basic = self.material.responses().get(index)?.basic()?;
                let issuer = match basic.responder_id() {
                    ResponderId::Name(name) => name.to_string(),
                    ResponderId::KeyHash(hash) => hexadecimal(hash),
                };
                (EvidenceKind::OcspResponse, issuer)
            }
        };
        Some(EvidenceFacts {
            kind,
            sha256: hexadecimal(&fingerprint),
            issuer,
            this_update: used.this_update,
            next_update: used.next_update,
            source: self.material.source(&fingerprint),
            exists_since: self.proofs.of_object(self.material, &fingerprint),
        })
    }
}
