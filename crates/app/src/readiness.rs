//! What the worker last learned about the parts outside, for the line 「証拠の備え」 on every page.

use std::sync::{Mutex, PoisonError};

use crate::App;
use crate::ports::TimeStampSource;

/// What was learned so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Learned {
    time_stamps_answer: Option<bool>,
    clock_ahead_ms: Option<i64>,
    mail_answers: Option<bool>,
}

/// A place to keep it. Each process knows what its own worker met.
#[derive(Debug, Default)]
pub(crate) struct Notebook(Mutex<Learned>);

impl Notebook {
    fn update(&self, change: impl FnOnce(&mut Learned)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The time-stamp authority answered, or did not.
    pub(crate) fn note_time_stamps(&self, answer: bool) {
        self.update(|learned| learned.time_stamps_answer = Some(answer));
    }

    /// This machine's clock compared with outside time.
    pub(crate) fn note_clock(&self, ahead_ms: i64) {
        self.update(|learned| learned.clock_ahead_ms = Some(ahead_ms));
    }

    /// The mail server answered, or did not.
    pub(crate) fn note_mail(&self, answers: bool) {
        self.update(|learned| learned.mail_answers = Some(answers));
    }

    fn read(&self) -> Learned {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether contracts can be concluded now, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Where time-stamps come from.
    pub time_stamp_source: TimeStampSource,
    /// Whether the authority answered when it was last asked; `None` before the first time.
    pub time_stamps_answer: Option<bool>,
    /// How far this machine's clock is ahead of outside time, in milliseconds; `None` if it was not compared.
    pub clock_ahead_ms: Option<i64>,
    /// Whether the mail server answered when it was last asked.
    pub mail_answers: Option<bool>,
}

impl App {
    /// Whether contracts can be concluded now, as far as is known.
    pub fn readiness(&self) -> Readiness {
        let learned = self.notebook.read();
        Readiness {
            time_stamp_source: self.ports.time_stamps.source(),
            time_stamps_answer: learned.time_stamps_answer,
            clock_ahead_ms: learned.clock_ahead_ms,
            mail_answers: learned.mail_answers,
        }
    }
}
