//! Days as people in Japan count them. Japan has had one offset without summer time since 1952.

use akashi_app::domain::UtcTime;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

fn japan() -> TimeZone {
    TimeZone::fixed(Offset::constant(9))
}

/// The day in Japan.
pub(super) fn jst_day(at: UtcTime) -> Date {
    at.to_zoned(japan()).date()
}

/// The last second of a day in Japan.
pub(super) fn end_of_day(day: Date) -> Option<UtcTime> {
    day.at(23, 59, 59, 0)
        .to_zoned(japan())
        .ok()
        .map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_japan() {
        let end = end_of_day(jiff::civil::date(2026, 11, 30)).unwrap();
        assert_eq!(end.to_string(), "2026-11-30T14:59:59Z");
        assert_eq!(jst_day(end), jiff::civil::date(2026, 11, 30));
    }
}
