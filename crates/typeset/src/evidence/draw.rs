//! Drawing the evidence sheet.

use std::sync::Arc;

use crate::appearance::Mark;
use crate::date::jst_compact;
use crate::evidence::file::{foot, write};
use crate::evidence::words::Words;
use crate::evidence::{
    EvidenceError, EvidenceSheet, FileEvidence, Language, RevisionEvidence, SheetMode, SignerEvidence,
};
use crate::font::{FontBook, Style};
use crate::layout::flow::{Flow, Frame, Ornament, Paragraph};
use crate::layout::sheet::{Item, NodeKind, Owner, line_items};
use crate::layout::table::{Block, Cell, Keep, Part, Row, Table};
use crate::qr::qr;
use crate::text::lines::{Align, Span, TextStyle};
use crate::vector::{Color, Drawing, rounded_rectangle};

pub(super) const MM: f32 = 72.0 / 25.4;
pub(super) const FRAME: Frame = Frame {
    width: 595.276,
    height: 841.89,
    left: 17.0 * MM,
    right: 17.0 * MM,
    top: 16.0 * MM,
    bottom: 22.5 * MM,
};
const LABEL: f32 = 33.0 * MM;
pub(super) const TRIAL: Color = Color(0xb3, 0x00, 0x0d);

/// Draws the evidence sheet as a tagged PDF/A-3b (ISO 19005-3) with the JSON attached.
///
/// The result is the same for the same input. It has no form and no signature field: the service
/// seals it afterwards by an incremental update.
///
/// # Errors
/// [`EvidenceError`].
pub fn evidence_sheet(
    book: &FontBook,
    sheet: &EvidenceSheet,
    language: Language,
) -> Result<Vec<u8>, EvidenceError> {
    check_limits(sheet)?;
    let words = Words::of(language);
    let json = sheet.to_json()?;
    let mut drawing = Sheet {
        book,
        words,
        flow: Flow::new(book, FRAME),
    };
    drawing.head(sheet)?;
    drawing.contract(sheet)?;
    for (index, signer) in sheet.signers.iter().enumerate() {
        drawing.signer(index + 1, signer)?;
    }
    drawing.confirmation(sheet)?;
    drawing.history(sheet)?;
    drawing.verification(sheet)?;
    let mut pages = drawing.flow.finish();
    foot(book, words, &mut pages, sheet)?;
    write(book, words, sheet, pages, json)
}

fn check_limits(sheet: &EvidenceSheet) -> Result<(), EvidenceError> {
    let files = || sheet.documents.iter().chain(&sheet.attachments);
    let revisions: usize = sheet.signers.iter().map(|signer| signer.revisions.len()).sum();
    let counts = sheet.signers.len() <= 200
        && files().count() <= 1_000
        && revisions <= 20_000
        && sheet.history.len() <= 50_000;
    // Long texts go over page breaks; what stands in headings and feet must be short.
    let long = [&sheet.title, &sheet.confirmation.text];
    let short = [
        &sheet.contract_id,
        &sheet.level,
        &sheet.validation.archived_by,
        &sheet.confirmation.version,
    ];
    let short = short
        .into_iter()
        .chain(files().map(|file| &file.name))
        .chain(sheet.signers.iter().flat_map(|signer| {
            let texts = [
                &signer.name,
                &signer.email,
                &signer.certificate_subject,
                &signer.ip,
            ];
            texts
                .into_iter()
                .chain(&signer.organization)
                .chain(&signer.role)
                .chain(&signer.title)
        }))
        .chain(
            sheet
                .history
                .iter()
                .flat_map(|row| [&row.what, &row.actor, &row.event_id]),
        );
    let lengths =
        long.iter().all(|text| text.len() <= 100_000) && short.into_iter().all(|text| text.len() <= 1_500);
    if counts && lengths {
        Ok(())
    } else {
        Err(EvidenceError::TooMuch)
    }
}

struct Sheet<'b> {
    book: &'b FontBook,
    words: &'static Words,
    flow: Flow<'b>,
}

pub(super) fn sans(size: f32) -> TextStyle {
    TextStyle::new(Style::Sans, size)
}

pub(super) fn bold(size: f32) -> TextStyle {
    TextStyle::new(Style::SansBold, size)
}

impl Sheet<'_> {
    fn span(&self, text: &str, style: TextStyle) -> Span {
        Span::new(&self.book.visible(text), style)
    }

    fn body(&self, text: &str) -> Paragraph {
        Paragraph::new(self.span(text, sans(9.5)), 14.7)
    }

    /// A hash or id on the half-width grid.
    fn mono(&self, text: &str) -> Paragraph {
        Paragraph::new(self.span(text, sans(8.0).fixed()), 12.4)
    }

    fn head(&mut self, sheet: &EvidenceSheet) -> Result<(), EvidenceError> {
        // Japanese titles are set wide; the indent balances the blank behind the last character.
        let tracking = if self.words.language == Language::Japanese {
            0.35
        } else {
            0.0
        };
        let style = TextStyle::new(Style::SerifBold, 17.0).tracked(tracking);
        let title = Paragraph::new(self.span(self.words.document, style), 24.0)
            .aligned(Align::Center)
            .indented(tracking * style.size, 0.0)
            .kind(NodeKind::Title(self.words.document.to_owned()));
        self.flow.paragraph(&title)?;
        if let Some(subtitle) = self.words.subtitle {
            let style = TextStyle::new(Style::Serif, 10.0).color(Color::SOFT);
            let line = Paragraph::new(self.span(subtitle, style), 15.0).aligned(Align::Center);
            self.flow.paragraph(&line)?;
        }
        self.flow.space(5.0 * MM);
        if sheet.mode == SheetMode::Trial {
            self.trial_notice()?;
        }
        self.statement(sheet)
    }

    /// The statement with the QR code at its right, centred to each other.
    fn statement(&mut self, sheet: &EvidenceSheet) -> Result<(), EvidenceError> {
        let code_edge = 23.0 * MM;
        let code = match &sheet.verify_url {
            Some(url) => Some(Arc::new(qr(url, 2).ok_or(EvidenceError::Url)?)),
            None => None,
        };
        let reserved = if code.is_some() { code_edge + 6.0 * MM } else { 0.0 };
        let text = self.words.statement(sheet.concluded_at, sheet.issued_at);
        let paragraph = Paragraph::new(self.span(&text, sans(10.5)), 18.4).aligned(Align::Justify);
        let lines = paragraph.set(self.book, FRAME.measure() - reserved)?;
        let text_height = lines.len() as f32 * paragraph.leading;
        let height = if code.is_some() {
            text_height.max(code_edge)
        } else {
            text_height
        };
        let top = self.flow.place(height);
        let node = self.flow.sheet.node(NodeKind::Paragraph, None);
        let mut y = top + (height - text_height) / 2.0;
        for line in lines {
            self.flow
                .sheet
                .put_line(Owner::Node(node), line, FRAME.left, y, paragraph.leading);
            y += paragraph.leading;
        }
        if let Some(drawing) = code {
            let figure = self
                .flow
                .sheet
                .node(NodeKind::Figure(self.words.qr.to_owned()), None);
            let item = Item::Drawing {
                x: FRAME.width - FRAME.right - code_edge,
                y: top + (height - code_edge) / 2.0,
                width: code_edge,
                height: code_edge,
                drawing,
            };
            self.flow.sheet.put(Owner::Node(figure), item);
        }
        Ok(())
    }

    fn trial_notice(&mut self) -> Result<(), EvidenceError> {
        let style = bold(10.0).color(TRIAL);
        let text = format!("{}  {}", self.words.trial, self.words.trial_notice);
        let paragraph = Paragraph::new(self.span(&text, style), 15.5);
        let lines = paragraph.set(self.book, FRAME.measure() - 16.0)?;
        let height = lines.len() as f32 * paragraph.leading + 12.0;
        let top = self.flow.place(height);
        let mut frame = Drawing::new(FRAME.measure(), height);
        let path = rounded_rectangle(0.6, 0.6, FRAME.measure() - 1.2, height - 1.2, 3.0);
        frame.stroke(path, TRIAL, 1.2);
        self.flow.sheet.put(
            Owner::Layout,
            Item::Drawing {
                x: FRAME.left,
                y: top,
                width: FRAME.measure(),
                height,
                drawing: Arc::new(frame),
            },
        );
        let node = self.flow.sheet.node(NodeKind::Paragraph, None);
        let mut y = top + 6.0;
        for line in lines {
            self.flow
                .sheet
                .put_line(Owner::Node(node), line, FRAME.left + 8.0, y, paragraph.leading);
            y += paragraph.leading;
        }
        self.flow.space(4.0 * MM);
        Ok(())
    }

    fn heading(&mut self, text: &str) -> Result<(), EvidenceError> {
        let style = bold(10.5);
        let text = self.book.visible(text);
        let paragraph = Paragraph::new(Span::new(&text, style), 14.0)
            .before(5.0 * MM)
            .kind(NodeKind::Heading(text));
        self.flow
            .heading(&paragraph, 1.5 * MM, Ornament::Bar { width: 1.2 * MM })?;
        Ok(())
    }

    fn row(&self, label: &str, blocks: Vec<Paragraph>) -> Row {
        let cell = Cell {
            kind: NodeKind::Cell,
            shaded: false,
            span: 1,
            blocks: blocks.into_iter().map(Block::Text).collect(),
            middle: false,
        };
        Row::new(vec![Cell::label(self.body(label), NodeKind::RowHeader), cell])
    }

    fn form(&mut self, rows: Vec<Row>) -> Result<(), EvidenceError> {
        let table = Table {
            columns: vec![LABEL, FRAME.measure() - LABEL],
            head: None,
            rows,
            pad_x: 2.2 * MM,
            pad_y: 1.1 * MM,
            rule: 0.25 * MM,
            keep: Keep::Together,
        };
        self.flow.table(table)?;
        Ok(())
    }

    fn files(&self, files: &[FileEvidence]) -> Vec<Paragraph> {
        files
            .iter()
            .flat_map(|file| {
                let digest = format!("SHA-256 {}", grouped(&file.sha256));
                [self.body(&self.words.file(file)), self.mono(&digest)]
            })
            .collect()
    }

    fn contract(&mut self, sheet: &EvidenceSheet) -> Result<(), EvidenceError> {
        let words = self.words;
        self.heading(words.contract)?;
        let mut rows = vec![self.row(words.title, vec![self.body(&sheet.title)])];
        if let Some(number) = &sheet.management_number {
            rows.push(self.row(words.number, vec![self.body(number)]));
        }
        rows.push(self.row(words.id, vec![self.mono(&sheet.contract_id)]));
        rows.push(self.row(words.creator, vec![self.body(&words.creator_of(&sheet.creator))]));
        rows.push(self.row(words.agreed, vec![self.body(&words.date_of(sheet.agreed_on))]));
        rows.push(self.row(
            words.concluded,
            vec![self.body(&words.time_of(sheet.concluded_at))],
        ));
        rows.push(self.row(words.documents, self.files(&sheet.documents)));
        if !sheet.attachments.is_empty() {
            rows.push(self.row(words.attachments, self.files(&sheet.attachments)));
        }
        let level = format!("{}。{}", sheet.level, words.time_source(&sheet.time_source));
        let level = if words.language == Language::English {
            level.replacen('。', ". ", 1)
        } else {
            level
        };
        rows.push(self.row(words.level, vec![self.body(&level)]));
        let found = words.validation_found(&sheet.validation);
        rows.push(self.row(words.validation, vec![self.body(&found)]));
        self.form(rows)
    }

    fn signer(&mut self, number: usize, signer: &SignerEvidence) -> Result<(), EvidenceError> {
        let words = self.words;
        self.heading(&words.signature_heading(number, signer))?;
        let mut rows = vec![
            self.who(signer)?,
            self.row(words.act_time, vec![self.body(&words.time_of(signer.signed_at))]),
            self.row(
                words.method,
                vec![self.body(&words.method_of(signer.method, &signer.certificate_subject))],
            ),
            self.row(
                words.proof,
                vec![self.body(&words.grade_of(signer.grade, signer.grade_detail.as_deref()))],
            ),
            self.row(
                words.origin,
                vec![self.body(&words.origin_of(signer.pages_shown, &signer.ip))],
            ),
        ];
        if !signer.revisions.is_empty() {
            let blocks = signer
                .revisions
                .iter()
                .flat_map(|r| self.revision(r, signer.revisions.len() > 1));
            rows.push(self.row(words.revisions, blocks.collect()));
        }
        self.form(rows)
    }

    fn revision(&self, revision: &RevisionEvidence, named: bool) -> Vec<Paragraph> {
        let mut blocks = Vec::new();
        if named {
            blocks.push(self.body(&revision.document));
        }
        for (label, digest) in [
            (self.words.shown, &revision.shown_sha256),
            (self.words.signed, &revision.signed_sha256),
        ] {
            let label = self.span(&format!("{label}  "), sans(8.5));
            let mut paragraph = self.mono(&grouped(digest));
            paragraph.spans.insert(0, label);
            blocks.push(paragraph);
        }
        blocks
    }

    /// Seal or handwriting beside name, title and address.
    fn who(&self, signer: &SignerEvidence) -> Result<Row, EvidenceError> {
        let name = match &signer.title {
            Some(title) => format!("{} {title}", signer.name),
            None => signer.name.clone(),
        };
        let mut lines = vec![name];
        lines.push(signer.email.clone());
        let edge = 17.0 * MM;
        let inset = if signer.mark.is_some() {
            edge + 4.0 * MM
        } else {
            0.0
        };
        let width = FRAME.measure() - LABEL - 4.4 * MM - inset;
        let paragraph = self.body(&lines.join("\n"));
        let set = paragraph.set(self.book, width)?;
        let text_height = set.len() as f32 * paragraph.leading;
        let height = if signer.mark.is_some() {
            text_height.max(edge)
        } else {
            text_height
        };
        let mut parts = Vec::new();
        if let Some(mark) = &signer.mark {
            parts.push(self.mark(mark, &signer.name, edge, (height - edge) / 2.0));
        }
        let mut y = (height - text_height) / 2.0;
        let mut items = Vec::new();
        for line in set {
            items.extend(line_items(line, inset, y, paragraph.leading));
            y += paragraph.leading;
        }
        parts.push(Part {
            kind: NodeKind::Paragraph,
            items,
        });
        let cell = Cell {
            kind: NodeKind::Cell,
            shaded: false,
            span: 1,
            blocks: vec![Block::Fixed { height, parts }],
            middle: false,
        };
        let label = Cell::label(self.body(self.words.signer), NodeKind::RowHeader);
        Ok(Row::new(vec![label, cell]))
    }

    fn mark(&self, mark: &Mark, name: &str, edge: f32, y: f32) -> Part {
        let name = self.book.visible(name);
        let (alt, item) = match mark {
            Mark::Seal(seal) => (
                seal.label().to_owned(),
                Item::Drawing {
                    x: 0.0,
                    y,
                    width: edge,
                    height: edge,
                    drawing: Arc::clone(seal.drawing()),
                },
            ),
            Mark::Ink(ink) => (
                match self.words.language {
                    Language::Japanese => format!("{name}の手書き"),
                    Language::English => format!("Handwriting of {name}"),
                },
                Item::Drawing {
                    x: 0.0,
                    y,
                    width: edge,
                    height: edge,
                    drawing: Arc::new(ink.drawing().clone()),
                },
            ),
            Mark::Picture(picture) => (
                match self.words.language {
                    Language::Japanese => format!("{name}の印影"),
                    Language::English => format!("Seal of {name}"),
                },
                Item::Picture {
                    x: 0.0,
                    y,
                    width: edge,
                    height: edge,
                    picture: picture.clone(),
                },
            ),
        };
        Part {
            kind: NodeKind::Figure(alt),
            items: vec![item],
        }
    }

    fn confirmation(&mut self, sheet: &EvidenceSheet) -> Result<(), EvidenceError> {
        let heading = format!(
            "{} ({})",
            self.words.confirmation,
            self.words.confirmation_version(&sheet.confirmation.version)
        );
        self.heading(&heading)?;
        for part in sheet
            .confirmation
            .text
            .split('\n')
            .filter(|part| !part.trim().is_empty())
        {
            let paragraph = self.body(part).aligned(Align::Justify);
            self.flow.paragraph(&paragraph)?;
        }
        Ok(())
    }

    fn history(&mut self, sheet: &EvidenceSheet) -> Result<(), EvidenceError> {
        if sheet.history.is_empty() {
            return Ok(());
        }
        let words = self.words;
        self.heading(words.history)?;
        let small = |text: &str| Paragraph::new(self.span(text, sans(9.0)), 13.4);
        let label = |text: &str| Cell::label(small(text), NodeKind::ColumnHeader);
        let head = Row::new(vec![label(words.time), label(words.actor), label(words.event)]);
        let rows = sheet
            .history
            .iter()
            .map(|row| {
                let mut what = small(&row.what);
                let id = sans(7.5).fixed().color(Color::SOFT);
                what.spans.push(self.span(&format!("\n{}", row.event_id), id));
                Row::new(vec![
                    Cell::text(small(&jst_compact(row.at))),
                    Cell::text(small(&row.actor)),
                    Cell::text(what),
                ])
            })
            .collect();
        let (time, actor) = (34.0 * MM, 42.0 * MM);
        let table = Table {
            columns: vec![time, actor, FRAME.measure() - time - actor],
            head: Some(head),
            rows,
            pad_x: 2.0 * MM,
            pad_y: 0.8 * MM,
            rule: 0.25 * MM,
            keep: Keep::Rows,
        };
        self.flow.table(table)?;
        Ok(())
    }

    fn verification(&mut self, sheet: &EvidenceSheet) -> Result<(), EvidenceError> {
        self.heading(self.words.verify)?;
        let text = self.words.verification(sheet.verify_url.is_some());
        let paragraph = self.body(&text).aligned(Align::Justify);
        self.flow.paragraph(&paragraph)?;
        if let Some(url) = &sheet.verify_url {
            let paragraph = self.mono(url).before(1.0 * MM);
            self.flow.paragraph(&paragraph)?;
        }
        Ok(())
    }
}

/// Hex in groups of four, so that two people can compare it aloud.
fn grouped(digest: &[u8; 32]) -> String {
    let groups: Vec<String> = digest.chunks(2).map(hex::encode).collect();
    groups.join(" ")
}
