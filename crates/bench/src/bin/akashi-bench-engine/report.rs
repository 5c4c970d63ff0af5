//! The table that people read, and the same for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::race::{Measure, Series, Spread, ratios};

/// What is wished of a comparison.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Beside {
    /// At most so many times as long as this.
    Times(f64),
    /// At least so many times as fast as this.
    Faster(f64),
    /// Only shown.
    Shown,
}

impl Beside {
    /// At most so many times as long as this.
    pub(crate) fn times(limit: f64) -> Self {
        Self::Times(limit)
    }

    /// At least so many times as fast as this.
    pub(crate) fn faster(limit: f64) -> Self {
        Self::Faster(limit)
    }

    /// Only shown.
    pub(crate) fn shown() -> Self {
        Self::Shown
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Times(limit) => Some(format!("≤ {limit} ×")),
            Self::Faster(limit) => Some(format!("≥ {limit} × as fast")),
            Self::Shown => None,
        }
    }

    /// The ratio as it is counted: ours in theirs, or theirs in ours.
    fn ratio(self, ours: &Series, theirs: &Series, measure: Measure) -> Spread {
        match self {
            Self::Faster(_) => ratios(theirs, ours, measure),
            Self::Times(_) | Self::Shown => ratios(ours, theirs, measure),
        }
    }

    fn is_met(self, ratio: f64) -> Option<bool> {
        match self {
            Self::Times(limit) => Some(ratio <= limit),
            Self::Faster(limit) => Some(ratio >= limit),
            Self::Shown => None,
        }
    }
}

/// A limit in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aim {
    ms: f64,
}

impl Aim {
    /// At most so many milliseconds.
    pub(crate) fn at_most_ms(ms: f64) -> Self {
        Self { ms }
    }
}

/// The most that was resident, in kilobytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) peak_kb: u32,
    pub(crate) limit_kb: u32,
}

/// A line without a limit.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) text: String,
}

/// One piece of work with what stands beside it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    key: &'static str,
    title: String,
    measure: Measure,
    ours: Series,
    beside: Vec<(Series, Beside)>,
    limit: Option<Aim>,
    memory: Option<Memory>,
}

impl Row {
    /// A row: the first series is ours, and each other one has an aim.
    ///
    /// # Errors
    /// The numbers of series and aims do not fit.
    pub(crate) fn of<const N: usize>(
        key: &'static str,
        title: &str,
        measure: Measure,
        series: Vec<Series>,
        aims: [Beside; N],
    ) -> anyhow::Result<Self> {
        anyhow::ensure!(series.len() == N + 1, "{} series, {N} aims", series.len());
        let mut series = series.into_iter();
        let ours = series.next();
        Ok(Self {
            key,
            title: title.to_owned(),
            measure,
            ours: ours.ok_or_else(|| anyhow::anyhow!("nothing was measured"))?,
            beside: series.zip(aims).collect(),
            limit: None,
            memory: None,
        })
    }

    /// With a limit in milliseconds.
    #[must_use]
    pub(crate) fn within(self, limit: Aim) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// With a limit on memory.
    #[must_use]
    pub(crate) fn with_memory(self, memory: Memory) -> Self {
        Self {
            memory: Some(memory),
            ..self
        }
    }

    fn spread(&self) -> Spread {
        Spread::of(&self.ours.times(self.measure))
    }

    fn limit_is_met(&self) -> Option<bool> {
        let limit = self.limit?;
        Some(self.spread().median * 1000.0 <= limit.ms)
    }

    fn memory_is_met(&self) -> Option<bool> {
        self.memory.map(|memory| memory.peak_kb <= memory.limit_kb)
    }

    /// How many of its aims are missed.
    pub(crate) fn missed(&self) -> usize {
        let compared = self.beside.iter().map(|(theirs, aim)| {
            let ratio = aim.ratio(&self.ours, theirs, self.measure);
            aim.is_met(ratio.median)
        });
        compared
            .chain([self.limit_is_met(), self.memory_is_met()])
            .filter(|met| *met == Some(false))
            .count()
    }

    /// The lines of the table.
    pub(crate) fn table(&self) -> String {
        let measure = match self.measure {
            Measure::Cpu => "time on the core",
            Measure::Wall => "time that passes",
        };
        let mut text = format!("{} ({measure})\n", self.title);
        let limit = self.limit.map(|limit| format!("≤ {} ms", limit.ms));
        line(
            &mut text,
            &self.ours.name,
            self.spread(),
            None,
            limit,
            self.limit_is_met(),
        );
        for (theirs, aim) in &self.beside {
            let ratio = aim.ratio(&self.ours, theirs, self.measure);
            let spread = Spread::of(&theirs.times(self.measure));
            let ratio_text = match aim {
                Beside::Shown if ratio.median < 1.0 => {
                    format!("{:.2} ×", 1.0 / ratio.median.max(f64::EPSILON))
                }
                _ => format!("{:.2} ×", ratio.median),
            };
            let shown = !matches!(aim, Beside::Shown);
            line(
                &mut text,
                &theirs.name,
                spread,
                shown.then_some(ratio_text),
                aim.text(),
                aim.is_met(ratio.median),
            );
        }
        if let Some(Memory { peak_kb, limit_kb }) = self.memory {
            let value = format!("{:.1} MiB", f64::from(peak_kb) / 1024.0);
            let aim = format!("≤ {} MiB", limit_kb / 1024);
            let verdict = verdict(self.memory_is_met());
            let label = "  resident at most";
            // Writing into a text does not fail.
            let _ = writeln!(
                text,
                "{label:<52} {value:>10} {:>9} {:>19} {:>9}   aim {aim:<15} {verdict}",
                "", "", ""
            );
        }
        text
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> Value {
        let beside: Vec<Value> = self
            .beside
            .iter()
            .map(|(theirs, aim)| {
                let ratio = aim.ratio(&self.ours, theirs, self.measure);
                json!({
                    "name": theirs.name,
                    "ms": spread_json(Spread::of(&theirs.times(self.measure)), 1000.0),
                    "cpu_ms": spread_json(Spread::of(&theirs.times(Measure::Cpu)), 1000.0),
                    "ratio": spread_json(ratio, 1.0),
                    "aim": aim.text(),
                    "met": aim.is_met(ratio.median),
                })
            })
            .collect();
        json!({
            "key": self.key,
            "work": self.title,
            "measure": match self.measure { Measure::Cpu => "cpu", Measure::Wall => "wall" },
            "rounds": self.ours.costs.len(),
            "ms": spread_json(self.spread(), 1000.0),
            "cpu_ms": spread_json(Spread::of(&self.ours.times(Measure::Cpu)), 1000.0),
            "limit_ms": self.limit.map(|limit| limit.ms),
            "limit_met": self.limit_is_met(),
            "beside": beside,
            "peak_kb": self.memory.map(|memory| memory.peak_kb),
            "peak_limit_kb": self.memory.map(|memory| memory.limit_kb),
            "peak_met": self.memory_is_met(),
            "missed": self.missed(),
        })
    }
}

fn spread_json(spread: Spread, factor: f64) -> Value {
    json!({ "median": spread.median * factor, "low": spread.low * factor, "high": spread.high * factor })
}

fn line(
    text: &mut String,
    name: &str,
    spread: Spread,
    ratio: Option<String>,
    aim: Option<String>,
    met: Option<bool>,
) {
    let label = format!("  {name}");
    let ms = |seconds: f64| significant(seconds * 1000.0);
    let value = format!("{} ms", ms(spread.median));
    let rate = format!("{:.0}/s", 1.0 / spread.median.max(f64::EPSILON));
    let rate = if spread.median < 0.1 { rate } else { String::new() };
    let range = format!("{} … {} ms", ms(spread.low), ms(spread.high));
    let ratio = ratio.unwrap_or_default();
    let aim = aim.map_or(String::new(), |aim| format!("   aim {aim:<15} {}", verdict(met)));
    // Writing into a text does not fail.
    let _ = writeln!(
        text,
        "{label:<52} {value:>10} {rate:>9} {range:>19} {ratio:>9}{aim}"
    );
}

fn verdict(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "met",
        Some(false) => "MISSED",
        None => "",
    }
}

/// Three digits that count.
fn significant(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value if value >= 1.0 => format!("{value:.2}"),
        value => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::Cost;

    fn series(name: &str, micros: &[u64]) -> Series {
        let cost = |micros: &u64| {
            let time = Duration::from_micros(*micros);
            Cost {
                wall: time,
                cpu: time,
            }
        };
        Series {
            name: name.to_owned(),
            costs: micros.iter().map(cost).collect(),
        }
    }

    fn row(ours: u64) -> Row {
        let series = vec![
            series("Akashi", &[ours; 3]),
            series("bare", &[1000; 3]),
            series("other", &[3600; 3]),
        ];
        Row::of(
            "k",
            "work",
            Measure::Cpu,
            series,
            [Beside::times(1.15), Beside::faster(3.0)],
        )
        .unwrap()
    }

    #[test]
    fn aims_are_met_up_to_their_limit_and_missed_behind_it() {
        assert_eq!(row(1100).missed(), 0);
        assert_eq!(row(1180).missed(), 1);
        assert_eq!(row(1300).missed(), 2);
        assert_eq!(row(1100).within(Aim::at_most_ms(1.0)).missed(), 1);
        let memory = |peak_kb| Memory {
            peak_kb,
            limit_kb: 64 * 1024,
        };
        assert_eq!(row(1100).with_memory(memory(65_537)).missed(), 1);
        assert_eq!(row(1100).with_memory(memory(65_536)).missed(), 0);
    }

    #[test]
    fn the_table_says_aims_and_verdicts() {
        let row = row(1180).within(Aim::at_most_ms(5.0)).with_memory(Memory {
            peak_kb: 10_240,
            limit_kb: 65_536,
        });
        let expected = "\
work (time on the core)
  Akashi                                                1.18 ms     847/s      1.18 … 1.18 ms             aim ≤ 5 ms          met
  bare                                                  1.00 ms    1000/s      1.00 … 1.00 ms    1.18 ×   aim ≤ 1.15 ×        MISSED
  other                                                 3.60 ms     278/s      3.60 … 3.60 ms    3.05 ×   aim ≥ 3 × as fast   met
  resident at most                                     10.0 MiB                                           aim ≤ 64 MiB        met
";
        assert_eq!(row.table(), expected);
        assert_eq!(row.json()["missed"], 1);
        assert_eq!(row.json()["beside"][1]["met"], true);
    }

    #[test]
    fn series_and_aims_must_fit() {
        let one = vec![series("Akashi", &[1])];
        assert!(Row::of("k", "work", Measure::Cpu, one, [Beside::shown()]).is_err());
    }
}
