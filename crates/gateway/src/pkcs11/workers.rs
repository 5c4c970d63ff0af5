//! Threads that own one session each.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use akashi_app::ports::pki::SignatureAlgorithm;

use super::Pkcs11Error;
use super::module::Module;
use super::token::{Choice, Found, OpenToken, is_lost};

/// What a session is asked.
enum Task {
    Sign {
        algorithm: SignatureAlgorithm,
        message: Vec<u8>,
        answer: SyncSender<Result<Vec<u8>, Pkcs11Error>>,
    },
    Certificates {
        answer: SyncSender<Result<Found, Pkcs11Error>>,
    },
}

struct Order {
    task: Task,
    deadline: Instant,
}

/// The pool. Dropping it ends its threads, and with the last of them the module: that must not go on while the process
/// is already taking the module's library apart. A thread that its device does not let go is left behind.
pub(super) struct Workers {
    /// Present until dropped.
    orders: Option<Sender<Order>>,
    threads: Vec<JoinHandle<()>>,
    timeout: Duration,
}

impl Drop for Workers {
    fn drop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(2);
        const PAUSE: Duration = Duration::from_millis(2);
        drop(self.orders.take());
        let deadline = Instant::now() + PATIENCE;
        for thread in self.threads.drain(..) {
            while !thread.is_finished() && Instant::now() < deadline {
                std::thread::sleep(PAUSE);
            }
            if thread.is_finished() && thread.join().is_err() {
                tracing::error!("a thread of a PKCS#11 session has panicked");
            }
        }
    }
}

impl Workers {
    /// As many threads as `sessions`; sessions are opened when first needed.
    pub(super) fn start(
        module: &Arc<Module>,
        choice: &Arc<Choice>,
        sessions: usize,
        timeout: Duration,
    ) -> Self {
        let (orders, receiver) = mpsc::channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let threads = (0..sessions).map(|_| {
            let mut worker = Worker {
                module: Arc::clone(module),
                choice: Arc::clone(choice),
                opened: None,
            };
            let receiver = Arc::clone(&receiver);
            std::thread::spawn(move || worker.run(&receiver))
        });
        Self {
            threads: threads.collect(),
            orders: Some(orders),
            timeout,
        }
    }

    /// Signs with a free session.
    pub(super) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Pkcs11Error> {
        self.ask(|answer| Task::Sign {
            algorithm,
            message: message.to_vec(),
            answer,
        })
    }

    /// The certificates on the token.
    pub(super) fn certificates(&self) -> Result<Found, Pkcs11Error> {
        self.ask(|answer| Task::Certificates { answer })
    }

    fn ask<T>(
        &self,
        task: impl FnOnce(SyncSender<Result<T, Pkcs11Error>>) -> Task,
    ) -> Result<T, Pkcs11Error> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let order = Order {
            task: task(sender),
            deadline: Instant::now() + self.timeout,
        };
        let orders = self.orders.as_ref().ok_or(Pkcs11Error::Gone)?;
        orders.send(order).map_err(|_| Pkcs11Error::Gone)?;
        match receiver.recv_timeout(self.timeout) {
            Ok(result) => result,
            // An order that was too late is dropped unanswered.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(self.timed_out()),
        }
    }

    fn timed_out(&self) -> Pkcs11Error {
        Pkcs11Error::TimedOut(u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX))
    }
}

struct Worker {
    module: Arc<Module>,
    choice: Arc<Choice>,
    opened: Option<OpenToken>,
}

impl Worker {
    fn run(&mut self, orders: &Mutex<Receiver<Order>>) {
        loop {
            let order = orders.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Order { task, deadline }) = order else {
                break;
            };
            // Nobody waits any more: a signature that nobody takes must not be made.
            if Instant::now() >= deadline {
                continue;
            }
            match task {
                Task::Sign {
                    algorithm,
                    message,
                    answer,
                } => {
                    let result = self.with_token(deadline, |token, choice, module| {
                        token.sign(choice, module, algorithm, &message)
                    });
                    // Whoever asked may have given up.
                    let _ = answer.send(result);
                }
                Task::Certificates { answer } => {
                    let result = self.with_token(deadline, |token, _, module| token.certificates(module));
                    let _ = answer.send(result);
                }
            }
        }
        self.forget();
    }

    /// Works with the token; if it was lost, opens it again, and if it is not found then, begins the module anew.
    fn with_token<T>(
        &mut self,
        deadline: Instant,
        work: impl Fn(&OpenToken, &Choice, &Module) -> Result<T, Pkcs11Error>,
    ) -> Result<T, Pkcs11Error> {
        let first = self.attempt(&work);
        let Err(error) = first else { return first };
        if !is_lost(&error) {
            return Err(error);
        }
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "PKCS#11 token is lost, opening it again"
        );
        self.forget();
        let second = self.attempt(&work);
        let Err(error) = second else { return second };
        if !is_lost(&error) {
            return Err(error);
        }
        self.forget();
        // Which beginning failed: others may have begun the module anew meanwhile.
        let seen = self.module.enter(|_, generation| Ok(generation)).unwrap_or(0);
        self.module.renew(seen, deadline)?;
        self.attempt(&work)
    }

    fn attempt<T>(
        &mut self,
        work: impl Fn(&OpenToken, &Choice, &Module) -> Result<T, Pkcs11Error>,
    ) -> Result<T, Pkcs11Error> {
        let token = match self.opened.take() {
            Some(token) => token,
            None => self.choice.open(&self.module)?,
        };
        let result = work(&token, &self.choice, &self.module);
        self.opened = Some(token);
        result
    }

    fn forget(&mut self) {
        if let Some(token) = self.opened.take() {
            token.close(&self.module);
        }
    }
}
