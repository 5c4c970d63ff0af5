//! Mails: the log of what was sent (never bodies), and the local mailbox of trial mode.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at, now};
use crate::text::Text;
use crate::view::{AppFrame, DeliveryState, MailKind, Pager, Section, filters};

/// `GET /system/mail`.
#[derive(Template)]
#[template(path = "system/mail-log.html")]
pub(crate) struct MailLogPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    /// Only those in trouble.
    pub(crate) trouble: bool,
    pub(crate) lines: Vec<MailLogLine>,
    pub(crate) pager: Pager,
}

/// One mail: to whom, what about, where it is. No body, no link.
#[derive(Clone, Debug)]
pub(crate) struct MailLogLine {
    pub(crate) email: String,
    pub(crate) kind: MailKind,
    /// Title and address of the contract, if it is about one.
    pub(crate) contract: Option<(String, String)>,
    pub(crate) state: DeliveryState,
    pub(crate) attempts: u32,
    pub(crate) at: Timestamp,
}

/// `GET /mailbox`: trial mode only, loopback only.
#[derive(Template)]
#[template(path = "system/mailbox.html")]
pub(crate) struct MailboxPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    pub(crate) mails: Vec<MailboxLine>,
}

#[derive(Clone, Debug)]
pub(crate) struct MailboxLine {
    pub(crate) href: String,
    pub(crate) subject: String,
    pub(crate) to: String,
    pub(crate) at: Timestamp,
}

/// `GET /mailbox/{id}`: the text of one mail, with its links made clickable.
#[derive(Template)]
#[template(path = "system/mailbox-mail.html")]
pub(crate) struct MailPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) subject: String,
    pub(crate) from: String,
    pub(crate) reply_to: String,
    pub(crate) to: String,
    pub(crate) at: Timestamp,
    pub(crate) text: String,
    /// The address of the HTML part, which has a policy of its own.
    pub(crate) html_href: String,
}

/// A piece of a mail's text.
struct Piece<'a> {
    text: &'a str,
    link: bool,
}

impl MailPage {
    /// The text cut into words that are links and what lies between them.
    fn pieces(&self) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        let mut rest = self.text.as_str();
        while let Some(start) = rest
            .find("http://")
            .into_iter()
            .chain(rest.find("https://"))
            .min()
        {
            let (before, from_link) = rest.split_at(start);
            let end = from_link
                .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '」' | '。' | '、'))
                .unwrap_or(from_link.len());
            let (link, after) = from_link.split_at(end);
            pieces.push(Piece {
                text: before,
                link: false,
            });
            pieces.push(Piece {
                text: link,
                link: true,
            });
            rest = after;
        }
        pieces.push(Piece {
            text: rest,
            link: false,
        });
        pieces
    }
}

impl Sample for MailLogPage {
    const NAME: &'static str = "mail-log";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let line = |email: &str, kind, state, attempts, at| MailLogLine {
            email: email.into(),
            kind,
            contract: Some(("物流業務委託基本契約書".into(), "/contracts/ctr_01K9H3".into())),
            state,
            attempts,
            at,
        };
        let page = |trouble, lines: Vec<MailLogLine>, pages| Self {
            t,
            frame: AppFrame::sample(t, Section::Mail),
            now: now(),
            trouble,
            lines,
            pager: Pager {
                base: "/system/mail?".into(),
                page: 1,
                pages,
            },
        };
        let lines = vec![
            line(
                "saeki@aoba-soko.example",
                MailKind::Reminder,
                DeliveryState::Refused {
                    answer: "550 5.1.1 User unknown".into(),
                },
                1,
                at(24, 14, 7),
            ),
            line(
                "audit@minato.example",
                MailKind::Completion,
                DeliveryState::Retrying {
                    answer: "451 4.7.1 Try again later".into(),
                    next: at(24, 15, 40),
                },
                3,
                at(24, 14, 2),
            ),
            line(
                "morishita@tsubame.example",
                MailKind::Request,
                DeliveryState::Accepted,
                1,
                at(20, 15, 56),
            ),
            line(
                "yoshino@minato.example",
                MailKind::Withdrawal,
                DeliveryState::Queued,
                0,
                at(24, 15, 31),
            ),
            line(
                "saeki@aoba-soko.example",
                MailKind::Decline,
                DeliveryState::Local,
                1,
                at(20, 15, 55),
            ),
            line(
                "saeki@aoba-soko.example",
                MailKind::Expiry,
                DeliveryState::Dropped,
                0,
                at(20, 15, 54),
            ),
            MailLogLine {
                contract: None,
                ..line(
                    "nakamura@minato.example",
                    MailKind::Invitation,
                    DeliveryState::Accepted,
                    1,
                    at(19, 9, 1),
                )
            },
            MailLogLine {
                contract: None,
                ..line(
                    "nakamura@minato.example",
                    MailKind::PasswordReset,
                    DeliveryState::Accepted,
                    1,
                    at(18, 9, 1),
                )
            },
        ];
        vec![
            ("", page(false, lines.clone(), 7)),
            ("trouble", page(true, lines.into_iter().take(2).collect(), 1)),
            ("empty", page(false, Vec::new(), 0)),
        ]
    }
}

impl Sample for MailboxPage {
    const NAME: &'static str = "mailbox";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let line = |subject: &str, to: &str, at| MailboxLine {
            href: "/mailbox/mal_1".into(),
            subject: subject.into(),
            to: to.into(),
            at,
        };
        let page = |mails| Self {
            t,
            frame: AppFrame::sample_trial(t, Section::Mailbox),
            now: now(),
            mails,
        };
        vec![
            (
                "",
                page(vec![
                    line(
                        "株式会社みなと製作所様より『物流業務委託基本契約書』への署名依頼が届いています",
                        "森下 航 <morishita@tsubame.example>",
                        at(24, 15, 31),
                    ),
                    line(
                        "株式会社みなと製作所様より『物流業務委託基本契約書』への署名依頼が届いています",
                        "佐伯 真由美 <saeki@aoba-soko.example>",
                        at(24, 15, 31),
                    ),
                    line("", "中村 航平 <nakamura@minato.example>", at(23, 10, 2)),
                ]),
            ),
            ("empty", page(Vec::new())),
        ]
    }
}

impl Sample for MailPage {
    const NAME: &'static str = "mailbox-mail";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        vec![(
            "",
            Self {
                t,
                frame: AppFrame::sample_trial(t, Section::Mailbox),
                subject: "株式会社みなと製作所様より『物流業務委託基本契約書』への署名依頼が届いています".into(),
                from: "株式会社みなと製作所 <noreply@akashi.minato.example>".into(),
                reply_to: "髙橋 誠 <takahashi@minato.example>".into(),
                to: "森下 航 <morishita@tsubame.example>".into(),
                at: at(24, 15, 31),
                text: "森下 航 様\n\n株式会社みなと製作所の髙橋 誠 様から、契約書への署名の依頼が届いています。\n\n書類を確認する\nhttp://127.0.0.1:8080/s/r4Zk8vXq2m\n\nこのリンクは森下 様だけのものです。".into(),
                html_href: "/mailbox/mal_1/html".into(),
            },
        )]
    }
}
