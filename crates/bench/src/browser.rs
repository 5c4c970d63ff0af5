//! As much of a browser as the pages need: one connection that stays open, cookies, forms, JSON.

use std::collections::BTreeMap;
use std::io::Read as _;

use anyhow::Context as _;
use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HOST, LOCATION,
    SET_COOKIE, USER_AGENT,
};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

const PAGE: &str = "text/html,application/xhtml+xml";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const BOUNDARY: &str = "----akashi-bench-7f3c9b1e5d";

/// One person's browser.
#[derive(Debug)]
pub(crate) struct Browser {
    /// Host and port.
    authority: String,
    connection: Option<SendRequest<Full<Bytes>>>,
    cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Method and path, for errors.
    what: String,
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    /// As it came, compressed or not.
    pub(crate) body: Bytes,
}

impl Browser {
    /// A fresh browser for a service.
    pub(crate) fn new(authority: &str) -> Self {
        Self {
            authority: authority.to_owned(),
            connection: None,
            cookies: BTreeMap::new(),
        }
    }

    /// Another window of the same browser: the same cookies, a connection of its own.
    pub(crate) fn another_window(&self) -> Self {
        Self {
            cookies: self.cookies.clone(),
            ..Self::new(&self.authority)
        }
    }

    /// A page. Anything but 200 is an error.
    pub(crate) async fn page(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = Request::get(path).header(ACCEPT, PAGE);
        self.send(request, Bytes::new()).await?.expect(StatusCode::OK)
    }

    /// A part of a page, as scripts ask for it.
    pub(crate) async fn fragment(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = Request::get(path)
            .header(ACCEPT, "text/html")
            .header("hx-request", "true");
        self.send(request, Bytes::new()).await?.expect(StatusCode::OK)
    }

    /// Whatever comes, good or bad.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send(Request::get(path).header(ACCEPT, "*/*"), Bytes::new())
            .await
    }

    /// Submits a form, and follows to the page that it leads to: its path and its content.
    pub(crate) async fn submit(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<(String, Answer)> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(ACCEPT, PAGE)
            .header(CONTENT_TYPE, FORM);
        let answer = self.send(request, form.into()).await?;
        let to = answer.expect(StatusCode::SEE_OTHER)?.location()?;
        let page = self.page(&to).await?;
        Ok((to, page))
    }

    /// Sends JSON as scripts do, and reads the answer.
    pub(crate) async fn json(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        expected: StatusCode,
    ) -> anyhow::Result<Value> {
        let mut request = Request::builder().method(method).uri(path).header(ACCEPT, JSON);
        let body = match body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, JSON);
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        let answer = self.send(request, body).await?.expect(expected)?;
        serde_json::from_slice(&answer.content()?).context("the answer is not JSON")
    }

    /// Uploads one PDF as scripts do.
    pub(crate) async fn upload(&mut self, path: &str, name: &str, pdf: &[u8]) -> anyhow::Result<()> {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        );
        let tail = format!("\r\n--{BOUNDARY}--\r\n");
        let body = [head.as_bytes(), pdf, tail.as_bytes()].concat();
        let request = Request::post(path)
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        self.send(request, body.into())
            .await?
            .expect(StatusCode::CREATED)?;
        Ok(())
    }

    async fn send(&mut self, request: http::request::Builder, body: Bytes) -> anyhow::Result<Answer> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header(HOST, &self.authority)
            .header(USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64) akashi-bench")
            .header(ACCEPT_LANGUAGE, "ja,en;q=0.5")
            .header(ACCEPT_ENCODING, "gzip")
            .header("sec-fetch-site", "same-origin")
            .header(COOKIE, cookies.join("; "))
            .body(Full::new(body))?;
        let what = format!("{} {}", request.method(), request.uri());
        let answer = self.exchange(request).await.with_context(|| what.clone())?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.with_context(|| what.clone())?.to_bytes();
        for cookie in head.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(Answer {
            what,
            status: head.status,
            headers: head.headers,
            body,
        })
    }

    async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> anyhow::Result<http::Response<hyper::body::Incoming>> {
        let mut connection = match self.connection.take() {
            Some(open) if !open.is_closed() => open,
            _ => connect(&self.authority).await?,
        };
        connection.ready().await?;
        let answer = connection.send_request(request).await?;
        self.connection = Some(connection);
        Ok(answer)
    }
}

async fn connect(authority: &str) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Its end is met by the next request.
    tokio::spawn(connection);
    Ok(sender)
}

impl Answer {
    /// The answer, if it has this status.
    pub(crate) fn expect(self, status: StatusCode) -> anyhow::Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let text = self.text().unwrap_or_default();
        let words: String = text.chars().take(2000).collect();
        anyhow::bail!("{}: {} instead of {status}: {words}", self.what, self.status)
    }

    fn location(&self) -> anyhow::Result<String> {
        let to = self.headers.get(LOCATION).context("an answer leads nowhere")?;
        Ok(to.to_str()?.to_owned())
    }

    /// The body, uncompressed.
    pub(crate) fn content(&self) -> anyhow::Result<Bytes> {
        if self.headers.get(CONTENT_ENCODING).is_none() {
            return Ok(self.body.clone());
        }
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(&self.body[..]).read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> anyhow::Result<String> {
        Ok(String::from_utf8(self.content()?.into())?)
    }

    /// What stands in the page between two texts, first occurrence.
    pub(crate) fn between(&self, before: &str, after: &str) -> anyhow::Result<String> {
        let text = self.text()?;
        let found = between(&text, before, after);
        Ok(found
            .with_context(|| format!("{}: no {before}…{after} in the page", self.what))?
            .to_owned())
    }
}

/// What stands between two texts, first occurrence.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    let (found, _) = rest.split_once(after)?;
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_between_their_neighbours() {
        let page = r#"<input name="act" value="act_1"><input name="act" value="act_2">"#;
        assert_eq!(between(page, "name=\"act\" value=\"", "\""), Some("act_1"));
        assert_eq!(between(page, "name=\"other\" value=\"", "\""), None);
    }
}
