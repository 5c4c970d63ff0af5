//! A place where the drawing library may fail.

use std::panic::resume_unwind;
use std::thread;

use crate::bounds::Bound;

/// How the drawing library failed.
pub(crate) enum Failure {
    /// We stopped it.
    Bound(Bound),
    /// It panicked.
    Panicked,
    /// The machine has no room for another thread.
    NoThread,
}

/// What ends a piece of work early. It travels as the payload of an unwinding, since the interpreter has no
/// other way to be told to stop; no panic hook sees it.
struct Stop(Bound);

/// Stack for nested content: forms fifty deep, each inside the deepest nesting of patterns, masks and glyph
/// procedures that our limits allow, take more than a usual thread has. The system gives memory only for what
/// is really used.
const STACK_BYTES: usize = 128 << 20;

/// Ends the work that [`apart`] runs.
pub(crate) fn stop(bound: Bound) -> ! {
    resume_unwind(Box::new(Stop(bound)))
}

/// Runs the drawing library on a thread of its own with room for deep nesting; its panics and our own stops
/// come back as failures.
pub(crate) fn apart<T: Send>(run: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .name("akashi-reading".to_owned())
            .stack_size(STACK_BYTES);
        let Ok(handle) = worker.spawn_scoped(scope, run) else {
            return Err(Failure::NoThread);
        };
        handle.join().map_err(|payload| match payload.downcast::<Stop>() {
            Ok(stop) => Failure::Bound(stop.0),
            Err(_) => Failure::Panicked,
        })
    })
}
