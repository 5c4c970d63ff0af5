//! What a revocation list speaks of (RFC 5280, 6.3.3 (b) and (d)).

use super::Subject;
use crate::certificate::Certificate;
use crate::crl::RevocationList;
use crate::extension::{
    CoveredCertificates, DistributionPoint, DistributionPointName, IssuingDistributionPoint, KeyUsage,
    ReasonFlags,
};
use crate::general_name::GeneralName;
use crate::name::DistinguishedName;
use crate::oids;

/// (b): whether the list is the one that the distribution point means and speaks of such
/// certificates.
pub(super) fn is_in_scope(
    subject: &Subject<'_>,
    point: &DistributionPoint,
    list: &RevocationList,
    scope: Option<&IssuingDistributionPoint>,
) -> bool {
    let is_right_issuer = if point.crl_issuer.is_empty() {
        list.issuer().matches(subject.certificate.issuer())
    } else {
        let issuer = GeneralName::Directory(list.issuer().clone());
        scope.is_some_and(|scope| scope.is_indirect)
            && point.crl_issuer.iter().any(|name| name.matches(&issuer))
    };
    let Some(scope) = scope else {
        return is_right_issuer;
    };
    let is_right_kind = match scope.covered {
        CoveredCertificates::All => true,
        CoveredCertificates::EndEntities => !subject.is_ca,
        CoveredCertificates::Authorities => subject.is_ca,
        CoveredCertificates::Attributes => false,
    };
    is_right_issuer && is_right_kind && is_right_name(point, list, scope)
}

/// (b)(2)(i): a named list must be named by the distribution point.
fn is_right_name(point: &DistributionPoint, list: &RevocationList, scope: &IssuingDistributionPoint) -> bool {
    let Some(list_name) = &scope.name else { return true };
    let list_names = full_names(list_name, list.issuer());
    let point_issuer = point.crl_issuer.iter().find_map(|name| match name {
        GeneralName::Directory(name) => Some(name),
        _ => None,
    });
    let point_names = match &point.name {
        Some(name) => full_names(name, point_issuer.unwrap_or_else(|| list.issuer())),
        None => point.crl_issuer.clone(),
    };
    list_names
        .iter()
        .any(|own| point_names.iter().any(|wanted| wanted.matches(own)))
}

fn full_names(name: &DistributionPointName, issuer: &DistinguishedName) -> Vec<GeneralName> {
    match name {
        DistributionPointName::Full(names) => names.clone(),
        DistributionPointName::RelativeToIssuer(rdn) => issuer
            .with_relative(rdn)
            .map(GeneralName::Directory)
            .into_iter()
            .collect(),
    }
}

/// (d)
pub(super) fn interim_reasons(
    point: &DistributionPoint,
    scope: Option<&IssuingDistributionPoint>,
) -> ReasonFlags {
    let of_list = scope
        .and_then(|scope| scope.only_some_reasons)
        .unwrap_or(ReasonFlags::ALL);
    of_list
        .and(point.reasons.unwrap_or(ReasonFlags::ALL))
        .and(ReasonFlags::ALL)
}

/// A list may drop certificates once they have expired (RFC 5280, 5.2), unless it says that it keeps
/// those that ended since a moment (`expiredCertsOnCRL`, X.509, 9.5.2.8): made after the end of a
/// certificate that it does not keep, its silence says nothing.
pub(super) fn covers_expired(list: &RevocationList, certificate: &Certificate) -> bool {
    let end = certificate.not_after();
    list.this_update() <= end
        || list
            .keeps_expired_since()
            .is_ok_and(|since| since.is_some_and(|since| since <= end))
}

pub(super) fn has_unknown_critical_extension(list: &RevocationList) -> bool {
    let known = [
        oids::CRL_NUMBER,
        oids::DELTA_CRL_INDICATOR,
        oids::ISSUING_DISTRIBUTION_POINT,
        oids::AUTHORITY_KEY_IDENTIFIER,
        oids::EXPIRED_CERTS_ON_CRL,
    ];
    list.extensions()
        .any(|extension| extension.is_critical() && !known.contains(extension.oid()))
}

pub(super) fn may_sign_lists(certificate: &Certificate) -> bool {
    certificate
        .key_usage()
        .is_ok_and(|usage| usage.is_none_or(|usage| usage.allows(KeyUsage::CRL_SIGN)))
}

/// `left` ≤ `right` for octets without leading zeros.
pub(super) fn is_not_above(left: &[u8], right: &[u8]) -> bool {
    (left.len(), left) <= (right.len(), right)
}
