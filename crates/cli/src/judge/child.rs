//! The process that judges one file: binds itself, reads the order and the file, answers, ends.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use akashi_app::judging::{JudgeOrder, judge_file};
use anyhow::Context as _;
use rlimit::Resource;

/// The longest order that is read.
const MAX_ORDER: u64 = 64 * 1024 * 1024;

/// The bounds that the parent sets.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Address space, in bytes.
    #[arg(long)]
    memory_bytes: u64,
    /// Processor time, in seconds.
    #[arg(long)]
    processor_s: u64,
}

/// Judges what comes through standard input.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match answer(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("akashi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn answer(arguments: &Arguments) -> anyhow::Result<()> {
    bind(arguments).context("limits cannot be set")?;
    let mut input = std::io::stdin().lock();
    let order_length = number(&mut input)?;
    anyhow::ensure!(order_length <= MAX_ORDER, "the order is too long");
    let file_length = number(&mut input)?;
    anyhow::ensure!(file_length <= arguments.memory_bytes, "the file is too long");
    let mut order = Vec::new();
    (&mut input).take(order_length).read_to_end(&mut order)?;
    // The length is known, so the buffer never has to grow to twice of it.
    let mut file = vec![0_u8; usize::try_from(file_length)?];
    input.read_exact(&mut file)?;
    let order: JudgeOrder = serde_json::from_slice(&order).context("order")?;
    let authorities = order.authorities().context("order")?;
    let judged = judge_file(&file, &order, &authorities);
    drop(file);
    let mut output = std::io::stdout().lock();
    serde_json::to_writer(&mut output, &judged)?;
    output.flush()?;
    Ok(())
}

/// Before the first byte from outside is read. What cannot be bound is not judged.
fn bind(arguments: &Arguments) -> std::io::Result<()> {
    let memory = arguments.memory_bytes;
    let processor = arguments.processor_s;
    for (resource, limit) in [
        (Resource::AS, memory),
        (Resource::CPU, processor),
        (Resource::CORE, 0),
        (Resource::FSIZE, 0),
        (Resource::NPROC, 0),
    ] {
        rlimit::setrlimit(resource, limit, limit)?;
    }
    Ok(())
}

fn number(input: &mut impl std::io::Read) -> std::io::Result<u64> {
    let mut bytes = [0_u8; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_be_bytes(bytes))
}
