//! The check against a name server on this machine.

use std::collections::BTreeMap;

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::TXT;
use hickory_resolver::proto::rr::{Record, RecordType};
use tokio::net::UdpSocket;

use super::*;

type Zone = BTreeMap<&'static str, Vec<Vec<&'static str>>>;

/// A name server with these texts; for names that it does not know it says so.
async fn name_server(zone: Zone, refuse: bool) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0_u8; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut packet).await {
            let request = Message::from_vec(&packet[..length]).unwrap();
            let query = request.queries[0].clone();
            let mut answer = Message::response(request.metadata.id, request.metadata.op_code);
            let name = query.name().to_ascii().to_ascii_lowercase();
            assert_eq!(query.query_type(), RecordType::TXT);
            match zone.get(name.trim_end_matches('.')) {
                _ if refuse => answer.metadata.response_code = ResponseCode::ServFail,
                Some(texts) => {
                    for pieces in texts {
                        let txt = TXT::new(pieces.iter().map(|piece| (*piece).to_owned()).collect());
                        answer.add_answer(Record::from_rdata(query.name().clone(), 60, RData::TXT(txt)));
                    }
                }
                None => answer.metadata.response_code = ResponseCode::NXDomain,
            }
            answer.add_query(query);
            socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
        }
    });
    address
}

fn check(domain: Option<&str>, server: SocketAddr, selector: Option<&str>) -> DnsMailDomainCheck {
    let settings = Settings {
        dkim_selector: selector.map(str::to_owned),
        name_servers: vec![server],
        timeout_ms: 1_000,
    };
    DnsMailDomainCheck::new(domain, settings)
}

fn zone() -> Zone {
    BTreeMap::from([
        (
            "minato.example",
            vec![
                vec!["google-site-verification=x"],
                vec!["v=spf1 include:_spf.example ", "-all"],
            ],
        ),
        (
            "s1._domainkey.minato.example",
            vec![vec!["v=DKIM1; k=rsa; ", "p=MIIB"]],
        ),
        ("old._domainkey.minato.example", vec![vec!["v=DKIM1; p="]]),
        ("_dmarc.minato.example", vec![vec!["v=DMARC1; p=reject"]]),
        ("bare.example", vec![vec!["v=spf10 not"]]),
        ("xn--r8jz45g.jp", vec![vec!["v=spf1 -all"]]),
    ])
}

async fn records(domain: &str, selector: Option<&str>) -> DomainAuthentication {
    let server = name_server(zone(), false).await;
    check(Some(domain), server, selector).check().await
}

#[tokio::test]
async fn records_are_found() {
    let found = records("minato.example", Some("s1")).await;
    let expected = DomainAuthentication::Records {
        spf: Some("v=spf1 include:_spf.example -all".to_owned()),
        dkim: Some(true),
        dmarc: Some("v=DMARC1; p=reject".to_owned()),
    };
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_organizations_policy_holds_for_subdomains() {
    let found = records("keiyaku.minato.example", None).await;
    let expected = DomainAuthentication::Records {
        spf: None,
        dkim: None,
        dmarc: Some("v=DMARC1; p=reject".to_owned()),
    };
    assert_eq!(found, expected);
}

#[tokio::test]
async fn missing_records_and_revoked_keys_are_told() {
    assert_eq!(
        records("bare.example", Some("s1")).await,
        DomainAuthentication::Records {
            spf: None,
            dkim: Some(false),
            dmarc: None
        }
    );
    let DomainAuthentication::Records { dkim, .. } = records("minato.example", Some("old")).await else {
        panic!("records");
    };
    assert_eq!(dkim, Some(false));
}

#[tokio::test]
async fn japanese_domains_are_asked_in_their_ascii_form() {
    let DomainAuthentication::Records { spf, .. } = records("例え.jp", None).await else {
        panic!("records")
    };
    assert_eq!(spf.as_deref(), Some("v=spf1 -all"));
}

#[tokio::test]
async fn a_server_that_fails_or_is_silent_is_told_apart_from_missing_records() {
    let failing = name_server(zone(), true).await;
    let answer = check(Some("minato.example"), failing, None).check().await;
    assert!(
        matches!(answer, DomainAuthentication::NoAnswer { .. }),
        "{answer:?}"
    );

    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let begin = std::time::Instant::now();
    let answer = check(Some("minato.example"), silent.local_addr().unwrap(), None)
        .check()
        .await;
    assert!(
        matches!(answer, DomainAuthentication::NoAnswer { .. }),
        "{answer:?}"
    );
    assert!(begin.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn in_trial_mode_nobody_is_asked() {
    let check = DnsMailDomainCheck::new(None, Settings::default());
    assert_eq!(check.check().await, DomainAuthentication::NotApplicable);
}
