//! The markup of the stored contract texts, one block per line:
//!
//! | line | block |
//! |---|---|
//! | `# 題` | title |
//! | `## 第１条（…）` | article or section heading |
//! | `= …` | paragraph whose first line is indented; a leading `＊` makes it a note |
//! | `２ …` | numbered paragraph (項), hanging |
//! | `(1) …` | item (号), hanging |
//! | other | first paragraph of an article |
//! | `@number 語` | contract number at the right, `@date`, `@right …`, `@left …` |
//! | `@closing …` | the clause before the signatures |
//! | `@issuer 甲 first` | sender at the right with a place for the seal |
//! | `@sign 甲 first`, `@person 乙 second` | signature block of a company or person |
//! | `@check 乙:確認 …` | check box with a sentence |
//! | `@page` | page break |
//! | `@form 24` … `@end` | two columns `label \| value`, the label's share in percent; `\n` breaks lines |
//! | `@table 40 60` … `@end` | columns in percent; `# head`, `>right`, `@total label \| value` |
//!
//! A value `@field 乙:担当者 150` is left blank for a field of that width.

/// One block of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Title(String),
    Heading(String),
    Opening(String),
    Note(String),
    Plain(String),
    Numbered { number: String, text: String },
    Item { number: String, text: String },
    Number(String),
    Date,
    Right(String),
    Left(String),
    Closing(String),
    Issuer { letter: String, who: Who },
    Sign { letter: String, who: Who },
    Person { letter: String, who: Who },
    Check { label: String, text: String },
    PageBreak,
    Form { share: f32, rows: Vec<(String, Value)> },
    Table { shares: Vec<f32>, rows: Vec<TableRow> },
}

/// Which side of the deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    First,
    Second,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Field { label: String, width: f32 },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TableRow {
    Head(Vec<String>),
    Cells(Vec<String>),
    Total { label: String, value: String },
}

/// Parses a text.
///
/// # Errors
/// The 1-based number of the first line that is not understood.
pub(super) fn parse(text: &str) -> Result<Vec<Block>, usize> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let fault = index + 1;
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        let block = if let Some(share) = line.strip_prefix("@form ") {
            let share = share.parse().map_err(|_| fault)?;
            let mut rows = Vec::new();
            for row in body(&mut lines) {
                let (label, value) = row.split_once(" | ").ok_or(fault)?;
                rows.push((label.to_owned(), value_of(value).ok_or(fault)?));
            }
            Block::Form { share, rows }
        } else if let Some(shares) = line.strip_prefix("@table ") {
            let shares = shares
                .split(' ')
                .map(str::parse)
                .collect::<Result<_, _>>()
                .map_err(|_| fault)?;
            let rows = body(&mut lines).into_iter().map(table_row).collect::<Option<_>>();
            Block::Table {
                shares,
                rows: rows.ok_or(fault)?,
            }
        } else {
            single(line).ok_or(fault)?
        };
        blocks.push(block);
    }
    Ok(blocks)
}

/// The lines up to `@end`.
fn body<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Vec<&'a str> {
    lines
        .map(|(_, line)| line.trim_end())
        .take_while(|line| *line != "@end")
        .collect()
}

fn single(line: &str) -> Option<Block> {
    if let Some(text) = line.strip_prefix("## ") {
        return Some(Block::Heading(text.to_owned()));
    }
    if let Some(text) = line.strip_prefix("# ") {
        return Some(Block::Title(text.to_owned()));
    }
    if let Some(text) = line.strip_prefix("=＊") {
        return Some(Block::Note(format!("＊{text}")));
    }
    if let Some(text) = line.strip_prefix("= ") {
        return Some(Block::Opening(text.to_owned()));
    }
    if let Some(command) = line.strip_prefix('@') {
        return directive(command);
    }
    if let Some((number, text)) = line.split_once(' ') {
        if number.starts_with('(') && number.ends_with(')') {
            return Some(Block::Item {
                number: number.to_owned(),
                text: text.to_owned(),
            });
        }
        if !number.is_empty() && number.chars().all(|c| ('０'..='９').contains(&c)) {
            return Some(Block::Numbered {
                number: number.to_owned(),
                text: text.to_owned(),
            });
        }
    }
    Some(Block::Plain(line.to_owned()))
}

fn directive(command: &str) -> Option<Block> {
    let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
    let rest_owned = rest.to_owned();
    let signer = || {
        let (letter, who) = rest.split_once(' ')?;
        Some((letter.to_owned(), who_of(who)?))
    };
    Some(match name {
        "number" => Block::Number(rest_owned),
        "date" => Block::Date,
        "right" => Block::Right(rest_owned),
        "left" => Block::Left(rest_owned),
        "closing" => Block::Closing(rest_owned),
        "issuer" => signer().map(|(letter, who)| Block::Issuer { letter, who })?,
        "sign" => signer().map(|(letter, who)| Block::Sign { letter, who })?,
        "person" => signer().map(|(letter, who)| Block::Person { letter, who })?,
        "check" => {
            let (label, text) = rest.split_once(' ')?;
            Block::Check {
                label: label.to_owned(),
                text: text.to_owned(),
            }
        }
        "page" => Block::PageBreak,
        _ => return None,
    })
}

fn who_of(text: &str) -> Option<Who> {
    match text {
        "first" => Some(Who::First),
        "second" => Some(Who::Second),
        _ => None,
    }
}

fn value_of(text: &str) -> Option<Value> {
    let Some(field) = text.strip_prefix("@field ") else {
        return Some(Value::Text(text.replace("\\n", "\n")));
    };
    let (label, width) = field.split_once(' ')?;
    Some(Value::Field {
        label: label.to_owned(),
        width: width.parse().ok()?,
    })
}

fn table_row(line: &str) -> Option<TableRow> {
    let cells = |text: &str| text.split(" | ").map(str::to_owned).collect();
    if let Some(head) = line.strip_prefix("# ") {
        return Some(TableRow::Head(cells(head)));
    }
    if let Some(total) = line.strip_prefix("@total ") {
        let (label, value) = total.split_once(" | ")?;
        return Some(TableRow::Total {
            label: label.to_owned(),
            value: value.trim_start_matches('>').to_owned(),
        });
    }
    Some(TableRow::Cells(cells(line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::Kind;

    #[test]
    fn stored_texts_are_well_formed() {
        for kind in Kind::ALL {
            let blocks = parse(kind.text()).unwrap();
            assert_eq!(blocks.first(), Some(&Block::Title(kind.title().to_owned())));
            for block in &blocks {
                if let Block::Table { shares, rows } = block {
                    assert!((shares.iter().sum::<f32>() - 100.0).abs() < 0.01, "{kind:?}");
                    for row in rows {
                        if let TableRow::Head(cells) | TableRow::Cells(cells) = row {
                            assert_eq!(cells.len(), shares.len(), "{kind:?}: {cells:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn articles_are_numbered_without_gaps() {
        for kind in [Kind::ServiceAgreement, Kind::Nda, Kind::Construction] {
            let numbers: Vec<u32> = parse(kind.text())
                .unwrap()
                .into_iter()
                .filter_map(|block| match block {
                    Block::Heading(text) if text.starts_with('第') => {
                        let digits: String = text
                            .chars()
                            .skip(1)
                            .take_while(|c| *c != '条')
                            .filter_map(|c| char::from_u32(u32::from(c) - 0xfee0))
                            .collect();
                        digits.parse().ok()
                    }
                    _ => None,
                })
                .collect();
            let expected: Vec<u32> = (1..).take(numbers.len()).collect();
            assert!(numbers.len() > 10);
            assert_eq!(numbers, expected, "{kind:?}");
        }
    }

    #[test]
    fn an_unknown_directive_is_refused_with_its_line() {
        assert_eq!(parse("# 題\n@nothing"), Err(2));
        assert_eq!(parse("@form 20\nno separator\n@end"), Err(1));
    }
}
