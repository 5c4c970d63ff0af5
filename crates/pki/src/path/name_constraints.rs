//! Permitted and excluded names (RFC 5280, 4.2.1.10 and 6.1.4 (g)).

use super::ProblemReason;
use crate::asn1::Asn1Error;
use crate::certificate::Certificate;
use crate::extension::NameConstraints;
use crate::general_name::GeneralName;
use crate::oids;

/// The constraints of all issuers so far. Each must be met by itself, which is the intersection of
/// the permitted and the union of the excluded subtrees.
#[derive(Default)]
pub(super) struct Constraints(Vec<NameConstraints>);

impl Constraints {
    pub(super) fn add(&mut self, constraints: NameConstraints) {
        self.0.push(constraints);
    }

    /// 6.1.3 (b) and (c): the first name of `certificate` that is not allowed.
    pub(super) fn violation(&self, certificate: &Certificate) -> Result<Option<ProblemReason>, Asn1Error> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let names = constrained_names(certificate)?;
        Ok(names.into_iter().find_map(|name| self.violation_of(name)))
    }

    fn violation_of(&self, name: GeneralName) -> Option<ProblemReason> {
        for constraints in &self.0 {
            if constraints
                .excluded
                .iter()
                .any(|base| relation(&name, base) == Relation::Inside)
            {
                return Some(ProblemReason::NameExcluded(name));
            }
            if constraints
                .excluded
                .iter()
                .any(|base| relation(&name, base) == Relation::NotComparable)
            {
                return Some(ProblemReason::NameExcluded(name));
            }
            let mut permitted = constraints
                .permitted
                .iter()
                .map(|base| relation(&name, base))
                .peekable();
            let mut is_restricted = false;
            let is_inside = permitted.any(|relation| {
                is_restricted |= relation != Relation::OtherKind;
                relation == Relation::Inside
            });
            if is_restricted && !is_inside {
                return Some(ProblemReason::NameNotPermitted(name));
            }
        }
        None
    }
}

/// Subject and alternative names; a mail address in the subject counts when there are no alternative
/// names (RFC 5280, 4.2.1.10).
fn constrained_names(certificate: &Certificate) -> Result<Vec<GeneralName>, Asn1Error> {
    let mut names = certificate.subject_alternative_names()?;
    let subject = certificate.subject();
    if certificate.extension(&oids::SUBJECT_ALT_NAME).is_none() {
        let addresses = subject
            .attributes()
            .filter(|attribute| attribute.oid == oids::EMAIL_ADDRESS);
        names.extend(
            addresses
                .filter_map(|attribute| attribute.text.clone())
                .map(GeneralName::Rfc822),
        );
    }
    if !subject.is_empty() {
        names.push(GeneralName::Directory(subject.clone()));
    }
    Ok(names)
}

/// How a name stands to the base of a subtree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// Another kind of name: the subtree says nothing about it.
    OtherKind,
    Inside,
    Outside,
    /// Of the same kind, but of a form whose subtrees are not defined here: it must not pass.
    NotComparable,
}

fn relation(name: &GeneralName, base: &GeneralName) -> Relation {
    let inside = |is_inside| {
        if is_inside {
            Relation::Inside
        } else {
            Relation::Outside
        }
    };
    match (name, base) {
        (GeneralName::Directory(name), GeneralName::Directory(base)) => inside(name.is_within(base)),
        (GeneralName::Dns(name), GeneralName::Dns(base)) => inside(is_dns_within(name, base)),
        (GeneralName::Rfc822(name), GeneralName::Rfc822(base)) => inside(is_mail_within(name, base)),
        (GeneralName::Uri(name), GeneralName::Uri(base)) => inside(is_uri_within(name, base)),
        (GeneralName::Ip(name), GeneralName::Ip(base)) => inside(is_ip_within(name, base)),
        // RFC 9598, 6: constraints on rfc822Name hold for SmtpUTF8Mailbox as well.
        (GeneralName::Other { oid, .. }, GeneralName::Rfc822(base)) if *oid == oids::ON_SMTP_UTF8_MAILBOX => {
            name.mail_address().map_or(Relation::NotComparable, |name| {
                inside(is_mail_within(&name, base))
            })
        }
        (GeneralName::Other { oid, .. }, GeneralName::Other { oid: base, .. }) if oid == base => {
            Relation::NotComparable
        }
        (GeneralName::RegisteredId(_), GeneralName::RegisteredId(_))
        | (GeneralName::Opaque(_), GeneralName::Opaque(_)) => Relation::NotComparable,
        _ => Relation::OtherKind,
    }
}

/// `host` itself and everything below it.
fn is_dns_within(name: &str, base: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let base = base
        .trim_start_matches('.')
        .trim_end_matches('.')
        .to_ascii_lowercase();
    base.is_empty() || name == base || name.strip_suffix(&base).is_some_and(|rest| rest.ends_with('.'))
}

/// A mailbox, all mailboxes of a host, or (leading dot) of the hosts below a domain.
fn is_mail_within(name: &str, base: &str) -> bool {
    let Some((local, host)) = name.rsplit_once('@') else {
        return false;
    };
    if let Some((base_local, base_host)) = base.rsplit_once('@') {
        return local == base_local && host.eq_ignore_ascii_case(base_host);
    }
    is_host_within(host, base)
}

/// The host of a URI, or (leading dot) hosts below a domain. A URI without a host name fits nothing.
fn is_uri_within(name: &str, base: &str) -> bool {
    let Some((_, after_scheme)) = name.split_once("://") else {
        return false;
    };
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host_and_port.split(':').next().unwrap_or_default();
    !host.is_empty() && is_host_within(host, base)
}

fn is_host_within(host: &str, base: &str) -> bool {
    let (host, base) = (host.to_ascii_lowercase(), base.to_ascii_lowercase());
    if base.starts_with('.') {
        host.ends_with(&base)
    } else {
        base.is_empty() || host == base
    }
}

/// Address and mask of the same family.
fn is_ip_within(name: &[u8], base: &[u8]) -> bool {
    let Some((address, mask)) = base.split_at_checked(name.len()) else {
        return false;
    };
    mask.len() == name.len()
        && name
            .iter()
            .zip(address)
            .zip(mask)
            .all(|((own, base), mask)| own & mask == base & mask)
}
