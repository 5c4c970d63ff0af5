//! As much of content streams (ISO 32000-2, 7.8.2) as is needed to count saved graphics states.

use crate::lexer::{Lexer, TokenKind, is_space};

/// Follows `q` and `Q` through the content streams of a page.
#[derive(Debug, Default)]
pub(crate) struct StateCounter {
    depth: i64,
    lowest: i64,
}

impl StateCounter {
    /// Counts in one stream; an operator never spans two.
    pub(crate) fn feed(&mut self, content: &[u8]) {
        let mut lexer = Lexer::new(content, 0);
        // A string without end is the last token that any reader sees.
        while let Ok(token) = lexer.next() {
            match token.kind {
                TokenKind::End => return,
                TokenKind::Keyword => match lexer.slice(token.span) {
                    b"q" => self.depth += 1,
                    b"Q" => {
                        self.depth -= 1;
                        self.lowest = self.lowest.min(self.depth);
                    }
                    b"ID" => {
                        let position = inline_image_end(content, lexer.position());
                        lexer.set_position(position);
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }

    /// States that the content restores without having saved them.
    pub(crate) fn missing_saves(&self) -> usize {
        usize::try_from(-self.lowest).unwrap_or(0)
    }

    /// States that are left saved at the end, those of [`Self::missing_saves`] included.
    pub(crate) fn missing_restores(&self) -> usize {
        usize::try_from(self.depth - self.lowest).unwrap_or(0)
    }
}

/// The position behind `EI` of an inline image whose data begins at `start`.
fn inline_image_end(content: &[u8], start: usize) -> usize {
    let is_break = |byte: Option<&u8>| byte.is_none_or(|byte| is_space(*byte));
    let mut position = start;
    while let Some(rest) = content.get(position..).filter(|rest| !rest.is_empty()) {
        let Some(at) = crate::lexer::find(rest, b"EI") else {
            break;
        };
        let end = position + at + 2;
        let before = (position + at)
            .checked_sub(1)
            .and_then(|before| content.get(before));
        if is_break(before) && is_break(content.get(end)) {
            return end;
        }
        position = end;
    }
    content.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(content: &[u8]) -> (usize, usize) {
        let mut counter = StateCounter::default();
        counter.feed(content);
        (counter.missing_saves(), counter.missing_restores())
    }

    #[test]
    fn counts_what_is_missing() {
        assert_eq!(count(b"q 1 0 0 1 0 0 cm Q"), (0, 0));
        assert_eq!(count(b"q q BT (Q Q) Tj ET"), (0, 2));
        assert_eq!(count(b"Q Q q"), (2, 1));
        assert_eq!(count(b"q Q Q"), (1, 0));
        assert_eq!(count(b"BI /W 1 ID q q q EI Q"), (1, 0));
    }
}
