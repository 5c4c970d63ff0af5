//! Filters for the templates.

#![expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "`filter_fn` generates it so"
)]

use std::borrow::Borrow;
use std::fmt::{Display, Write};

use askama::Values;
use askama::filters::Safe;

use super::assets;

/// The address of a built asset: `{{ "app.css"|asset }}`.
#[askama::filter_fn]
pub(crate) fn asset(path: impl Display, _: &dyn Values) -> askama::Result<String> {
    Ok(assets::url(&path.to_string()))
}

/// An icon out of the sprite: `{{ "check"|icon }}`. It is decoration; the words beside it carry the meaning.
#[askama::filter_fn]
pub(crate) fn icon(name: impl Display, _: &dyn Values) -> askama::Result<Safe<String>> {
    Ok(Safe(format!(
        "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{}#{name}\"/></svg>",
        assets::url("icons.svg")
    )))
}

/// A JSON text for a `data-…` attribute. The template escapes it as any other text.
#[askama::filter_fn]
pub(crate) fn data(value: impl serde::Serialize, _: &dyn Values) -> askama::Result<String> {
    serde_json::to_string(&value).map_err(askama::Error::custom)
}

/// Free text with its line breaks kept.
#[askama::filter_fn]
pub(crate) fn lines(text: impl Display, _: &dyn Values) -> askama::Result<Safe<String>> {
    let mut out = String::new();
    for (i, line) in text.to_string().lines().enumerate() {
        if i > 0 {
            out.push_str("<br>");
        }
        escape(line, &mut out);
    }
    Ok(Safe(out))
}

/// Points with at most two decimals, as they stand in an overlay's coordinates.
#[askama::filter_fn]
pub(crate) fn pt(value: impl Borrow<f64>, _: &dyn Values) -> askama::Result<String> {
    let mut out = String::new();
    write!(out, "{:.2}", value.borrow())?;
    let trimmed = out.trim_end_matches('0').trim_end_matches('.');
    Ok(if trimmed.is_empty() || trimmed == "-0" {
        "0".to_owned()
    } else {
        trimmed.to_owned()
    })
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
}
