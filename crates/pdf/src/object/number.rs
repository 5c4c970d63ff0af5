//! Numbers, ISO 32000-2, 7.3.3.

use std::fmt;

use crate::source_text::SourceText;

/// An integer or real number, kept as written: copying it never changes a digit.
#[derive(Clone)]
pub struct Number {
    source: SourceText,
}

impl Number {
    /// An integer.
    pub fn integer(value: i64) -> Self {
        Self {
            source: SourceText::owned(value.to_string().into_bytes()),
        }
    }

    /// A real number with at most six digits behind the point; what is not finite becomes 0.
    pub fn real(value: f64) -> Self {
        let value = if value.is_finite() { value } else { 0.0 };
        let mut text = format!("{value:.6}");
        while text.ends_with('0') {
            text.pop();
        }
        if text.ends_with('.') {
            text.pop();
        }
        if text == "-0" {
            text.remove(0);
        }
        Self {
            source: SourceText::owned(text.into_bytes()),
        }
    }

    pub(crate) fn parsed(source: SourceText) -> Self {
        Self { source }
    }

    /// The spelling in the file.
    pub fn source(&self) -> &[u8] {
        self.source.as_bytes()
    }

    /// The value when it is an integer that fits; `7.0` counts as the integer 7.
    pub fn as_i64(&self) -> Option<i64> {
        let decimal = self.decimal();
        if !decimal.fraction.is_empty() {
            return None;
        }
        let magnitude = decimal.whole.iter().try_fold(0_i64, |value, digit| {
            value.checked_mul(10)?.checked_sub(i64::from(digit - b'0'))
        })?;
        if decimal.negative {
            Some(magnitude)
        } else {
            magnitude.checked_neg()
        }
    }

    /// The value as a float; digits that make no number count as 0, as other readers do.
    pub fn as_f64(&self) -> f64 {
        let decimal = self.decimal();
        let mut text = String::with_capacity(self.source().len() + 2);
        if decimal.negative {
            text.push('-');
        }
        text.push('0');
        text.extend(decimal.whole.iter().map(|digit| char::from(*digit)));
        text.push('.');
        text.extend(decimal.fraction.iter().map(|digit| char::from(*digit)));
        text.push('0');
        text.parse().unwrap_or(0.0)
    }

    /// Sign and significant digits. Tolerates what other readers tolerate: several signs (`--5`), a sign or a
    /// second point inside (both end the number).
    fn decimal(&self) -> Decimal<'_> {
        let text = self.source();
        let signs = text.iter().take_while(|byte| matches!(byte, b'+' | b'-')).count();
        let (signs, digits) = text.split_at_checked(signs).unwrap_or_default();
        let whole_length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (whole, rest) = digits.split_at_checked(whole_length).unwrap_or_default();
        let fraction = rest.strip_prefix(b".").unwrap_or_default();
        let fraction_length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let fraction = fraction.get(..fraction_length).unwrap_or_default();

        let zeros = whole.iter().take_while(|digit| **digit == b'0').count();
        let whole = whole.get(zeros..).unwrap_or_default();
        let kept = fraction
            .iter()
            .rposition(|digit| *digit != b'0')
            .map_or(0, |last| last + 1);
        let fraction = fraction.get(..kept).unwrap_or_default();
        let is_zero = whole.is_empty() && fraction.is_empty();
        Decimal {
            negative: signs.first() == Some(&b'-') && !is_zero,
            whole,
            fraction,
        }
    }
}

/// A number without insignificant zeros.
#[derive(PartialEq, Eq)]
struct Decimal<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.decimal() == other.decimal()
    }
}

impl Eq for Number {}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.source)
    }
}
