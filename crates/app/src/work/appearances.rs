//! What a party filled in, as drawings: one small PDF per act.

use akashi_domain::contract::{SealImage, SealShape, SigningAct, TextFormat};
use akashi_domain::{Field, FieldKind, FieldValue, Party, SegmentId};
use akashi_typeset::appearance::{FontSize, Lines, TextAlign};
use akashi_typeset::date::DateStyle;
use akashi_typeset::{Appearance, Checked, Content, FontBook, Mark, Picture, Seal, TextValue};
use bytes::Bytes;

use crate::Error;

/// The pictures of an act, already fetched.
pub(super) type Pictures = Vec<(SegmentId, Bytes)>;

/// The segments that the values of an act refer to.
pub(super) fn picture_ids(act: &SigningAct) -> Vec<SegmentId> {
    let id_of = |value: &FieldValue| match value {
        FieldValue::Mark {
            image: SealImage::Picture { segment_id } | SealImage::Handwriting { segment_id },
        } => Some(*segment_id),
        _ => None,
    };
    act.values.iter().filter_map(|(_, value)| id_of(value)).collect()
}

/// What stands in a field after the act.
pub(super) fn appearance(
    fonts: &FontBook,
    field: &Field,
    value: Option<&FieldValue>,
    pictures: &Pictures,
) -> Result<Appearance, Error> {
    let content = match value {
        Some(value) => content(fonts, field, value, pictures)?,
        None => Content::Empty,
    };
    Ok(Appearance {
        width: points(field.rect.width),
        height: points(field.rect.height),
        content,
    })
}

fn content(
    fonts: &FontBook,
    field: &Field,
    value: &FieldValue,
    pictures: &Pictures,
) -> Result<Content, Error> {
    Ok(match value {
        FieldValue::Mark { image } => mark_content(fonts, image, pictures)?,
        FieldValue::Text { text } => Content::Text(text_value(field, text)),
        FieldValue::Checked { checked: true } => Content::Check(Checked::Yes),
        FieldValue::Checked { checked: false } => Content::Check(Checked::No),
        FieldValue::Date { date } => Content::Date(*date, DateStyle::Western),
    })
}

fn text_value(field: &Field, text: &str) -> TextValue {
    let (format, font_size) = match field.kind {
        FieldKind::Text { format, font_size } => (format, font_size),
        _ => (TextFormat::Free, None),
    };
    let several = format == TextFormat::Free && (text.contains('\n') || field.rect.height >= 36.0);
    TextValue {
        text: text.to_owned(),
        size: font_size.map_or(FontSize::Fit, FontSize::Points),
        lines: if several { Lines::Several } else { Lines::One },
        align: TextAlign::Left,
    }
}

fn mark_content(fonts: &FontBook, image: &SealImage, pictures: &Pictures) -> Result<Content, Error> {
    Ok(match image {
        SealImage::TypedName { text } => Content::TypedName(text.clone()),
        SealImage::Handwriting { .. } => Content::Handwriting(mark(fonts, image, pictures)?),
        SealImage::Generated { .. } | SealImage::Picture { .. } => {
            Content::Seal(mark(fonts, image, pictures)?)
        }
    })
}

fn mark(fonts: &FontBook, image: &SealImage, pictures: &Pictures) -> Result<Mark, Error> {
    let unusable = |reason: String| Error::Picture { reason };
    match image {
        SealImage::Generated { text, shape } => {
            let seal = match shape {
                SealShape::Round => Seal::round(fonts, text),
                SealShape::Square => Seal::square(fonts, text),
            };
            seal.map(Mark::Seal).map_err(|error| unusable(error.to_string()))
        }
        SealImage::Picture { segment_id } | SealImage::Handwriting { segment_id } => {
            let bytes = pictures
                .iter()
                .find(|(id, _)| id == segment_id)
                .map(|(_, bytes)| bytes);
            let bytes = bytes.ok_or_else(|| unusable("picture was not fetched".to_owned()))?;
            Picture::from_png(bytes)
                .map(Mark::Picture)
                .map_err(|error| unusable(error.to_string()))
        }
        SealImage::TypedName { .. } => Err(unusable("a typed name is not a picture".to_owned())),
    }
}

/// The mark that a party left, for the evidence sheet: the first seal, picture or handwriting.
pub(super) fn first_mark(fonts: &FontBook, party: &Party, pictures: &Pictures) -> Option<Mark> {
    let act = party.state.act()?;
    act.values.iter().find_map(|(_, value)| match value {
        FieldValue::Mark { image } => mark(fonts, image, pictures).ok(),
        _ => None,
    })
}

/// Points as the drawing takes them; a page is never so large that this matters.
#[expect(
    clippy::cast_possible_truncation,
    reason = "page coordinates are far below the precision of f32"
)]
pub(super) fn points(value: f64) -> f32 {
    value as f32
}
