//! Past certificate validation with validation time sliding (EN 319 102-1, 5.6.2.1 and 5.6.2.2).

use akashi_pki::path::{RevocationFinding, RevocationStatus};
use akashi_pki::{CertificationPath, PathConditions};
use jiff::{SignedDuration, Timestamp};

use crate::algorithms::Sunset;
use crate::chain::Judged;
use crate::chain::evidence::{self, Evidence};
use crate::report::SubIndication;
use crate::trust::{Freshness, RevocationPolicy};

impl Judged<'_> {
    /// What stands against the signature although the path held when it was made: nothing, if it is proven to have
    /// existed before the last moment for which its path can be shown to hold (5.6.2.4, step 2).
    pub(super) fn past(&self) -> Option<SubIndication> {
        match self.control_time() {
            Ok(control_time) if self.question.exists_since <= control_time => None,
            Ok(_) => Some(SubIndication::NoPoe),
            Err(reason) => Some(reason),
        }
    }

    /// Slides from now into the past, from the certificate that the anchor issued down to the signer's: each must
    /// have been shown not to be revoked by evidence that existed at the time reached, and so lowers it to the
    /// moment for which that evidence speaks.
    fn control_time(&self) -> Result<Timestamp, SubIndication> {
        let mut time = self.setting.now;
        for position in 0..self.path.certificates.len() {
            if self.exists_since(position) > time {
                return Err(SubIndication::NoPoe);
            }
            if self.setting.trust.revocation_policy() != RevocationPolicy::NotChecked {
                time = self.slide(position, time)?;
            }
            if let Sunset::Before(end) = self.sunset(position)
                && end <= time
            {
                time = end.saturating_add(-SHORTEST).unwrap_or(end);
            }
        }
        Ok(time)
    }

    fn slide(&self, position: usize, time: Timestamp) -> Result<Timestamp, SubIndication> {
        let finding = self.finding_at(position, time);
        let Some(finding) = finding else {
            return Err(SubIndication::NoPoe);
        };
        match finding.status {
            RevocationStatus::Revoked { .. } if self.is_signer(position) => Err(SubIndication::RevokedNoPoe),
            RevocationStatus::Revoked { .. } => Err(SubIndication::RevokedCaNoPoe),
            RevocationStatus::RevokedLater { revoked_at, .. } => Ok(time.min(revoked_at)),
            RevocationStatus::Good { as_of } => {
                let end = evidence::in_force_until(&finding).unwrap_or(as_of);
                Ok(match self.setting.trust.freshness() {
                    _ if time <= end => time,
                    // The latest moment at which the evidence was fresh (5.2.5).
                    Freshness::AtUse => end,
                    Freshness::Now => as_of,
                })
            }
            RevocationStatus::NeverPublished => Ok(time),
            _ => {
                let certificate = self.path.certificates.get(position);
                if certificate.is_some_and(|certificate| self.setting.is_demanded(certificate)) {
                    Err(SubIndication::NoPoe)
                } else {
                    Ok(time)
                }
            }
        }
    }

    /// What the evidence that existed at `time` says about one certificate.
    fn finding_at(&self, position: usize, time: Timestamp) -> Option<RevocationFinding> {
        let old = Evidence::existing_at(self.setting.material, self.setting.proofs, time);
        let upper = CertificationPath {
            anchor: self.path.anchor.clone(),
            certificates: self
                .path
                .certificates
                .iter()
                .take(position + 1)
                .cloned()
                .collect(),
        };
        let conditions = PathConditions::new(self.question.used_at.min(time))
            .with_known_until(time)
            .with_revocation(old.borrow());
        let report = upper.validate(self.setting.material.certificates(), &conditions);
        report.revocation.into_iter().nth(position)
    }
}

/// The smallest step of time that the standards' forms can name.
const SHORTEST: SignedDuration = SignedDuration::from_secs(1);
