//! Where a Japanese line may break (行頭・行末禁則) and which punctuation carries half an em of
//! blank (JIS X 4051, JLREQ 3.1).

/// How a character behaves at a line end and beside other punctuation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Full-width opening bracket: not at a line end, blank in its left half.
    Opening,
    /// Full-width closing bracket, comma, full stop: not at a line start, blank in its right half.
    Closing,
    /// Other signs that may not begin a line: small kana, 々, ー, ！.
    NonStarter,
    /// Dashes and leaders, which stay together.
    Inseparable,
    /// Kanji, kana and other full-width characters.
    Ideograph,
    /// Full-width digits: a number stays on one line.
    WideDigit,
    /// Half-width opening bracket.
    LatinOpening,
    /// Half-width closing bracket or punctuation.
    LatinClosing,
    /// Letters, digits and other half-width signs: they form words.
    Word,
    /// A space: the line may break after it.
    Space,
}

pub(crate) fn class(c: char) -> Class {
    match c {
        ' ' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200A}' => Class::Space,
        '（' | '「' | '『' | '【' | '〔' | '［' | '｛' | '〈' | '《' | '〘' | '〖' | '“' | '‘' => {
            Class::Opening
        }
        '）' | '」' | '』' | '】' | '〕' | '］' | '｝' | '〉' | '》' | '〙' | '〗' | '”' | '’' | '、'
        | '。' | '，' | '．' => Class::Closing,
        'ぁ'
        | 'ぃ'
        | 'ぅ'
        | 'ぇ'
        | 'ぉ'
        | 'っ'
        | 'ゃ'
        | 'ゅ'
        | 'ょ'
        | 'ゎ'
        | 'ゕ'
        | 'ゖ'
        | 'ァ'
        | 'ィ'
        | 'ゥ'
        | 'ェ'
        | 'ォ'
        | 'ッ'
        | 'ャ'
        | 'ュ'
        | 'ョ'
        | 'ヮ'
        | 'ヵ'
        | 'ヶ'
        | 'ー'
        | '々'
        | '〻'
        | 'ゝ'
        | 'ゞ'
        | 'ヽ'
        | 'ヾ'
        | '・'
        | '：'
        | '；'
        | '？'
        | '！'
        | '〜'
        | '～'
        | '゠'
        | '％'
        | '℃'
        | '\u{31F0}'..='\u{31FF}' => Class::NonStarter,
        '…' | '‥' | '—' | '―' => Class::Inseparable,
        '０'..='９' => Class::WideDigit,
        '(' | '[' | '{' | '«' | '¿' | '¡' => Class::LatinOpening,
        ')' | ']' | '}' | '»' | ',' | '.' | ':' | ';' | '!' | '?' | '%' => Class::LatinClosing,
        '\u{1100}'..='\u{11FF}'
        | '\u{2190}'..='\u{2BFF}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F000}'..='\u{3FFFF}' => Class::Ideograph,
        _ => Class::Word,
    }
}

impl Class {
    /// Whether the character is set on the full-width grid, so that space may be added beside it.
    pub(crate) fn is_wide(self) -> bool {
        matches!(
            self,
            Self::Opening
                | Self::Closing
                | Self::NonStarter
                | Self::Inseparable
                | Self::Ideograph
                | Self::WideDigit
        )
    }
}

/// Whether a line may end after `before` and go on with `after`.
pub(crate) fn may_break(before: Class, after: Class) -> bool {
    use Class::{
        Closing, Inseparable, LatinClosing, LatinOpening, NonStarter, Opening, Space, WideDigit, Word,
    };
    match (before, after) {
        (_, Space | Closing | NonStarter | LatinClosing)
        | (Opening | LatinOpening, _)
        | (Inseparable, Inseparable)
        | (WideDigit, WideDigit)
        | (Word | LatinClosing, Word | LatinOpening) => false,
        (_, _) => true,
    }
}

/// Whether half an em of blank between two full-width signs is taken out, so that 「）」、」 does
/// not tear a hole into the line: the closing sign before loses its right half.
pub(crate) fn closes_up(before: Class, after: Class) -> bool {
    before == Class::Closing && matches!(after, Class::Closing | Class::Opening)
}

/// Whether the blank left half of an opening bracket is taken out.
pub(crate) fn opens_up(before: Option<Class>, at: Class) -> bool {
    at == Class::Opening && matches!(before, None | Some(Class::Opening))
}
