//! The client against a server on this machine.

use akashi_testkit::fakes::{FrozenClock, SeededEntropy};
use jiff::SignedDuration;

use super::*;

#[derive(Clone, Copy)]
struct Behaviour {
    ahead: SignedDuration,
    first_byte: u8,
    stratum: u8,
    root_dispersion: u32,
    cookie: Cookie,
}

#[derive(Clone, Copy, PartialEq)]
enum Cookie {
    Ours,
    Foreign,
    ForeignThenOurs,
}

const GOOD: Behaviour = Behaviour {
    ahead: SignedDuration::ZERO,
    first_byte: 0b00_100_100,
    stratum: 2,
    root_dispersion: 0x0000_0100,
    cookie: Cookie::Ours,
};

/// A time server whose clock is ahead of `now` by so much.
async fn server(now: UtcTime, behaviour: Behaviour) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut request = [0_u8; 100];
        while let Ok((length, from)) = socket.recv_from(&mut request).await {
            assert_eq!(length, 48);
            assert_eq!(request[0], 0b00_100_011);
            assert_eq!(request[1..40], [0; 39], "nothing of ours is told");
            let time = ntp_time(now.checked_add(behaviour.ahead).unwrap()).to_be_bytes();
            let mut answer = [0_u8; 48];
            answer[0] = behaviour.first_byte;
            answer[1] = behaviour.stratum;
            answer[4..8].copy_from_slice(&0x0000_0200_u32.to_be_bytes());
            answer[8..12].copy_from_slice(&behaviour.root_dispersion.to_be_bytes());
            answer[24..32].copy_from_slice(&request[40..48]);
            answer[32..40].copy_from_slice(&time);
            answer[40..48].copy_from_slice(&time);
            let mut foreign = answer;
            foreign[24] ^= 1;
            if behaviour.cookie != Cookie::Ours {
                socket.send_to(&foreign, from).await.unwrap();
            }
            if behaviour.cookie != Cookie::Foreign {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    address
}

fn client(servers: Vec<String>, now: UtcTime) -> NtpClient {
    let settings = Settings {
        servers,
        timeout_ms: 400,
    };
    NtpClient::new(
        &settings,
        Arc::new(FrozenClock::at(now)),
        Arc::new(SeededEntropy::new(1)),
    )
}

fn now() -> UtcTime {
    "2026-11-22T01:00:00.25Z".parse().unwrap()
}

async fn measure(now: UtcTime, behaviour: Behaviour) -> Result<Option<(i64, Duration)>, NetworkTimeError> {
    client(vec![server(now, behaviour).await], now).offset_ms().await
}

fn assert_near(measured: i64, expected: i64) {
    assert!(
        (measured - expected).abs() <= 100,
        "{measured} ms instead of {expected} ms"
    );
}

#[tokio::test]
async fn without_servers_there_is_no_network_time() {
    assert_eq!(client(Vec::new(), now()).offset_ms().await.unwrap(), None);
}

#[tokio::test]
async fn the_offset_is_measured_in_both_directions() {
    for server_ahead in [0, 5_000, -5_000, 86_400_000, -3_600_000] {
        let behaviour = Behaviour {
            ahead: SignedDuration::from_millis(server_ahead),
            ..GOOD
        };
        let (ahead_ms, uncertainty) = measure(now(), behaviour).await.unwrap().unwrap();
        assert_near(ahead_ms, -server_ahead);
        assert!(uncertainty < Duration::from_millis(500), "{uncertainty:?}");
    }
}

#[tokio::test]
async fn the_era_change_of_2036_does_no_harm() {
    for moment in [
        "2036-02-07T06:28:15.9Z",
        "2036-02-07T06:28:16.1Z",
        "2050-01-01T00:00:00Z",
    ] {
        let moment = moment.parse().unwrap();
        let behaviour = Behaviour {
            ahead: SignedDuration::from_secs(2),
            ..GOOD
        };
        let (ahead_ms, _) = measure(moment, behaviour).await.unwrap().unwrap();
        assert_near(ahead_ms, -2_000);
    }
}

#[tokio::test]
async fn servers_without_time_do_not_count() {
    for behaviour in [
        Behaviour { stratum: 0, ..GOOD },
        Behaviour { stratum: 16, ..GOOD },
        Behaviour {
            first_byte: 0b11_100_100,
            ..GOOD
        },
        Behaviour {
            first_byte: 0b00_100_011,
            ..GOOD
        },
        Behaviour {
            root_dispersion: 0x0002_0000,
            ..GOOD
        },
        Behaviour {
            cookie: Cookie::Foreign,
            ..GOOD
        },
    ] {
        assert!(measure(now(), behaviour).await.is_err());
    }
}

#[tokio::test]
async fn a_forged_answer_does_not_hide_the_real_one() {
    let behaviour = Behaviour {
        cookie: Cookie::ForeignThenOurs,
        ahead: SignedDuration::from_secs(1),
        ..GOOD
    };
    assert_near(measure(now(), behaviour).await.unwrap().unwrap().0, -1_000);
}

#[tokio::test]
async fn one_liar_among_three_is_outvoted_and_a_dead_server_left_out() {
    let liar = Behaviour {
        ahead: SignedDuration::from_hours(9),
        ..GOOD
    };
    let servers = vec![
        server(now(), liar).await,
        server(now(), GOOD).await,
        server(now(), GOOD).await,
    ];
    assert_near(client(servers, now()).offset_ms().await.unwrap().unwrap().0, 0);

    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let servers = vec![
        silent.local_addr().unwrap().to_string(),
        server(now(), GOOD).await,
    ];
    assert_near(client(servers, now()).offset_ms().await.unwrap().unwrap().0, 0);
    let nobody = client(vec![silent.local_addr().unwrap().to_string()], now())
        .offset_ms()
        .await;
    assert!(nobody.is_err());
}

#[test]
fn the_port_is_added_where_it_is_missing() {
    let names = [
        "ntp.nict.jp",
        "ntp.nict.jp:1123",
        "192.0.2.1",
        "[2001:db8::1]:123",
    ]
    .map(str::to_owned);
    let client = client(names.to_vec(), now());
    assert_eq!(
        client.servers,
        [
            "ntp.nict.jp:123",
            "ntp.nict.jp:1123",
            "192.0.2.1:123",
            "[2001:db8::1]:123"
        ]
    );
}

#[test]
fn short_packets_are_nobodys() {
    for length in [0, 1, 2, 47] {
        let packet = vec![0b00_100_100; length];
        let read = read_answer(&packet, [0; 8], now(), Duration::ZERO);
        assert!(matches!(read, Err(AnswerError::Foreign)), "{length}");
    }
}
