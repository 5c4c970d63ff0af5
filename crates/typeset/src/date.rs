//! Dates and times as people in Japan write them. Japan has had one offset without summer time since
//! 1952, so no time zone data is needed.

use jiff::civil::{Date, DateTime, date};
use jiff::{Timestamp, tz};
use serde::Serialize;

/// How a date is written on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateStyle {
    /// 令和8年11月25日
    Wareki,
    /// 2026年11月25日
    Western,
    /// 2026-11-25
    Iso,
    /// 2026/11/25
    Slash,
    /// 25 November 2026
    English,
}

/// Writes a date in the given style.
pub fn format_date(date: Date, style: DateStyle) -> String {
    let (y, m, d) = (date.year(), date.month(), date.day());
    match style {
        DateStyle::Wareki => wareki(date),
        DateStyle::Western => format!("{y}年{m}月{d}日"),
        DateStyle::Iso => format!("{y:04}-{m:02}-{d:02}"),
        DateStyle::Slash => format!("{y:04}/{m:02}/{d:02}"),
        DateStyle::English => format!("{d} {} {y}", month_name(m)),
    }
}

/// The Japanese calendar: 令和8年11月25日, 令和元年5月1日; before 1868-10-23 the western year.
pub fn wareki(date: Date) -> String {
    let (m, d) = (date.month(), date.day());
    match era(date) {
        Some((era, 1)) => format!("{era}元年{m}月{d}日"),
        Some((era, year)) => format!("{era}{year}年{m}月{d}日"),
        None => format_date(date, DateStyle::Western),
    }
}

/// 2026年(令和8年)11月25日
pub fn western_and_wareki(date: Date) -> String {
    let (y, m, d) = (date.year(), date.month(), date.day());
    match era(date) {
        Some((era, 1)) => format!("{y}年({era}元年){m}月{d}日"),
        Some((era, year)) => format!("{y}年({era}{year}年){m}月{d}日"),
        None => format_date(date, DateStyle::Western),
    }
}

/// The clock time in Japan.
pub fn in_japan(at: Timestamp) -> DateTime {
    JAPAN.to_datetime(at)
}

/// 2026-11-25 13:03:12
pub fn jst_compact(at: Timestamp) -> String {
    let t = in_japan(at);
    format!("{} {}", format_date(t.date(), DateStyle::Iso), clock(t))
}

/// 2026年11月25日 13時03分12秒(日本標準時 +09:00)
pub fn jst_japanese(at: Timestamp) -> String {
    let t = in_japan(at);
    format!(
        "{} {:02}時{:02}分{:02}秒(日本標準時 +09:00)",
        format_date(t.date(), DateStyle::Western),
        t.hour(),
        t.minute(),
        t.second()
    )
}

/// 25 November 2026 13:03:12 (JST, +09:00)
pub fn jst_english(at: Timestamp) -> String {
    let t = in_japan(at);
    format!(
        "{} {} (JST, +09:00)",
        format_date(t.date(), DateStyle::English),
        clock(t)
    )
}

/// RFC 3339 with the Japanese offset: 2026-11-25T13:03:12+09:00, with a fraction only if there is one.
pub fn jst_rfc3339(at: Timestamp) -> String {
    at.display_with_offset(JAPAN).to_string()
}

const JAPAN: tz::Offset = tz::Offset::constant(9);

const ERAS: [(Date, &str); 5] = [
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 10, 23), "明治"),
];

fn era(day: Date) -> Option<(&'static str, i16)> {
    let (start, name) = ERAS.iter().find(|(start, _)| day >= *start)?;
    Some((name, day.year() - start.year() + 1))
}

fn clock(t: DateTime) -> String {
    format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
}

fn month_name(month: i8) -> &'static str {
    match month {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_change_on_their_day() {
        assert_eq!(wareki(date(2026, 11, 25)), "令和8年11月25日");
        assert_eq!(wareki(date(2019, 5, 1)), "令和元年5月1日");
        assert_eq!(wareki(date(2019, 4, 30)), "平成31年4月30日");
        assert_eq!(wareki(date(1989, 1, 8)), "平成元年1月8日");
        assert_eq!(wareki(date(1989, 1, 7)), "昭和64年1月7日");
        assert_eq!(wareki(date(1600, 10, 21)), "1600年10月21日");
    }

    #[test]
    fn times_are_japanese_with_their_offset() {
        let at: Timestamp = "2026-11-25T04:03:12Z".parse().unwrap();
        assert_eq!(jst_japanese(at), "2026年11月25日 13時03分12秒(日本標準時 +09:00)");
        assert_eq!(jst_english(at), "25 November 2026 13:03:12 (JST, +09:00)");
        assert_eq!(jst_rfc3339(at), "2026-11-25T13:03:12+09:00");
        assert_eq!(
            jst_compact("2026-12-31T15:00:00Z".parse().unwrap()),
            "2027-01-01 00:00:00"
        );
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for at in [Timestamp::MIN, Timestamp::MAX] {
            assert!(!jst_japanese(at).is_empty());
            assert!(!jst_rfc3339(at).is_empty());
        }
    }
}
