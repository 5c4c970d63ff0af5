//! The use cases over a store under test, everything else of memory.

use std::sync::Arc;

use akashi_app::account::{FirstOrganization, Invitee, NewMember, SignedIn};
use akashi_app::ports::{Clock as _, OutgoingMail};
use akashi_app::{App, Error, MemberCaller, Ports, RequestOrigin, Settings, Token};
use akashi_domain::{EmailAddress, Language, OrganizationName, PersonName, Role};
use jiff::SignedDuration;
use secrecy::SecretString;

use crate::conformance::store::StorePorts;
use crate::fakes::{
    FrozenClock, JudgeAtHand, MemoryKeys, MemoryMailer, MemorySeals, MemorySegments, PlainMails,
    ScriptedMailDomain, ScriptedNetworkTime, ScriptedRevocation, ScriptedSteps, ScriptedTimeStamps,
    SeededEntropy, TestAuthority,
};

/// The administrator's address.
pub const ADMINISTRATOR: &str = "takahashi@minato.example";

/// A good password.
pub const PASSWORD: &str = "朝顔の種を三つ数える猫";

/// Another good password.
pub const OTHER_PASSWORD: &str = "vT4!pQz8#mLw-raku";

/// The use cases, and the fakes that a test turns.
pub struct Town {
    /// The use cases.
    pub app: Arc<App>,
    /// The clock.
    pub clock: Arc<FrozenClock>,
    /// The mail server.
    pub mailer: Arc<MemoryMailer>,
    /// The object storage.
    pub segments: Arc<MemorySegments>,
    /// The time-stamp authority.
    pub time_stamps: Arc<ScriptedTimeStamps>,
    /// Network time.
    pub network_time: Arc<ScriptedNetworkTime>,
    /// What certificates point at.
    pub revocation: Arc<ScriptedRevocation>,
    /// Fixed seals.
    pub seals: Arc<MemorySeals>,
    /// The certificate authority.
    pub authority: Arc<TestAuthority>,
    /// What happens at the worker's steps.
    pub steps: Arc<ScriptedSteps>,
    /// The store.
    pub store: StorePorts,
}

impl Town {
    /// Without any organization.
    pub fn empty(store: &StorePorts) -> Self {
        let clock = Arc::new(FrozenClock::default());
        let entropy = Arc::new(SeededEntropy::new(41));
        let mailer = Arc::new(MemoryMailer::smtp(clock.clone()));
        let segments = Arc::new(MemorySegments::new(clock.clone(), entropy.clone()));
        let authority = Arc::new(TestAuthority::new(clock.now()));
        let time_stamps = Arc::new(ScriptedTimeStamps::new(&authority, clock.clone()));
        let network_time = Arc::new(ScriptedNetworkTime::default());
        let revocation = Arc::new(ScriptedRevocation::default());
        let seals = Arc::new(MemorySeals::default());
        let steps = Arc::new(ScriptedSteps::default());
        let ports = Ports {
            clock: clock.clone(),
            entropy,
            network_time: network_time.clone(),
            contracts: store.contracts.clone(),
            jobs: store.jobs.clone(),
            mails: store.mails.clone(),
            accounts: store.accounts.clone(),
            organizations: store.organizations.clone(),
            sessions: store.sessions.clone(),
            tickets: store.tickets.clone(),
            attempts: store.attempts.clone(),
            preservation: store.preservation.clone(),
            trust: store.trust.clone(),
            segments: segments.clone(),
            sweep: segments.clone(),
            previews: segments.clone(),
            keys: Arc::new(MemoryKeys),
            authority: authority.clone(),
            time_stamps: time_stamps.clone(),
            revocation: revocation.clone(),
            seals: seals.clone(),
            judge: Arc::new(JudgeAtHand),
            mailer: mailer.clone(),
            mail_renderer: Arc::new(PlainMails),
            mail_domain: Arc::new(ScriptedMailDomain::default()),
            trial_mailbox: None,
            steps: steps.clone(),
        };
        let app = Arc::new(App::new(ports, Settings::default()));
        Self {
            app,
            clock,
            mailer,
            segments,
            time_stamps,
            network_time,
            revocation,
            seals,
            authority,
            steps,
            store: store.clone(),
        }
    }

    /// With the first organization, and its administrator signed in.
    pub async fn founded(store: &StorePorts) -> (Self, SignedIn) {
        let town = Self::empty(store);
        let token = town.setup_token().await;
        let signed_in = town
            .app
            .set_up(&token, founder(), &origin(1))
            .await
            .expect("is set up");
        (town, signed_in)
    }

    /// The token of a fresh set-up link.
    pub async fn setup_token(&self) -> Token {
        let link = self
            .app
            .open_setup()
            .await
            .expect("opens")
            .expect("set-up is open");
        token_in(&link, "/setup/")
    }

    /// Moves the clock on.
    pub fn wait(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Delivers all mails, and returns the newest to an address.
    pub async fn mail_to(&self, address: &str) -> Option<OutgoingMail> {
        self.app.work_until_idle().await.expect("works");
        self.mailer.last_to(address)
    }

    /// How many mails went to an address.
    pub async fn mails_to(&self, address: &str) -> usize {
        self.app.work_until_idle().await.expect("works");
        self.mailer
            .sent()
            .iter()
            .filter(|mail| mail.to.as_str() == address)
            .count()
    }

    /// The token of the newest reset mail to an address.
    pub async fn reset_token(&self, address: &str) -> Token {
        self.app
            .request_password_reset(&email(address), &origin(9))
            .await
            .expect("is asked for");
        let mail = self.mail_to(address).await.expect("a mail");
        assert_eq!(mail.content.subject, "password reset ja");
        token_in(&mail.content.text, "/password/reset/")
    }

    /// Invites someone and returns the token of the mail.
    pub async fn invite(&self, caller: &MemberCaller, address: &str, role: Role) -> Token {
        let invitee = Invitee {
            email: email(address),
            role,
            language: Language::En,
        };
        self.app.invite_member(caller, invitee).await.expect("is invited");
        self.invitation_token(address).await
    }

    /// The token of the newest invitation to an address.
    pub async fn invitation_token(&self, address: &str) -> Token {
        let mail = self.mail_to(address).await.expect("a mail");
        assert_eq!(mail.content.subject, "invitation en");
        token_in(&mail.content.text, "/invitations/")
    }

    /// Makes someone a member and signs them in.
    pub async fn settle(&self, caller: &MemberCaller, address: &str, role: Role) -> SignedIn {
        let token = self.invite(caller, address, role).await;
        self.app
            .accept_invitation(&token, newcomer(), &origin(2))
            .await
            .expect("is accepted")
    }

    /// Tries to sign in.
    ///
    /// # Errors
    ///
    /// What the use case answers.
    pub async fn sign_in(&self, address: &str, password: &str, from: u8) -> Result<SignedIn, Error> {
        self.app
            .sign_in(&email(address), &secret(password), &origin(from))
            .await
    }

    /// Whether a session's token still opens anything.
    pub async fn is_signed_in(&self, token: &Token) -> bool {
        match self.app.authenticate_member(token, &origin(1)).await {
            Ok(_) => true,
            Err(Error::NotSignedIn) => false,
            Err(error) => panic!("neither signed in nor out: {error:?}"),
        }
    }
}

/// What the founder types.
pub fn founder() -> FirstOrganization {
    FirstOrganization {
        organization: OrganizationName::parse("株式会社みなと製作所").expect("a name"),
        name: PersonName::parse("髙橋 誠").expect("a name"),
        email: email(ADMINISTRATOR),
        password: secret(PASSWORD),
        language: Language::Ja,
    }
}

/// What an invited person types.
pub fn newcomer() -> NewMember {
    NewMember {
        name: PersonName::parse("中村 航平").expect("a name"),
        password: secret(OTHER_PASSWORD),
        language: Language::Ja,
    }
}

/// A request from the address 203.0.113.`number`.
pub fn origin(number: u8) -> RequestOrigin {
    RequestOrigin {
        address: Some([203, 0, 113, number].into()),
        user_agent: format!("Browser {number}"),
    }
}

/// An address.
pub fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

/// A password.
pub fn secret(text: &str) -> SecretString {
    text.to_owned().into()
}

/// The token behind a path in a link of this installation.
pub fn token_in(link: &str, path: &str) -> Token {
    let (base, token) = link
        .split_once(path)
        .unwrap_or_else(|| panic!("{path} is not in {link}"));
    assert_eq!(base, "http://127.0.0.1:8080");
    Token::parse(token).expect("a token")
}
