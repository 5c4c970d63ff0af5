//! Writing XML 1.0.

/// A document that is being written.
#[derive(Debug)]
pub(super) struct Writer {
    text: String,
    open: Vec<&'static str>,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self {
            text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
            open: Vec::new(),
        }
    }

    /// An element with attributes and what `content` writes.
    pub(super) fn element(
        &mut self,
        name: &'static str,
        attributes: &[(&str, &str)],
        content: impl FnOnce(&mut Self),
    ) {
        self.begin(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
        content(self);
        self.open.pop();
        self.indent();
        self.end(name);
    }

    /// An element that holds text.
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        self.begin(name, &[]);
        self.text.push('>');
        self.text.extend(text.chars().flat_map(escaped));
        self.end(name);
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.text.push_str("/>\n");
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        for (key, value) in attributes {
            self.text.push(' ');
            self.text.push_str(key);
            self.text.push_str("=\"");
            self.text.extend(value.chars().flat_map(escaped));
            self.text.push('"');
        }
    }

    fn end(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push_str(">\n");
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.open.len()));
    }
}

/// A character as it may stand in text and attributes; what XML 1.0 (2.2) cannot hold becomes U+FFFD.
fn escaped(character: char) -> Vec<char> {
    let entity = match character {
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        '"' => "&quot;",
        '\t' => "&#9;",
        '\n' => "&#10;",
        '\r' => "&#13;",
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
        other => return vec![other],
    };
    entity.chars().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_cannot_become_markup() {
        let mut writer = Writer::new();
        writer.element("a", &[("b", "\"<\u{0}")], |writer| {
            writer.text("c", "</a>&\n署名\u{b}");
        });
        let expected = "<a b=\"&quot;&lt;\u{fffd}\">\n  <c>&lt;/a&gt;&amp;&#10;署名\u{fffd}</c>\n</a>\n";
        assert!(writer.finish().ends_with(expected));
    }
}
