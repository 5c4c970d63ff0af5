//! A browser reduced to its requests: it keeps cookies, follows nothing, and shows every header.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use url::form_urlencoded::Serializer;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The only header of this name; nothing if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(key, _)| key == name);
        let value = found.next().map_or("", |(_, value)| value.as_str());
        assert!(found.next().is_none(), "two headers {name}");
        value
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// Reads an answer to its end.
    pub(crate) fn read(stream: &mut impl Read) -> Self {
        let mut bytes = Vec::new();
        // Whoever is refused in the middle of an upload may be cut off behind the answer.
        let _ = stream.read_to_end(&mut bytes);
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(bytes)));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        if status == 100 {
            return Self::parse(&bytes[end + 4..]);
        }
        let headers: Vec<_> = lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let rest = &bytes[end + 4..];
        let is_chunked = headers
            .iter()
            .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = if is_chunked {
            unchunked(rest)
        } else {
            rest.to_vec()
        };
        Self {
            status,
            headers,
            body,
        }
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n").unwrap();
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
    }
}

/// A browser of one person.
#[derive(Clone)]
pub(crate) struct Browser {
    address: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
    /// Name to value and path.
    cookies: BTreeMap<String, (String, String)>,
    /// Sent with every request.
    pub(crate) always: Vec<(String, String)>,
}

impl Browser {
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self {
            address,
            tls: None,
            cookies: BTreeMap::new(),
            always: vec![("accept-language".to_owned(), "ja".to_owned())],
        }
    }

    /// The same person, with all cookies, at another address.
    pub(crate) fn moves_to(&mut self, address: SocketAddr) {
        self.address = address;
    }

    /// Speaks TLS to `localhost`.
    pub(crate) fn with_tls(mut self, config: Arc<ClientConfig>) -> Self {
        self.tls = Some(config);
        self
    }

    /// Sends this with every request, too.
    pub(crate) fn saying(mut self, name: &str, value: &str) -> Self {
        self.always.retain(|(other, _)| other != name);
        self.always.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The head of a request.
    pub(crate) fn head(&self, method: &str, path: &str, headers: &[(&str, &str)], length: usize) -> String {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|(_, (_, of))| path.starts_with(of.as_str()))
            .map(|(name, (value, _))| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            write!(head, "cookie: {}\r\n", cookies.join("; ")).unwrap();
        }
        let always = self
            .always
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in always.chain(headers.iter().copied()) {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        if method != "GET" {
            write!(head, "content-length: {length}\r\n").unwrap();
        }
        head + "\r\n"
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    pub(crate) fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let request = [self.head(method, path, headers, body.len()).as_bytes(), body].concat();
        let mut stream = self.connect();
        let answer = if let Some(config) = &self.tls {
            let name = ServerName::try_from("localhost").unwrap();
            let client = ClientConnection::new(Arc::clone(config), name).unwrap();
            let mut stream = StreamOwned::new(client, stream);
            stream.write_all(&request).unwrap();
            Answer::read(&mut stream)
        } else {
            stream.write_all(&request).unwrap();
            Answer::read(&mut stream)
        };
        self.keep_cookies(&answer);
        answer
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        for (_, cookie) in set {
            let mut parts = cookie.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let path = parts.find_map(|part| part.strip_prefix("Path=")).unwrap_or("/");
            self.cookies
                .insert(name.to_owned(), (value.to_owned(), path.to_owned()));
        }
    }

    /// Takes the cookie that another browser has, for another path: what a thief would try.
    pub(crate) fn steal(&mut self, from: &Self, name: &str, path: &str) {
        let (value, _) = from.cookies[name].clone();
        self.cookies.insert(name.to_owned(), (value, path.to_owned()));
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], &[])
    }

    pub(crate) fn get_json(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[("accept", "application/json")], &[])
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &headers, body.as_bytes())
    }

    pub(crate) fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// Uploads files as the island does, answered in JSON.
    pub(crate) fn upload(&mut self, path: &str, field: &str, pdf: &[u8]) -> Answer {
        let headers = [("accept", "application/json"), ("content-type", MULTIPART)];
        self.send("POST", path, &headers, &form_with(field, pdf))
    }
}

/// The content type of [`form_with`].
pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=edge";

/// A form with one file.
pub(crate) fn form_with(field: &str, pdf: &[u8]) -> Vec<u8> {
    [
        format!("--edge\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"a.pdf\"\r\ncontent-type: application/pdf\r\n\r\n").as_bytes(),
        pdf,
        b"\r\n--edge--\r\n",
    ]
    .concat()
}
