//! Trusted lists of the European Union as a source of trust anchors (ETSI TS 119 612).

use akashi_pki::Certificate;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::events::Event;
use thiserror::Error;

/// Largest list in bytes; the largest of a member state has some 10 MB.
pub const MAX_LIST_BYTES: usize = 64 << 20;
/// Most services; the largest list has some hundreds.
const MAX_SERVICES: usize = 10_000;
/// Deepest element.
const MAX_DEPTH: usize = 64;

/// A file is no trusted list.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrustedListError {
    /// It is too large, too deep or has too many services.
    #[error("the list is larger than any known one")]
    TooLarge,
    /// It is no well-formed XML.
    #[error("not well-formed XML")]
    Xml(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It is another kind of document.
    #[error("not a TrustServiceStatusList")]
    NotAList,
}

/// A trusted list (TS 119 612, 5.2), read from a file that the operator obtained and believes: **its own XML signature is
/// not checked here**.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustedList {
    /// Country (5.3.10).
    pub territory: Option<String>,
    /// Number of the issue (5.3.2).
    pub sequence_number: Option<u64>,
    /// When it was issued (5.3.14).
    pub issued_at: Option<Timestamp>,
    /// When the next one is due (5.3.15).
    pub next_update: Option<Timestamp>,
    /// The services of all providers.
    pub services: Vec<TrustService>,
    /// Certificates that could not be read, and so are not trusted.
    pub unreadable_certificates: usize,
}

/// A service with its history (TS 119 612, 5.5).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustService {
    /// Whose it is.
    pub provider: String,
    /// Its name.
    pub name: String,
    /// `ServiceTypeIdentifier` (5.5.1).
    pub type_uri: String,
    /// Its digital identity: certificates of authorities or time-stamping units (5.5.3).
    pub certificates: Vec<Certificate>,
    /// Its status through time, newest first (5.5.4, 5.6).
    pub statuses: Vec<ServiceStatus>,
}

/// A status and when it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceStatus {
    /// `ServiceStatus`.
    pub uri: String,
    /// `StatusStartingTime`.
    pub since: Timestamp,
}

/// What a service does, as far as signatures are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceKind {
    /// Issues certificates (`CA/QC`, `CA/PKC`).
    CertificateAuthority,
    /// Issues time-stamps (`TSA`, `TSA/QTST` and others below `TSA`).
    TimeStamping,
    /// Another.
    Other,
}

impl TrustService {
    /// What it does.
    pub fn kind(&self) -> ServiceKind {
        match self.type_uri.split_once("/Svctype/").map(|(_, kind)| kind) {
            Some("CA/QC" | "CA/PKC") => ServiceKind::CertificateAuthority,
            Some(kind) if kind == "TSA" || kind.starts_with("TSA/") => ServiceKind::TimeStamping,
            _ => ServiceKind::Other,
        }
    }

    /// Whether its status at `at` said that it may be relied on: granted or recognised nationally, and by the words of
    /// lists before July 2016 supervised or accredited (TS 119 612, 5.5.4 and annex J).
    pub fn is_approved_at(&self, at: Timestamp) -> bool {
        const APPROVED: [&str; 6] = [
            "granted",
            "recognisedatnationallevel",
            "undersupervision",
            "supervisionincessation",
            "accredited",
            "setbynationallaw",
        ];
        let status = self.statuses.iter().filter(|status| status.since <= at);
        status.max_by_key(|status| status.since).is_some_and(|status| {
            let word = status.uri.rsplit('/').next().unwrap_or_default();
            APPROVED.contains(&word)
        })
    }
}

impl TrustedList {
    /// Reads a list. Entities of a document type definition are not expanded.
    ///
    /// # Errors
    /// [`TrustedListError`].
    pub fn from_xml(xml: &[u8]) -> Result<Self, TrustedListError> {
        if xml.len() > MAX_LIST_BYTES {
            return Err(TrustedListError::TooLarge);
        }
        let mut reader = Reader::from_reader(xml);
        let mut parser = Parser::default();
        loop {
            match reader.read_event().map_err(wrong)? {
                Event::Start(element) => parser.open(element.local_name().as_ref())?,
                Event::Empty(element) => {
                    parser.open(element.local_name().as_ref())?;
                    parser.close()?;
                }
                Event::Text(text) => parser.text.push_str(&text.xml10_content().map_err(wrong)?),
                Event::CData(text) => parser.text.push_str(&text.xml10_content().map_err(wrong)?),
                Event::GeneralRef(reference) => parser.refer(&reference)?,
                Event::End(_) => parser.close()?,
                Event::Eof => break,
                _ => {}
            }
        }
        if !parser.is_list || !parser.path.is_empty() {
            return Err(TrustedListError::NotAList);
        }
        Ok(parser.list)
    }

    /// Certificates of the services of this kind that were approved at `at`: trust anchors for that moment.
    pub fn approved_at(&self, kind: ServiceKind, at: Timestamp) -> impl Iterator<Item = &Certificate> {
        let services = self.services.iter();
        services
            .filter(move |service| service.kind() == kind && service.is_approved_at(at))
            .flat_map(|service| &service.certificates)
    }
}

fn wrong(error: impl std::error::Error + Send + Sync + 'static) -> TrustedListError {
    TrustedListError::Xml(Box::new(error))
}

/// What is known half-way.
#[derive(Default)]
struct Parser {
    list: TrustedList,
    is_list: bool,
    path: Vec<String>,
    /// Text since the last tag.
    text: String,
    provider: String,
    service: TrustService,
    /// Status of the instance being read, of now or of history.
    status: Option<String>,
}

impl Parser {
    fn open(&mut self, name: &[u8]) -> Result<(), TrustedListError> {
        let name = String::from_utf8_lossy(name).into_owned();
        if self.path.is_empty() {
            self.is_list = name == "TrustServiceStatusList";
        }
        if !self.is_list {
            return Err(TrustedListError::NotAList);
        }
        if self.path.len() >= MAX_DEPTH {
            return Err(TrustedListError::TooLarge);
        }
        match name.as_str() {
            "TrustServiceProvider" => self.provider.clear(),
            "TSPService" => {
                self.service = TrustService {
                    provider: self.provider.clone(),
                    ..TrustService::default()
                };
            }
            "ServiceInformation" | "ServiceHistoryInstance" => self.status = None,
            _ => {}
        }
        self.text.clear();
        self.path.push(name);
        Ok(())
    }

    fn refer(&mut self, reference: &quick_xml::events::BytesRef<'_>) -> Result<(), TrustedListError> {
        if let Some(character) = reference.resolve_char_ref().map_err(wrong)? {
            self.text.push(character);
            return Ok(());
        }
        let name = reference.xml10_content().map_err(wrong)?;
        // Only the five of XML itself; a list needs no others.
        let resolved =
            quick_xml::escape::resolve_predefined_entity(&name).ok_or(TrustedListError::NotAList)?;
        self.text.push_str(resolved);
        Ok(())
    }

    fn close(&mut self) -> Result<(), TrustedListError> {
        let Some(name) = self.path.pop() else {
            return Err(TrustedListError::NotAList);
        };
        let parent = self.path.last().map(String::as_str).unwrap_or_default();
        let is_history = self
            .path
            .iter()
            .any(|element| element == "ServiceHistoryInstance");
        let text = self.text.trim();
        match (parent, name.as_str()) {
            (_, "SchemeTerritory") => self.list.territory = Some(text.to_owned()),
            (_, "TSLSequenceNumber") => self.list.sequence_number = text.parse().ok(),
            (_, "ListIssueDateTime") => self.list.issued_at = text.parse().ok(),
            ("NextUpdate", "dateTime") => self.list.next_update = text.parse().ok(),
            // The first name is taken; others are the same in other languages.
            ("TSPName", "Name") if self.provider.is_empty() => text.clone_into(&mut self.provider),
            ("ServiceName", "Name") if self.service.name.is_empty() && !is_history => {
                text.clone_into(&mut self.service.name);
            }
            (_, "ServiceTypeIdentifier") if !is_history => text.clone_into(&mut self.service.type_uri),
            (_, "X509Certificate") if !is_history => self.certificate(),
            (_, "ServiceStatus") => self.status = Some(text.to_owned()),
            (_, "StatusStartingTime") => {
                if let (Some(uri), Ok(since)) = (self.status.take(), text.parse()) {
                    self.service.statuses.push(ServiceStatus { uri, since });
                }
            }
            (_, "TSPService") => {
                if self.list.services.len() >= MAX_SERVICES {
                    return Err(TrustedListError::TooLarge);
                }
                self.list.services.push(std::mem::take(&mut self.service));
            }
            _ => {}
        }
        self.text.clear();
        Ok(())
    }

    /// Only certificates inside of a service count: the list's own signature and other pointers have some, too.
    fn certificate(&mut self) {
        if !self
            .path
            .iter()
            .any(|element| element == "ServiceDigitalIdentity")
            || !self.is_in_service()
        {
            return;
        }
        let base64: String = self.text.split_whitespace().collect();
        let certificate = STANDARD
            .decode(base64)
            .ok()
            .map(|der| Certificate::from_der(&der));
        match certificate {
            Some(Ok(certificate)) => self.service.certificates.push(certificate),
            _ => self.list.unreadable_certificates += 1,
        }
    }

    fn is_in_service(&self) -> bool {
        self.path.iter().any(|element| element == "TSPService")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use akashi_pki::{
        CertificateAuthority, CertificateTemplate, DistinguishedName, KeyAlgorithm, SerialNumber, SigningKey,
        Validity,
    };
    use proptest::prelude::*;

    use super::*;

    fn certificate() -> Certificate {
        let name = DistinguishedName::builder().common_name("TSA").unwrap().build();
        let validity = Validity {
            not_before: "2020-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2030-01-01T00:00:00Z".parse().unwrap(),
        };
        let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
        let root = CertificateAuthority::self_signed(
            &CertificateTemplate::root(name, validity),
            &SerialNumber::from_random([1; 16]),
            key,
        );
        root.unwrap().certificate().clone()
    }

    fn list(certificate: &Certificate) -> String {
        let base64 = STANDARD.encode(certificate.as_der());
        let (first, second) = base64.split_at(40);
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<tsl:TrustServiceStatusList xmlns:tsl="http://uri.etsi.org/02231/v2#" xmlns:ns="urn:other">
<tsl:SchemeInformation><tsl:TSLSequenceNumber>12</tsl:TSLSequenceNumber>
<tsl:SchemeTerritory>AT</tsl:SchemeTerritory><tsl:ListIssueDateTime>2026-01-02T03:04:05Z</tsl:ListIssueDateTime>
<tsl:PointersToOtherTSL><tsl:OtherTSLPointer><tsl:ServiceDigitalIdentities><tsl:ServiceDigitalIdentity><tsl:DigitalId>
<tsl:X509Certificate>{base64}</tsl:X509Certificate></tsl:DigitalId></tsl:ServiceDigitalIdentity>
</tsl:ServiceDigitalIdentities></tsl:OtherTSLPointer></tsl:PointersToOtherTSL>
<tsl:NextUpdate><tsl:dateTime>2026-07-02T03:04:05Z</tsl:dateTime></tsl:NextUpdate></tsl:SchemeInformation>
<tsl:TrustServiceProviderList><tsl:TrustServiceProvider><tsl:TSPInformation><tsl:TSPName>
<tsl:Name xml:lang="en">Stamps &amp; S&#246;hne</tsl:Name><tsl:Name xml:lang="de">Anders</tsl:Name></tsl:TSPName>
</tsl:TSPInformation><tsl:TSPServices><tsl:TSPService><tsl:ServiceInformation>
<tsl:ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST</tsl:ServiceTypeIdentifier>
<tsl:ServiceName><tsl:Name xml:lang="en">Unit 1</tsl:Name></tsl:ServiceName>
<tsl:ServiceDigitalIdentity><tsl:DigitalId><tsl:X509Certificate>
{first}
{second}</tsl:X509Certificate></tsl:DigitalId></tsl:ServiceDigitalIdentity>
<tsl:ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn</tsl:ServiceStatus>
<tsl:StatusStartingTime>2025-06-01T00:00:00Z</tsl:StatusStartingTime></tsl:ServiceInformation>
<tsl:ServiceHistory><tsl:ServiceHistoryInstance>
<tsl:ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/TSA</tsl:ServiceTypeIdentifier>
<tsl:ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted</tsl:ServiceStatus>
<tsl:StatusStartingTime>2020-06-01T00:00:00Z</tsl:StatusStartingTime></tsl:ServiceHistoryInstance></tsl:ServiceHistory>
</tsl:TSPService></tsl:TSPServices></tsl:TrustServiceProvider></tsl:TrustServiceProviderList>
</tsl:TrustServiceStatusList>"#
        )
    }

    #[test]
    fn services_are_trusted_while_they_are_granted() {
        let certificate = certificate();
        let list = TrustedList::from_xml(list(&certificate).as_bytes()).unwrap();
        assert_eq!(list.territory.as_deref(), Some("AT"));
        assert_eq!(list.sequence_number, Some(12));
        assert_eq!(list.next_update, Some("2026-07-02T03:04:05Z".parse().unwrap()));
        let [service] = list.services.as_slice() else {
            panic!("{:?}", list.services);
        };
        assert_eq!(service.provider, "Stamps & Söhne");
        assert_eq!(service.name, "Unit 1");
        assert_eq!(service.kind(), ServiceKind::TimeStamping);
        assert_eq!(
            service.certificates,
            [certificate.clone()],
            "that of the pointer is not the service's"
        );
        let trusted = |kind, at: &str| list.approved_at(kind, at.parse().unwrap()).count();
        assert_eq!(trusted(ServiceKind::TimeStamping, "2024-01-01T00:00:00Z"), 1);
        assert_eq!(
            trusted(ServiceKind::TimeStamping, "2025-06-02T00:00:00Z"),
            0,
            "withdrawn"
        );
        assert_eq!(
            trusted(ServiceKind::TimeStamping, "2019-06-02T00:00:00Z"),
            0,
            "not yet"
        );
        assert_eq!(
            trusted(ServiceKind::CertificateAuthority, "2024-01-01T00:00:00Z"),
            0
        );
    }

    #[test]
    fn other_documents_are_refused() {
        for wrong in [
            "",
            "<html></html>",
            "<TrustServiceStatusList>",
            "<TrustServiceStatusList>&bomb;</TrustServiceStatusList>",
            "no xml",
        ] {
            TrustedList::from_xml(wrong.as_bytes()).expect_err(wrong);
        }
        let deep = "<TrustServiceStatusList>".repeat(100);
        assert!(matches!(
            TrustedList::from_xml(deep.as_bytes()),
            Err(TrustedListError::TooLarge)
        ));
    }

    proptest! {
        #[test]
        fn damaged_lists_do_no_harm(position in 0_usize..2000, byte in any::<u8>(), cut in any::<bool>()) {
            let mut xml = list(&certificate()).into_bytes();
            let position = position % xml.len();
            if cut { xml.truncate(position) } else { xml[position] = byte }
            let _ = TrustedList::from_xml(&xml);
        }
    }
}
