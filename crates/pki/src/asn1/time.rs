//! UTCTime and GeneralizedTime as moments.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Asn1Error;

const INVALID: Asn1Error = Asn1Error::InvalidTime;

/// UTCTime (X.680, 47): two-digit years below 50 are 20xx (RFC 5280, 4.1.2.5.1).
///
/// Seconds may be missing and an offset may stand instead of `Z`: old certificates have both.
pub(super) fn parse_utc_time(content: &[u8]) -> Result<Timestamp, Asn1Error> {
    let mut digits = Digits(content);
    let short = digits.number(2)?;
    let year = if short < 50 { 2000 + short } else { 1900 + short };
    moment(year, &mut digits, false)
}

/// GeneralizedTime (X.680, 46), with fractions of a second (RFC 3161 `genTime` may have them).
///
/// A local time without zone is refused. Digits beyond nanoseconds are dropped.
pub(super) fn parse_generalized_time(content: &[u8]) -> Result<Timestamp, Asn1Error> {
    let mut digits = Digits(content);
    let year = digits.number(4)?;
    moment(year, &mut digits, true)
}

fn moment(year: i64, digits: &mut Digits<'_>, may_have_fraction: bool) -> Result<Timestamp, Asn1Error> {
    let month = digits.number(2)?;
    let day = digits.number(2)?;
    let hour = digits.number(2)?;
    let minute = digits.number(2)?;
    let second = if digits.starts_with_digit() {
        digits.number(2)?
    } else {
        0
    };
    let nanosecond = if may_have_fraction { digits.fraction()? } else { 0 };
    let offset_minutes = digits.zone()?;
    if hour > 23 || minute > 59 || second > 59 || !digits.0.is_empty() {
        return Err(INVALID);
    }
    let date = Date::new(narrow(year)?, narrow(month)?, narrow(day)?).map_err(|_| INVALID)?;
    let days = i64::from(
        Date::constant(1970, 1, 1)
            .until(date)
            .map_err(|_| INVALID)?
            .get_days(),
    );
    let seconds = days * 86_400 + hour * 3600 + (minute - offset_minutes) * 60 + second;
    // 99991231235959Z stands for "no well-defined end" (RFC 5280, 4.1.2.5) and lies a day beyond the
    // last representable moment: it is read as that moment.
    if seconds >= Timestamp::MAX.as_second() {
        return Ok(Timestamp::MAX);
    }
    Timestamp::new(seconds, nanosecond).map_err(|_| INVALID)
}

fn narrow<T: TryFrom<i64>>(value: i64) -> Result<T, Asn1Error> {
    T::try_from(value).map_err(|_| INVALID)
}

struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn starts_with_digit(&self) -> bool {
        self.0.first().is_some_and(u8::is_ascii_digit)
    }

    fn number(&mut self, count: usize) -> Result<i64, Asn1Error> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(INVALID)?;
        self.0 = tail;
        head.iter().try_fold(0_i64, |value, digit| {
            digit
                .is_ascii_digit()
                .then(|| value * 10 + i64::from(digit - b'0'))
                .ok_or(INVALID)
        })
    }

    /// Fraction of a second in nanoseconds, 0 without one.
    fn fraction(&mut self) -> Result<i32, Asn1Error> {
        let Some((b'.' | b',', mut rest)) = self.0.split_first() else {
            return Ok(0);
        };
        let mut nanosecond = 0;
        let mut weight = 100_000_000;
        let mut count = 0;
        while let Some((digit, tail)) = rest.split_first().filter(|(digit, _)| digit.is_ascii_digit()) {
            nanosecond += i32::from(digit - b'0') * weight;
            weight /= 10;
            count += 1;
            rest = tail;
        }
        self.0 = rest;
        if count == 0 { Err(INVALID) } else { Ok(nanosecond) }
    }

    /// `Z` or `±hhmm`, in minutes east of Greenwich.
    fn zone(&mut self) -> Result<i64, Asn1Error> {
        let (sign, rest) = self.0.split_first().ok_or(INVALID)?;
        self.0 = rest;
        let direction = match sign {
            b'Z' => return Ok(0),
            b'+' => 1,
            b'-' => -1,
            _ => return Err(INVALID),
        };
        let hours = self.number(2)?;
        let minutes = self.number(2)?;
        if hours > 14 || minutes > 59 {
            return Err(INVALID);
        }
        Ok(direction * (hours * 60 + minutes))
    }
}

/// `YYYYMMDDHHMMSS` of a moment in UTC, fraction dropped.
pub(super) fn digits_of(moment: Timestamp) -> String {
    let at = jiff::tz::Offset::UTC.to_datetime(moment);
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}
