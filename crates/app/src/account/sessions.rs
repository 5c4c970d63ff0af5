//! Sessions: an opaque token in a cookie, its hash in the store, an idle limit and an end.

use std::net::IpAddr;
use std::time::Duration;

use akashi_domain::{AccountId, Member, MemberState, SessionId, UtcTime};

use crate::caller::{MemberCaller, RequestOrigin};
use crate::link::Token;
use crate::ports::{Session, SessionSubject, Tenant};
use crate::{App, Error};

/// A use is noted at most this often.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// A member who has just signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The token for the cookie.
    pub token: Token,
    /// When the session ends at the latest.
    pub expires_at: UtcTime,
    /// The member.
    pub caller: MemberCaller,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// Its id.
    pub session_id: SessionId,
    /// When it began.
    pub created_at: UtcTime,
    /// When it was last used, to the minute.
    pub last_used_at: UtcTime,
    /// From where it was last used.
    pub address: Option<IpAddr>,
    /// The browser's name for itself.
    pub user_agent: String,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

impl App {
    /// Finds out who a session's token speaks for.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] if the session is unknown, over, idle for too long, or its member was removed.
    pub async fn authenticate_member(
        &self,
        token: &Token,
        origin: &RequestOrigin,
    ) -> Result<MemberCaller, Error> {
        let now = self.now();
        let session = self
            .ports
            .sessions
            .find(token.sha256())
            .await?
            .ok_or(Error::NotSignedIn)?;
        let SessionSubject::Member {
            account_id,
            organization_id,
            member_id,
        } = session.subject
        else {
            return Err(Error::NotSignedIn);
        };
        if !self.is_alive(&session, now) {
            self.ports.sessions.end_by_token(token.sha256()).await?;
            return Err(Error::NotSignedIn);
        }
        let tenant = Tenant::authenticated(organization_id);
        let member = self.ports.organizations.member(&tenant, member_id).await?;
        let member =
            member.filter(|member| member.state == MemberState::Active && member.account_id == account_id);
        let Some(member) = member else {
            self.ports.sessions.end_by_token(token.sha256()).await?;
            return Err(Error::NotSignedIn);
        };
        if later(session.last_used_at, TOUCH_EVERY) <= now {
            self.ports
                .sessions
                .touch(session.session_id, now, origin.address)
                .await?;
        }
        Ok(MemberCaller {
            tenant,
            account_id,
            session_id: session.session_id,
            member,
        })
    }

    /// Begins a session.
    pub(super) async fn begin_session(
        &self,
        account_id: AccountId,
        member: Member,
        origin: &RequestOrigin,
    ) -> Result<SignedIn, Error> {
        let now = self.now();
        let token = Token::from_bytes(self.random());
        let session = Session {
            session_id: self.new_session_id(),
            token_sha256: token.sha256(),
            subject: SessionSubject::Member {
                account_id,
                organization_id: member.organization_id,
                member_id: member.member_id,
            },
            created_at: now,
            last_used_at: now,
            expires_at: later(now, self.settings.session_lifetime),
            address: origin.address,
            user_agent: origin.stored_user_agent(),
        };
        self.ports.sessions.add(&session).await?;
        let caller = MemberCaller {
            tenant: Tenant::authenticated(member.organization_id),
            account_id,
            session_id: session.session_id,
            member,
        };
        Ok(SignedIn {
            token,
            expires_at: session.expires_at,
            caller,
        })
    }

    /// Ends the session of a token. Succeeds for an unknown one.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn sign_out(&self, token: &Token) -> Result<(), Error> {
        Ok(self.ports.sessions.end_by_token(token.sha256()).await?)
    }

    /// The caller's sessions that are still good, newest use first.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn sessions(&self, caller: &MemberCaller) -> Result<Vec<SessionView>, Error> {
        let now = self.now();
        let sessions = self.ports.sessions.of_account(caller.account_id).await?;
        let views = sessions
            .into_iter()
            .filter(|session| self.is_alive(session, now))
            .map(|session| SessionView {
                session_id: session.session_id,
                created_at: session.created_at,
                last_used_at: session.last_used_at,
                address: session.address,
                user_agent: session.user_agent,
                is_current: session.session_id == caller.session_id,
            });
        Ok(views.collect())
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller has none with this id.
    pub async fn revoke_session(&self, caller: &MemberCaller, session_id: SessionId) -> Result<(), Error> {
        if self.ports.sessions.end(caller.account_id, session_id).await? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }

    /// Ends all of the caller's sessions but the one that asks; returns how many.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn revoke_other_sessions(&self, caller: &MemberCaller) -> Result<u32, Error> {
        Ok(self
            .ports
            .sessions
            .end_others(caller.account_id, Some(caller.session_id))
            .await?)
    }

    fn is_alive(&self, session: &Session, now: UtcTime) -> bool {
        now < session.expires_at && now < later(session.last_used_at, self.settings.session_idle)
    }
}

pub(super) fn later(from: UtcTime, by: Duration) -> UtcTime {
    from.saturating_add(by).unwrap_or(UtcTime::MAX)
}
