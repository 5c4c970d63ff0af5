//! Where a certificate says that its issuer and its status are found.

use crate::asn1::Oid;
use crate::certificate::Certificate;
use crate::extension::DistributionPointName;
use crate::general_name::GeneralName;
use crate::oids;

impl Certificate {
    /// Addresses of revocation lists (`cRLDistributionPoints`), in order; empty also when the
    /// extension cannot be read.
    pub fn crl_uris(&self) -> Vec<String> {
        let points = self.crl_distribution_points().unwrap_or_default();
        points
            .into_iter()
            .filter_map(|point| match point.name {
                Some(DistributionPointName::Full(names)) => Some(names),
                _ => None,
            })
            .flatten()
            .filter_map(into_uri)
            .collect()
    }

    /// Addresses of OCSP responders (`authorityInfoAccess`, `id-ad-ocsp`), in order.
    pub fn ocsp_uris(&self) -> Vec<String> {
        self.access_uris(&oids::ACCESS_OCSP)
    }

    /// Addresses of the issuer's certificate (`authorityInfoAccess`, `id-ad-caIssuers`), in order.
    pub fn issuer_uris(&self) -> Vec<String> {
        self.access_uris(&oids::ACCESS_CA_ISSUERS)
    }

    /// Whether the issuer vouches for this OCSP responder as long as its certificate lasts
    /// (`id-pkix-ocsp-nocheck`, RFC 6960, 4.2.2.2.1).
    pub fn has_ocsp_no_check(&self) -> bool {
        self.extension(&oids::OCSP_NO_CHECK).is_some()
    }

    /// Whether the issuer names a way to learn about revocation: a list or a responder.
    pub fn declares_revocation(&self) -> bool {
        self.extension(&oids::CRL_DISTRIBUTION_POINTS).is_some() || !self.ocsp_uris().is_empty()
    }

    fn access_uris(&self, method: &Oid) -> Vec<String> {
        let descriptions = self.authority_information_access().unwrap_or_default();
        descriptions
            .into_iter()
            .filter(|description| description.method == *method)
            .filter_map(|description| into_uri(description.location))
            .collect()
    }
}

fn into_uri(name: GeneralName) -> Option<String> {
    match name {
        GeneralName::Uri(uri) => Some(uri),
        _ => None,
    }
}
