//! Blocks one below the other, over as many pages as they need.

use crate::font::{FontBook, MissingCharacter};
use crate::layout::sheet::{Item, NodeId, NodeKind, Owner, Sheet};
use crate::text::lines::{Align, Line, Measure, Span, set_lines};
use crate::vector::Color;

/// The page and the part of it that text may fill, in points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
}

impl Frame {
    pub(crate) fn measure(&self) -> f32 {
        self.width - self.left - self.right
    }

    fn depth(&self) -> f32 {
        self.height - self.top - self.bottom
    }
}

/// A paragraph and how it stands among others.
#[derive(Debug, Clone)]
pub(crate) struct Paragraph {
    pub(crate) spans: Vec<Span>,
    pub(crate) align: Align,
    /// Height of a line box.
    pub(crate) leading: f32,
    pub(crate) first_indent: f32,
    pub(crate) indent: f32,
    /// Blank above; dropped at the top of a page.
    pub(crate) before: f32,
    pub(crate) kind: NodeKind,
    /// A number that stands in the indent of the first line, at this distance from the left.
    pub(crate) number: Option<(Span, f32)>,
}

impl Paragraph {
    pub(crate) fn new(span: Span, leading: f32) -> Self {
        Self {
            spans: vec![span],
            align: Align::Start,
            leading,
            first_indent: 0.0,
            indent: 0.0,
            before: 0.0,
            kind: NodeKind::Paragraph,
            number: None,
        }
    }

    pub(crate) fn aligned(mut self, align: Align) -> Self {
        self.align = align;
        self
    }

    pub(crate) fn before(mut self, blank: f32) -> Self {
        self.before = blank;
        self
    }

    /// The first line begins at `first`, the others at `rest`.
    pub(crate) fn indented(mut self, first: f32, rest: f32) -> Self {
        self.first_indent = first;
        self.indent = rest;
        self
    }

    pub(crate) fn numbered(mut self, number: Span, x: f32) -> Self {
        self.number = Some((number, x));
        self
    }

    pub(crate) fn kind(mut self, kind: NodeKind) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) fn set(&self, book: &FontBook, width: f32) -> Result<Vec<Line>, MissingCharacter> {
        let measure = Measure {
            width,
            first_indent: self.first_indent,
            indent: self.indent,
            align: self.align,
        };
        set_lines(book, &self.spans, measure)
    }
}

/// A bar left of a heading, as wide as given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ornament {
    None,
    Bar { width: f32 },
}

/// A heading that waits for the block below it, so that it never ends a page.
struct Pending {
    lines: Vec<Line>,
    node: NodeId,
    before: f32,
    after: f32,
    leading: f32,
    ornament: Ornament,
}

impl Pending {
    fn depth(&self) -> f32 {
        self.lines.len() as f32 * self.leading + self.after
    }
}

/// A document being filled from top to bottom.
pub(crate) struct Flow<'b> {
    pub(crate) book: &'b FontBook,
    pub(crate) sheet: Sheet,
    pub(crate) frame: Frame,
    y: f32,
    pending: Vec<Pending>,
}

impl<'b> Flow<'b> {
    pub(crate) fn new(book: &'b FontBook, frame: Frame) -> Self {
        Self {
            book,
            sheet: Sheet::new(frame.width, frame.height),
            frame,
            y: frame.top,
            pending: Vec::new(),
        }
    }

    /// The room left on the page below waiting headings.
    pub(crate) fn room(&self) -> f32 {
        let waiting: f32 = self.pending.iter().map(|p| p.before + p.depth()).sum();
        self.frame.height - self.frame.bottom - self.y - waiting
    }

    /// The room on a new page, below waiting headings.
    pub(crate) fn fresh_room(&self) -> f32 {
        let waiting: f32 = self.pending.iter().map(Pending::depth).sum();
        self.frame.depth() - waiting
    }

    /// Whether nothing stands on the page yet.
    pub(crate) fn at_top(&self) -> bool {
        self.y <= self.frame.top + 0.01
    }

    pub(crate) fn left(&self) -> f32 {
        self.frame.left
    }

    /// 0-based number of the page being filled.
    pub(crate) fn page(&self) -> usize {
        self.sheet.pages.len() - 1
    }

    /// The lower edge of what was placed last.
    pub(crate) fn bottom_of_last(&self) -> f32 {
        self.y
    }

    pub(crate) fn new_page(&mut self) {
        self.sheet.pages.push(crate::layout::sheet::Page::default());
        self.y = self.frame.top;
    }

    /// Begins a new page unless `height` points are left on this one.
    pub(crate) fn require(&mut self, height: f32) {
        if self.room() < height && !self.at_top() {
            self.new_page();
        }
    }

    /// Blank space; nothing at the top of a page.
    pub(crate) fn space(&mut self, height: f32) {
        if !self.at_top() || !self.pending.is_empty() {
            self.y += height;
        }
    }

    /// Reserves `height` on this page or the next, sets waiting headings, and gives the top.
    pub(crate) fn place(&mut self, height: f32) -> f32 {
        if height > self.room() + 0.01 && !(self.at_top()) {
            self.new_page();
        }
        self.settle();
        let top = self.y;
        self.y += height;
        top
    }

    /// Sets a heading together with whatever comes next.
    ///
    /// # Errors
    /// The first character that no face can draw.
    pub(crate) fn heading(
        &mut self,
        paragraph: &Paragraph,
        after: f32,
        ornament: Ornament,
    ) -> Result<(), MissingCharacter> {
        let inset = match ornament {
            Ornament::None => 0.0,
            Ornament::Bar { width } => width * 3.2,
        };
        let lines = paragraph.set(self.book, self.frame.measure() - inset)?;
        let node = self.sheet.node(paragraph.kind.clone(), None);
        self.pending.push(Pending {
            lines,
            node,
            before: paragraph.before,
            after,
            leading: paragraph.leading,
            ornament,
        });
        Ok(())
    }

    /// Sets a paragraph; at least two lines stay together at a page break.
    ///
    /// # Errors
    /// The first character that no face can draw.
    pub(crate) fn paragraph(&mut self, paragraph: &Paragraph) -> Result<(), MissingCharacter> {
        self.paragraph_within(paragraph, 0.0)
    }

    /// Like [`Self::paragraph`], leaving `reserved` points free at the right.
    ///
    /// # Errors
    /// The first character that no face can draw.
    pub(crate) fn paragraph_within(
        &mut self,
        paragraph: &Paragraph,
        reserved: f32,
    ) -> Result<(), MissingCharacter> {
        let mut lines = paragraph.set(self.book, self.frame.measure() - reserved)?;
        let mut number = match &paragraph.number {
            Some((span, x)) => {
                let alone = Paragraph::new(span.clone(), paragraph.leading).indented(*x, *x);
                alone.set(self.book, f32::MAX)?
            }
            None => Vec::new(),
        };
        let node = self.sheet.node(paragraph.kind.clone(), None);
        self.space(paragraph.before);
        while !lines.is_empty() {
            let count = self.lines_here(lines.len(), paragraph.leading);
            let rest = lines.split_off(count);
            let mut top = self.place(count as f32 * paragraph.leading);
            for line in number.drain(..).take(1) {
                let left = self.left();
                self.sheet
                    .put_line(Owner::Node(node), line, left, top, paragraph.leading);
            }
            for line in lines {
                let left = self.left();
                self.sheet
                    .put_line(Owner::Node(node), line, left, top, paragraph.leading);
                top += paragraph.leading;
            }
            lines = rest;
            if !lines.is_empty() {
                self.new_page();
            }
        }
        Ok(())
    }

    /// How many of `count` lines go onto this page.
    fn lines_here(&mut self, count: usize, leading: f32) -> usize {
        let mut fit = whole_lines(self.room(), leading);
        if fit >= count {
            return count;
        }
        if fit < 2.min(count) && !self.at_top() {
            self.new_page();
            fit = whole_lines(self.fresh_room(), leading);
        }
        if count > fit && count - fit == 1 && fit > 2 {
            fit -= 1;
        }
        fit.clamp(1, count)
    }

    /// Sets the headings that wait.
    fn settle(&mut self) {
        let left = self.left();
        for heading in std::mem::take(&mut self.pending) {
            if !self.at_top() {
                self.y += heading.before;
            }
            let mut x = left;
            if let Ornament::Bar { width } = heading.ornament {
                let height = heading.lines.len() as f32 * heading.leading;
                let item = Item::Fill {
                    x,
                    y: self.y,
                    width,
                    height,
                    color: Color::INK,
                };
                self.sheet.put(Owner::Layout, item);
                x += width * 3.2;
            }
            for line in heading.lines {
                self.sheet
                    .put_line(Owner::Node(heading.node), line, x, self.y, heading.leading);
                self.y += heading.leading;
            }
            self.y += heading.after;
        }
    }

    /// Ends the document; headings without anything below are set, too.
    pub(crate) fn finish(mut self) -> Sheet {
        if !self.pending.is_empty() {
            self.place(0.0);
        }
        self.sheet
    }
}

fn whole_lines(room: f32, leading: f32) -> usize {
    // Clamped to a page's worth of lines, so the conversion cannot lose anything.
    ((room + 0.01) / leading).floor().clamp(0.0, 10_000.0) as usize
}
