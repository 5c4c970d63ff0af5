//! One way to fold and cut words for both databases.
//!
//! Japanese has no spaces and most of its nouns and surnames have two characters, so texts are cut into single
//! characters and pairs of neighbours.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use akashi_domain::OrganizationId;
use unicode_normalization::UnicodeNormalization as _;

use super::MOST_WORDS;

/// The form in which texts are compared: NFKC (full width and half width alike), lower case, katakana as
/// hiragana, without variation selectors (葛󠄀 finds 葛). White space and control characters become one plain space.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let characters = text
        .nfkc()
        .filter(|c| !is_variation_selector(*c))
        // Character by character: what a letter becomes must not depend on its neighbours, or a part of a word
        // would not be found in the word.
        .flat_map(char::to_lowercase)
        .map(hiragana)
        .nfkc();
    for character in characters {
        if !character.is_whitespace() && !character.is_control() {
            folded.push(character);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The different words of a query, folded. A word that is part of another one says nothing more and is left out
/// (where there are not too many to look for anyway).
pub(crate) fn words(query: &str) -> Vec<String> {
    let folded = folded(query);
    let different: BTreeSet<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let says_more = |word: &&&str| {
        different.len() > MOST_WORDS
            || !different
                .iter()
                .any(|other| other != *word && other.contains(**word))
    };
    different
        .iter()
        .filter(says_more)
        .map(|word| (*word).to_owned())
        .collect()
}

/// Tokens of one tenant: plain letters and digits only, whatever was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens(BTreeSet<String>);

impl Tokens {
    /// All tokens of a folded text.
    pub(crate) fn of(organization_id: OrganizationId, folded: &str) -> Self {
        let mut tokens = BTreeSet::new();
        let tenant = tenant_prefix(organization_id);
        for word in folded.split_whitespace() {
            add_singles(&mut tokens, &tenant, word);
            add_pairs(&mut tokens, &tenant, word);
        }
        Self(tokens)
    }

    /// Tokens that a text must have to contain all these folded words; not more than narrow it down well.
    pub(crate) fn wanted(organization_id: OrganizationId, words: &[String]) -> Self {
        let mut tokens = BTreeSet::new();
        let tenant = tenant_prefix(organization_id);
        for word in words {
            if word.chars().nth(1).is_none() {
                add_singles(&mut tokens, &tenant, word);
            } else {
                add_pairs(&mut tokens, &tenant, word);
            }
        }
        Self(tokens.into_iter().take(MOST_WANTED).collect())
    }

    /// Separated by spaces.
    pub(crate) fn as_text(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// All of them, in FTS5's language (SQLite, FTS5 3).
    pub(crate) fn as_match_expression(&self) -> String {
        self.0
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" AND ")
    }

    /// As PostgreSQL writes arrays (8.15.6); the tokens need no quotes.
    pub(crate) fn as_array_literal(&self) -> String {
        format!(
            "{{{}}}",
            self.0.iter().map(String::as_str).collect::<Vec<_>>().join(",")
        )
    }
}

fn add_singles(tokens: &mut BTreeSet<String>, tenant: &str, word: &str) {
    for character in word.chars() {
        tokens.insert(format!("{tenant}s{:x}", u32::from(character)));
    }
}

fn add_pairs(tokens: &mut BTreeSet<String>, tenant: &str, word: &str) {
    for (first, second) in word.chars().zip(word.chars().skip(1)) {
        tokens.insert(format!("{tenant}p{:x}x{:x}", u32::from(first), u32::from(second)));
    }
}

/// Short, and equal for two tenants only by chance, which costs time and nothing else.
fn tenant_prefix(organization_id: OrganizationId) -> String {
    let bytes = organization_id.as_uuid().into_bytes();
    bytes
        .iter()
        .rev()
        .take(4)
        .fold(String::from("t"), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn hiragana(character: char) -> char {
    match character {
        // ァ–ヶ and the iteration marks ヽヾ have hiragana at the same distance.
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => u32::from(character)
            .checked_sub(0x60)
            .and_then(char::from_u32)
            .unwrap_or(character),
        _ => character,
    }
}

const fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}')
}

/// The index narrows well with this many tokens; the text itself is asked for the rest.
const MOST_WANTED: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant() -> OrganizationId {
        OrganizationId::from_parts(1_763_800_000_000, [7; 10])
    }

    #[test]
    fn width_case_kana_and_variants_do_not_matter() {
        for (written, same) in [
            ("ｱｶｼ証券㈱", "あかし証券(株)"),
            ("ＡＢＣ　Ｔｏｋｙｏ", "abc tokyo"),
            ("ガス・ﾃﾞﾝｷ", "がす・でんき"),
            ("葛󠄀城", "葛城"),
            ("  業務 \t 委託  ", "業務 委託"),
            ("ΟΔΟΣ", "οδοσ"),
        ] {
            assert_eq!(folded(written), same, "{written}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["ｶﾞｷﾞ㈱ İstanbul", "㍿ ﬁ ｡", "か\u{3099}", "Å\u{fe00}Σς"] {
            assert_eq!(folded(&folded(text)), folded(text), "{text}");
        }
    }

    #[test]
    fn words_within_words_are_left_out() {
        assert_eq!(words("委託　業務委託 ＡＢ ab"), ["ab", "業務委託"]);
        assert_eq!(words(" 　"), Vec::<String>::new());
    }

    #[test]
    fn a_text_has_every_token_that_its_parts_want() {
        let text = folded("業務委託 契約書 2026年");
        let all = Tokens::of(tenant(), &text).0;
        let characters: Vec<char> = text.chars().collect();
        for length in 1..6 {
            for part in characters
                .windows(length)
                .map(|part| part.iter().collect::<String>())
            {
                let wanted = Tokens::wanted(tenant(), &words(&part));
                assert!(wanted.0.is_subset(&all), "{part}");
            }
        }
    }

    #[test]
    fn tokens_are_plain_and_belong_to_their_tenant() {
        let other = OrganizationId::from_parts(1_763_800_000_000, [8; 10]);
        let mine = Tokens::of(tenant(), "a\" OR 'b{},");
        assert!(
            mine.0
                .iter()
                .all(|token| token.bytes().all(|b| b.is_ascii_alphanumeric()))
        );
        assert!(mine.0.is_disjoint(&Tokens::of(other, "a\" OR 'b{},").0));
    }
}
