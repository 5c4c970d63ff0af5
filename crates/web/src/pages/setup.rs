//! First start: the page behind the one-time link that was printed when the server began.

use askama::Template;

use crate::pages::sample::Sample;
use crate::text::Text;
use crate::view::{FieldErrors, PlainFrame, filters};

/// `GET /setup/{token}`.
#[derive(Template)]
#[template(path = "setup/setup.html")]
pub(crate) struct SetupPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    /// The address of this page, to which the form posts.
    pub(crate) action: String,
    pub(crate) organization: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) errors: FieldErrors,
}

/// The link was used, or is not the one that was printed.
#[derive(Template)]
#[template(path = "setup/closed.html")]
pub(crate) struct SetupClosedPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    pub(crate) used: bool,
}

impl Sample for SetupPage {
    const NAME: &'static str = "setup";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let fresh = Self {
            t,
            frame: PlainFrame {
                trial: true,
                ..PlainFrame::sample("/setup/5Hn2")
            },
            action: "/setup/5Hn2".into(),
            organization: String::new(),
            name: String::new(),
            email: String::new(),
            errors: FieldErrors::default(),
        };
        let weak = Self {
            t,
            frame: PlainFrame::sample("/setup/5Hn2"),
            action: "/setup/5Hn2".into(),
            organization: "株式会社みなと製作所".into(),
            name: "髙橋 誠".into(),
            email: "takahashi@minato.example".into(),
            errors: FieldErrors::one("password", t.password_weak()),
        };
        vec![("", fresh), ("error", weak)]
    }
}

impl Sample for SetupClosedPage {
    const NAME: &'static str = "setup-closed";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |used| Self {
            t,
            frame: PlainFrame::sample("/setup/5Hn2"),
            used,
        };
        vec![("", page(true)), ("wrong", page(false))]
    }
}
