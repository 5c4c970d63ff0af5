//! Filling: each value is kept at once, so that a closed page loses nothing.

use akashi_domain::authorization::Action;
use akashi_domain::contract::{Refusal, SealImage, SealShape, ValueProblem};
use akashi_domain::{FieldId, FieldValue, PartyState};
use akashi_typeset::{Picture, Seal};
use bytes::Bytes;

use crate::caller::PartyCaller;
use crate::error::TextPlace;
use crate::{App, Error};

/// The largest picture that a browser may send, in bytes.
const MAX_PICTURE_BYTES: usize = 2 * 1024 * 1024;

/// What a party puts into a field, as it comes from the browser.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FieldInput {
    /// A text.
    Text(String),
    /// A tick.
    Checked(bool),
    /// A day.
    Date(jiff::civil::Date),
    /// A generated 丸印 with these letters.
    GeneratedSeal(String),
    /// The name in letters.
    TypedName(String),
    /// An uploaded seal picture (PNG).
    SealPicture(Bytes),
    /// Handwriting (PNG).
    Handwriting(Bytes),
}

impl App {
    /// Keeps or (with `None`) empties one field.
    ///
    /// # Errors
    /// [`Error::MissingCharacters`] for letters that cannot be drawn, [`Error::Picture`],
    /// [`Error::Refused`] with [`Refusal::Value`] if the value does not fit the field.
    pub async fn fill_field(
        &self,
        caller: &PartyCaller,
        field_id: FieldId,
        input: Option<FieldInput>,
    ) -> Result<(), Error> {
        let contract = self.load_for_party(caller, Action::ActAsParty).await?.value;
        let refuse = |problem| Error::Refused(Refusal::Value { field_id, problem });
        let field = contract
            .field(field_id)
            .filter(|field| field.party_id == caller.party_id)
            .ok_or_else(|| refuse(ValueProblem::NotYours))?
            .clone();
        let awaited = contract
            .party(caller.party_id)
            .is_some_and(|party| matches!(party.state, PartyState::Requested { .. }));
        if !awaited {
            return Err(Error::Refused(Refusal::AlreadyActed));
        }
        let value = match input {
            None => None,
            Some(input) => Some(self.field_value(caller, input).await?),
        };
        if let Some(value) = &value {
            value.check(&field.kind).map_err(refuse)?;
        }
        let store = &self.ports.contracts;
        let value = value.as_ref().filter(|value| !value.is_empty());
        store
            .set_input(
                &caller.tenant,
                caller.contract_id,
                caller.party_id,
                field_id,
                value,
                self.now(),
            )
            .await?;
        Ok(())
    }

    async fn field_value(&self, caller: &PartyCaller, input: FieldInput) -> Result<FieldValue, Error> {
        Ok(match input {
            FieldInput::Text(text) => {
                self.check_drawable(&text, TextPlace::Field)?;
                FieldValue::Text { text }
            }
            FieldInput::Checked(checked) => FieldValue::Checked { checked },
            FieldInput::Date(date) => FieldValue::Date { date },
            FieldInput::TypedName(text) => {
                self.check_drawable(&text, TextPlace::Field)?;
                FieldValue::Mark {
                    image: SealImage::TypedName { text },
                }
            }
            FieldInput::GeneratedSeal(text) => {
                self.round_seal(&text)?;
                FieldValue::Mark {
                    image: SealImage::Generated {
                        text,
                        shape: SealShape::Round,
                    },
                }
            }
            FieldInput::SealPicture(png) => {
                let segment_id = self.keep_picture(caller, png).await?;
                FieldValue::Mark {
                    image: SealImage::Picture { segment_id },
                }
            }
            FieldInput::Handwriting(png) => {
                let segment_id = self.keep_picture(caller, png).await?;
                FieldValue::Mark {
                    image: SealImage::Handwriting { segment_id },
                }
            }
        })
    }

    /// A generated 丸印 with these letters.
    ///
    /// # Errors
    /// [`Error::MissingCharacters`], [`Error::Picture`] for letters that fit no seal.
    pub fn round_seal(&self, text: &str) -> Result<Seal, Error> {
        self.check_drawable(text, TextPlace::Seal)?;
        Seal::round(&self.fonts, text).map_err(|error| Error::Picture {
            reason: error.to_string(),
        })
    }

    /// A generated 丸印 as a picture (PNG with alpha).
    ///
    /// # Errors
    /// As [`App::round_seal`].
    pub async fn seal_preview(&self, text: &str) -> Result<Bytes, Error> {
        let seal = self.round_seal(text)?;
        let png = self.apart(move || seal.to_png(240)).await?;
        png.map(Bytes::from).map_err(|error| Error::Picture {
            reason: error.to_string(),
        })
    }

    /// Refuses a text that has characters which no embedded font can draw.
    ///
    /// # Errors
    /// [`Error::MissingCharacters`]
    pub(crate) fn check_drawable(&self, text: &str, place: TextPlace) -> Result<(), Error> {
        let missing = self.fonts.missing_in_lines(text);
        if missing.is_empty() {
            return Ok(());
        }
        let characters = missing
            .iter()
            .map(|character| character.as_str().to_owned())
            .collect();
        Err(Error::MissingCharacters { place, characters })
    }

    /// Checks a picture and stores it encrypted, like a document.
    async fn keep_picture(
        &self,
        caller: &PartyCaller,
        png: Bytes,
    ) -> Result<akashi_domain::SegmentId, Error> {
        if png.len() > MAX_PICTURE_BYTES {
            return Err(Error::TooLarge {
                limit: MAX_PICTURE_BYTES as u64,
            });
        }
        let bytes = png.clone();
        self.apart(move || Picture::from_png(&bytes).map(|_| ()))
            .await?
            .map_err(|error| Error::Picture {
                reason: error.to_string(),
            })?;
        let record = self.ports.segments.put(&caller.tenant, png).await?;
        let segment_id = record.segment_id;
        self.ports
            .contracts
            .add_segment(&caller.tenant, caller.contract_id, record, self.now())
            .await?;
        Ok(segment_id)
    }

    /// The picture of a party's own seal or handwriting, for its pages.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the field has no picture.
    pub async fn field_picture(&self, caller: &PartyCaller, field_id: FieldId) -> Result<Bytes, Error> {
        let contract = self.load_for_party(caller, Action::ReadAsParty).await?.value;
        let party = contract.party(caller.party_id).ok_or(Error::NotFound)?;
        let values = match party.state.act() {
            Some(act) => act.values.clone(),
            None => {
                self.ports
                    .contracts
                    .inputs(&caller.tenant, caller.contract_id, caller.party_id)
                    .await?
            }
        };
        let value = values
            .into_iter()
            .find(|(id, _)| *id == field_id)
            .map(|(_, value)| value);
        let Some(FieldValue::Mark { image }) = value else {
            return Err(Error::NotFound);
        };
        match image {
            SealImage::Picture { segment_id } | SealImage::Handwriting { segment_id } => {
                self.read_segment(&caller.tenant, segment_id).await
            }
            SealImage::Generated { text, .. } => self.seal_preview(&text).await,
            SealImage::TypedName { .. } => Err(Error::NotFound),
        }
    }
}
