//! Generated seal images (印影): a person's round seal, a company's square seal, and the double ring
//! of a representative.
//!
//! A generated seal is decoration that a party may choose for the page; it proves nothing. The proof
//! is the signature under it.

mod engrave;

use std::sync::Arc;

use thiserror::Error;

use crate::font::{FontBook, MissingCharacter};
use crate::seal::engrave::{Area, Character, characters, engrave_columns, engrave_lines, engrave_ring};
use crate::vector::{Color, Drawing, circle, rounded_rectangle};

/// A drawn seal in vermilion on a transparent ground, as wide as it is high.
///
/// Cloning is cheap.
#[derive(Debug, Clone, PartialEq)]
pub struct Seal {
    drawing: Arc<Drawing>,
    label: String,
}

impl Seal {
    /// The most characters of a name in a round seal.
    pub const MAX_ROUND: usize = 6;
    /// The most characters in a square seal, with the added 「之印」.
    pub const MAX_SQUARE: usize = 36;
    /// The most characters around a double ring.
    pub const MAX_RING: usize = 30;
    /// The most characters of the title inside a double ring.
    pub const MAX_TITLE: usize = 9;

    /// A person's seal (丸印): up to three characters in one column, more in two columns from right
    /// to left, split at the space between family and given name if there is one. A name in letters
    /// stands in up to three lines.
    ///
    /// # Errors
    /// [`SealError`] for an empty or too long name, or one that the fonts cannot draw.
    pub fn round(book: &FontBook, name: &str) -> Result<Self, SealError> {
        let label = format!("{}の印影", name.trim());
        let mut drawing = canvas();
        drawing.stroke(circle((50.0, 50.0), 46.6), Color::VERMILION, 3.0);
        let words = words(book, name)?;
        if is_lettered(&words) {
            engrave_lines(
                book,
                &mut drawing,
                &lettered(&words)?,
                Area::Circle { radius: 41.0 },
            );
        } else {
            let count: usize = words.iter().map(Vec::len).sum();
            if count > Self::MAX_ROUND {
                return Err(SealError::TooLong {
                    maximum: Self::MAX_ROUND,
                });
            }
            let columns = round_columns(&words, count);
            let area = match columns.as_slice() {
                [one] if one.len() == 1 => (60.0, 60.0),
                [one] if one.len() == 2 => (41.0, 74.0),
                [_] => (33.0, 80.0),
                _ if count == 4 => (60.0, 60.0),
                _ => (53.0, 66.0),
            };
            engrave_columns(book, &mut drawing, &columns, area);
        }
        Ok(Self {
            drawing: Arc::new(drawing),
            label,
        })
    }

    /// A company's seal (角印): the name in columns from right to left, with 「印」 or 「之印」 added
    /// where that fills the square.
    ///
    /// # Errors
    /// [`SealError`] for an empty or too long name, or one that the fonts cannot draw.
    pub fn square(book: &FontBook, name: &str) -> Result<Self, SealError> {
        let label = format!("{}の角印", name.trim());
        let mut drawing = canvas();
        drawing.stroke(
            rounded_rectangle(3.6, 3.6, 92.8, 92.8, 3.0),
            Color::VERMILION,
            4.2,
        );
        let words = words(book, name)?;
        let area = (81.0, 81.0);
        if is_lettered(&words) {
            engrave_lines(
                book,
                &mut drawing,
                &lettered(&words)?,
                Area::Box {
                    width: 81.0,
                    height: 81.0,
                },
            );
        } else {
            let mut all: Vec<Character> = words.into_iter().flatten().collect();
            let suffix = square_suffix(all.len());
            all.extend(characters(book, suffix).map_err(|missing| SealError::Missing(vec![missing]))?);
            if all.len() > Self::MAX_SQUARE {
                return Err(SealError::TooLong {
                    maximum: Self::MAX_SQUARE,
                });
            }
            engrave_columns(book, &mut drawing, &even_columns(&all), area);
        }
        Ok(Self {
            drawing: Arc::new(drawing),
            label,
        })
    }

    /// A representative's seal (代表者印): the company's name in the ring, the title inside.
    ///
    /// # Errors
    /// [`SealError`] for an empty or too long name or title, or one that the fonts cannot draw.
    pub fn double_ring(book: &FontBook, company: &str, title: &str) -> Result<Self, SealError> {
        let label = format!("{}の{}", company.trim(), title.trim());
        let mut drawing = canvas();
        drawing.stroke(circle((50.0, 50.0), 47.0), Color::VERMILION, 3.0);
        drawing.stroke(circle((50.0, 50.0), 27.0), Color::VERMILION, 2.0);
        let around: Vec<Character> = words(book, company)?.into_iter().flatten().collect();
        if around.len() > Self::MAX_RING {
            return Err(SealError::TooLong {
                maximum: Self::MAX_RING,
            });
        }
        engrave_ring(book, &mut drawing, &around);
        let inside: Vec<Character> = words(book, title)?.into_iter().flatten().collect();
        if inside.len() > Self::MAX_TITLE {
            return Err(SealError::TooLong {
                maximum: Self::MAX_TITLE,
            });
        }
        let columns = match inside.len() {
            ..=4 => vec![inside],
            5..=8 => columns_of(&inside, 2),
            _ => columns_of(&inside, 3),
        };
        let area = match columns.len() {
            1 => (14.0, 44.0),
            2 => (29.0, 39.0),
            _ => (34.0, 34.0),
        };
        engrave_columns(book, &mut drawing, &columns, area);
        Ok(Self {
            drawing: Arc::new(drawing),
            label,
        })
    }

    /// What the seal says, as its alternative text.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// An SVG document with a transparent ground.
    pub fn to_svg(&self) -> String {
        self.drawing.to_svg(&self.label)
    }

    /// A PNG with alpha, `edge` pixels along each side (16 to 2,048).
    ///
    /// # Errors
    /// [`SealError::PixelSize`] outside of that range.
    pub fn to_png(&self, edge: u32) -> Result<Vec<u8>, SealError> {
        if !(16..=2_048).contains(&edge) {
            return Err(SealError::PixelSize);
        }
        let pixels = self.drawing.to_rgba(edge, edge).ok_or(SealError::PixelSize)?;
        encode_png(edge, edge, &pixels).map_err(|_| SealError::PixelSize)
    }

    pub(crate) fn drawing(&self) -> &Arc<Drawing> {
        &self.drawing
    }
}

/// Why a seal cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SealError {
    /// No name was given.
    #[error("seal has no text")]
    Empty,
    /// More characters than fit legibly.
    #[error("seal text is longer than {maximum} characters")]
    TooLong {
        /// The most that this kind of seal takes.
        maximum: usize,
    },
    /// No embedded font draws these.
    #[error("seal text has characters that no font can draw")]
    Missing(Vec<MissingCharacter>),
    /// A picture smaller than 16 or larger than 2,048 pixels was asked for.
    #[error("seal picture size is not between 16 and 2048 pixels")]
    PixelSize,
}

fn canvas() -> Drawing {
    Drawing::new(100.0, 100.0)
}

fn encode_png(width: u32, height: u32, pixels: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    // Flat areas of one colour: filtering them costs time and bytes.
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(out)
}

/// The characters of a text by its words; never empty.
fn words(book: &FontBook, text: &str) -> Result<Vec<Vec<Character>>, SealError> {
    // No seal takes more than a line of text: a long input is refused before any work.
    const LONGEST: usize = 200;
    if text.len() > LONGEST * 4 {
        return Err(SealError::TooLong { maximum: LONGEST });
    }
    let joined: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let missing = book.missing_characters(&joined);
    if !missing.is_empty() {
        return Err(SealError::Missing(missing));
    }
    let words: Vec<Vec<Character>> = joined
        .split(' ')
        .map(|word| characters(book, word))
        .collect::<Result<_, _>>()
        .map_err(|missing| SealError::Missing(vec![missing]))?;
    if words.iter().all(Vec::is_empty) {
        return Err(SealError::Empty);
    }
    Ok(words)
}

/// Whether the text is written in letters from left to right rather than in kanji and kana.
fn is_lettered(words: &[Vec<Character>]) -> bool {
    let letters = words.iter().flatten().filter(|c| !c.is_wide()).count();
    letters * 2 > words.iter().map(Vec::len).sum()
}

/// Up to three lines of up to twelve letters.
fn lettered(words: &[Vec<Character>]) -> Result<Vec<Vec<Character>>, SealError> {
    const LETTERS: usize = 12;
    let lines: Vec<Vec<Character>> = words.to_vec();
    if lines.len() > 3 || lines.iter().any(|line| line.len() > LETTERS) {
        return Err(SealError::TooLong { maximum: LETTERS });
    }
    Ok(lines)
}

fn round_columns(words: &[Vec<Character>], count: usize) -> Vec<Vec<Character>> {
    let all: Vec<Character> = words.iter().flatten().cloned().collect();
    if count <= 3 {
        return vec![all];
    }
    match words {
        [family, given] if family.len() <= 3 && given.len() <= 3 => vec![family.clone(), given.clone()],
        _ => {
            let (right, left) = all.split_at(count.div_ceil(2));
            vec![right.to_vec(), left.to_vec()]
        }
    }
}

/// What is added to a name of `count` characters so that its columns become even.
fn square_suffix(count: usize) -> &'static str {
    let even = |total: usize| {
        let columns = column_count(total);
        total.is_multiple_of(columns) && total / columns + 1 >= columns
    };
    if even(count + 2) {
        "之印"
    } else if even(count + 1) {
        "印"
    } else if even(count) {
        ""
    } else {
        "之印"
    }
}

fn column_count(total: usize) -> usize {
    (1..=6).find(|n| n * n >= total).unwrap_or(6)
}

/// As many columns as make the text about square.
fn even_columns(all: &[Character]) -> Vec<Vec<Character>> {
    columns_of(all, column_count(all.len()))
}

/// Columns of nearly equal length, the longer ones first (right).
fn columns_of(all: &[Character], columns: usize) -> Vec<Vec<Character>> {
    let (each, more) = (all.len() / columns, all.len() % columns);
    let mut rest = all;
    (0..columns)
        .map(|index| {
            let (column, tail) = rest.split_at((each + usize::from(index < more)).min(rest.len()));
            rest = tail;
            column.to_vec()
        })
        .filter(|column| !column.is_empty())
        .collect()
}
