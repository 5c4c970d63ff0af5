//! Hears the alarms of the log.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

/// Listens to the log of this thread for events with `alarm = true`, which operators are woken by.
pub struct AlarmBell {
    rung: Arc<Mutex<Vec<String>>>,
    _listening: DefaultGuard,
}

impl std::fmt::Debug for AlarmBell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AlarmBell").field(&self.rung()).finish()
    }
}

impl AlarmBell {
    /// Listens until it is dropped.
    pub fn listening() -> Self {
        let rung = Arc::new(Mutex::new(Vec::new()));
        let listener = Listener(Arc::clone(&rung));
        Self {
            rung,
            _listening: tracing::subscriber::set_default(listener),
        }
    }

    /// What the alarms said, in order.
    pub fn rung(&self) -> Vec<String> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Listener(Arc<Mutex<Vec<String>>>);

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() == Level::ERROR
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut heard = Heard::default();
        event.record(&mut heard);
        if heard.is_alarm {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(heard.message);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Heard {
    is_alarm: bool,
    message: String,
}

impl Visit for Heard {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.is_alarm |= field.name() == "alarm" && value;
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        }
    }
}
