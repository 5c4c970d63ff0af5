//! Signing in, passwords, sessions, invitations, the own account.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at, now};
use crate::text::{Language, Text};
use crate::view::{AppFrame, FieldErrors, PlainFrame, Section, filters};

/// `GET /sign-in`.
#[derive(Template)]
#[template(path = "account/sign-in.html")]
pub(crate) struct SignInPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    pub(crate) email: String,
    /// Where to go afterwards: a path of this server; may be empty.
    pub(crate) next: String,
    pub(crate) state: SignInState,
}

/// What the page has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInState {
    Fresh,
    SignedOut,
    PasswordChanged,
    /// How many tries are left, where that may be told.
    Wrong {
        left: Option<u32>,
    },
    Locked {
        minutes: u32,
    },
}

impl SignInPage {
    fn error(&self) -> String {
        match self.state {
            SignInState::Wrong { left: Some(left) } => self.t.sign_in_wrong(left),
            SignInState::Wrong { left: None } => self.t.sign_in_wrong_plain().to_owned(),
            SignInState::Locked { minutes } => self.t.sign_in_locked(minutes),
            SignInState::Fresh | SignInState::SignedOut | SignInState::PasswordChanged => String::new(),
        }
    }

    const fn message(&self) -> &'static str {
        match self.state {
            SignInState::SignedOut => self.t.sign_in_signed_out(),
            SignInState::PasswordChanged => self.t.sign_in_after_reset(),
            SignInState::Fresh | SignInState::Wrong { .. } | SignInState::Locked { .. } => "",
        }
    }
}

/// `GET /password/forgot`. The answer is the same whether the address is known or not.
#[derive(Template)]
#[template(path = "account/forgot.html")]
pub(crate) struct ForgotPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    pub(crate) email: String,
    pub(crate) sent: bool,
    pub(crate) errors: FieldErrors,
}

/// `GET /password/reset/{token}`.
#[derive(Template)]
#[template(path = "account/reset.html")]
pub(crate) struct ResetPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    /// The address of this page; empty if the link is dead.
    pub(crate) action: String,
    pub(crate) errors: FieldErrors,
}

/// `GET /invitations/{token}`.
#[derive(Template)]
#[template(path = "account/invitation.html")]
pub(crate) struct InvitationPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    /// The address of this page; empty if the invitation is dead.
    pub(crate) action: String,
    pub(crate) organization: String,
    pub(crate) email: String,
    /// The address has an account already: its password is asked for, no new one is chosen.
    pub(crate) has_account: bool,
    pub(crate) name: String,
    pub(crate) errors: FieldErrors,
}

/// `GET /account`.
#[derive(Template)]
#[template(path = "account/account.html")]
pub(crate) struct AccountPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) lang: Language,
    pub(crate) errors: FieldErrors,
}

/// `GET /account/password`.
#[derive(Template)]
#[template(path = "account/password.html")]
pub(crate) struct PasswordPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) errors: FieldErrors,
}

/// `GET /account/sessions`.
#[derive(Template)]
#[template(path = "account/sessions.html")]
pub(crate) struct SessionsPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    pub(crate) sessions: Vec<SessionLine>,
}

#[derive(Clone, Debug)]
pub(crate) struct SessionLine {
    pub(crate) id: String,
    /// Browser and system in words: `Chrome・Windows`.
    pub(crate) device: String,
    pub(crate) address: String,
    pub(crate) begun: Timestamp,
    pub(crate) used: Timestamp,
    pub(crate) this: bool,
}

impl Sample for SignInPage {
    const NAME: &'static str = "sign-in";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |email: &str, state| Self {
            t,
            frame: PlainFrame::sample("/sign-in"),
            email: email.into(),
            next: "/contracts".into(),
            state,
        };
        vec![
            ("", page("", SignInState::Fresh)),
            (
                "wrong",
                page("takahashi@minato.example", SignInState::Wrong { left: Some(4) }),
            ),
            (
                "wrong-plain",
                page("takahashi@minato.example", SignInState::Wrong { left: None }),
            ),
            (
                "locked",
                page("takahashi@minato.example", SignInState::Locked { minutes: 15 }),
            ),
            ("signed-out", page("", SignInState::SignedOut)),
            ("password-changed", page("", SignInState::PasswordChanged)),
        ]
    }
}

impl Sample for ForgotPage {
    const NAME: &'static str = "password-forgot";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |sent, errors| Self {
            t,
            frame: PlainFrame::sample("/password/forgot"),
            email: String::new(),
            sent,
            errors,
        };
        vec![
            ("", page(false, FieldErrors::default())),
            ("sent", page(true, FieldErrors::default())),
            (
                "error",
                page(false, FieldErrors::one("email", t.address_invalid())),
            ),
        ]
    }
}

impl Sample for ResetPage {
    const NAME: &'static str = "password-reset";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |action: &str, errors| Self {
            t,
            frame: PlainFrame::sample("/password/reset/x"),
            action: action.into(),
            errors,
        };
        vec![
            ("", page("/password/reset/x", FieldErrors::default())),
            (
                "weak",
                page(
                    "/password/reset/x",
                    FieldErrors::one("password", t.password_weak()),
                ),
            ),
            ("dead", page("", FieldErrors::default())),
        ]
    }
}

impl Sample for InvitationPage {
    const NAME: &'static str = "invitation";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |action: &str, has_account| Self {
            t,
            frame: PlainFrame::sample("/invitations/x"),
            has_account,
            action: action.into(),
            organization: "株式会社みなと製作所".into(),
            email: "nakamura@minato.example".into(),
            name: "中村 航平".into(),
            errors: FieldErrors::default(),
        };
        vec![
            ("", page("/invitations/x", false)),
            ("known", page("/invitations/x", true)),
            ("dead", page("", false)),
        ]
    }
}

impl Sample for AccountPage {
    const NAME: &'static str = "account";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        vec![(
            "",
            Self {
                t,
                frame: AppFrame::sample(t, Section::Account),
                name: "髙橋 誠".into(),
                email: "takahashi@minato.example".into(),
                lang: t.lang,
                errors: FieldErrors::default(),
            },
        )]
    }
}

impl Sample for PasswordPage {
    const NAME: &'static str = "account-password";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |errors| Self {
            t,
            frame: AppFrame::sample(t, Section::Account),
            errors,
        };
        vec![
            ("", page(FieldErrors::default())),
            (
                "error",
                page(FieldErrors::one("current_password", t.password_current_wrong())),
            ),
        ]
    }
}

impl Sample for SessionsPage {
    const NAME: &'static str = "account-sessions";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let line = |id: &str, device: &str, address: &str, begun, used, this| SessionLine {
            id: id.into(),
            device: device.into(),
            address: address.into(),
            begun,
            used,
            this,
        };
        vec![(
            "",
            Self {
                t,
                frame: AppFrame::sample(t, Section::Account),
                now: now(),
                sessions: vec![
                    line(
                        "ses_1",
                        "Chrome・Windows",
                        "203.0.113.24",
                        at(24, 8, 58),
                        at(24, 15, 31),
                        true,
                    ),
                    line(
                        "ses_2",
                        "Safari・iPhone",
                        "2001:db8:24:1::7",
                        at(20, 19, 4),
                        at(23, 21, 12),
                        false,
                    ),
                ],
            },
        )]
    }
}
