//! Dates of PDF.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// A PDF date (ISO 32000-2, 7.9.4): `D:YYYYMMDDHHmmSSOHH'mm'`, parts from the end left out. Without offset it is
/// taken as UTC, since nothing better is known.
pub(crate) fn read_date(text: &str) -> Option<Timestamp> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count().min(14);
    let (stamp, offset) = text.split_at_checked(digits)?;
    if digits < 4 || digits % 2 == 1 {
        return None;
    }
    let part = |from: usize, default: i8| -> Option<i8> {
        stamp
            .get(from..from + 2)
            .map_or(Some(default), |part| part.parse().ok())
    };
    let year: i16 = stamp.get(..4)?.parse().ok()?;
    let date = DateTime::new(
        year,
        part(4, 1)?,
        part(6, 1)?,
        part(8, 0)?,
        part(10, 0)?,
        part(12, 0)?,
        0,
    )
    .ok()?;
    date.to_zoned(TimeZone::fixed(read_offset(offset)?))
        .ok()
        .map(|zoned| zoned.timestamp())
}

fn read_offset(text: &str) -> Option<Offset> {
    let sign = match text.as_bytes().first() {
        None | Some(b'Z') => return Some(Offset::UTC),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let mut parts = text.get(1..)?.split('\'').filter(|part| !part.is_empty());
    let hours: i32 = parts.next()?.parse().ok()?;
    let minutes: i32 = parts.next().map_or(Some(0), |minutes| minutes.parse().ok())?;
    if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_that_occur() {
        for (text, expected) in [
            ("D:20261120012345+00'00'", Some("2026-11-20T01:23:45Z")),
            ("D:20261120102345+09'00'", Some("2026-11-20T01:23:45Z")),
            ("D:20261119172345-08'00", Some("2026-11-20T01:23:45Z")),
            ("D:20261120012345Z", Some("2026-11-20T01:23:45Z")),
            ("D:20261120012345Z00'00'", Some("2026-11-20T01:23:45Z")),
            ("D:2026", Some("2026-01-01T00:00:00Z")),
            ("20261120", Some("2026-11-20T00:00:00Z")),
            ("D:20261320012345Z", None),
            ("D:20261120012345+99'00'", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(
                read_date(text),
                expected.map(|text| text.parse().unwrap()),
                "{text}"
            );
        }
    }
}
