//! Who asks, before anyone is signed in: language, address, browser, and how the answer is wanted.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use akashi_app::RequestOrigin;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum_extra::extract::CookieJar;
use http::request::Parts;
use http::{HeaderMap, header};

use super::Web;
use crate::text::{Language, Text, from_accept_language};

/// The name of the cookie that keeps the language.
pub(super) const LANGUAGE_COOKIE: &str = "lang";

/// Who asks.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one request")]
pub(crate) struct Visitor {
    /// The words of the page.
    pub(crate) t: &'static Text,
    /// The language that the visitor chose on this browser, if any.
    pub(crate) chosen: Option<Language>,
    /// From where the request came.
    pub(crate) origin: RequestOrigin,
    /// The request was made on this machine, and not through a proxy that nobody told us to trust.
    pub(crate) is_local: bool,
    /// A script asks for a part of the page: a dialog, a live region, a list.
    pub(crate) is_htmx: bool,
    /// JSON is wanted instead of a page.
    pub(crate) wants_json: bool,
    /// The body is JSON.
    pub(crate) sends_json: bool,
    /// The browser has a session cookie; whether it still lives was not looked up.
    pub(crate) has_session: bool,
    /// Names this request in answers and logs.
    pub(crate) request_id: String,
    /// Path and query, for the language switch and the way back after signing in.
    pub(crate) path: String,
}

impl Visitor {
    /// The same visitor in the language of a person, unless another was chosen on this browser.
    pub(crate) fn in_language_of(mut self, person: Language) -> Self {
        if self.chosen.is_none() {
            self.t = Text::of(person);
        }
        self
    }
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let text = |name: &str| header_text(&parts.headers, name);
        let cookies = CookieJar::from_headers(&parts.headers);
        let chosen = cookies
            .get(LANGUAGE_COOKIE)
            .and_then(|cookie| Language::from_tag(cookie.value()));
        let accepted = from_accept_language(text("accept-language"));
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let address = peer.map(|peer| client_address(peer, &parts.headers, &web.settings.trusted_proxies));
        let accept = text("accept");
        Ok(Self {
            t: Text::of(chosen.or(accepted).unwrap_or_default()),
            chosen,
            is_local: peer.zip(address).is_some_and(|(peer, address)| {
                is_local(peer, address, &parts.headers, &web.settings.trusted_proxies)
            }),
            origin: RequestOrigin {
                address,
                user_agent: text("user-agent").to_owned(),
            },
            is_htmx: text("hx-request") == "true" && text("hx-request-type") != "full",
            wants_json: accept.starts_with("application/json")
                || text("content-type").starts_with("application/json"),
            sends_json: text("content-type").starts_with("application/json"),
            has_session: cookies.get(super::session::COOKIE).is_some(),
            request_id: text("x-request-id").to_owned(),
            path: parts
                .uri
                .path_and_query()
                .map_or("/", http::uri::PathAndQuery::as_str)
                .to_owned(),
        })
    }
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The client's address. Forwarded addresses count only behind a trusted proxy, from the right up to the
/// first that is not one: everything left of it could have been written by the client.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer.to_canonical();
    if !trusted.contains(&client) {
        return client;
    }
    let forwarded = headers.get_all(header::HeaderName::from_static("x-forwarded-for"));
    let chain: Vec<&str> = forwarded
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in chain.into_iter().rev() {
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
        if !trusted.contains(&client) {
            break;
        }
    }
    client
}

/// Whether a request was made on this machine. A proxy on this machine that is not trusted makes every request look
/// as if it were; the headers that proxies add give it away.
fn is_local(peer: IpAddr, address: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> bool {
    const OF_PROXIES: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];
    let is_forwarded = OF_PROXIES.iter().any(|name| headers.contains_key(*name));
    address.is_loopback() && (!is_forwarded || trusted.contains(&peer.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", value.parse().unwrap());
        headers
    }

    #[test]
    fn forwarded_addresses_count_only_behind_a_trusted_proxy() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        let spoofed = headers("1.2.3.4, 203.0.113.9, 10.0.0.2");
        assert_eq!(
            client_address(ip("198.51.100.7"), &spoofed, &proxies),
            ip("198.51.100.7")
        );
        assert_eq!(
            client_address(ip("10.0.0.1"), &spoofed, &proxies),
            ip("203.0.113.9")
        );
        assert_eq!(
            client_address(ip("::ffff:10.0.0.1"), &headers("2001:db8::7"), &proxies),
            ip("2001:db8::7")
        );
        assert_eq!(
            client_address(ip("10.0.0.1"), &headers("nonsense"), &proxies),
            ip("10.0.0.1")
        );
    }

    #[test]
    fn who_comes_through_an_unknown_proxy_is_not_at_this_machine() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let here = ip("127.0.0.1");
        let local = |headers: &HeaderMap, trusted: &[IpAddr]| {
            is_local(here, client_address(here, headers, trusted), headers, trusted)
        };
        assert!(local(&HeaderMap::new(), &[]));
        assert!(!local(&headers("203.0.113.9"), &[]));
        assert!(!local(&headers("127.0.0.1"), &[]));
        assert!(!local(&headers("203.0.113.9"), &[here]));
        assert!(local(&headers("127.0.0.1"), &[here]));
        assert!(!is_local(
            ip("203.0.113.9"),
            ip("203.0.113.9"),
            &HeaderMap::new(),
            &[]
        ));
    }
}
