//! One outside authority: where it is, how it is asked, what its tokens must say.

use akashi_app::ports::pki::Oid;
use reqwest::header::HeaderName;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::OpenError;
use crate::guarded_client::Credentials;

/// One authority.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthoritySettings {
    /// Its address, `http` or `https`, without credentials.
    pub url: String,
    /// The policy to ask for, as dotted numbers; the token must then be of that policy.
    pub policy: Option<String>,
    /// The policies of which one must stand in the token, asked for or not; any if empty.
    #[serde(default)]
    pub accepted_policies: Vec<String>,
    /// The user, for authorities with basic authentication (RFC 7617); needs `https`.
    pub username: Option<String>,
    /// The password that belongs to the user.
    pub password: Option<SecretString>,
    /// A token, for authorities with bearer authentication (RFC 6750); needs `https`.
    pub bearer_token: Option<SecretString>,
    /// A header of the authority's own choice, such as a client key; needs `https`.
    pub header: Option<HeaderSettings>,
}

/// A header that is sent with each request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderSettings {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SecretString,
}

/// An authority whose settings were understood.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) url: Url,
    pub(super) policy: Option<Oid>,
    pub(super) accepted_policies: Vec<Oid>,
    pub(super) credentials: Vec<Credentials>,
}

impl Endpoint {
    pub(super) fn parse(settings: &AuthoritySettings) -> Result<Self, OpenError> {
        let address = |reason| OpenError::Address { reason };
        let url = Url::parse(&settings.url).map_err(|_| address("not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(address("neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(address("credentials do not belong into it"));
        }
        let credentials = credentials(settings)?;
        if !credentials.is_empty() && url.scheme() != "https" {
            return Err(address("credentials need https"));
        }
        let policies = settings.accepted_policies.iter();
        Ok(Self {
            url,
            policy: settings.policy.as_deref().map(parse_policy).transpose()?,
            accepted_policies: policies
                .map(|policy| parse_policy(policy))
                .collect::<Result<_, _>>()?,
            credentials,
        })
    }

    /// Without credentials, for logs and pages.
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether a token of this policy will do.
    pub(super) fn accepts(&self, policy: &Oid) -> bool {
        self.accepted_policies.is_empty() || self.accepted_policies.contains(policy)
    }
}

fn parse_policy(dotted: &str) -> Result<Oid, OpenError> {
    Oid::parse(dotted).map_err(|_| OpenError::Policy(dotted.to_owned()))
}

fn credentials(settings: &AuthoritySettings) -> Result<Vec<Credentials>, OpenError> {
    let address = |reason| OpenError::Address { reason };
    let mut credentials = Vec::new();
    match (&settings.username, &settings.password) {
        (None, None) => {}
        (Some(_), _) if settings.bearer_token.is_some() => {
            return Err(address("user and bearer token are both set"));
        }
        (Some(username), password) => credentials.push(Credentials::Basic {
            username: username.clone(),
            password: password.clone().unwrap_or_default(),
        }),
        (None, Some(_)) => return Err(address("password without username")),
    }
    if let Some(token) = &settings.bearer_token {
        credentials.push(Credentials::Bearer(token.clone()));
    }
    if let Some(header) = &settings.header {
        let name = HeaderName::from_bytes(header.name.as_bytes())
            .map_err(|_| OpenError::Header(header.name.clone()))?;
        credentials.push(Credentials::Header {
            name,
            value: header.value.clone(),
        });
    }
    Ok(credentials)
}
