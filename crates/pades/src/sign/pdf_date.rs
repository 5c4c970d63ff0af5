//! PDF dates, ISO 32000-2, 7.9.4.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `D:YYYYMMDDHHmmSS+00'00'`, in UTC.
pub(crate) fn pdf_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("D:%Y%m%d%H%M%S+00'00'")
        .to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_in_utc_with_offset() {
        let at = "2026-11-22T09:03:05.9+09:00".parse().unwrap();
        assert_eq!(super::pdf_date(at), "D:20261122000305+00'00'");
    }
}
