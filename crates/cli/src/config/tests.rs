use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use akashi_gateway::segments::Location;
use secrecy::ExposeSecret as _;

use super::sources::Environment;
use super::*;

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::of(
        variables
            .iter()
            .map(|(name, text)| (OsString::from(name), OsString::from(text))),
    )
}

struct File {
    folder: tempfile::TempDir,
}

impl File {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("akashi.toml"), text).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("akashi.toml")
    }

    fn secret(&self, text: &str) -> String {
        let path = self.folder.path().join("secret");
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn read(&self, variables: &[(&str, &str)]) -> anyhow::Result<Config> {
        Config::from_sources(Some(&self.path()), environment(variables))
    }

    fn refusal(&self, variables: &[(&str, &str)]) -> String {
        format!("{:#}", self.read(variables).unwrap_err())
    }
}

#[test]
fn nothing_need_be_configured() {
    let mut config = File::new("").read(&[]).unwrap();
    assert!(config.is_embedded());
    assert!(!config.is_https());
    assert_eq!(config.local_url(), "http://127.0.0.1:8080");
    assert_eq!(config.data(), PathBuf::from("data"));
    assert!(
        matches!(config.store(), akashi_store::Settings::Sqlite { path } if path.ends_with("data/akashi.sqlite"))
    );
    assert!(
        matches!(config.take_storage().location, Location::Folder { path } if path.ends_with("data/objects"))
    );
    assert_eq!(config.authority().name, "Akashi local");
}

#[test]
fn the_environment_overrides_the_file() {
    let file = File::new("data = \"from-file\"\n[server]\nlisten = \"127.0.0.1:9000\"\ndevelopment = true\n");
    let config = file
        .read(&[
            ("AKASHI_SERVER__LISTEN", "[::1]:9001"),
            ("AKASHI_DATA", "from-environment"),
            ("AKASHI_WORKER__PARALLEL", "2"),
        ])
        .unwrap();
    assert_eq!(config.local_url(), "http://[::1]:9001");
    assert_eq!(config.data(), PathBuf::from("from-environment"));
    assert_eq!(config.worker.parallel, 2);
    assert!(config.server.development);
}

#[test]
fn unknown_keys_are_refused_and_named() {
    for text in [
        "dta = \"x\"",
        "[server]\nlissten = \"127.0.0.1:1\"",
        "[mail]\nhost = \"a\"\nfrom = \"a@b.jp\"\npasswort = \"x\"",
        "[storage.location]\nkind = \"s3\"\nbukket = \"x\"",
    ] {
        let refusal = File::new(text).refusal(&[]);
        let key = text.rsplit('\n').next().unwrap().split(' ').next().unwrap();
        assert!(refusal.contains(key), "{refusal}");
    }
    let refusal = File::new("").refusal(&[("AKASHI_SERVR__LISTEN", "127.0.0.1:1")]);
    assert!(refusal.contains("servr"), "{refusal}");
}

#[test]
fn variables_of_tests_and_tools_are_left_alone() {
    let variables = [
        ("AKASHI_CORPUS", "/x"),
        ("AKASHI_SOAK_RUNS", "3"),
        ("OTHER__KEY", "1"),
    ];
    assert!(File::new("").read(&variables).unwrap().is_embedded());
}

#[test]
fn secrets_come_from_files() {
    let file = File::new("");
    let secret = file.secret("0123 45\n");
    let config = file
        .read(&[
            ("AKASHI_MAIL__HOST", "smtp.example.jp"),
            ("AKASHI_MAIL__FROM", "keiyaku@example.jp"),
            ("AKASHI_MAIL__USERNAME", "akashi"),
            ("AKASHI_MAIL__PASSWORD_FILE", &secret),
        ])
        .unwrap();
    assert_eq!(config.mail.unwrap().password.unwrap().expose_secret(), "0123 45");
    let text = format!(
        "[[time_stamp.authorities]]\nurl = \"https://tsa.example.jp\"\nusername = \"a\"\npassword_file = {secret:?}\n"
    );
    fs::write(file.path(), text).unwrap();
    let config = file.read(&[]).unwrap();
    let authority = &config.time_stamp.unwrap().authorities[0];
    assert_eq!(authority.password.as_ref().unwrap().expose_secret(), "0123 45");
}

#[test]
fn a_secret_of_digits_stays_a_text() {
    let variables = [
        ("AKASHI_MAIL__HOST", "smtp.example.jp"),
        ("AKASHI_MAIL__FROM", "keiyaku@example.jp"),
        ("AKASHI_MAIL__PASSWORD", "007"),
    ];
    let config = File::new("").read(&variables).unwrap();
    assert_eq!(config.mail.unwrap().password.unwrap().expose_secret(), "007");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let file = File::new("");
    let secret = file.secret("x");
    let both = [
        ("AKASHI_DATABASE__URL", "postgres://a"),
        ("AKASHI_DATABASE__URL_FILE", secret.as_str()),
    ];
    assert!(file.refusal(&both).contains("both set"));
    let missing = file.refusal(&[("AKASHI_DATABASE__URL_FILE", "/nowhere/secret")]);
    assert!(missing.contains("/nowhere/secret"), "{missing}");
    for (text, part) in [
        ("[server]\ntls_key = \"k.pem\"", "go together"),
        ("[server]\npublic_url = \"keiyaku.example.jp\"", "public_url"),
        (
            "[server]\npublic_url = \"https://example.jp/akashi\"",
            "public_url",
        ),
        ("[database]\nmigration_url = \"postgres://a\"", "migration_url"),
        ("[limits]\nupload_mb = 0", "upload_mb"),
        ("[limits]\npages = 0", "limits.pages"),
        ("[limits]\npages = 2001", "limits.pages"),
        ("[limits]\nwrites_per_minute = 0", "writes_per_minute"),
    ] {
        let refusal = File::new(text).refusal(&[]);
        assert!(refusal.contains(part), "{refusal}");
    }
}

#[test]
fn no_more_pages_can_be_allowed_than_the_engine_takes() {
    assert_eq!(usize::try_from(MAX_PAGES).unwrap(), akashi_pades::MAX_PAGES);
    assert_eq!(Config::default().limits.pages, MAX_PAGES);
}

#[test]
fn a_named_file_must_be_there() {
    let missing = PathBuf::from("/nowhere/akashi.toml");
    let refusal = Config::from_sources(Some(&missing), Environment::default()).unwrap_err();
    assert!(refusal.to_string().contains("/nowhere/akashi.toml"));
}

#[test]
fn public_url_says_whether_people_come_by_https() {
    let config = File::new("[server]\npublic_url = \"https://keiyaku.example.jp/\"")
        .read(&[])
        .unwrap();
    assert!(config.is_https());
    assert_eq!(
        config.server.public_url.as_deref(),
        Some("https://keiyaku.example.jp")
    );
    assert_eq!(config.local_url(), "http://127.0.0.1:8080");
    let config = File::new("[server]\nlisten = \"0.0.0.0:80\"").read(&[]).unwrap();
    assert_eq!(config.local_url(), "http://127.0.0.1:80");
}

#[test]
fn keys_and_authorities_of_the_operator_are_read() {
    let file = File::new("");
    let pin = file.secret("0123\n");
    let text = format!(
        "[seal.pkcs11]\nmodule = \"m.so\"\ntoken = \"minato\"\npin_file = {pin:?}\nrsa_scheme = \"pss-sha256\"\n\
         [time_stamp]\naccredited = [\"nintei\"]\n\
         [[time_stamp.authorities]]\nurl = \"https://tsa.example.jp\"\naccepted_policies = [\"1.2.3\"]\n\
         bearer_token_file = {pin:?}\nheader = {{ name = \"X-Key\", value_file = {pin:?} }}\n\
         [revocation]\nhosts = [\"ca.example.jp\"]\n[revocation.client]\ntimeout_ms = 5\n"
    );
    fs::write(file.path(), text).unwrap();
    let mut config = file.read(&[]).unwrap();
    let token = config.take_seal().pkcs11.unwrap();
    assert_eq!(token.pin.unwrap().expose_secret(), "0123");
    assert_eq!((token.sessions, token.timeout_ms), (4, 15_000));
    let stamps = config.time_stamp.unwrap();
    assert_eq!(stamps.max_offset_s, 600);
    let authority = &stamps.authorities[0];
    assert_eq!(authority.bearer_token.as_ref().unwrap().expose_secret(), "0123");
    assert_eq!(authority.header.as_ref().unwrap().value.expose_secret(), "0123");
    assert_eq!(config.revocation.client.timeout_ms, 5);
    assert!(!config.revocation.client.allow_private_addresses);

    let both = "[seal.pkcs11]\nmodule = \"m.so\"\n[seal.pkcs12]\nfile = \"s.p12\"\npassword = \"x\"\n";
    let refusal = File::new(both).refusal(&[]);
    assert!(refusal.contains("cannot both be set"), "{refusal}");
}
