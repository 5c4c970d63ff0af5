//! Against SoftHSM2, each test in a process of its own: a module reads its configuration from the environment, and
//! belongs to a whole process.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use akashi_app::ports::pki::asn1::{Reader, Tag, Writer};
use akashi_app::ports::pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DistinguishedName, KeyAlgorithm, PublicKey,
    SerialNumber, SignError, Signer as _, SigningKey, Validity, oids,
};
use akashi_app::ports::{SealUnfit, ServiceSeals as _};
use akashi_domain::UtcTime;
use akashi_testkit::fakes::{MemoryKeys, SeededEntropy};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, CertificateType, ObjectClass};
use cryptoki::session::{Session, UserType};

use super::module::Module;
use super::*;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "2468";
/// Set in the process in which a test really runs.
const INSIDE: &str = "AKASHI_SOFTHSM_INSIDE";

/// Runs `test` in a new process with an empty SoftHSM. `name` is the test's own name.
fn with_soft_hsm(name: &str, test: impl FnOnce(&Hsm)) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the process asks whether it is the one that was started with a SoftHSM"
    )]
    let inside = std::env::var_os(INSIDE);
    if let Some(folder) = inside {
        let module = Module::load(Path::new(MODULE)).expect("softhsm2 is installed by scripts/tools.sh");
        test(&Hsm {
            folder: folder.into(),
            module,
        });
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let config = folder.path().join("softhsm2.conf");
    let text = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    std::fs::write(&config, text).unwrap();
    let done = Command::new(std::env::current_exe().unwrap())
        .args([&format!("pkcs11::tests::{name}"), "--exact", "--nocapture"])
        .env("SOFTHSM2_CONF", &config)
        .env(INSIDE, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success() && said.contains("1 passed"),
        "in a process of its own: {said}"
    );
}

struct Hsm {
    folder: PathBuf,
    module: Arc<Module>,
}

/// What a key is made as.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Rsa,
    RsaAskingAlways,
    P256,
    P384,
}

impl Hsm {
    /// A new token with this label.
    fn token(&self, label: &str) {
        let made = self.module.enter(|context, _| {
            let slots = context.get_all_slots().unwrap();
            let empty = slots
                .into_iter()
                .find(|slot| !context.get_token_info(*slot).unwrap().token_initialized())
                .unwrap();
            context.init_token(empty, &"so-pin".into(), label).unwrap();
            let session = context.open_rw_session(empty).unwrap();
            session.login(UserType::So, Some(&"so-pin".into())).unwrap();
            session.init_pin(&PIN.into()).unwrap();
            session.logout().unwrap();
            Ok(())
        });
        made.unwrap();
    }

    /// Works in a session that may write.
    fn write<T>(&self, token: &str, work: impl FnOnce(&Session) -> T) -> T {
        let done = self.module.enter(|context, _| {
            let slots = context.get_slots_with_token().unwrap();
            let slot = slots
                .into_iter()
                .find(|slot| context.get_token_info(*slot).unwrap().label() == token)
                .unwrap();
            let session = context.open_rw_session(slot).unwrap();
            match session.login(UserType::User, Some(&PIN.into())) {
                // By a signer that is still open.
                Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
                Err(error) => panic!("{error}"),
            }
            Ok(work(&session))
        });
        done.unwrap()
    }

    /// A key that the token makes, with a certificate by an authority of its own: own, then root.
    fn key(&self, token: &str, label: &str, id: u8, kind: Kind) -> [Certificate; 2] {
        let public_key = self.write(token, |session| generate(session, label, id, kind));
        let [certificate, root] = certify(&public_key, label);
        self.write(token, |session| {
            store(session, &certificate, label, &[id]);
            store(session, &root, "root", &[0xff, id]);
        });
        [certificate, root]
    }

    fn settings(&self) -> Settings {
        Settings {
            pin: Some(PIN.into()),
            sessions: 2,
            timeout_ms: 20_000,
            ..Settings::of_module(PathBuf::from(MODULE))
        }
    }
}

fn now() -> UtcTime {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

fn certify(public_key: &PublicKey, label: &str) -> [Certificate; 2] {
    let validity = Validity {
        not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
        not_after: "2028-01-01T00:00:00Z".parse().unwrap(),
    };
    let name = |text: &str| DistinguishedName::builder().common_name(text).unwrap().build();
    let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let template = CertificateTemplate::root(name("根"), validity);
    let root =
        CertificateAuthority::self_signed(&template, &SerialNumber::from_random([1; 16]), key).unwrap();
    let template = CertificateTemplate::seal(name(label), validity);
    let certificate = root
        .issue(&template, public_key, &SerialNumber::from_random([2; 16]))
        .unwrap();
    [certificate, root.certificate().clone()]
}

fn store(session: &Session, certificate: &Certificate, label: &str, id: &[u8]) {
    session
        .create_object(&[
            Attribute::Class(ObjectClass::CERTIFICATE),
            Attribute::CertificateType(CertificateType::X_509),
            Attribute::Token(true),
            Attribute::Label(label.into()),
            Attribute::Id(id.to_vec()),
            Attribute::Subject(certificate.subject().as_der().to_vec()),
            Attribute::Value(certificate.as_der().to_vec()),
        ])
        .unwrap();
}

fn generate(session: &Session, label: &str, id: u8, kind: Kind) -> PublicKey {
    let curve = |oid: &akashi_app::ports::pki::Oid| {
        let mut writer = Writer::new();
        writer.oid(oid);
        Attribute::EcParams(writer.finish())
    };
    let (mechanism, parameters) = match kind {
        Kind::Rsa | Kind::RsaAskingAlways => (
            Mechanism::RsaPkcsKeyPairGen,
            vec![
                Attribute::ModulusBits(2048.into()),
                Attribute::PublicExponent(vec![1, 0, 1]),
            ],
        ),
        Kind::P256 => (Mechanism::EccKeyPairGen, vec![curve(&oids::PRIME256V1)]),
        Kind::P384 => (Mechanism::EccKeyPairGen, vec![curve(&oids::SECP384R1)]),
    };
    let name = [Attribute::Label(label.into()), Attribute::Id(vec![id])];
    let public = [
        &[Attribute::Token(true), Attribute::Verify(true)],
        name.as_slice(),
        &parameters,
    ]
    .concat();
    let private = [
        &[
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Sign(true),
            Attribute::AlwaysAuthenticate(kind == Kind::RsaAskingAlways),
        ],
        name.as_slice(),
    ]
    .concat();
    let (handle, _) = session.generate_key_pair(&mechanism, &public, &private).unwrap();
    let wanted = [
        AttributeType::Modulus,
        AttributeType::PublicExponent,
        AttributeType::EcPoint,
        AttributeType::EcParams,
    ];
    let attributes = session.get_attributes(handle, &wanted).unwrap();
    spki(&attributes)
}

fn spki(attributes: &[Attribute]) -> PublicKey {
    let (mut modulus, mut exponent, mut point, mut parameters) = (vec![], vec![], vec![], vec![]);
    for attribute in attributes {
        match attribute {
            Attribute::Modulus(value) => modulus.clone_from(value),
            Attribute::PublicExponent(value) => exponent.clone_from(value),
            Attribute::EcPoint(value) => point.clone_from(value),
            Attribute::EcParams(value) => parameters.clone_from(value),
            _ => {}
        }
    }
    let mut writer = Writer::new();
    writer.sequence(|info| {
        if point.is_empty() {
            info.sequence(|algorithm| {
                algorithm.oid(&oids::RSA_ENCRYPTION);
                algorithm.null();
            });
            let mut key = Writer::new();
            key.sequence(|key| {
                key.integer(&modulus);
                key.integer(&exponent);
            });
            info.bit_string(&key.finish());
        } else {
            info.sequence(|algorithm| {
                algorithm.oid(&oids::EC_PUBLIC_KEY);
                algorithm.raw(&parameters);
            });
            // The point stands in an OCTET STRING.
            let point = Reader::der(&point).read_tag(Tag::OCTET_STRING).unwrap();
            info.bit_string(point.content());
        }
    });
    PublicKey::from_spki(&writer.finish()).unwrap()
}

/// Signs and verifies with the certificate, as a judge would.
fn sign(signer: &Pkcs11Signer) -> Result<(), SignError> {
    let value = signer.sign(b"message")?;
    let algorithm = signer.signature_algorithm();
    let verified = signer
        .certificate()
        .public_key()
        .verify(algorithm, b"message", &value);
    assert_eq!(verified, Ok(()), "{algorithm}");
    Ok(())
}

fn cause(error: &SignError) -> &Pkcs11Error {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref())
        .unwrap()
}

#[test]
fn keys_of_every_kind_sign() {
    with_soft_hsm("keys_of_every_kind_sign", |hsm| {
        hsm.token("minato");
        for (id, kind) in [(1, Kind::Rsa), (2, Kind::P256), (3, Kind::P384)] {
            let label = format!("key {id}");
            let [certificate, root] = hsm.key("minato", &label, id, kind);
            let mut settings = Settings {
                token: Some("minato".to_owned()),
                key: Some(label.clone()),
                ..hsm.settings()
            };
            for scheme in [
                RsaScheme::Pkcs1Sha256,
                RsaScheme::PssSha256,
                RsaScheme::Pkcs1Sha512,
            ] {
                settings.rsa_scheme = scheme;
                let signer = Pkcs11Signer::open(&settings, now()).unwrap();
                assert_eq!(signer.certificate(), &certificate);
                assert_eq!(signer.issuers(), std::slice::from_ref(&root));
                sign(&signer).unwrap();
            }
            let by_id = Settings {
                key_id: Some(format!("{id:02x}")),
                ..hsm.settings()
            };
            sign(&Pkcs11Signer::open(&by_id, now()).unwrap()).unwrap();
        }
    });
}

#[test]
fn many_threads_share_few_sessions() {
    with_soft_hsm("many_threads_share_few_sessions", |hsm| {
        hsm.token("minato");
        hsm.key("minato", "seal", 1, Kind::P256);
        let signer = Pkcs11Signer::open(&hsm.settings(), now()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| (0..10).for_each(|_| sign(&signer).unwrap()));
            }
        });
    });
}

#[test]
fn a_seal_in_a_token_is_a_service_seal() {
    with_soft_hsm("a_seal_in_a_token_is_a_service_seal", |hsm| {
        hsm.token("minato");
        let [certificate, _] = hsm.key("minato", "seal", 1, Kind::P256);
        let settings = crate::seal::Settings {
            pkcs11: Some(hsm.settings()),
            ..crate::seal::Settings::default()
        };
        let seals =
            crate::seal::Seals::new(settings, Arc::new(MemoryKeys), Arc::new(SeededEntropy::new(1))).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let seal = runtime.block_on(seals.of_installation(now())).unwrap().unwrap();
        assert_eq!(seal.certificate, certificate);
        let value = seal.signer.sign(b"message").unwrap();
        let key = certificate.public_key();
        key.verify(seal.signer.signature_algorithm(), b"message", &value)
            .unwrap();
        assert!(!format!("{seals:?}").contains(PIN), "no PIN in logs");
    });
}

#[test]
fn a_pin_may_be_asked_for_before_each_signature() {
    with_soft_hsm("a_pin_may_be_asked_for_before_each_signature", |hsm| {
        hsm.token("card");
        hsm.key("card", "signature", 1, Kind::RsaAskingAlways);
        let signer = Pkcs11Signer::open(&hsm.settings(), now()).unwrap();
        sign(&signer).unwrap();
        sign(&signer).unwrap();
    });
}

#[test]
fn what_is_not_there_is_named() {
    with_soft_hsm("what_is_not_there_is_named", |hsm| {
        let open = |change: &dyn Fn(&mut Settings)| {
            let mut settings = hsm.settings();
            change(&mut settings);
            Pkcs11Signer::open(&settings, now()).unwrap_err()
        };
        let error = open(&|_| {});
        assert!(matches!(error, Pkcs11Error::NoTokens { .. }), "{error:?}");
        assert!(error.to_string().contains("SOFTHSM2_CONF"), "{error}");

        hsm.token("minato");
        let error = open(&|_| {});
        assert!(matches!(error, Pkcs11Error::KeyNotFound { .. }), "{error:?}");
        hsm.key("minato", "seal", 1, Kind::P256);
        hsm.key("minato", "other", 2, Kind::P256);
        let error = open(&|_| {}).to_string();
        assert!(
            error.contains("\"seal\" (id 01)") && error.contains("\"other\" (id 02)"),
            "{error}"
        );
        let error = open(&|settings| settings.key = Some("sael".to_owned())).to_string();
        assert!(error.contains("no private key is labelled \"sael\""), "{error}");
        let error = open(&|settings| settings.key_id = Some("zz".to_owned()));
        assert!(matches!(error, Pkcs11Error::KeyId(_)), "{error:?}");

        let error = open(&|settings| settings.token = Some("minto".to_owned())).to_string();
        assert!(
            error.contains("labelled \"minto\"") && error.contains("\"minato\""),
            "{error}"
        );
        hsm.token("second");
        let error = open(&|_| {});
        assert!(matches!(error, Pkcs11Error::TokenAmbiguous { .. }), "{error:?}");

        let error = open(&|settings| settings.module = PathBuf::from("/nowhere/module.so"));
        assert!(matches!(error, Pkcs11Error::Module { .. }), "{error:?}");
        let error = open(&|settings| settings.sessions = 0);
        assert!(matches!(error, Pkcs11Error::Sessions(0)), "{error:?}");
    });
}

#[test]
fn a_wrong_pin_is_presented_once() {
    with_soft_hsm("a_wrong_pin_is_presented_once", |hsm| {
        hsm.token("minato");
        hsm.key("minato", "seal", 1, Kind::P256);
        let missing = Settings {
            pin: None,
            ..hsm.settings()
        };
        let error = Pkcs11Signer::open(&missing, now()).unwrap_err();
        assert!(matches!(error, Pkcs11Error::PinMissing), "{error:?}");

        let wrong = Settings {
            pin: Some("1357".into()),
            ..hsm.settings()
        };
        let choice = super::token::Choice::new(&wrong).unwrap();
        for _ in 0..2 {
            let error = choice.open(&hsm.module).map(drop).unwrap_err();
            assert!(matches!(error, Pkcs11Error::PinRefused), "{error:?}");
        }
        assert!(!format!("{wrong:?}").contains("1357"), "no PIN in logs");
        sign(&Pkcs11Signer::open(&hsm.settings(), now()).unwrap()).unwrap();
    });
}

#[test]
fn certificates_may_come_from_a_file_and_must_fit() {
    with_soft_hsm("certificates_may_come_from_a_file_and_must_fit", |hsm| {
        hsm.token("minato");
        let public_key = hsm.write("minato", |session| generate(session, "bare", 1, Kind::P256));
        let error = Pkcs11Signer::open(&hsm.settings(), now()).unwrap_err();
        assert!(matches!(error, Pkcs11Error::NoCertificate), "{error:?}");

        let file = hsm.folder.join("certificate.pem");
        let with_file = || Settings {
            certificate: Some(file.clone()),
            ..hsm.settings()
        };
        let [certificate, root] = certify(&public_key, "bare");
        std::fs::write(&file, format!("{}{}", certificate.to_pem(), root.to_pem())).unwrap();
        let signer = Pkcs11Signer::open(&with_file(), now()).unwrap();
        assert_eq!(signer.issuers(), [root]);
        sign(&signer).unwrap();
        let later = "2028-02-01T00:00:00Z".parse().unwrap();
        let error = Pkcs11Signer::open(&with_file(), later).unwrap_err();
        assert!(
            matches!(error, Pkcs11Error::Unfit(SealUnfit::Expired(_))),
            "{error:?}"
        );

        let stranger = SigningKey::generate(KeyAlgorithm::P256).unwrap();
        let [certificate, _] = certify(stranger.public_key(), "stranger");
        std::fs::write(&file, certificate.to_pem()).unwrap();
        let signer = Pkcs11Signer::open(&with_file(), now()).unwrap();
        let error = sign(&signer).unwrap_err();
        assert!(matches!(cause(&error), Pkcs11Error::WrongKey(_)), "{error:?}");
    });
}

#[test]
fn a_token_that_was_pulled_out_is_found_again() {
    with_soft_hsm("a_token_that_was_pulled_out_is_found_again", |hsm| {
        hsm.token("card");
        hsm.key("card", "signature", 1, Kind::P256);
        let settings = Settings {
            token: Some("card".to_owned()),
            timeout_ms: 5_000,
            ..hsm.settings()
        };
        let signer = Pkcs11Signer::open(&settings, now()).unwrap();
        sign(&signer).unwrap();

        let (here, gone) = (hsm.folder.join("tokens"), hsm.folder.join("pulled out"));
        std::fs::rename(&here, &gone).unwrap();
        std::fs::create_dir(&here).unwrap();
        // The sessions of one process are closed by its module when the device is gone; SoftHSM has no such event.
        hsm.module
            .renew(1, Instant::now() + Duration::from_secs(5))
            .unwrap();
        let error = sign(&signer).unwrap_err();
        assert!(matches!(cause(&error), Pkcs11Error::NoTokens { .. }), "{error:?}");

        std::fs::remove_dir(&here).unwrap();
        std::fs::rename(&gone, &here).unwrap();
        sign(&signer).unwrap();
        sign(&signer).unwrap();
    });
}

#[test]
fn a_device_that_does_not_answer_is_given_up() {
    with_soft_hsm("a_device_that_does_not_answer_is_given_up", |hsm| {
        hsm.token("minato");
        hsm.key("minato", "seal", 1, Kind::P256);
        let settings = Settings {
            timeout_ms: 300,
            ..hsm.settings()
        };
        let signer = Pkcs11Signer::open(&settings, now()).unwrap();
        let held = hsm.module.hold();
        let began = Instant::now();
        let error = sign(&signer).unwrap_err();
        assert!(matches!(cause(&error), Pkcs11Error::TimedOut(300)), "{error:?}");
        assert!(began.elapsed() < Duration::from_secs(5));
        drop(held);
        sign(&signer).unwrap();
    });
}
