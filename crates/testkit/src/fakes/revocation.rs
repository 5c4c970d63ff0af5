//! What certificates point at, in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use akashi_app::ports::{FetchError, Freshness, RevocationSource};
use akashi_pki::Certificate;

/// Answers what a test has published; everything else is not available.
#[derive(Debug, Default)]
pub struct ScriptedRevocation {
    published: Mutex<Published>,
}

#[derive(Debug, Default)]
struct Published {
    lists: BTreeMap<String, Vec<u8>>,
    responses: BTreeMap<String, Vec<u8>>,
    certificates: BTreeMap<String, Vec<Certificate>>,
    asked: Vec<String>,
}

impl ScriptedRevocation {
    /// Puts a DER list at `uri`.
    pub fn publish_list(&self, uri: &str, der: Vec<u8>) {
        self.change(|published| published.lists.insert(uri.to_owned(), der));
    }

    /// Lets the responder at `uri` answer every request with this `OCSPResponse`.
    pub fn publish_response(&self, uri: &str, der: Vec<u8>) {
        self.change(|published| published.responses.insert(uri.to_owned(), der));
    }

    /// Puts certificates at `uri`.
    pub fn publish_certificates(&self, uri: &str, certificates: Vec<Certificate>) {
        self.change(|published| published.certificates.insert(uri.to_owned(), certificates));
    }

    /// The addresses that were asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.change(|published| published.asked.clone())
    }

    fn change<T>(&self, change: impl FnOnce(&mut Published) -> T) -> T {
        change(&mut self.published.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn find<T: Clone>(
        &self,
        uri: &str,
        map: impl Fn(&Published) -> &BTreeMap<String, T>,
    ) -> Result<T, FetchError> {
        self.change(|published| {
            published.asked.push(uri.to_owned());
            let found = map(published).get(uri).cloned();
            found.ok_or_else(|| FetchError::Unavailable("not published by the test".into()))
        })
    }
}

#[async_trait::async_trait]
impl RevocationSource for ScriptedRevocation {
    async fn revocation_list(&self, uri: &str, _freshness: Freshness) -> Result<Vec<u8>, FetchError> {
        self.find(uri, |published| &published.lists)
    }

    async fn ocsp(&self, uri: &str, _request_der: &[u8]) -> Result<Vec<u8>, FetchError> {
        self.find(uri, |published| &published.responses)
    }

    async fn certificates(&self, uri: &str) -> Result<Vec<Certificate>, FetchError> {
        self.find(uri, |published| &published.certificates)
    }
}
