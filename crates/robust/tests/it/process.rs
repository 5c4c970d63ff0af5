//! What a piece of work costs: time, and the memory of this process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

/// The longest that any file may take, of the processor's time: a busy machine is nobody's fault.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(10);
/// When to give up on what does not end.
const PATIENCE: Duration = Duration::from_secs(90);
/// The most memory that the process may ever hold, its own baggage included.
pub(crate) const MAX_MEMORY_KIB: u64 = 512 << 10;

/// What a piece of work gave, and how long it took.
pub(crate) struct Measured<T> {
    pub(crate) value: T,
    pub(crate) time: Duration,
    /// The highest resident memory of the process while it ran (KiB).
    pub(crate) peak_kib: u64,
}

/// Does `work` on a thread of its own.
///
/// # Panics
/// When the work panics, takes longer than [`MAX_TIME`], or more than [`MAX_MEMORY_KIB`].
pub(crate) fn measured<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Measured<T> {
    forget_peak();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(work));
        // Nobody listens any more when it took too long.
        let _ = sender.send((result, thread_time()));
    });
    let Ok((result, time)) = receiver.recv_timeout(PATIENCE) else {
        panic!("{name}: still running after {PATIENCE:?}")
    };
    let Ok(value) = result else {
        panic!("{name}: panicked")
    };
    let peak_kib = peak_kib();
    assert!(time <= MAX_TIME, "{name}: {time:?}");
    assert!(peak_kib <= MAX_MEMORY_KIB, "{name}: {peak_kib} KiB resident");
    Measured {
        value,
        time,
        peak_kib,
    }
}

/// The processor's time that this thread has used (`utime` and `stime` of stat, proc(5), in ticks of 10 ms).
pub(crate) fn thread_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
    let (_, behind_name) = stat.rsplit_once(") ").unwrap();
    let fields: Vec<&str> = behind_name.split(' ').collect();
    let ticks: u64 = fields[11..13]
        .iter()
        .map(|field| field.parse::<u64>().unwrap())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// The highest resident memory since [`forget_peak`] (`VmHWM`, proc(5)).
pub(crate) fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

/// Sets the mark of the highest resident memory back to what is resident now (`clear_refs`, proc(5)).
pub(crate) fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}
