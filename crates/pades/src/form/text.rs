//! Appearances of text in a field's own font (ISO 32000-2, 12.7.4.3).

use akashi_pdf::{
    Array, Dictionary, Document, Form, FormField, IncrementalUpdate, Matrix, Name, Object, ObjectId, ReadAt,
    ReadError, Rect, Widget,
};

use crate::drawing::normal;
use crate::form::filling::{FillFormError, flags, inherited};
use crate::form::font::{DefaultAppearance, FieldFont};

/// Room between border and text, in points.
const PADDING: f64 = 2.0;
/// From base line to base line, in sizes.
const LEADING: f64 = 1.15;
/// How far letters go below the base line, and above it, in sizes.
const DESCENT: f64 = 0.212;
const ASCENT: f64 = 0.718;
/// Sizes that are chosen where the field leaves it open.
const LARGEST: f64 = 12.0;
const SMALLEST: f64 = 4.0;

/// Draws `lines` into every widget of the field: the text of a text field, the choice of a combination box, or all options
/// of a list box, of which `selected` are marked.
pub(crate) fn draw<R: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    form: &Form,
    field: &FormField,
    lines: &[&str],
    selected: &[usize],
) -> Result<(), FillFormError> {
    let needs_drawing = || FillFormError::NeedsDrawing(field.full_name.clone());
    let document = update.document();
    let style = field
        .default_appearance
        .as_ref()
        .and_then(DefaultAppearance::parse);
    let style = style.ok_or_else(needs_drawing)?;
    let font = FieldFont::of_form(document, form, field, &style.font)?.ok_or_else(needs_drawing)?;
    let mut encoded = Vec::new();
    for line in lines {
        for line in line.replace("\r\n", "\n").split(['\n', '\r']) {
            encoded.push(font.encode(line).ok_or_else(needs_drawing)?);
        }
    }
    let text = FieldText {
        layout: Layout::of(field, selected),
        alignment: inherited(document, field, "Q")?.as_i64().unwrap_or(0),
        cells: field.max_length.filter(|_| field.flags & flags::COMB != 0),
        lines: encoded,
        selected,
        style,
        font,
    };
    for widget in &field.widgets {
        let appearance = text.appearance(update, widget)?;
        update.edit_dictionary(widget.id, |widget| widget.set("AP", normal(appearance)))?;
    }
    Ok(())
}

/// How text stands in its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// One line, in the middle.
    Line,
    /// Paragraphs from the top, broken where they are too wide.
    Paragraphs,
    /// A list from the top.
    List,
}

impl Layout {
    fn of(field: &FormField, selected: &[usize]) -> Self {
        let is_list =
            field.field_type == Some(akashi_pdf::FieldType::Choice) && field.flags & flags::COMBO == 0;
        if is_list || !selected.is_empty() {
            Self::List
        } else if field.field_type == Some(akashi_pdf::FieldType::Text) && field.flags & flags::MULTILINE != 0
        {
            Self::Paragraphs
        } else {
            Self::Line
        }
    }
}

struct FieldText<'a> {
    layout: Layout,
    alignment: i64,
    /// Cells of a comb.
    cells: Option<usize>,
    lines: Vec<Vec<u8>>,
    selected: &'a [usize],
    style: DefaultAppearance,
    font: FieldFont,
}

impl FieldText<'_> {
    fn appearance<R: ReadAt>(
        &self,
        update: &mut IncrementalUpdate<'_, R>,
        widget: &Widget,
    ) -> Result<ObjectId, ReadError> {
        let document = update.document();
        let rect = widget.rect.unwrap_or(Rect::new(0.0, 0.0, 0.0, 0.0));
        let look = Look::read(document, widget)?;
        let (width, height, matrix) = look.turned(rect.width(), rect.height());
        let mut content = look.frame(width, height);
        content.extend_from_slice(b"/Tx BMC\nq\n");
        self.write_text(&mut content, width, height, look.border_width);
        content.extend_from_slice(b"Q\nEMC\n");
        let fonts = Dictionary::new().with(self.style.font.as_str(), self.font.resource.clone());
        let form = Dictionary::new()
            .with("Type", Name::new("XObject"))
            .with("Subtype", Name::new("Form"))
            .with("BBox", Rect::new(0.0, 0.0, width, height))
            .with("Matrix", matrix)
            .with("Resources", Dictionary::new().with("Font", fonts));
        Ok(update.add_stream(form, &content))
    }

    fn write_text(&self, content: &mut Vec<u8>, width: f64, height: f64, border: f64) {
        let inset = border.max(1.0) + PADDING / 2.0;
        let (inner_width, inner_height) = (width - 2.0 * inset, height - 2.0 * inset);
        if inner_width <= 0.0 || inner_height <= 0.0 {
            return;
        }
        push(
            content,
            &format!(
                "{} {} {} {} re W n\n",
                number(inset),
                number(inset),
                number(inner_width),
                number(inner_height)
            ),
        );
        let size = self.size(inner_width, inner_height);
        let lines = self.broken(size, inner_width);
        let mut base_line = match self.layout {
            Layout::Line => height / 2.0 - size * (ASCENT - DESCENT) / 2.0,
            Layout::Paragraphs | Layout::List => height - inset - size * ASCENT,
        };
        if self.layout == Layout::List {
            for index in self.selected {
                let row = f64::from(u32::try_from(*index).unwrap_or(u32::MAX));
                let bottom = height - inset - (row + 1.0) * size * LEADING;
                push(
                    content,
                    &format!(
                        "0.6 0.75686 0.85490 rg {} {} {} {} re f\n",
                        number(inset),
                        number(bottom),
                        number(inner_width),
                        number(size * LEADING)
                    ),
                );
            }
        }
        push(content, "BT\n");
        push(content, &self.style.others);
        push(content, &format!("\n/{} {} Tf\n", self.style.font, number(size)));
        for line in &lines {
            match self.cells {
                Some(cells) if self.layout == Layout::Line => {
                    self.write_comb(content, line, cells, width, base_line, size);
                }
                _ => {
                    let free = inner_width - self.font.width(line) * size;
                    let indent = match self.alignment {
                        1 => free / 2.0,
                        2 => free,
                        _ => 0.0,
                    };
                    show(content, inset + indent.max(0.0), base_line, line);
                }
            }
            base_line -= size * LEADING;
        }
        push(content, "ET\n");
    }

    /// One character in the middle of each cell (table 231, `Comb`).
    fn write_comb(
        &self,
        content: &mut Vec<u8>,
        line: &[u8],
        cells: usize,
        width: f64,
        base_line: f64,
        size: f64,
    ) {
        let count = f64::from(u32::try_from(cells.max(1)).unwrap_or(u32::MAX));
        let cell = width / count;
        let free = cells.saturating_sub(line.len());
        let first = match self.alignment {
            1 => free / 2,
            2 => free,
            _ => 0,
        };
        for (index, code) in line.iter().enumerate() {
            let column = f64::from(u32::try_from(first + index).unwrap_or(u32::MAX));
            let own = self.font.width(&[*code]) * size;
            show(content, column * cell + (cell - own) / 2.0, base_line, &[*code]);
        }
    }

    /// The size of the default appearance, or the largest that fits.
    fn size(&self, width: f64, height: f64) -> f64 {
        if self.style.size > 0.0 {
            return self.style.size;
        }
        let mut size = match self.layout {
            Layout::Line => (height / (ASCENT + DESCENT)).min(LARGEST),
            Layout::Paragraphs | Layout::List => LARGEST,
        };
        while size > SMALLEST {
            let lines = self.broken(size, width);
            let needed = lines.iter().map(|_| size * LEADING).sum::<f64>();
            let is_narrow = lines.iter().all(|line| self.font.width(line) * size <= width);
            if self.layout == Layout::List || (is_narrow && (self.layout == Layout::Line || needed <= height))
            {
                break;
            }
            size -= 0.5;
        }
        size.max(SMALLEST)
    }

    /// The lines; those of paragraphs broken between words.
    fn broken(&self, size: f64, width: f64) -> Vec<Vec<u8>> {
        if self.layout != Layout::Paragraphs {
            return self.lines.clone();
        }
        let mut broken = Vec::new();
        for line in &self.lines {
            let mut current: Vec<u8> = Vec::new();
            for word in line.split(|code| *code == b' ') {
                let mut longer = current.clone();
                if !longer.is_empty() {
                    longer.push(b' ');
                }
                longer.extend_from_slice(word);
                if current.is_empty() || self.font.width(&longer) * size <= width {
                    current = longer;
                } else {
                    broken.push(std::mem::replace(&mut current, word.to_vec()));
                }
            }
            broken.push(current);
        }
        broken
    }
}

/// Background, border and rotation of a widget (`MK` and `BS`, tables 192 and 168).
struct Look {
    background: Option<String>,
    border: Option<String>,
    border_width: f64,
    rotation: i64,
}

impl Look {
    fn read<R: ReadAt>(document: &Document<R>, widget: &Widget) -> Result<Self, ReadError> {
        let characteristics = document
            .get_dictionary(&widget.dictionary, "MK")?
            .unwrap_or_default();
        let style = document
            .get_dictionary(&widget.dictionary, "BS")?
            .unwrap_or_default();
        let width = document.get(&style, "W")?.as_f64().unwrap_or(1.0);
        let colour = |key: &str, operators: [&str; 3]| -> Result<Option<String>, ReadError> {
            let Some(array) = document.get_array(&characteristics, key)? else {
                return Ok(None);
            };
            Ok(colour(&array, operators))
        };
        Ok(Self {
            background: colour("BG", ["g", "rg", "k"])?,
            border: colour("BC", ["G", "RG", "K"])?,
            border_width: if width.is_finite() {
                width.clamp(0.0, 20.0)
            } else {
                1.0
            },
            rotation: document
                .get(&characteristics, "R")?
                .as_i64()
                .unwrap_or(0)
                .rem_euclid(360),
        })
    }

    /// Width and height before turning, and the turn.
    fn turned(&self, width: f64, height: f64) -> (f64, f64, Matrix) {
        match self.rotation {
            90 => (height, width, Matrix::new([0.0, 1.0, -1.0, 0.0, width, 0.0])),
            180 => (width, height, Matrix::new([-1.0, 0.0, 0.0, -1.0, width, height])),
            270 => (height, width, Matrix::new([0.0, -1.0, 1.0, 0.0, 0.0, height])),
            _ => (width, height, Matrix::IDENTITY),
        }
    }

    fn frame(&self, width: f64, height: f64) -> Vec<u8> {
        let mut content = Vec::new();
        if let Some(background) = &self.background {
            push(
                &mut content,
                &format!("q {background} 0 0 {} {} re f Q\n", number(width), number(height)),
            );
        }
        if let Some(border) = self.border.as_ref().filter(|_| self.border_width > 0.0) {
            let half = self.border_width / 2.0;
            let line = format!(
                "q {border} {} w {} {} {} {} re S Q\n",
                number(self.border_width),
                number(half),
                number(half),
                number(width - self.border_width),
                number(height - self.border_width)
            );
            push(&mut content, &line);
        }
        content
    }
}

fn colour(array: &Array, operators: [&str; 3]) -> Option<String> {
    let numbers: Vec<f64> = array.iter().filter_map(Object::as_f64).collect();
    let [grey, rgb, cmyk] = operators;
    let operator = match numbers.len() {
        1 => grey,
        3 => rgb,
        4 => cmyk,
        _ => return None,
    };
    let mut text = String::new();
    for component in numbers {
        text.push_str(&number(component));
        text.push(' ');
    }
    text.push_str(operator);
    Some(text)
}

fn show(content: &mut Vec<u8>, x: f64, y: f64, codes: &[u8]) {
    push(content, &format!("1 0 0 1 {} {} Tm (", number(x), number(y)));
    for code in codes {
        if matches!(code, b'(' | b')' | b'\\') {
            content.push(b'\\');
        }
        content.push(*code);
    }
    push(content, ") Tj\n");
}

fn push(content: &mut Vec<u8>, text: &str) {
    content.extend_from_slice(text.as_bytes());
}

/// At most four decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}
