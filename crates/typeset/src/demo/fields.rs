//! Signature blocks, check boxes and other places for fields.

use crate::demo::draw::{FRAME, Setting};
use crate::demo::markup::Who;
use crate::demo::{Anchor, DemoError, Side};
use crate::font::Style;
use crate::layout::flow::Paragraph;
use crate::layout::sheet::{Item, NodeKind, Owner, Stroke};
use crate::text::lines::{Align, Span, TextStyle};
use crate::vector::Color;

/// The box that a seal field takes.
pub(super) const SEAL: f32 = 56.0;

impl Setting<'_> {
    /// The sender at the right, as on an order, with a place for the seal behind the name.
    pub(super) fn issuer(&mut self, letter: &str, who: Who) -> Result<(), DemoError> {
        let lines = self.side(who).lines();
        let style = TextStyle::new(Style::Serif, 9.5);
        let leading = 15.0;
        let height = (lines.len() as f32 * leading).max(SEAL) + 8.0;
        let top = self.flow.place(height) + 4.0;
        let seal_x = FRAME.width - FRAME.right - SEAL;
        let paragraph = Paragraph::new(Span::new(&lines.join("\n"), style), leading);
        let node = self.flow.sheet.node(NodeKind::Paragraph, None);
        let measure = seal_x - 8.0 - FRAME.left;
        let set = paragraph.aligned(Align::End).set(self.book, measure)?;
        let mut y = top + (SEAL - set.len() as f32 * leading).max(0.0) / 2.0;
        for line in set {
            self.flow
                .sheet
                .put_line(Owner::Node(node), line, FRAME.left, y, leading);
            y += leading;
        }
        self.seal_mark(seal_x, top)?;
        self.anchor(letter, "印", seal_x, top, SEAL, SEAL);
        Ok(())
    }

    /// A small mark where a seal would be pressed on paper.
    fn seal_mark(&mut self, x: f32, top: f32) -> Result<(), DemoError> {
        let style = TextStyle::new(Style::Serif, 8.0).color(Color::RULE);
        self.styled_at(
            "印",
            x + SEAL / 2.0 - 4.0,
            top + SEAL / 2.0 - self.density.leading / 2.0,
            style,
        )
    }

    /// Address, company and representative with a place for the seal.
    pub(super) fn sign(&mut self, letter: &str, who: Who) -> Result<(), DemoError> {
        let lines = self.side(who).lines();
        let height = (lines.len() as f32 * self.density.leading).max(SEAL) + 12.0;
        let top = self.flow.place(height) + 6.0;
        self.text_at(letter, FRAME.left + self.density.size, top)?;
        let mut y = top;
        for line in &lines {
            self.text_at(line, FRAME.left + self.density.size * 4.0, y)?;
            y += self.density.leading;
        }
        let right = FRAME.width - FRAME.right;
        let x = right - SEAL - self.density.size;
        self.seal_mark(x, top)?;
        self.anchor(letter, "印", x, top, SEAL, SEAL);
        self.anchor(letter, "日付", x - 118.0, top + SEAL - 18.0, 112.0, 16.0);
        Ok(())
    }

    /// Address, name and handwriting of a person, to be filled.
    pub(super) fn person(&mut self, letter: &str, who: Who) -> Result<(), DemoError> {
        let side = self.side(who).clone();
        let rows = [("住所", side.address.as_str()), ("氏名", "")];
        let height = 3.0 * 28.0 + 8.0;
        let top = self.flow.place(height) + 8.0;
        let (label_x, field_x) = (
            FRAME.left + self.density.size,
            FRAME.left + self.density.size * 6.0,
        );
        let right = FRAME.width - FRAME.right - self.density.size;
        let mut y = top;
        for (label, printed) in rows {
            self.text_at(label, label_x, y + 4.0)?;
            if printed.is_empty() {
                self.anchor(letter, label, field_x, y + 2.0, 200.0, 20.0);
            } else {
                self.text_at(printed, field_x, y + 4.0)?;
            }
            self.underline(field_x, y + 24.0, right);
            y += 28.0;
        }
        self.anchor(letter, "手書き", right - 130.0, y - 28.0 - 18.0, 124.0, 40.0);
        self.text_at("確認日", label_x, y + 4.0)?;
        self.anchor(letter, "日付", field_x, y + 2.0, 140.0, 20.0);
        self.underline(field_x, y + 24.0, right);
        Ok(())
    }

    pub(super) fn check(&mut self, label: String, text: &str) -> Result<(), DemoError> {
        let paragraph = self.density.body(text).aligned(Align::Start);
        let edge = 14.0;
        let lines = paragraph.set(self.book, FRAME.measure() - edge - 12.0)?;
        let top = self.flow.place(lines.len() as f32 * self.density.leading + 6.0) + 3.0;
        let x = FRAME.left + 2.0;
        let y = top + (self.density.leading - edge) / 2.0;
        let corners = [(x, y), (x + edge, y), (x + edge, y + edge), (x, y + edge), (x, y)];
        let lines_of_box = corners
            .windows(2)
            .filter_map(|pair| match pair {
                &[from, to] => Some(Stroke { from, to }),
                _ => None,
            })
            .collect();
        let rule = Item::Rules {
            lines: lines_of_box,
            width: 0.7,
            color: Color::SOFT,
        };
        self.flow.sheet.put(Owner::Layout, rule);
        let node = self.flow.sheet.node(NodeKind::Paragraph, None);
        let mut line_top = top;
        for line in lines {
            self.flow.sheet.put_line(
                Owner::Node(node),
                line,
                x + edge + 8.0,
                line_top,
                self.density.leading,
            );
            line_top += self.density.leading;
        }
        let page = self.flow.page();
        self.anchors.push(Anchor {
            label,
            page,
            x,
            y,
            width: edge,
            height: edge,
        });
        Ok(())
    }

    fn underline(&mut self, from: f32, y: f32, to: f32) {
        let lines = vec![Stroke {
            from: (from, y),
            to: (to, y),
        }];
        let rule = Item::Rules {
            lines,
            width: 0.5,
            color: Color::RULE,
        };
        self.flow.sheet.put(Owner::Layout, rule);
    }

    fn text_at(&mut self, text: &str, x: f32, top: f32) -> Result<(), DemoError> {
        self.styled_at(text, x, top, self.density.serif())
    }

    fn styled_at(&mut self, text: &str, x: f32, top: f32, style: TextStyle) -> Result<(), DemoError> {
        let paragraph = Paragraph::new(Span::new(text, style), self.density.leading);
        let node = self.flow.sheet.node(NodeKind::Paragraph, None);
        for line in paragraph
            .set(self.book, FRAME.width - FRAME.right - x)?
            .into_iter()
            .take(1)
        {
            self.flow
                .sheet
                .put_line(Owner::Node(node), line, x, top, self.density.leading);
        }
        Ok(())
    }

    fn anchor(&mut self, letter: &str, what: &str, x: f32, y: f32, width: f32, height: f32) {
        let page = self.flow.page();
        self.anchors.push(Anchor {
            label: format!("{letter}:{what}"),
            page,
            x,
            y,
            width,
            height,
        });
    }
}

impl Side {
    /// Address, name, representative.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.address.clone(), self.name.clone()];
        if let Some(person) = &self.representative {
            lines.push(format!("{}　{}", person.title, person.name));
        }
        lines
    }
}
