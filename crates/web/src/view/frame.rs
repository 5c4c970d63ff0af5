//! The frames around pages: for members, for counterparts, for everyone.

use crate::text::Text;

/// The frame around every page of a signed-in member: head, menu, readiness of the evidence.
#[derive(Clone, Debug)]
pub(crate) struct AppFrame {
    pub(crate) organization: String,
    pub(crate) person_name: String,
    pub(crate) person_email: String,
    /// Shows the administrator's part of the menu.
    pub(crate) administrator: bool,
    pub(crate) section: Section,
    /// Path and query of this page; the language switch returns to it.
    pub(crate) path: String,
    /// Mail stays on this machine, contracts bear 「試用」.
    pub(crate) trial: bool,
    pub(crate) readiness: Vec<Readiness>,
    /// What the last act of this person led to, shown once.
    pub(crate) notice: Option<Notice>,
    /// The free word that the search field in the head repeats.
    pub(crate) search: String,
}

/// The menu entry under which a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Home,
    Contracts,
    Members,
    Settings,
    Doctor,
    Mail,
    Mailbox,
    Jobs,
    Account,
}

impl Section {
    /// The word by which the menu of the frame names it.
    const fn key(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Contracts => "contracts",
            Self::Members => "members",
            Self::Settings => "settings",
            Self::Doctor => "doctor",
            Self::Mail => "mail",
            Self::Mailbox => "mailbox",
            Self::Jobs => "jobs",
            Self::Account => "account",
        }
    }
}

/// One line of 「証拠の備え」: may a contract be concluded now?
#[derive(Clone, Debug)]
pub(crate) struct Readiness {
    pub(crate) what: ReadinessOf,
    pub(crate) state: ReadinessState,
    /// A word or a number in the reader's language: `0.004秒`, `応答待ち`.
    pub(crate) detail: String,
}

/// What must be trustworthy before a contract may be called concluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadinessOf {
    TimeStampAuthority,
    Clock,
    Mail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadinessState {
    Good,
    Warning,
    Failed,
}

impl Readiness {
    pub(crate) const fn label(&self, t: &Text) -> &'static str {
        match self.what {
            ReadinessOf::TimeStampAuthority => t.readiness_tsa(),
            ReadinessOf::Clock => t.readiness_clock(),
            ReadinessOf::Mail => t.readiness_mail(),
        }
    }

    pub(crate) const fn spoken(&self, t: &Text) -> &'static str {
        match self.state {
            ReadinessState::Good => t.readiness_good(),
            ReadinessState::Warning => t.readiness_warning(),
            ReadinessState::Failed => t.readiness_failed(),
        }
    }
}

impl ReadinessState {
    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Good => "check",
            Self::Warning => "warning",
            Self::Failed => "cross",
        }
    }

    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Good => "is-ok",
            Self::Warning => "is-warn",
            Self::Failed => "is-err",
        }
    }
}

/// What the last act of this person led to. It travels by its key through the redirect after a POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    Reminded,
    Withdrawn,
    AddressCorrected,
    DraftDeleted,
    Saved,
    Retrying,
    Invited,
    PasswordChanged,
    SessionRevoked,
}

impl Notice {
    pub(crate) const ALL: [Self; 9] = [
        Self::Reminded,
        Self::Withdrawn,
        Self::AddressCorrected,
        Self::DraftDeleted,
        Self::Saved,
        Self::Retrying,
        Self::Invited,
        Self::PasswordChanged,
        Self::SessionRevoked,
    ];

    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Reminded => "reminded",
            Self::Withdrawn => "withdrawn",
            Self::AddressCorrected => "address",
            Self::DraftDeleted => "deleted",
            Self::Saved => "saved",
            Self::Retrying => "retrying",
            Self::Invited => "invited",
            Self::PasswordChanged => "password",
            Self::SessionRevoked => "session",
        }
    }

    /// The notice with this key, if there is one.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.key() == key)
    }

    pub(crate) const fn text(self, t: &Text) -> &'static str {
        match self {
            Self::Reminded => t.notice_reminded(),
            Self::Withdrawn => t.notice_withdrawn(),
            Self::AddressCorrected => t.notice_address(),
            Self::DraftDeleted => t.notice_deleted(),
            Self::Saved => t.notice_saved(),
            Self::Retrying => t.notice_retrying(),
            Self::Invited => t.notice_invited(),
            Self::PasswordChanged => t.notice_password(),
            Self::SessionRevoked => t.notice_session(),
        }
    }
}

/// The frame of pages without a menu: verification, signing in, set-up, errors.
#[derive(Clone, Debug)]
pub(crate) struct PlainFrame {
    pub(crate) path: String,
    pub(crate) trial: bool,
    /// Whether the head offers the way home: the reader is signed in.
    pub(crate) signed_in: bool,
}

/// The frame of a counterpart's pages.
#[derive(Clone, Debug)]
pub(crate) struct PartyFrame {
    /// Who asks.
    pub(crate) organization: String,
    /// `/sign/{party}`, without a slash at the end.
    pub(crate) base: String,
    pub(crate) path: String,
    pub(crate) trial: bool,
}

impl AppFrame {
    /// Whether the menu entry `key` is the present one.
    pub(crate) fn at(&self, key: &str) -> bool {
        self.section.key() == key
    }

    /// The first character of the person's name.
    pub(crate) fn initial(&self) -> String {
        initial(&self.person_name)
    }

    /// The frame that samples stand in.
    pub(crate) fn sample(t: &Text, section: Section) -> Self {
        Self {
            organization: "株式会社みなと製作所".into(),
            person_name: "髙橋 誠".into(),
            person_email: "takahashi@minato.example".into(),
            administrator: true,
            section,
            path: "/".into(),
            trial: false,
            readiness: vec![
                Readiness {
                    what: ReadinessOf::TimeStampAuthority,
                    state: ReadinessState::Warning,
                    detail: t.readiness_silent().into(),
                },
                Readiness {
                    what: ReadinessOf::Clock,
                    state: ReadinessState::Good,
                    detail: t.seconds("0.004"),
                },
                Readiness {
                    what: ReadinessOf::Mail,
                    state: ReadinessState::Good,
                    detail: "15:02".into(),
                },
            ],
            notice: None,
            search: String::new(),
        }
    }

    /// The same in trial mode.
    pub(crate) fn sample_trial(t: &Text, section: Section) -> Self {
        Self {
            trial: true,
            ..Self::sample(t, section)
        }
    }
}

/// The first character of a name as a person sees it: with its variation selector, without its organization form.
pub(crate) fn initial(name: &str) -> String {
    const FORMS: [&str; 6] = [
        "株式会社",
        "有限会社",
        "合同会社",
        "一般社団法人",
        "国立大学法人",
        "学校法人",
    ];
    let name = name.trim();
    let bare = FORMS
        .iter()
        .find_map(|form| name.strip_prefix(form))
        .map_or(name, str::trim_start);
    let mut chars = bare.chars();
    let mut out: String = chars.next().into_iter().collect();
    if let Some(selector @ ('\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')) = chars.next() {
        out.push(selector);
    }
    out
}

impl PlainFrame {
    pub(crate) fn sample(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            trial: false,
            signed_in: false,
        }
    }
}

impl PartyFrame {
    pub(crate) fn sample() -> Self {
        Self {
            organization: "株式会社みなと製作所".into(),
            base: "/sign/pty_01K9H3T6QW".into(),
            path: "/sign/pty_01K9H3T6QW".into(),
            trial: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::initial;

    #[test]
    fn an_initial_skips_the_form_of_the_company() {
        assert_eq!(initial("株式会社みなと製作所"), "み");
        assert_eq!(initial("葛\u{E0100}城 理恵"), "葛\u{E0100}");
        assert_eq!(initial("𠮷野 咲"), "𠮷");
        assert_eq!(initial(""), "");
    }
}
