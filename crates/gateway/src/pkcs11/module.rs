//! The maker's library: loaded and begun once in this process, begun anew when its token was lost.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError, Weak};
use std::time::{Duration, Instant};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};

use super::Pkcs11Error;

/// A loaded module. `C_Initialize` counts for the whole process (PKCS #11 3.0, 5.4), so there is one for each library.
pub(super) struct Module {
    path: PathBuf,
    state: RwLock<State>,
}

struct State {
    /// Missing only while a new beginning has failed.
    context: Option<Pkcs11>,
    /// Counts beginnings: sessions of an earlier one are void.
    generation: u64,
}

static LOADED: Mutex<BTreeMap<PathBuf, Weak<Module>>> = Mutex::new(BTreeMap::new());

impl Module {
    /// The module at `path`, loaded if nobody has it yet.
    pub(super) fn load(path: &Path) -> Result<Arc<Self>, Pkcs11Error> {
        // A bare name is searched for by the system's loader.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = loaded.get(&path).and_then(Weak::upgrade) {
            return Ok(module);
        }
        let context = begin(&path)?;
        let module = Arc::new(Self {
            path: path.clone(),
            state: RwLock::new(State {
                context: Some(context),
                generation: 1,
            }),
        });
        loaded.insert(path, Arc::downgrade(&module));
        Ok(module)
    }

    /// The library.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Works with the module as it stands; meanwhile nobody begins it anew.
    pub(super) fn enter<T>(
        &self,
        work: impl FnOnce(&Pkcs11, u64) -> Result<T, Pkcs11Error>,
    ) -> Result<T, Pkcs11Error> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match &state.context {
            Some(context) => work(context, state.generation),
            None => Err(self.failed(Error::Pkcs11(
                RvError::CryptokiNotInitialized,
                cryptoki::context::Function::Initialize,
            ))),
        }
    }

    /// Ends the module and begins it anew, unless somebody has since `seen`: some modules learn of new slots only
    /// then. Every session of every user of the module is void afterwards. Waits for calls that are under way at most
    /// until `deadline`.
    pub(super) fn renew(&self, seen: u64, deadline: Instant) -> Result<(), Pkcs11Error> {
        const PAUSE: Duration = Duration::from_millis(5);
        let mut state = loop {
            match self.state.try_write() {
                Ok(state) => break state,
                Err(TryLockError::Poisoned(poisoned)) => break poisoned.into_inner(),
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Ok(()),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        };
        if state.generation != seen && state.context.is_some() {
            return Ok(());
        }
        if let Some(context) = state.context.take() {
            // A module that will not end is begun again all the same; it then says that it has begun already.
            if let Err(error) = context.finalize() {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "PKCS#11 module does not end"
                );
            }
        }
        state.generation = state.generation.saturating_add(1);
        state.context = Some(begin(&self.path)?);
        Ok(())
    }

    /// Lets nobody in until the guard is dropped, as a device does that does not answer.
    #[cfg(test)]
    pub(super) fn hold(&self) -> impl Drop + '_ {
        self.state.write().unwrap()
    }

    fn failed(&self, source: Error) -> Pkcs11Error {
        Pkcs11Error::Module {
            path: self.path.clone(),
            source: Box::new(source),
        }
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        // The last user is gone. While the registry is held, nobody loads the library between these two steps.
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let is_replaced = loaded
            .get(&self.path)
            .is_some_and(|other| other.strong_count() > 0);
        if is_replaced {
            return;
        }
        loaded.remove(&self.path);
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(context) = state.context.take()
            && let Err(error) = context.finalize()
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "PKCS#11 module does not end"
            );
        }
    }
}

fn begin(path: &Path) -> Result<Pkcs11, Pkcs11Error> {
    let failed = |source| Pkcs11Error::Module {
        path: path.to_owned(),
        source: Box::new(source),
    };
    let context = Pkcs11::new(path).map_err(failed)?;
    match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // Another library in this process may use the same module.
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(context),
        Err(error) => Err(failed(error)),
    }
}
