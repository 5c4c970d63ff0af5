//! Error pages: what happened, what was kept, what to do.

use askama::Template;

use crate::pages::sample::Sample;
use crate::text::Text;
use crate::view::{PlainFrame, filters};

/// What went wrong, as a reader sees it. The status follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    BadRequest,
    SignInNeeded,
    Forbidden,
    NotFound,
    Conflict,
    TooLarge { limit: u64 },
    TooMany { seconds: u64 },
    Internal,
    Unavailable,
}

/// A whole page.
#[derive(Template)]
#[template(path = "problem.html")]
pub(crate) struct ProblemPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PlainFrame,
    pub(crate) kind: ProblemKind,
    /// What is known beyond the kind, in the reader's language; may be empty.
    pub(crate) detail: String,
    /// The request id.
    pub(crate) instance: String,
}

/// The answer to an htmx request: a banner in place of what was asked for.
#[derive(Template)]
#[template(path = "problem-fragment.html")]
pub(crate) struct ProblemFragment {
    pub(crate) t: &'static Text,
    pub(crate) kind: ProblemKind,
    pub(crate) detail: String,
    pub(crate) instance: String,
}

impl ProblemKind {
    pub(crate) const ALL: [Self; 9] = [
        Self::NotFound,
        Self::BadRequest,
        Self::SignInNeeded,
        Self::Forbidden,
        Self::Conflict,
        Self::TooLarge { limit: 100 << 20 },
        Self::TooMany { seconds: 30 },
        Self::Internal,
        Self::Unavailable,
    ];

    /// The HTTP status.
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::SignInNeeded => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooLarge { .. } => 413,
            Self::TooMany { .. } => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    pub(crate) fn title(self, t: &Text) -> String {
        match self {
            Self::BadRequest => t.problem_bad_request().into(),
            Self::SignInNeeded => t.problem_sign_in().into(),
            Self::Forbidden => t.problem_forbidden().into(),
            Self::NotFound => t.problem_not_found().into(),
            Self::Conflict => t.problem_conflict().into(),
            Self::TooLarge { limit } => t.problem_too_large(t.bytes(&limit)),
            Self::TooMany { .. } => t.problem_too_many().into(),
            Self::Internal => t.problem_internal().into(),
            Self::Unavailable => t.problem_unavailable().into(),
        }
    }

    pub(crate) fn text(self, t: &Text) -> String {
        match self {
            Self::BadRequest => t.problem_bad_request_text().into(),
            Self::SignInNeeded => t.problem_sign_in_text().into(),
            Self::Forbidden => t.problem_forbidden_text().into(),
            Self::NotFound => t.problem_not_found_text().into(),
            Self::Conflict => t.problem_conflict_text().into(),
            Self::TooLarge { .. } => t.problem_too_large_text().into(),
            Self::TooMany { seconds } => t.problem_too_many_text(seconds),
            Self::Internal => t.problem_internal_text().into(),
            Self::Unavailable => t.problem_unavailable_text().into(),
        }
    }
}

impl Sample for ProblemPage {
    const NAME: &'static str = "problem";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        const NAMES: [&str; 9] = ["404", "400", "401", "403", "409", "413", "429", "500", "503"];
        NAMES
            .into_iter()
            .zip(ProblemKind::ALL)
            .map(|(name, kind)| {
                let page = Self {
                    t,
                    frame: PlainFrame::sample("/contracts/x"),
                    kind,
                    detail: String::new(),
                    instance: "req_01K9H3T6QW".into(),
                };
                (name, page)
            })
            .collect()
    }
}

impl Sample for ProblemFragment {
    const NAME: &'static str = "problem-fragment";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        vec![(
            "",
            Self {
                t,
                kind: ProblemKind::Conflict,
                detail: t.island_conflict().into(),
                instance: "req_01K9H3T6QW".into(),
            },
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn the_name_of_a_sample_is_its_status() {
        for (name, page) in ProblemPage::samples(Text::of(Language::En)) {
            assert_eq!(name, page.kind.status().to_string());
        }
    }
}
