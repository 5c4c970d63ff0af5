//! Places on a page that a party fills.

use crate::{DocumentId, FieldId, Label, PageGeometry, PartyId, Rect, SegmentId};

/// How a text field is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextFormat {
    /// Any text.
    Free,
    /// The party's name; filled with it beforehand.
    Name,
}

/// What goes into a field.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// A seal image (印影), handwriting or typed name, as the party chooses.
    Seal,
    /// Handwriting.
    Handwriting,
    /// Text.
    Text {
        /// How it is meant.
        format: TextFormat,
        /// Size in points; `None` fits the text to the field.
        font_size: Option<f32>,
    },
    /// A check box.
    CheckBox,
    /// A date.
    Date,
}

impl FieldKind {
    /// Whether the field is a person's mark, so that it can carry the signature itself.
    pub const fn is_mark(&self) -> bool {
        matches!(self, Self::Seal | Self::Handwriting)
    }
}

/// A place on a page that a party fills (入力項目).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Field {
    /// Its id.
    pub field_id: FieldId,
    /// The document.
    pub document_id: DocumentId,
    /// The page, from 0.
    pub page: u32,
    /// Where on the displayed page.
    pub rect: Rect,
    /// Who fills it.
    pub party_id: PartyId,
    /// What goes in.
    pub kind: FieldKind,
    /// Its name in the party's checklist.
    pub label: Label,
    /// Whether the party must fill it.
    pub required: bool,
}

/// Why a field cannot stand where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldProblem {
    /// The document is not part of the contract.
    #[error("the field names a document that is not part of the contract")]
    UnknownDocument,
    /// The party is not part of the contract.
    #[error("the field names a party that is not part of the contract")]
    UnknownParty,
    /// The page does not exist.
    #[error("the field names a page that does not exist")]
    UnknownPage,
    /// It is too small, not finite, or reaches over the edge of the page.
    #[error("the field does not lie within its page")]
    OutsidePage,
    /// The size of the letters is out of 4 to 72 points.
    #[error("font size must be between 4 and 72 points")]
    FontSize,
    /// The PDF is already signed and its signatures do not allow new fields here.
    #[error("the signatures in this document do not allow this field")]
    NotAllowedBySignatures,
    /// Two fields have the same id.
    #[error("two fields have the same id")]
    Duplicate,
}

impl Field {
    /// Checks place and size against the page.
    ///
    /// # Errors
    /// [`FieldProblem::UnknownPage`], [`FieldProblem::OutsidePage`], [`FieldProblem::FontSize`].
    pub fn check_place(&self, pages: &[PageGeometry]) -> Result<(), FieldProblem> {
        let page = usize::try_from(self.page).ok().and_then(|index| pages.get(index));
        let page = page.ok_or(FieldProblem::UnknownPage)?;
        if !self.rect.lies_within(*page) {
            return Err(FieldProblem::OutsidePage);
        }
        if let FieldKind::Text {
            font_size: Some(size),
            ..
        } = self.kind
            && !(4.0..=72.0).contains(&size)
        {
            return Err(FieldProblem::FontSize);
        }
        Ok(())
    }
}

/// The outline of a generated seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealShape {
    /// 丸印
    Round,
    /// 角印
    Square,
}

/// What a party puts into a seal field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SealImage {
    /// Made by Akashi from a text.
    Generated {
        /// The letters of the seal.
        text: String,
        /// Its outline.
        shape: SealShape,
    },
    /// A picture (PNG), stored like a document.
    Picture {
        /// Where it is stored.
        segment_id: SegmentId,
    },
    /// Handwriting (PNG), stored like a document.
    Handwriting {
        /// Where it is stored.
        segment_id: SegmentId,
    },
    /// The name in letters.
    TypedName {
        /// The letters.
        text: String,
    },
}

/// What a party filled in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldValue {
    /// For [`FieldKind::Seal`] and [`FieldKind::Handwriting`].
    Mark {
        /// The picture.
        image: SealImage,
    },
    /// For [`FieldKind::Text`].
    Text {
        /// The text.
        text: String,
    },
    /// For [`FieldKind::CheckBox`].
    Checked {
        /// Whether it is ticked.
        checked: bool,
    },
    /// For [`FieldKind::Date`].
    Date {
        /// The day.
        date: jiff::civil::Date,
    },
}

/// Why a value does not fit its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueProblem {
    /// A required field is empty.
    #[error("a required field is empty")]
    Missing,
    /// The field belongs to somebody else or does not exist.
    #[error("the field is not one of this party's fields")]
    NotYours,
    /// The kind of value does not belong to the kind of field.
    #[error("this kind of value does not belong into this field")]
    WrongKind,
    /// The text is longer than 500 characters or has control characters.
    #[error("the text is too long or has control characters")]
    Text,
    /// The field is filled twice.
    #[error("the field is filled twice")]
    Duplicate,
}

impl FieldValue {
    /// Whether the value says nothing, so that a required field would still be empty.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text { text } => text.trim().is_empty(),
            Self::Checked { checked } => !checked,
            Self::Mark { .. } | Self::Date { .. } => false,
        }
    }

    /// Checks the value against the kind of its field.
    ///
    /// # Errors
    /// [`ValueProblem::WrongKind`], [`ValueProblem::Text`].
    pub fn check(&self, kind: &FieldKind) -> Result<(), ValueProblem> {
        match (self, kind) {
            (Self::Mark { image }, FieldKind::Seal) => check_mark_text(image),
            (
                Self::Mark {
                    image: SealImage::Handwriting { .. },
                },
                FieldKind::Handwriting,
            )
            | (Self::Checked { .. }, FieldKind::CheckBox)
            | (Self::Date { .. }, FieldKind::Date) => Ok(()),
            (Self::Text { text }, FieldKind::Text { .. }) => check_text(text, 500),
            _ => Err(ValueProblem::WrongKind),
        }
    }
}

fn check_mark_text(image: &SealImage) -> Result<(), ValueProblem> {
    match image {
        SealImage::Generated { text, .. } => check_text(text, 20),
        SealImage::TypedName { text } => check_text(text, 64),
        SealImage::Picture { .. } | SealImage::Handwriting { .. } => Ok(()),
    }
}

fn check_text(text: &str, max_chars: usize) -> Result<(), ValueProblem> {
    let fits = text.chars().count() <= max_chars && !text.chars().any(|c| c.is_control() && c != '\n');
    if fits { Ok(()) } else { Err(ValueProblem::Text) }
}
