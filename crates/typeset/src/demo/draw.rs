//! Setting a contract.

use krilla::metadata::Metadata;
use krilla::{Document, SerializeSettings};

use crate::date::wareki;
use crate::demo::fields::SEAL;
use crate::demo::markup::{Block, TableRow, Value, Who, parse};
use crate::demo::{Anchor, Deal, DemoError, Kind, SamplePdf, Side};
use crate::error::RenderError;
use crate::font::{FontBook, Style};
use crate::layout::flow::{Flow, Frame, Ornament, Paragraph};
use crate::layout::paint::paint;
use crate::layout::sheet::{NodeKind, Owner, Sheet, line_items};
use crate::layout::table::{Cell, Keep, Row, Table};
use crate::text::lines::{Align, Span, TextStyle};
use crate::vector::Color;

const MM: f32 = 72.0 / 25.4;
pub(super) const FRAME: Frame = Frame {
    width: 595.276,
    height: 841.89,
    left: 25.0 * MM,
    right: 25.0 * MM,
    top: 24.0 * MM,
    bottom: 27.0 * MM,
};
/// How closely the text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Density {
    pub(super) size: f32,
    pub(super) leading: f32,
}

impl Density {
    const CONTRACT: Self = Self {
        size: 10.5,
        leading: 17.6,
    };
    /// For orders and notices, which people expect on as few pages as possible.
    const FORM: Self = Self {
        size: 9.5,
        leading: 15.4,
    };

    fn of(kind: Kind) -> Self {
        match kind {
            Kind::ServiceAgreement | Kind::Nda | Kind::Construction => Self::CONTRACT,
            Kind::PurchaseOrder | Kind::OrderAcceptance | Kind::WorkingConditions => Self::FORM,
        }
    }

    pub(super) fn serif(self) -> TextStyle {
        TextStyle::new(Style::Serif, self.size)
    }

    pub(super) fn body(self, text: &str) -> Paragraph {
        Paragraph::new(Span::new(text, self.serif()), self.leading).aligned(Align::Justify)
    }
}

/// Draws a contract.
///
/// # Errors
/// [`DemoError`].
pub fn contract(book: &FontBook, kind: Kind, deal: &Deal) -> Result<SamplePdf, DemoError> {
    check(book, deal)?;
    let text = fill(kind.text(), deal);
    let blocks = parse(&text).map_err(DemoError::Markup)?;
    let density = Density::of(kind);
    let flow = Flow::new(book, FRAME);
    let mut setting = Setting {
        book,
        deal,
        density,
        flow,
        anchors: Vec::new(),
    };
    for block in blocks {
        setting.block(block)?;
    }
    let Setting { flow, anchors, .. } = setting;
    let mut sheet = flow.finish();
    page_numbers(book, &mut sheet)?;
    let pages = sheet.pages.len();
    let settings = SerializeSettings {
        enable_tagging: true,
        ..Default::default()
    };
    let mut document = Document::new_with(settings);
    let title = kind.title().to_owned();
    let metadata = Metadata::new()
        .title(title.clone())
        .language("ja".to_owned())
        .authors(vec![deal.first.name.clone()])
        .document_id(format!("{} {}", title, deal.number));
    document.set_metadata(metadata);
    paint(book, &mut document, sheet, "ja")?;
    let pdf = document.finish().map_err(RenderError::from)?;
    Ok(SamplePdf {
        pdf,
        title,
        pages,
        anchors,
    })
}

fn check(book: &FontBook, deal: &Deal) -> Result<(), DemoError> {
    const LONGEST: usize = 200;
    const LARGEST: u64 = 1_000_000_000_000;
    let mut texts = vec![deal.number.as_str(), deal.subject.as_str()];
    for side in [&deal.first, &deal.second] {
        texts.extend([side.name.as_str(), side.address.as_str()]);
        if let Some(person) = &side.representative {
            texts.extend([person.title.as_str(), person.name.as_str()]);
        }
    }
    if deal.net_yen > LARGEST || texts.iter().any(|text| text.len() > LONGEST) {
        return Err(DemoError::TooLong);
    }
    let missing: Vec<_> = texts
        .iter()
        .flat_map(|text| book.missing_characters(text))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(DemoError::Missing(missing))
    }
}

/// Puts the particulars into the stored text.
fn fill(text: &str, deal: &Deal) -> String {
    let net = deal.net_yen;
    let tax = net / 10;
    // Three positions of about 60, 30 and 10 percent, in whole thousands where that is possible.
    let round = |value: u64| {
        if net >= 100_000 {
            value / 1_000 * 1_000
        } else {
            value
        }
    };
    let (second, third) = (round(net * 3 / 10), round(net / 10));
    let first = net - second - third;
    let amounts = [
        ("{net1}", first),
        ("{net2}", second),
        ("{net3}", third),
        ("{net}", net),
        ("{tax}", tax),
        ("{gross}", net + tax),
    ];
    let mut out = text.to_owned();
    for (name, value) in amounts {
        out = out.replace(name, &yen(value));
    }
    let texts = [
        ("{first}", deal.first.name.clone()),
        ("{second}", deal.second.name.clone()),
        ("{first_address}", deal.first.address.clone()),
        ("{number}", deal.number.clone()),
        ("{subject}", deal.subject.clone()),
        ("{date}", wareki(deal.date)),
        ("{starts}", wareki(deal.starts)),
        ("{ends}", wareki(deal.ends)),
    ];
    for (name, value) in texts {
        out = out.replace(name, &value);
    }
    out
}

fn yen(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

pub(super) struct Setting<'a> {
    pub(super) book: &'a FontBook,
    deal: &'a Deal,
    pub(super) density: Density,
    pub(super) flow: Flow<'a>,
    pub(super) anchors: Vec<Anchor>,
}

impl Setting<'_> {
    pub(super) fn side(&self, who: Who) -> &Side {
        match who {
            Who::First => &self.deal.first,
            Who::Second => &self.deal.second,
        }
    }

    fn block(&mut self, block: Block) -> Result<(), DemoError> {
        match block {
            Block::Title(text) => self.title(&text)?,
            Block::Heading(text) => {
                let style = TextStyle::new(Style::SansBold, self.density.size);
                let paragraph = Paragraph::new(Span::new(&text, style), self.density.leading)
                    .before(self.density.leading * 0.5)
                    .kind(NodeKind::Heading(text));
                self.flow.heading(&paragraph, 0.0, Ornament::None)?;
            }
            Block::Opening(text) => {
                self.flow.paragraph(
                    &self
                        .density
                        .body(&text)
                        .indented(self.density.size, 0.0)
                        .before(self.density.leading * 0.5),
                )?;
            }
            Block::Plain(text) => self
                .flow
                .paragraph(&self.density.body(&text).indented(self.density.size, 0.0))?,
            Block::Note(text) => {
                let note = Paragraph::new(Span::new(&text, TextStyle::new(Style::Serif, 9.0)), 14.0);
                self.flow.paragraph(&note.indented(0.0, 9.0).before(6.0))?;
            }
            Block::Numbered { number, text } => {
                let text = format!("{number}\u{3000}{text}");
                self.flow
                    .paragraph(&self.density.body(&text).indented(0.0, self.density.size))?;
            }
            Block::Item { number, text } => self.item(&number, &text)?,
            Block::Number(label) => {
                let text = format!("{label}　{}", self.deal.number);
                self.aside(&text, Align::End)?;
            }
            Block::Right(text) => self.aside(&text, Align::End)?,
            Block::Left(text) => {
                let style = TextStyle::new(Style::Serif, 12.5);
                let paragraph =
                    Paragraph::new(Span::new(&text, style), 22.0).before(self.density.leading * 0.4);
                self.flow.paragraph(&paragraph)?;
            }
            Block::Closing(text) => {
                // The clause, the date and both signatures stand on one page.
                self.flow
                    .require(8.0 * self.density.leading + 2.0 * (SEAL + 12.0));
                self.flow.paragraph(
                    &self
                        .density
                        .body(&text)
                        .indented(self.density.size, 0.0)
                        .before(self.density.leading),
                )?;
            }
            Block::Date => {
                let text = wareki(self.deal.date);
                let paragraph = self
                    .density
                    .body(&text)
                    .aligned(Align::Start)
                    .indented(self.density.size, 0.0);
                self.flow
                    .paragraph(&paragraph.before(self.density.leading * 0.8))?;
                self.flow.space(self.density.leading * 0.4);
            }
            Block::Issuer { letter, who } => self.issuer(&letter, who)?,
            Block::Sign { letter, who } => self.sign(&letter, who)?,
            Block::Person { letter, who } => self.person(&letter, who)?,
            Block::Check { label, text } => self.check(label, &text)?,
            Block::PageBreak => self.flow.new_page(),
            Block::Form { share, rows } => self.form(share, rows)?,
            Block::Table { shares, rows } => self.table(&shares, rows)?,
        }
        Ok(())
    }

    fn title(&mut self, text: &str) -> Result<(), DemoError> {
        let style = TextStyle::new(Style::SerifBold, 17.0).tracked(0.3);
        let paragraph = Paragraph::new(Span::new(text, style), 30.0)
            .aligned(Align::Center)
            .indented(0.3 * style.size, 0.0)
            .kind(NodeKind::Title(text.to_owned()));
        self.flow.paragraph(&paragraph)?;
        self.flow.space(self.density.leading * 0.5);
        Ok(())
    }

    fn aside(&mut self, text: &str, align: Align) -> Result<(), DemoError> {
        let style = TextStyle::new(Style::Serif, 9.5);
        self.flow
            .paragraph(&Paragraph::new(Span::new(text, style), 15.0).aligned(align))?;
        Ok(())
    }

    fn item(&mut self, number: &str, text: &str) -> Result<(), DemoError> {
        let indent = self.density.size * 2.6;
        let number = Span::new(number, self.density.serif());
        let paragraph = self
            .density
            .body(text)
            .indented(indent, indent)
            .numbered(number, self.density.size * 0.8);
        self.flow.paragraph(&paragraph)?;
        Ok(())
    }

    fn form(&mut self, share: f32, rows: Vec<(String, Value)>) -> Result<(), DemoError> {
        self.flow.space(self.density.leading * 0.5);
        let width = FRAME.measure();
        let label_width = width * share / 100.0;
        for (label, value) in rows {
            let cell = |text: &str| Paragraph::new(Span::new(text, TextStyle::new(Style::Serif, 9.5)), 15.0);
            let (text, field) = match value {
                Value::Text(text) => (text, None),
                Value::Field { label, width } => (String::new(), Some((label, width))),
            };
            let row = Row::new(vec![
                Cell::label(cell(&label), NodeKind::RowHeader),
                Cell::text(cell(&text)),
            ]);
            // Row by row, so that the place of a field is known.
            let table = grid(vec![label_width, width - label_width], None, vec![row]);
            self.flow.table(table)?;
            if let Some((label, field_width)) = field {
                let bottom = self.flow.bottom_of_last();
                let anchor = Anchor {
                    label,
                    page: self.flow.page(),
                    x: FRAME.left + label_width + 5.0,
                    y: bottom - 21.0,
                    width: field_width,
                    height: 18.0,
                };
                self.anchors.push(anchor);
            }
        }
        self.flow.space(self.density.leading * 0.5);
        Ok(())
    }

    fn table(&mut self, shares: &[f32], rows: Vec<TableRow>) -> Result<(), DemoError> {
        self.flow.space(self.density.leading * 0.4);
        let columns: Vec<f32> = shares
            .iter()
            .map(|share| FRAME.measure() * share / 100.0)
            .collect();
        let count = columns.len();
        let style = TextStyle::new(Style::Serif, 9.5);
        let cell = |text: &str| match text.strip_prefix('>') {
            Some(text) => Paragraph::new(Span::new(text, style), 15.0).aligned(Align::End),
            None => Paragraph::new(Span::new(text, style), 15.0),
        };
        let mut head = None;
        let mut set = Vec::new();
        for row in rows {
            match row {
                TableRow::Head(labels) => {
                    let cells = labels.iter().map(|label| {
                        let paragraph = cell(label).aligned(Align::Center);
                        Cell::label(paragraph, NodeKind::ColumnHeader)
                    });
                    head = Some(Row::new(cells.collect()));
                }
                TableRow::Cells(cells) => {
                    set.push(Row::new(
                        cells.iter().map(|text| Cell::text(cell(text))).collect(),
                    ));
                }
                TableRow::Total { label, value } => {
                    let paragraph = cell(&label).aligned(Align::End);
                    let mut label = Cell::label(paragraph, NodeKind::RowHeader);
                    // The amount stands in the column of amounts: the last, or the second of four.
                    let (before, behind) = if count == 4 { (1, 3) } else { (count - 1, 1) };
                    label.span = before;
                    let mut value = Cell::text(cell(&format!(">{value}")));
                    value.span = if count == 4 { 1 } else { behind };
                    let mut cells = vec![label, value];
                    if count == 4 {
                        let mut rest = Cell::text(cell(""));
                        rest.span = 2;
                        cells.push(rest);
                    }
                    set.push(Row::new(cells));
                }
            }
        }
        let table = grid(columns, head, set);
        self.flow.table(table)?;
        self.flow.space(self.density.leading * 0.4);
        Ok(())
    }
}

fn grid(columns: Vec<f32>, head: Option<Row>, rows: Vec<Row>) -> Table {
    Table {
        columns,
        head,
        rows,
        pad_x: 5.0,
        pad_y: 3.2,
        rule: 0.6,
        keep: Keep::Rows,
    }
}

fn page_numbers(book: &FontBook, sheet: &mut Sheet) -> Result<(), DemoError> {
    let total = sheet.pages.len();
    for (index, page) in sheet.pages.iter_mut().enumerate() {
        let text = format!("{} / {total}", index + 1);
        let style = TextStyle::new(Style::Serif, 9.0).color(Color::SOFT);
        let paragraph = Paragraph::new(Span::new(&text, style), 14.0).aligned(Align::Center);
        for line in paragraph.set(book, FRAME.measure())? {
            let top = FRAME.height - FRAME.bottom + 10.0 * MM;
            for item in line_items(line, FRAME.left, top, 14.0) {
                page.items.push((Owner::Footer, item));
            }
        }
    }
    Ok(())
}
