//! A token, its keys and its certificates, seen through one session.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use akashi_app::ports::pki::{Certificate, SignatureAlgorithm};
use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};

use super::mechanism::{Plan, Way};
use super::module::Module;
use super::{Pkcs11Error, Settings};

/// Which key of which token, and whether its PIN was refused.
pub(super) struct Choice {
    settings: Settings,
    key_id: Option<Vec<u8>>,
    /// Held while logging in, so that a wrong PIN costs one attempt and not one for each session.
    login: Mutex<()>,
    pin_was_refused: AtomicBool,
}

/// An open session with the key found.
pub(super) struct OpenToken {
    session: Session,
    generation: u64,
    key: ObjectHandle,
    asks_always: bool,
    mechanisms: Vec<MechanismType>,
}

impl Choice {
    pub(super) fn new(settings: &Settings) -> Result<Self, Pkcs11Error> {
        let key_id = settings.key_id.as_ref().map(|id| {
            let digits: String = id.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
            hex::decode(digits).map_err(|_| Pkcs11Error::KeyId(id.clone()))
        });
        Ok(Self {
            settings: settings.clone(),
            key_id: key_id.transpose()?,
            login: Mutex::new(()),
            pin_was_refused: AtomicBool::new(false),
        })
    }

    /// Opens a session on the token, logs in and finds the key.
    pub(super) fn open(&self, module: &Module) -> Result<OpenToken, Pkcs11Error> {
        module.enter(|context, generation| {
            let (slot, info) = self.slot(context, module)?;
            // Closed by hand: after a new beginning of the module its handle may be another's.
            let session = context.open_ro_session_no_drop(slot).map_err(device)?;
            let opened = self.log_in(&session, &info).and_then(|()| {
                let key = self.key(&session)?;
                let mechanisms = context.get_mechanism_list(slot).map_err(device)?;
                Ok((key, asks_always(&session, key)?, mechanisms))
            });
            match opened {
                Ok((key, asks_always, mechanisms)) => Ok(OpenToken {
                    session,
                    generation,
                    key,
                    asks_always,
                    mechanisms,
                }),
                Err(error) => {
                    close(session);
                    Err(error)
                }
            }
        })
    }

    fn slot(&self, context: &Pkcs11, module: &Module) -> Result<(Slot, TokenInfo), Pkcs11Error> {
        let slots = context.get_slots_with_token().map_err(device)?;
        // A broken token must not hide the others.
        let tokens: Vec<(Slot, TokenInfo)> = slots
            .into_iter()
            .filter_map(|slot| Some((slot, context.get_token_info(slot).ok()?)))
            .filter(|(_, info)| info.token_initialized())
            .collect();
        if tokens.is_empty() {
            return Err(Pkcs11Error::NoTokens {
                path: module.path().to_owned(),
            });
        }
        let settings = &self.settings;
        let fits = |(slot, info): &&(Slot, TokenInfo)| {
            settings.token.as_ref().is_none_or(|label| *label == info.label())
                && settings
                    .serial
                    .as_ref()
                    .is_none_or(|serial| *serial == info.serial_number())
                && settings.slot.is_none_or(|number| number == slot.id())
        };
        let fitting: Vec<&(Slot, TokenInfo)> = tokens.iter().filter(fits).collect();
        match fitting.as_slice() {
            [(slot, info)] => Ok((*slot, info.clone())),
            [] => Err(Pkcs11Error::TokenNotFound {
                wanted: self.wanted_token(),
                present: names(tokens.iter()),
            }),
            several => Err(Pkcs11Error::TokenAmbiguous {
                wanted: self.wanted_token(),
                present: names(several.iter().copied()),
            }),
        }
    }

    fn wanted_token(&self) -> String {
        let settings = &self.settings;
        let parts = [
            settings.token.as_ref().map(|label| format!("labelled {label:?}")),
            settings
                .serial
                .as_ref()
                .map(|serial| format!("of serial {serial:?}")),
            settings.slot.map(|number| format!("in slot {number}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            "any token".to_owned()
        } else {
            parts.join(" and ")
        }
    }

    fn log_in(&self, session: &Session, info: &TokenInfo) -> Result<(), Pkcs11Error> {
        if !info.login_required() {
            return Ok(());
        }
        let has_pad = info.protected_authentication_path();
        if self.settings.pin.is_none() && !has_pad {
            return Err(Pkcs11Error::PinMissing);
        }
        let _one_at_a_time = self.login.lock().unwrap_or_else(PoisonError::into_inner);
        self.present_pin(session, UserType::User)
    }

    /// Logs in; a PIN that was refused is never presented again.
    fn present_pin(&self, session: &Session, user: UserType) -> Result<(), Pkcs11Error> {
        if self.pin_was_refused.load(Ordering::Relaxed) {
            return Err(Pkcs11Error::PinRefused);
        }
        match session.login(user, self.settings.pin.as_ref()) {
            // One login counts for all sessions of a process.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _)) => {
                self.pin_was_refused.store(true, Ordering::Relaxed);
                Err(Pkcs11Error::PinRefused)
            }
            Err(Error::Pkcs11(RvError::PinLocked, _)) => {
                self.pin_was_refused.store(true, Ordering::Relaxed);
                Err(Pkcs11Error::PinLocked)
            }
            Err(Error::Pkcs11(RvError::PinExpired | RvError::UserPinNotInitialized, _)) => {
                Err(Pkcs11Error::PinToBeSet)
            }
            Err(error) => Err(device(error)),
        }
    }

    fn key(&self, session: &Session) -> Result<ObjectHandle, Pkcs11Error> {
        let all = session
            .find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)])
            .map_err(device)?;
        let mut fitting = Vec::new();
        let mut present = Vec::new();
        for handle in all.into_iter().take(MAX_OBJECTS) {
            let name = ObjectName::of(session, handle)?;
            let fits = self
                .settings
                .key
                .as_ref()
                .is_none_or(|label| label.as_bytes() == name.label)
                && self.key_id.as_ref().is_none_or(|id| *id == name.id);
            if fits {
                fitting.push((handle, name.to_string()));
            }
            present.push(name.to_string());
        }
        let wanted = || match (&self.settings.key, &self.key_id) {
            (None, None) => "any private key".to_owned(),
            (label, id) => {
                let label = label.as_ref().map(|label| format!("labelled {label:?}"));
                let id = id.as_ref().map(|id| format!("of id {}", hex::encode(id)));
                label.into_iter().chain(id).collect::<Vec<_>>().join(" and ")
            }
        };
        match fitting.as_slice() {
            [(handle, _)] => Ok(*handle),
            [] => Err(Pkcs11Error::KeyNotFound {
                wanted: wanted(),
                present: listed(present),
            }),
            several => Err(Pkcs11Error::KeyAmbiguous {
                wanted: wanted(),
                present: listed(several.iter().map(|(_, name)| name.clone()).collect()),
            }),
        }
    }
}

impl OpenToken {
    /// Signs. The caller verifies what comes.
    pub(super) fn sign(
        &self,
        choice: &Choice,
        module: &Module,
        algorithm: SignatureAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, Pkcs11Error> {
        let way = if self.asks_always {
            Way::Message
        } else {
            Way::Digest
        };
        let plan = Plan::new(algorithm, message, way, &self.mechanisms)?;
        let answer = self.enter(module, |session| {
            if !self.asks_always {
                return session
                    .sign(&plan.mechanism, self.key, &plan.input)
                    .map_err(device);
            }
            // CKA_ALWAYS_AUTHENTICATE: the PIN belongs between the beginning and the data (PKCS #11 3.0, 4.9).
            session.sign_init(&plan.mechanism, self.key).map_err(device)?;
            choice.present_pin(session, UserType::ContextSpecific)?;
            session.sign_update(&plan.input).map_err(device)?;
            session.sign_final().map_err(device)
        })?;
        plan.value(answer)
    }

    /// The certificates on the token: those for the key, and the others.
    pub(super) fn certificates(&self, module: &Module) -> Result<Found, Pkcs11Error> {
        self.enter(module, |session| {
            let key = ObjectName::of(session, self.key)?;
            let objects = session
                .find_objects(&[Attribute::Class(ObjectClass::CERTIFICATE)])
                .map_err(device)?;
            let mut found = Found::default();
            let mut by_label = Vec::new();
            for handle in objects.into_iter().take(MAX_OBJECTS) {
                let Some(der) = value(session, handle)? else {
                    continue;
                };
                let name = ObjectName::of(session, handle)?;
                match Certificate::from_der(&der) {
                    Ok(certificate) => {
                        if !key.id.is_empty() && name.id == key.id {
                            found.own.push(certificate.clone());
                        } else if !key.label.is_empty() && name.label == key.label {
                            by_label.push(certificate.clone());
                        }
                        found.all.push(certificate);
                    }
                    // Some cards carry objects of other kinds here; only the key's own must be readable.
                    Err(error) if !key.id.is_empty() && name.id == key.id => {
                        return Err(Pkcs11Error::Certificate(error));
                    }
                    Err(_) => {}
                }
            }
            if found.own.is_empty() {
                found.own = by_label;
            }
            Ok(found)
        })
    }

    /// Gives the session back, if the module still knows it.
    pub(super) fn close(self, module: &Module) {
        let Self {
            session, generation, ..
        } = self;
        // A module that has been lost has no sessions either.
        let _ = module.enter(|_, current| {
            if current == generation {
                close(session);
            }
            Ok(())
        });
    }

    fn enter<T>(
        &self,
        module: &Module,
        work: impl FnOnce(&Session) -> Result<T, Pkcs11Error>,
    ) -> Result<T, Pkcs11Error> {
        module.enter(|_, current| {
            if current == self.generation {
                work(&self.session)
            } else {
                Err(device(Error::Pkcs11(
                    RvError::SessionHandleInvalid,
                    cryptoki::context::Function::Sign,
                )))
            }
        })
    }
}

/// Certificates of a token.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Those with the key's id, or else with its label.
    pub(super) own: Vec<Certificate>,
    /// All.
    pub(super) all: Vec<Certificate>,
}

/// Whether an error means that session or token are gone, so that opening again may help.
pub(super) fn is_lost(error: &Pkcs11Error) -> bool {
    match error {
        Pkcs11Error::Device(error) => matches!(
            **error,
            Error::Pkcs11(
                RvError::CryptokiNotInitialized
                    | RvError::DeviceError
                    | RvError::DeviceMemory
                    | RvError::DeviceRemoved
                    | RvError::FunctionFailed
                    | RvError::GeneralError
                    | RvError::KeyHandleInvalid
                    | RvError::ObjectHandleInvalid
                    | RvError::OperationActive
                    | RvError::SessionClosed
                    | RvError::SessionHandleInvalid
                    | RvError::SlotIdInvalid
                    | RvError::TokenNotPresent
                    | RvError::TokenNotRecognized
                    | RvError::UserNotLoggedIn,
                _
            )
        ),
        Pkcs11Error::NoTokens { .. } | Pkcs11Error::TokenNotFound { .. } | Pkcs11Error::Module { .. } => true,
        _ => false,
    }
}

/// More objects than any token for signing holds.
const MAX_OBJECTS: usize = 1024;
/// The most names in an error text.
const MAX_NAMES: usize = 16;

/// Label and id of an object.
struct ObjectName {
    label: Vec<u8>,
    id: Vec<u8>,
}

impl ObjectName {
    fn of(session: &Session, handle: ObjectHandle) -> Result<Self, Pkcs11Error> {
        let mut name = Self {
            label: Vec::new(),
            id: Vec::new(),
        };
        let attributes = session
            .get_attributes(handle, &[AttributeType::Label, AttributeType::Id])
            .map_err(device)?;
        for attribute in attributes {
            match attribute {
                Attribute::Label(label) => name.label = label,
                Attribute::Id(id) => name.id = id,
                _ => {}
            }
        }
        Ok(name)
    }
}

impl std::fmt::Display for ObjectName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let label = String::from_utf8_lossy(&self.label);
        write!(f, "{label:?} (id {})", hex::encode(&self.id))
    }
}

fn value(session: &Session, handle: ObjectHandle) -> Result<Option<Vec<u8>>, Pkcs11Error> {
    let attributes = session
        .get_attributes(handle, &[AttributeType::Value])
        .map_err(device)?;
    Ok(attributes.into_iter().find_map(|attribute| match attribute {
        Attribute::Value(value) => Some(value),
        _ => None,
    }))
}

fn asks_always(session: &Session, key: ObjectHandle) -> Result<bool, Pkcs11Error> {
    let attributes = session
        .get_attributes(key, &[AttributeType::AlwaysAuthenticate])
        .map_err(device)?;
    Ok(attributes
        .iter()
        .any(|attribute| matches!(attribute, Attribute::AlwaysAuthenticate(true))))
}

fn names<'a>(tokens: impl Iterator<Item = &'a (Slot, TokenInfo)>) -> String {
    listed(
        tokens
            .map(|(slot, info)| {
                format!(
                    "{:?} (serial {}, slot {})",
                    info.label(),
                    info.serial_number(),
                    slot.id()
                )
            })
            .collect(),
    )
}

fn listed(mut names: Vec<String>) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let more = names.len().saturating_sub(MAX_NAMES);
    names.truncate(MAX_NAMES);
    let mut text = names.join(", ");
    if more > 0 {
        text.push_str(", and more");
    }
    text
}

fn close(session: Session) {
    if let Err(error) = session.close() {
        tracing::debug!(
            error = &error as &dyn std::error::Error,
            "PKCS#11 session does not close"
        );
    }
}

fn device(error: Error) -> Pkcs11Error {
    Pkcs11Error::Device(Box::new(error))
}
