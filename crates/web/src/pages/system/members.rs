//! Members, invitations, and the few settings of the organization.

use askama::Template;
use jiff::civil::Date;

use crate::pages::sample::Sample;
use crate::text::{Language, Text};
use crate::view::{AppFrame, FieldErrors, Permission, Section, filters};

/// `GET /members`.
#[derive(Template)]
#[template(path = "members/members.html")]
pub(crate) struct MembersPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) members: Vec<MemberLine>,
}

/// A member, or someone invited.
#[derive(Clone, Debug)]
pub(crate) struct MemberLine {
    /// Of the account, or of the invitation.
    pub(crate) id: String,
    /// Empty for someone who has not joined yet.
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: RoleView,
    pub(crate) state: MemberState,
    pub(crate) you: bool,
    /// Whether role and state may be changed.
    pub(crate) change: Permission,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoleView {
    Administrator,
    Member,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberState {
    Active,
    Invited {
        until: Date,
    },
    InvitationExpired,
    /// The mail server of the invited person refused the invitation.
    InvitationRefused,
}

/// `GET /members/invite`.
#[derive(Template)]
#[template(path = "members/invite.html", blocks = ["dialog"])]
pub(crate) struct InvitePage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) email: String,
    pub(crate) role: RoleView,
    pub(crate) lang: Language,
    pub(crate) errors: FieldErrors,
}

/// `GET /members/{id}/remove`: names what will be lost.
#[derive(Template)]
#[template(path = "members/remove.html", blocks = ["dialog"])]
pub(crate) struct RemoveMemberPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) id: String,
    pub(crate) name: String,
}

/// `GET /settings`.
#[derive(Template)]
#[template(path = "members/settings.html")]
pub(crate) struct SettingsPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) public_url: Option<String>,
    pub(crate) mail_from: String,
    pub(crate) limit: u64,
    pub(crate) level: String,
    pub(crate) errors: FieldErrors,
}

impl RoleView {
    const ALL: [Self; 2] = [Self::Member, Self::Administrator];

    const fn key(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Member => "member",
        }
    }

    const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Administrator => t.role_administrator(),
            Self::Member => t.role_member(),
        }
    }

    const fn help(self, t: &Text) -> &'static str {
        match self {
            Self::Administrator => t.role_administrator_help(),
            Self::Member => t.role_member_help(),
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Administrator => Self::Member,
            Self::Member => Self::Administrator,
        }
    }

    const fn make(self, t: &Text) -> &'static str {
        match self {
            Self::Administrator => t.members_make_administrator(),
            Self::Member => t.members_make_member(),
        }
    }
}

impl MemberState {
    fn label(self, t: &Text) -> String {
        match self {
            Self::Active => t.members_active().into(),
            Self::Invited { until } => t.members_invited(t.date(&until)),
            Self::InvitationExpired => t.members_invitation_expired().into(),
            Self::InvitationRefused => t.members_refused().into(),
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Active => "is-ok",
            Self::Invited { .. } => "is-todo",
            Self::InvitationExpired => "is-warn",
            Self::InvitationRefused => "is-err",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Active => "check",
            Self::Invited { .. } => "mail",
            Self::InvitationExpired => "clock",
            Self::InvitationRefused => "cross",
        }
    }

    const fn invited(self) -> bool {
        matches!(
            self,
            Self::Invited { .. } | Self::InvitationExpired | Self::InvitationRefused
        )
    }
}

impl Sample for MembersPage {
    const NAME: &'static str = "members";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let line = |id: &str, name: &str, email: &str, role, state| MemberLine {
            id: id.into(),
            name: name.into(),
            email: email.into(),
            role,
            state,
            you: false,
            change: Permission::ALLOWED,
        };
        let you = MemberLine {
            you: true,
            change: Permission::refused(t.members_last_administrator()),
            ..line(
                "acc_1",
                "髙橋 誠",
                "takahashi@minato.example",
                RoleView::Administrator,
                MemberState::Active,
            )
        };
        let members = vec![
            you,
            line(
                "acc_2",
                "葛󠄀城 理恵",
                "katsuragi@minato.example",
                RoleView::Member,
                MemberState::Active,
            ),
            line(
                "inv_1",
                "",
                "nakamura@minato.example",
                RoleView::Member,
                MemberState::Invited {
                    until: jiff::civil::date(2026, 11, 30),
                },
            ),
            line(
                "inv_2",
                "",
                "onodera@minato.example",
                RoleView::Member,
                MemberState::InvitationExpired,
            ),
            line(
                "inv_3",
                "",
                "isurugi@minato.exampel",
                RoleView::Member,
                MemberState::InvitationRefused,
            ),
        ];
        vec![(
            "",
            Self {
                t,
                frame: AppFrame::sample(t, Section::Members),
                members,
            },
        )]
    }
}

impl Sample for InvitePage {
    const NAME: &'static str = "members-invite";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |email: &str, errors| Self {
            t,
            frame: AppFrame::sample(t, Section::Members),
            email: email.into(),
            role: RoleView::Member,
            lang: Language::Ja,
            errors,
        };
        vec![
            ("", page("", FieldErrors::default())),
            (
                "error",
                page(
                    "takahashi@minato.example",
                    FieldErrors::one("email", t.invite_taken()),
                ),
            ),
        ]
    }
}

impl Sample for RemoveMemberPage {
    const NAME: &'static str = "members-remove";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let frame = AppFrame::sample(t, Section::Members);
        vec![(
            "",
            Self {
                t,
                frame,
                id: "mem_3".into(),
                name: "山﨑 澪".into(),
            },
        )]
    }
}

impl Sample for SettingsPage {
    const NAME: &'static str = "settings";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |public_url| Self {
            t,
            frame: AppFrame::sample(t, Section::Settings),
            name: "株式会社みなと製作所".into(),
            version: "0.1.0".into(),
            public_url,
            mail_from: "noreply@akashi.minato.example".into(),
            limit: 100 << 20,
            level: "PAdES B-LTA".into(),
            errors: FieldErrors::default(),
        };
        vec![
            ("", page(Some("https://akashi.minato.example".into()))),
            ("local", page(None)),
        ]
    }
}
