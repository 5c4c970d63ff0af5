//! Things that happen at a named step of the worker.

use std::sync::{Mutex, PoisonError};

use akashi_app::work::{Step, StepWatch};

type Happening = Box<dyn FnOnce() + Send>;

/// Does what it was told when a step is passed for the first time since.
#[derive(Default)]
pub struct ScriptedSteps(Mutex<Vec<(Step, Happening)>>);

impl std::fmt::Debug for ScriptedSteps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptedSteps").finish_non_exhaustive()
    }
}

impl ScriptedSteps {
    /// The next time that `step` is passed, this happens, once.
    pub fn at(&self, step: Step, happening: impl FnOnce() + Send + 'static) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((step, Box::new(happening)));
    }
}

impl StepWatch for ScriptedSteps {
    fn passed(&self, step: Step) {
        let mut script = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due: Vec<Happening> = script
            .extract_if(.., |(at, _)| *at == step)
            .map(|(_, happening)| happening)
            .collect();
        drop(script);
        for happening in due {
            happening();
        }
    }
}
