//! The table that people read, and the same for programs.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::machine::Shares;
use crate::run::{Findings, per_second};
use crate::statistics::{mean, ms, percentile};
use crate::steps::{Costs, Step};

/// ECDSA signatures for one contract of two parties: each act is signed, its certificate issued and time-stamped;
/// the evidence sheet is sealed and time-stamped.
const SIGNATURES: u32 = 8;

/// From this share of others' work on the table says so. The kernel's own work for us is in it too.
const BUSY_ELSEWHERE: f64 = 0.2;

/// What is wished for.
struct Aim {
    text: &'static str,
    met: bool,
}

/// One line of the table.
struct Line {
    label: String,
    value: String,
    aim: Option<Aim>,
}

fn plain(label: &str, value: String) -> Line {
    Line {
        label: label.to_owned(),
        value,
        aim: None,
    }
}

fn aimed(label: &str, value: String, text: &'static str, met: bool) -> Line {
    Line {
        aim: Some(Aim { text, met }),
        ..plain(label, value)
    }
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", ms(duration))
}

fn megabytes(kb: u32) -> f64 {
    f64::from(kb) / 1024.0
}

fn contracts_per_second(findings: &Findings) -> f64 {
    per_second(findings.contracts, findings.load.concluded_in)
}

/// What a share of the load's time on cores is for each contract.
fn each(findings: &Findings, spent: Duration) -> Duration {
    spent / findings.contracts.max(1)
}

/// Contracts a second if nothing but CPU counted, and nobody else wanted any.
fn allowed_per_second(findings: &Findings) -> f64 {
    let spent = each(findings, findings.load.server_cpu + findings.load.driver_cpu);
    f64::from(findings.machine.cores) * per_second(1, spent)
}

fn signatures_per_second(findings: &Findings) -> f64 {
    contracts_per_second(findings) * f64::from(SIGNATURES)
}

fn cost(costs: &Costs, step: Step) -> Duration {
    costs.get(&step).map_or(Duration::ZERO, |times| mean(times))
}

/// The conclusion by itself cannot be seen: it begins as soon as the last signature stands. Two acts are alike.
fn conclusion(costs: &Costs) -> Duration {
    cost(costs, Step::LastAct).saturating_sub(cost(costs, Step::FirstAct))
}

fn sum(costs: &Costs) -> Duration {
    Step::LOAD.iter().map(|step| cost(costs, *step)).sum()
}

/// The whole report as text.
pub(crate) fn table(findings: &Findings) -> String {
    let mut text = head(findings);
    write_lines(&mut text, &speed(findings));
    write_lines(&mut text, &size(findings));
    write_costs(&mut text, findings);
    let elsewhere = findings.load.cores.elsewhere;
    if elsewhere > BUSY_ELSEWHERE {
        let _ = writeln!(
            text,
            "\nNOTE: others took {:.0} % of the cores under load: speed and times are worse than on an idle machine.",
            elsewhere * 100.0
        );
    }
    text
}

fn head(findings: &Findings) -> String {
    let machine = &findings.machine;
    format!(
        "{} × {}, Linux {}, data on {}; {}\n\
         one document of {:.1} KB and 3 pages, two parties in one stage, a seal each; SQLite, every write FULL;\n\
         local P-256 authority and time-stamps, evidence sheet sealed; mails by SMTP to a server in this program.\n\
         Every page that people pass is loaded and every record posted; pictures of pages, styles, scripts and\n\
         the stream of changes are not. This program runs on the same cores. Configured: address and mail server,\n\
         nothing else. No limit of the service stands in the way: it counts tries of passwords, not contracts.\n\n",
        machine.cores,
        machine.processor,
        machine.kernel,
        machine.file_system,
        findings.openssl,
        f64::from(u32::try_from(findings.paper_bytes).unwrap_or(u32::MAX)) / 1024.0,
    )
}

fn speed(findings: &Findings) -> Vec<Line> {
    let load = &findings.load;
    let rate = contracts_per_second(findings);
    let p99 = percentile(&load.pages, 99);
    let Shares {
        idle,
        waiting,
        elsewhere,
    } = load.cores;
    let raw = findings.signature_rate;
    let all_cores = raw.sign * f64::from(findings.machine.cores);
    vec![
        aimed(
            &format!(
                "contracts a second ({}, {} at once)",
                findings.contracts, findings.parallel
            ),
            format!("{rate:.1}"),
            "≥ 40",
            rate >= 40.0,
        ),
        plain(
            "  until the last mail is handed over",
            format!("{:.1}", per_second(findings.contracts, load.handed_over_in)),
        ),
        plain(
            "  from the last click to \"concluded\", p50 / p99",
            format!(
                "{} / {}",
                millis(percentile(&load.after_last_act, 50)),
                millis(percentile(&load.after_last_act, 99))
            ),
        ),
        plain(
            "  CPU a contract: server / this program",
            format!(
                "{} / {}",
                millis(each(findings, load.server_cpu)),
                millis(each(findings, load.driver_cpu))
            ),
        ),
        plain(
            "  what that CPU would allow with the cores to ourselves",
            format!("{:.1}", allowed_per_second(findings)),
        ),
        plain(
            "  cores idle / waiting for the disk / others' work",
            format!(
                "{:.0} / {:.0} / {:.0} %",
                idle * 100.0,
                waiting * 100.0,
                elsewhere * 100.0
            ),
        ),
        plain(
            &format!("signatures a second ({SIGNATURES} a contract)"),
            format!("{:.0}", signatures_per_second(findings)),
        ),
        plain(
            "openssl speed ecdsap256, one core: sign / verify",
            format!("{:.0} / {:.0}", raw.sign, raw.verify),
        ),
        plain(
            "  of what openssl signs on all cores",
            format!("{:.2} %", signatures_per_second(findings) * 100.0 / all_cores),
        ),
        plain(
            "a write of 4 KB until it is on the disk, p50 / p99",
            format!(
                "{:.2} / {:.2} ms",
                ms(percentile(&findings.sync_times, 50)),
                ms(percentile(&findings.sync_times, 99))
            ),
        ),
        aimed(
            &format!("a page meanwhile ({} looks), p99", load.pages.len()),
            millis(p99),
            "< 50 ms",
            p99 < Duration::from_millis(50),
        ),
        plain("  p50", millis(percentile(&load.pages, 50))),
    ]
}

fn size(findings: &Findings) -> Vec<Line> {
    let rest = findings.memory_at_rest;
    let start = percentile(&findings.starts, 50);
    vec![
        aimed(
            "memory at rest (5 s after a start)",
            format!("{:.1} MB", megabytes(rest.resident)),
            "≤ 60 MB",
            rest.resident <= 60 * 1024,
        ),
        plain(
            "  of it not backed by a file",
            format!("{:.1} MB", megabytes(rest.anonymous)),
        ),
        plain("  CPU meanwhile, a second", millis(findings.cpu_at_rest / 5)),
        plain(
            "memory 5 s after the load / its peak",
            format!(
                "{:.1} / {:.1} MB",
                megabytes(findings.memory_after_load.resident),
                megabytes(findings.memory_after_load.peak)
            ),
        ),
        aimed(
            &format!("ready after, median of {}", findings.starts.len()),
            millis(start),
            "< 300 ms",
            start < Duration::from_millis(300),
        ),
        plain(
            "  slowest / the first start ever",
            format!(
                "{} / {}",
                millis(percentile(&findings.starts, 100)),
                millis(findings.first_start)
            ),
        ),
        plain("warnings in the server's log", findings.warnings.to_string()),
    ]
}

fn write_lines(text: &mut String, lines: &[Line]) {
    for Line { label, value, aim } in lines {
        let aim = aim.as_ref().map_or(String::new(), |aim| {
            let verdict = if aim.met { "met" } else { "MISSED" };
            format!("   aim {:<8} {verdict}", aim.text)
        });
        // Writing into a text does not fail.
        let _ = writeln!(text, "{label:<52} {value:>22}{aim}");
    }
    text.push('\n');
}

fn write_costs(text: &mut String, findings: &Findings) {
    let costs = &findings.costs;
    let all = sum(costs);
    let count = costs.values().map(Vec::len).max().unwrap_or_default();
    let _ = writeln!(
        text,
        "CPU of the server by step, one contract at a time, mean of {count}      mean       p50     share"
    );
    let share = |of: Duration| ms(of) * 100.0 / ms(all).max(f64::EPSILON);
    for step in Step::LOAD {
        let (mean, p50) = (
            cost(costs, step),
            costs
                .get(&step)
                .map_or(Duration::ZERO, |times| percentile(times, 50)),
        );
        let _ = writeln!(
            text,
            "  {:<60} {:>7.1} ms {:>6.1} ms {:>6.1} %",
            step.label(),
            ms(mean),
            ms(p50),
            share(mean)
        );
    }
    let _ = writeln!(
        text,
        "  {:<60} {:>7.1} ms {:>9} {:>6.1} %",
        "sum",
        ms(all),
        "",
        100.0
    );
    let conclusion = conclusion(costs);
    let _ = writeln!(
        text,
        "  {:<60} {:>7.1} ms {:>9} {:>6.1} %",
        "of it the conclusion, as act 2 less act 1",
        ms(conclusion),
        "",
        share(conclusion)
    );
    let pictures = cost(costs, Step::Pictures);
    let _ = writeln!(text, "  {:<60} {:>7.1} ms", Step::Pictures.label(), ms(pictures));
}

/// The same for programs. Times in milliseconds.
pub(crate) fn json(findings: &Findings) -> Value {
    let load = &findings.load;
    let costs: serde_json::Map<String, Value> = findings
        .costs
        .iter()
        .map(|(step, times)| {
            let value = json!({ "mean": ms(mean(times)), "p50": ms(percentile(times, 50)) });
            (step.key().to_owned(), value)
        })
        .collect();
    json!({
        "machine": {
            "processor": findings.machine.processor,
            "cores": findings.machine.cores,
            "kernel": findings.machine.kernel,
            "file_system": findings.machine.file_system,
            "sync_ms": { "p50": ms(percentile(&findings.sync_times, 50)), "p99": ms(percentile(&findings.sync_times, 99)) },
        },
        "openssl": {
            "version": findings.openssl,
            "sign_per_second": findings.signature_rate.sign,
            "verify_per_second": findings.signature_rate.verify,
        },
        "load": {
            "contracts": findings.contracts,
            "parallel": findings.parallel,
            "document_bytes": findings.paper_bytes,
            "contracts_per_second": contracts_per_second(findings),
            "contracts_per_second_until_last_mail": per_second(findings.contracts, load.handed_over_in),
            "signatures_per_second": signatures_per_second(findings),
            "act_to_concluded_ms": { "p50": ms(percentile(&load.after_last_act, 50)), "p99": ms(percentile(&load.after_last_act, 99)) },
            "page_ms": { "looks": load.pages.len(), "p50": ms(percentile(&load.pages, 50)), "p99": ms(percentile(&load.pages, 99)) },
            "server_cpu_ms_per_contract": ms(each(findings, load.server_cpu)),
            "driver_cpu_ms_per_contract": ms(each(findings, load.driver_cpu)),
            "contracts_per_second_that_cpu_allows": allowed_per_second(findings),
            "cores": { "idle": load.cores.idle, "waiting": load.cores.waiting, "elsewhere": load.cores.elsewhere },
        },
        "memory_kb": {
            "at_rest": findings.memory_at_rest.resident,
            "at_rest_anonymous": findings.memory_at_rest.anonymous,
            "after_load": findings.memory_after_load.resident,
            "peak": findings.memory_after_load.peak,
        },
        "start_ms": {
            "median": ms(percentile(&findings.starts, 50)),
            "slowest": ms(percentile(&findings.starts, 100)),
            "first_ever": ms(findings.first_start),
        },
        "cpu_ms_by_step": costs,
        "warnings": findings.warnings,
    })
}
