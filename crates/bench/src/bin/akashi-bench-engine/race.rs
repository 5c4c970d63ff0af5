//! Rounds in turn, medians, ratios.

use std::time::Duration;

use crate::clock::Cost;

/// Which of the two times counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Time on a core.
    Cpu,
    /// Time that passes.
    Wall,
}

/// Something that can be done many times over.
pub(crate) struct Contender<'a> {
    /// What people call it.
    pub(crate) name: String,
    /// Pieces of work in a round.
    pub(crate) count: u32,
    /// Does so many pieces and says what one cost.
    pub(crate) work: Work<'a>,
}

/// Does so many pieces of work and says what they cost together.
pub(crate) type Work<'a> = Box<dyn FnMut(u32) -> anyhow::Result<Cost> + 'a>;

/// The cost of one piece in each round.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// What people call it.
    pub(crate) name: String,
    /// One for each round.
    pub(crate) costs: Vec<Cost>,
}

impl Series {
    /// The times that count, one for each round.
    pub(crate) fn times(&self, measure: Measure) -> Vec<f64> {
        let time = |cost: &Cost| match measure {
            Measure::Cpu => seconds(cost.cpu),
            Measure::Wall => seconds(cost.wall),
        };
        self.costs.iter().map(time).collect()
    }
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

/// Runs all contenders in turn, so that whatever slows the machine slows them alike. A first round, which warms
/// everything up, does not count.
///
/// # Errors
/// What a contender says.
pub(crate) fn race(contenders: Vec<Contender<'_>>, rounds: u32) -> anyhow::Result<Vec<Series>> {
    let mut series: Vec<Series> = contenders
        .iter()
        .map(|one| Series {
            name: one.name.clone(),
            costs: Vec::new(),
        })
        .collect();
    let mut contenders = contenders;
    for round in 0..=rounds {
        for (one, series) in contenders.iter_mut().zip(&mut series) {
            let cost = (one.work)(one.count)?.each(one.count);
            if round > 0 {
                series.costs.push(cost);
            }
        }
    }
    Ok(series)
}

/// Median, smallest and largest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Spread {
    /// Of these values; zeros for none.
    pub(crate) fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            at(middle)
        } else {
            f64::midpoint(at(middle.saturating_sub(1)), at(middle))
        };
        Self {
            median,
            low: at(0),
            high: at(sorted.len().saturating_sub(1)),
        }
    }
}

/// The ratios of two series, round by round: what disturbed both of a round is in neither.
pub(crate) fn ratios(above: &Series, below: &Series, measure: Measure) -> Spread {
    let ratios: Vec<f64> = above
        .times(measure)
        .into_iter()
        .zip(below.times(measure))
        .map(|(above, below)| above / below.max(f64::EPSILON))
        .collect();
    Spread::of(&ratios)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(ms: u64) -> Cost {
        let time = Duration::from_millis(ms);
        Cost {
            wall: time * 3,
            cpu: time,
        }
    }

    fn contender<'a>(name: &str, count: u32, each_ms: u64) -> Contender<'a> {
        Contender {
            name: name.to_owned(),
            count,
            work: Box::new(move |count| Ok(cost(each_ms * u64::from(count)))),
        }
    }

    #[test]
    fn the_first_round_does_not_count_and_costs_are_those_of_one_piece() {
        let series = race(vec![contender("a", 4, 2), contender("b", 1, 8)], 5).unwrap();
        assert!(series.iter().all(|one| one.costs.len() == 5));
        let ratio = ratios(&series[1], &series[0], Measure::Wall);
        assert!((ratio.median - 4.0).abs() < 1e-9 && (ratio.high - ratio.low).abs() < 1e-9);
        assert!((series[0].times(Measure::Cpu)[0] - 0.002).abs() < 1e-9);
    }

    #[test]
    fn a_failure_ends_the_race() {
        let broken = Contender {
            name: "c".to_owned(),
            count: 1,
            work: Box::new(|_| Err(anyhow::anyhow!("no"))),
        };
        assert!(race(vec![contender("a", 1, 1), broken], 2).is_err());
    }

    #[test]
    fn medians_lie_in_the_middle() {
        let of = |values: &[f64]| Spread::of(values);
        assert!((of(&[3.0, 1.0, 2.0]).median - 2.0).abs() < 1e-9);
        assert!((of(&[4.0, 1.0, 2.0, 3.0]).median - 2.5).abs() < 1e-9);
        assert!((of(&[7.0]).median - 7.0).abs() < 1e-9);
        assert!((of(&[]).median).abs() < 1e-9);
        assert!((of(&[3.0, 1.0, 2.0]).low - 1.0).abs() < 1e-9 && (of(&[3.0, 1.0]).high - 3.0).abs() < 1e-9);
    }
}
