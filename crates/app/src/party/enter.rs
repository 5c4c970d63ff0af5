//! Coming through a link: the token is exchanged for a session of this one part.

use akashi_domain::{ContractId, Language, OrganizationId, PartyId};

use crate::caller::{PartyCaller, RequestOrigin};
use crate::link::Token;
use crate::ports::{LinkEntry, Session, SessionSubject, Tenant};
use crate::{App, Error};

/// Where a link leads, without having any effect. Mail scanners may see this.
#[derive(Debug, Clone)]
pub struct LinkTarget {
    /// The party.
    pub party_id: PartyId,
    /// The language of the party, for the page.
    pub language: Language,
    /// Who asks, for the page.
    pub sender_organization: String,
    /// Who is asked, for the page.
    pub name: String,
}

/// A part that was entered.
#[derive(Debug, Clone)]
pub struct EnteredPart {
    /// The token of the new session, for the cookie.
    pub session_token: Token,
    /// The party.
    pub party_id: PartyId,
    /// The party's language.
    pub language: Language,
}

impl App {
    /// Looks at a link. Has no effect.
    ///
    /// # Errors
    /// [`Error::LinkUnknown`], [`Error::LinkReplaced`], [`Error::LinkExpired`].
    pub async fn look_at_link(&self, token: &str) -> Result<LinkTarget, Error> {
        let entry = self.living_link(token).await?;
        let tenant = Tenant::authenticated(entry.organization_id);
        let contract = self.load(&tenant, entry.contract_id).await?.value;
        let party = contract.party(entry.party_id).ok_or(Error::LinkUnknown)?;
        if party.link_generation != entry.generation {
            return Err(Error::LinkReplaced);
        }
        let organization = self.ports.organizations.load(&tenant).await?;
        Ok(LinkTarget {
            party_id: party.party_id,
            language: party.language,
            sender_organization: organization.map(|o| o.name.to_string()).unwrap_or_default(),
            name: party.name.to_string(),
        })
    }

    /// Exchanges a link's token for a session. Called by a POST of the link's page only.
    ///
    /// # Errors
    /// As [`App::look_at_link`].
    pub async fn enter_part(&self, token: &str, origin: &RequestOrigin) -> Result<EnteredPart, Error> {
        let target = self.look_at_link(token).await?;
        let entry = self.living_link(token).await?;
        let now = self.now();
        let session_token = Token::from_bytes(self.random());
        let lifetime = self.settings.session_lifetime;
        let session = Session {
            session_id: self.new_session_id(),
            token_sha256: session_token.sha256(),
            subject: SessionSubject::Party {
                organization_id: entry.organization_id,
                contract_id: entry.contract_id,
                party_id: entry.party_id,
                generation: entry.generation,
            },
            created_at: now,
            last_used_at: now,
            expires_at: now.saturating_add(lifetime).unwrap_or(now).min(entry.expires_at),
            address: origin.address,
            user_agent: origin.stored_user_agent(),
        };
        self.ports.sessions.add(&session).await?;
        Ok(EnteredPart {
            session_token,
            party_id: target.party_id,
            language: target.language,
        })
    }

    /// Finds the party for whom a session speaks.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] if the session is unknown, over, or belongs to another part.
    pub async fn authenticate_party(&self, token: &Token, party_id: PartyId) -> Result<PartyCaller, Error> {
        let session = self
            .ports
            .sessions
            .find(token.sha256())
            .await?
            .ok_or(Error::NotSignedIn)?;
        if session.expires_at <= self.now() {
            return Err(Error::NotSignedIn);
        }
        match session.subject {
            SessionSubject::Party {
                organization_id,
                contract_id,
                party_id: own,
                generation,
            } if own == party_id => Ok(party_caller(organization_id, contract_id, own, generation)),
            _ => Err(Error::NotSignedIn),
        }
    }

    async fn living_link(&self, token: &str) -> Result<LinkEntry, Error> {
        let token = Token::parse(token).ok_or(Error::LinkUnknown)?;
        let entry = self
            .ports
            .contracts
            .find_link(token.sha256())
            .await?
            .ok_or(Error::LinkUnknown)?;
        if entry.expires_at <= self.now() {
            Err(Error::LinkExpired)
        } else {
            Ok(entry)
        }
    }
}

fn party_caller(
    organization_id: OrganizationId,
    contract_id: ContractId,
    party_id: PartyId,
    generation: u32,
) -> PartyCaller {
    PartyCaller {
        tenant: Tenant::authenticated(organization_id),
        contract_id,
        party_id,
        generation,
    }
}
