//! Dates, times, amounts and sizes as a person reads them. Times are shown in Japan Standard Time, always.

#![expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates ask the text at hand, and pass the fields of a context by reference"
)]

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::{Offset, TimeZone};

use super::{Language, Text};

/// Japan Standard Time; Japan has had no daylight saving time since 1951.
fn jst(at: Timestamp) -> jiff::Zoned {
    at.to_zoned(TimeZone::fixed(Offset::constant(9)))
}

/// The letters of the ten heavenly stems, in which Japanese contracts name their parties.
const STEMS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];

impl Text {
    /// The letter of the party at `index` (from 0): 甲乙丙… or A, B, C…; a number after the letters are used up.
    pub(crate) fn party_letter(&self, index: &usize) -> String {
        let letter = match self.lang {
            Language::Ja => STEMS.get(*index).map(ToString::to_string),
            Language::En => u8::try_from(*index)
                .ok()
                .filter(|i| *i < 26)
                .map(|i| char::from(b'A'.saturating_add(i)).to_string()),
        };
        letter.unwrap_or_else(|| index.saturating_add(1).to_string())
    }

    /// `2026年11月24日(火)` / `Tue 24 Nov 2026`.
    pub(crate) fn date(&self, date: &Date) -> String {
        match self.lang {
            Language::Ja => format!("{}({})", self.date_bare(date), weekday(self.lang, date.weekday())),
            Language::En => format!("{} {}", weekday(self.lang, date.weekday()), self.date_bare(date)),
        }
    }

    /// `2026年11月24日` / `24 Nov 2026`.
    pub(crate) fn date_bare(&self, date: &Date) -> String {
        match self.lang {
            Language::Ja => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
            Language::En => format!("{} {} {}", date.day(), month(date.month()), date.year()),
        }
    }

    /// With the Japanese era: `2026年(令和8年)11月24日(火)`; English readers get the ordinary date.
    pub(crate) fn date_era(&self, date: &Date) -> String {
        match self.lang {
            Language::Ja => format!(
                "{}年{}{}月{}日({})",
                date.year(),
                era(*date).map(|e| format!("({e})")).unwrap_or_default(),
                date.month(),
                date.day(),
                weekday(self.lang, date.weekday())
            ),
            Language::En => self.date(date),
        }
    }

    /// For a table: `2026-11-24` in both languages.
    pub(crate) fn date_iso(&self, date: &Date) -> String {
        date.to_string()
    }

    /// For a table: the day in Japan of a time, `2026-11-24`.
    pub(crate) fn date_of(&self, at: &Timestamp) -> String {
        self.date_iso(&jst(*at).date())
    }

    /// `11月24日 14:07` / `24 Nov, 14:07`; with the year when it is not the year of `now`.
    pub(crate) fn moment(&self, at: &Timestamp, now: &Timestamp) -> String {
        let local = jst(*at);
        let day = if local.year() == jst(*now).year() {
            match self.lang {
                Language::Ja => format!("{}月{}日", local.month(), local.day()),
                Language::En => format!("{} {}", local.day(), month(local.month())),
            }
        } else {
            self.date_bare(&local.date())
        };
        match self.lang {
            Language::Ja => format!("{day} {:02}:{:02}", local.hour(), local.minute()),
            Language::En => format!("{day}, {:02}:{:02}", local.hour(), local.minute()),
        }
    }

    /// To the second and with the year: `2026年11月24日 14:07:31` / `24 Nov 2026, 14:07:31 JST`.
    pub(crate) fn moment_exact(&self, at: &Timestamp) -> String {
        let local = jst(*at);
        let clock = format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second());
        match self.lang {
            Language::Ja => format!("{} {clock}", self.date_bare(&local.date())),
            Language::En => format!("{}, {clock} JST", self.date_bare(&local.date())),
        }
    }

    /// `14:07`, in Japan.
    pub(crate) fn clock(&self, at: &Timestamp) -> String {
        let local = jst(*at);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// ISO 8601 with the offset of Japan, for `<time datetime>`.
    pub(crate) fn machine(&self, at: &Timestamp) -> String {
        let local = jst(*at);
        format!(
            "{}T{:02}:{:02}:{:02}+09:00",
            local.date(),
            local.hour(),
            local.minute(),
            local.second()
        )
    }

    /// `4,860,000円` / `¥4,860,000`.
    pub(crate) fn yen(&self, amount: &u64) -> String {
        match self.lang {
            Language::Ja => format!("{}円", grouped(*amount)),
            Language::En => format!("¥{}", grouped(*amount)),
        }
    }

    /// A number with thousands separators.
    pub(crate) fn number(&self, value: &u64) -> String {
        grouped(*value)
    }

    /// `184 KB`, `1.2 MB`; powers of 1024.
    pub(crate) fn bytes(&self, size: &u64) -> String {
        let kib = size.div_ceil(1024);
        if kib < 1024 {
            return format!("{kib} KB");
        }
        let tenths = kib.saturating_mul(10) / 1024;
        if tenths < 10_240 {
            return format!("{}.{} MB", tenths / 10, tenths % 10);
        }
        let tenths = tenths / 1024;
        format!("{}.{} GB", tenths / 10, tenths % 10)
    }

    /// How far a deadline is: `今日`, `あと6日`, `3日過ぎました`.
    pub(crate) fn days_left(&self, day: &Date, today: &Date) -> String {
        let days = today.until(*day).map_or(0, |span| span.get_days());
        match days {
            0 => self.today().to_owned(),
            1.. => self.days_to_go(days),
            _ => self.days_over(days.unsigned_abs()),
        }
    }
}

/// The year in its Japanese era, `令和8年`; from the Meiji change to the solar calendar (1873) on.
fn era(date: Date) -> Option<String> {
    const ERAS: [(&str, i16, i8, i8); 5] = [
        ("令和", 2019, 5, 1),
        ("平成", 1989, 1, 8),
        ("昭和", 1926, 12, 25),
        ("大正", 1912, 7, 30),
        ("明治", 1873, 1, 1),
    ];
    ERAS.into_iter()
        .find(|(_, year, month, day)| (date.year(), date.month(), date.day()) >= (*year, *month, *day))
        .map(|(name, first, _, _)| {
            let first = if name == "明治" { 1868 } else { first };
            match date.year().saturating_sub(first) {
                0 => format!("{name}元年"),
                n => format!("{name}{}年", n.saturating_add(1)),
            }
        })
}

fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len().saturating_mul(4) / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && digits.len().saturating_sub(i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn weekday(lang: Language, day: Weekday) -> &'static str {
    let (ja, en) = match day {
        Weekday::Monday => ("月", "Mon"),
        Weekday::Tuesday => ("火", "Tue"),
        Weekday::Wednesday => ("水", "Wed"),
        Weekday::Thursday => ("木", "Thu"),
        Weekday::Friday => ("金", "Fri"),
        Weekday::Saturday => ("土", "Sat"),
        Weekday::Sunday => ("日", "Sun"),
    };
    match lang {
        Language::Ja => ja,
        Language::En => en,
    }
}

fn month(month: i8) -> &'static str {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    usize::try_from(month)
        .ok()
        .and_then(|m| MONTHS.get(m.wrapping_sub(1)))
        .copied()
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const JA: &Text = Text::of(Language::Ja);
    const EN: &Text = Text::of(Language::En);

    #[test]
    fn eras_begin_on_their_first_day() {
        assert_eq!(era(date(2019, 4, 30)).as_deref(), Some("平成31年"));
        assert_eq!(era(date(2019, 5, 1)).as_deref(), Some("令和元年"));
        assert_eq!(era(date(2026, 11, 24)).as_deref(), Some("令和8年"));
        assert_eq!(era(date(1873, 1, 1)).as_deref(), Some("明治6年"));
        assert_eq!(era(date(1872, 12, 31)), None);
        assert_eq!(JA.date_era(&date(2026, 11, 24)), "2026年(令和8年)11月24日(火)");
    }

    #[test]
    fn times_are_those_of_japan() {
        let at: Timestamp = "2026-11-24T20:07:31Z".parse().unwrap();
        assert_eq!(JA.moment(&at, &at), "11月25日 05:07");
        assert_eq!(EN.moment_exact(&at), "25 Nov 2026, 05:07:31 JST");
        assert_eq!(JA.machine(&at), "2026-11-25T05:07:31+09:00");
        let later: Timestamp = "2027-01-02T00:00:00Z".parse().unwrap();
        assert_eq!(JA.moment(&at, &later), "2026年11月25日 05:07");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(JA.yen(&4_860_000), "4,860,000円");
        assert_eq!(EN.yen(&999), "¥999");
        assert_eq!(JA.bytes(&0), "0 KB");
        assert_eq!(JA.bytes(&188_000), "184 KB");
        assert_eq!(JA.bytes(&1_363_149), "1.3 MB");
        assert_eq!(JA.bytes(&(3 << 30)), "3.0 GB");
    }

    #[test]
    fn letters_go_on_as_numbers() {
        assert_eq!(JA.party_letter(&0), "甲");
        assert_eq!(JA.party_letter(&9), "癸");
        assert_eq!(JA.party_letter(&10), "11");
        assert_eq!(EN.party_letter(&1), "B");
        assert_eq!(EN.party_letter(&26), "27");
    }

    #[test]
    fn deadlines_count_in_days() {
        let today = date(2026, 11, 24);
        assert_eq!(JA.days_left(&date(2026, 11, 24), &today), "今日");
        assert_eq!(JA.days_left(&date(2026, 11, 30), &today), "あと6日");
        assert_eq!(EN.days_left(&date(2026, 11, 25), &today), "1 day left");
        assert_eq!(EN.days_left(&date(2026, 11, 22), &today), "2 days overdue");
        assert_eq!(JA.days_left(&date(2027, 1, 15), &today), "あと52日");
    }
}
