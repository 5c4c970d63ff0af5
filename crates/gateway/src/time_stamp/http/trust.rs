//! Whether a token's authority is one that the operator believes, and whether it is an accredited one.

use akashi_app::ports::pki::path::{PathConditions, Purpose, TrustAnchor, find_path};
use akashi_app::ports::pki::{Certificate, PathOutcome};
use akashi_app::ports::tsp::TimeStampToken;

/// The certificates that end the search.
#[derive(Debug)]
pub(super) struct TokenTrust {
    anchors: Vec<TrustAnchor>,
    /// Everything known that may stand between.
    known: Vec<Certificate>,
    pub(super) accredited: Vec<Certificate>,
}

impl TokenTrust {
    /// Believes `roots`, as the judge does. What is accredited only has a name: it must lead to a root, too.
    pub(super) fn new(roots: &[Certificate], accredited: Vec<Certificate>) -> Self {
        Self {
            anchors: roots.iter().map(TrustAnchor::from_certificate).collect(),
            known: roots.iter().chain(&accredited).cloned().collect(),
            accredited,
        }
    }

    /// Whether the token's path meets an accredited certificate; an error says why there is no path. Revocation is
    /// left to the judge, who sees the whole document.
    pub(super) fn is_accredited(&self, token: &TimeStampToken) -> Result<bool, String> {
        let certificate = token
            .signing_certificate(&self.known)
            .ok_or("its certificate is missing")?;
        let conditions = PathConditions::new(token.info().gen_time).with_purpose(Purpose::TimeStamping);
        let mut candidates = token.certificates().to_vec();
        candidates.extend_from_slice(&self.known);
        match find_path(certificate, &candidates, &self.anchors, &conditions) {
            PathOutcome::Valid(path, _) => Ok(self.accredited.iter().any(|accredited| {
                path.anchor.is_same_as(accredited) || path.certificates.contains(accredited)
            })),
            PathOutcome::Invalid(_, report) => {
                let problem = report.problems.first();
                Err(problem.map_or_else(
                    || "its certificate's path does not hold".to_owned(),
                    |problem| format!("its certificate's path does not hold: {}", problem.reason),
                ))
            }
            _ => Err(format!(
                "its certificate leads to no trusted root: {}",
                certificate.subject()
            )),
        }
    }
}
