//! The visible part of a signature.

use std::path::Path;

use akashi_app::domain::UtcTime;
use akashi_pades::Placement;
use akashi_pdf::{Document, Limits};
use akashi_typeset::{
    Appearance, Content, FontBook, Language, Mark, Picture, Seal, SignatureBlock, draw_act,
};
use anyhow::Context as _;

/// The signer's seal, drawn from the name or read from a PNG, beside name and time.
#[expect(clippy::cast_possible_truncation, reason = "points on a page")]
pub(super) fn appearance(
    name: &str,
    lines: &[String],
    seal: Option<&Path>,
    place: Placement,
    now: UtcTime,
) -> anyhow::Result<Document<Vec<u8>>> {
    let fonts = FontBook::embedded();
    let mark = match seal {
        Some(path) => {
            let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
            let picture = Picture::from_png(&bytes)
                .with_context(|| format!("{} is no PNG that can be used", path.display()))?;
            Some(Mark::Picture(picture))
        }
        // A name that fits no seal is written without one.
        None => Seal::round(&fonts, name).ok().map(Mark::Seal),
    };
    let block = SignatureBlock {
        mark,
        name: name.to_owned(),
        signed_at: now,
        lines: lines.to_vec(),
        language: Language::Japanese,
    };
    let drawing = draw_act(
        &fonts,
        &[Appearance {
            width: place.width as f32,
            height: place.height as f32,
            content: Content::Signature(block),
        }],
    )
    .context("the signature cannot be drawn")?;
    Ok(Document::open(drawing.pdf, &Limits::default())?)
}
