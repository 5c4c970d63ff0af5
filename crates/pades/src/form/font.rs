//! The font of a field's default appearance: which characters it has, and how wide they are.

use akashi_pdf::{Dictionary, Document, Form, FormField, Name, Object, PdfString, ReadAt, ReadError};

/// A default appearance (ISO 32000-2, 12.7.4.3): `/Name size Tf` with operators around it.
#[derive(Debug, Clone)]
pub(crate) struct DefaultAppearance {
    /// The font's name in the resources, as written.
    pub(crate) font: String,
    /// Size in points; 0 lets the writer choose.
    pub(crate) size: f64,
    /// All other operators, such as the colour.
    pub(crate) others: String,
}

impl DefaultAppearance {
    pub(crate) fn parse(text: &PdfString) -> Option<Self> {
        let bytes = text.as_bytes();
        let text = std::str::from_utf8(&bytes).ok()?;
        let tokens: Vec<&str> = text.split_ascii_whitespace().collect();
        let operator = tokens.iter().rposition(|token| *token == "Tf")?;
        let font = tokens.get(operator.checked_sub(2)?)?.strip_prefix('/')?;
        let size: f64 = tokens.get(operator - 1)?.parse().ok()?;
        let before = tokens.get(..operator - 2)?;
        let behind = tokens.get(operator + 1..)?;
        let others: Vec<&str> = before.iter().chain(behind).copied().collect();
        (size.is_finite() && size >= 0.0).then(|| Self {
            font: font.to_owned(),
            size,
            others: others.join(" "),
        })
    }
}

/// A simple font whose codes for Latin letters are known.
#[derive(Debug, Clone)]
pub(crate) struct FieldFont {
    /// The font object or dictionary, for the resources of the appearance.
    pub(crate) resource: Object,
    first_char: usize,
    widths: Vec<f64>,
    missing_width: Option<f64>,
    has_latin1: bool,
}

impl FieldFont {
    /// The font that `name` means in the form's default resources; nothing when it is not one whose codes and widths are
    /// known.
    pub(crate) fn of_form<R: ReadAt>(
        document: &Document<R>,
        form: &Form,
        field: &FormField,
        name: &str,
    ) -> Result<Option<Self>, ReadError> {
        let mut holders = Vec::new();
        holders.extend(document.get_dictionary(&form.dictionary, "DR")?);
        holders.extend(document.get_dictionary(&field.dictionary, "DR")?);
        for resources in holders {
            let Some(fonts) = document.get_dictionary(&resources, "Font")? else {
                continue;
            };
            let Some(resource) = fonts.get(name) else { continue };
            let Object::Dictionary(font) = document.resolve(resource)? else {
                continue;
            };
            return Self::read(document, resource.clone(), &font);
        }
        Ok(None)
    }

    fn read<R: ReadAt>(
        document: &Document<R>,
        resource: Object,
        font: &Dictionary,
    ) -> Result<Option<Self>, ReadError> {
        let subtype = document.get(font, "Subtype")?.as_name().map(Name::to_text);
        if !matches!(subtype.as_deref(), Some("Type1" | "TrueType" | "MMType1")) {
            return Ok(None);
        }
        let base_font = document.get(font, "BaseFont")?.as_name().map(Name::to_text);
        let base_font = base_font.unwrap_or_default();
        let Some(has_latin1) = latin_encoding(document, font, &base_font)? else {
            return Ok(None);
        };
        let mut widths = Vec::new();
        for width in document
            .get_array(font, "Widths")?
            .unwrap_or_default()
            .iter()
            .take(256)
        {
            widths.push(document.resolve(width)?.as_f64().unwrap_or(0.0));
        }
        let first_char = document.get(font, "FirstChar")?.as_i64().unwrap_or(0);
        let mut first_char = usize::try_from(first_char).unwrap_or(0);
        let mut missing_width = None;
        if widths.is_empty() {
            if base_font.starts_with("Courier") {
                missing_width = Some(600.0);
            } else if ["Helvetica", "Arial", "ArialMT"].contains(&base_font.as_str()) {
                first_char = 32;
                widths = HELVETICA.iter().map(|width| f64::from(*width)).collect();
            } else {
                return Ok(None);
            }
        }
        Ok(Some(Self {
            resource,
            first_char,
            widths,
            missing_width,
            has_latin1,
        }))
    }

    /// The codes of `text`; nothing when the font lacks a character.
    pub(crate) fn encode(&self, text: &str) -> Option<Vec<u8>> {
        text.chars().map(|character| self.code(character)).collect()
    }

    fn code(&self, character: char) -> Option<u8> {
        let code = u8::try_from(u32::from(character)).ok()?;
        let is_known = matches!(code, 0x20..=0x7e) || (self.has_latin1 && code >= 0xa1);
        (is_known && self.width_of(code).is_some()).then_some(code)
    }

    fn width_of(&self, code: u8) -> Option<f64> {
        let listed = usize::from(code)
            .checked_sub(self.first_char)
            .and_then(|index| self.widths.get(index));
        listed
            .copied()
            .filter(|width| *width > 0.0)
            .or(self.missing_width)
    }

    /// The width of encoded text at size 1.
    pub(crate) fn width(&self, codes: &[u8]) -> f64 {
        codes
            .iter()
            .map(|code| self.width_of(*code).unwrap_or(0.0) / 1000.0)
            .sum()
    }
}

/// Whether the codes of ASCII mean what they say, and those of Latin-1, too; nothing for fonts with codes of their own.
fn latin_encoding<R: ReadAt>(
    document: &Document<R>,
    font: &Dictionary,
    base_font: &str,
) -> Result<Option<bool>, ReadError> {
    if matches!(base_font, "Symbol" | "ZapfDingbats") {
        return Ok(None);
    }
    let encoding = document.get(font, "Encoding")?;
    let named = |name: &str| matches!(name, "WinAnsiEncoding" | "PDFDocEncoding");
    Ok(match &encoding {
        Object::Name(name) if *name == "WinAnsiEncoding" => Some(true),
        Object::Name(name) if *name == "MacRomanEncoding" || *name == "StandardEncoding" => Some(false),
        Object::Null => Some(false),
        Object::Dictionary(encoding) => {
            let base = document
                .get(encoding, "BaseEncoding")?
                .as_name()
                .map(Name::to_text);
            let differences = document.get_array(encoding, "Differences")?.unwrap_or_default();
            // Codes that are given other names within ASCII would show other letters.
            let mut code = 0;
            let mut is_moved = false;
            for item in differences.iter() {
                match document.resolve(item)? {
                    Object::Number(number) => code = number.as_i64().unwrap_or(0),
                    Object::Name(_) => {
                        is_moved |= (0x21..=0x7e).contains(&code) && !matches!(code, 0x27 | 0x60);
                        code += 1;
                    }
                    _ => {}
                }
            }
            let has_latin1 = base.as_deref().is_some_and(named) && differences.is_empty();
            (!is_moved).then_some(has_latin1)
        }
        _ => None,
    })
}

/// Widths of Helvetica from the space to the tilde (ISO 32000-2, 9.6.2.2: its metrics are known to every reader).
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
