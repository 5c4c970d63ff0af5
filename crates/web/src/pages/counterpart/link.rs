//! Where a mail's link leads: a page without effect, and a POST that enters.

use askama::Template;

use crate::pages::sample::Sample;
use crate::text::Text;
use crate::view::{PlainFrame, filters};

/// `GET /s/{token}`: nothing is recorded and no cookie is set, because mail scanners follow links.
#[derive(Template)]
#[template(path = "sign/link.html")]
pub(crate) struct LinkPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    /// The address of this page, to which the form posts.
    pub(crate) action: String,
    pub(crate) organization: String,
    pub(crate) name: String,
}

/// A link that leads nowhere (any more).
#[derive(Template)]
#[template(path = "sign/link-closed.html")]
pub(crate) struct LinkClosedPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    pub(crate) reason: LinkClosed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkClosed {
    Replaced,
    Expired,
    Unknown,
}

impl LinkClosedPage {
    const fn reason_text(&self) -> &'static str {
        match self.reason {
            LinkClosed::Replaced => self.t.link_closed_replaced(),
            LinkClosed::Expired => self.t.link_closed_expired(),
            LinkClosed::Unknown => self.t.link_closed_unknown(),
        }
    }
}

impl Sample for LinkPage {
    const NAME: &'static str = "sign-link";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |trial| Self {
            t,
            frame: PlainFrame {
                trial,
                ..PlainFrame::sample("/s/r4Zk")
            },
            action: "/s/r4Zk".into(),
            organization: "株式会社みなと製作所".into(),
            name: "森下 航".into(),
        };
        vec![("", page(false)), ("trial", page(true))]
    }
}

impl Sample for LinkClosedPage {
    const NAME: &'static str = "sign-link-closed";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |reason| Self {
            t,
            frame: PlainFrame::sample("/s/r4Zk"),
            reason,
        };
        vec![
            ("replaced", page(LinkClosed::Replaced)),
            ("expired", page(LinkClosed::Expired)),
            ("unknown", page(LinkClosed::Unknown)),
        ]
    }
}
