//! Passwords: how strong one must be, and how it is kept (argon2id, RFC 9106).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error as HashError, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use zxcvbn::feedback::Warning;
use zxcvbn::{Score, zxcvbn};

use crate::error::PasswordWeakness;
use crate::{App, Error};

/// Shortest password, in characters.
const MIN_CHARS: usize = 10;

/// Longest password, in characters. zxcvbn looks at the first hundred.
const MAX_CHARS: usize = 200;

/// So many characters must not come from the person's name, address or organization.
const MIN_OWN_CHARS: usize = 6;

/// 32 MiB, two passes, one lane: some 40 ms, and a limit on what many sign-ins at once may take.
const MEMORY_KIB: u32 = 32 * 1024;
const PASSES: u32 = 2;

/// Verified where there is no account, so that the answer takes as long. No password is known to fit it.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=32768,t=2,p=1$YWthc2hpIG5vYm9keSBzYQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl App {
    /// Hashes a new password after checking its strength. `personal` are words that belong to the person: name,
    /// address, organization.
    ///
    /// # Errors
    /// [`Error::WeakPassword`]
    pub(super) async fn strong_password_hash(
        &self,
        password: &SecretString,
        personal: Vec<String>,
    ) -> Result<String, Error> {
        let password = password.clone();
        let salt: [u8; 16] = self.random();
        self.apart(move || {
            let password = password.expose_secret();
            if let Some(weakness) = weakness(password, &personal) {
                return Err(Error::WeakPassword(weakness));
            }
            hash(password, salt).map_err(|error| Error::internal("password hash", error))
        })
        .await?
    }

    /// Whether a password fits a stored hash. Takes the same time where there is no hash.
    pub(super) async fn password_fits(
        &self,
        password: &SecretString,
        stored: Option<&str>,
    ) -> Result<bool, Error> {
        let password = password.clone();
        let stored = stored.map(str::to_owned);
        self.apart(move || {
            let password = password.expose_secret();
            // Nobody could have set a longer one.
            let (tried, could_fit) = if password.chars().count() > MAX_CHARS {
                ("", false)
            } else {
                (password, true)
            };
            let fits = verify(tried, stored.as_deref().unwrap_or(NOBODYS_HASH))?;
            Ok(fits && could_fit && stored.is_some())
        })
        .await?
        .map_err(|error: HashError| Error::internal("password hash", error))
    }
}

/// Why a password is too weak; `None` if it is not.
fn weakness(password: &str, personal: &[String]) -> Option<PasswordWeakness> {
    let length = password.chars().count();
    if length < MIN_CHARS {
        return Some(PasswordWeakness::TooShort);
    }
    if length > MAX_CHARS {
        return Some(PasswordWeakness::TooLong);
    }
    let words = words_of(personal);
    if is_mostly_personal(password, &words) {
        return Some(PasswordWeakness::Personal);
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let estimate = zxcvbn(password, &words);
    if estimate.score() >= Score::Three {
        return None;
    }
    if zxcvbn(password, &[]).score() >= Score::Three {
        return Some(PasswordWeakness::Personal);
    }
    let warning = estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning);
    Some(
        warning.map_or(PasswordWeakness::Guessable, |warning| match warning {
            Warning::StraightRowsOfKeysAreEasyToGuess
            | Warning::ShortKeyboardPatternsAreEasyToGuess
            | Warning::RepeatsLikeAaaAreEasyToGuess
            | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess
            | Warning::SequencesLikeAbcAreEasyToGuess
            | Warning::RecentYearsAreEasyToGuess
            | Warning::DatesAreOftenEasyToGuess => PasswordWeakness::Pattern,
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword
            | Warning::AWordByItselfIsEasyToGuess
            | Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess => PasswordWeakness::Common,
        }),
    )
}

/// The words that an attacker who knows the person would try, whole and in parts, longest first.
fn words_of(personal: &[String]) -> Vec<String> {
    let mut words = vec!["akashi".to_owned()];
    for text in personal {
        let text = text.to_lowercase();
        let parts = text.split(|c: char| !c.is_alphanumeric());
        words.extend(parts.filter(|part| part.len() > 2).map(str::to_owned));
        words.push(text);
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Whether little is left when the person's own words are taken out. zxcvbn rates two known words with a dot
/// between as good, since it does not know how few words there are to choose from.
fn is_mostly_personal(password: &str, words: &[String]) -> bool {
    let whole = password.to_lowercase();
    let rest = words
        .iter()
        .fold(whole.clone(), |rest, word| rest.replace(word.as_str(), ""));
    rest != whole && rest.chars().count() < MIN_OWN_CHARS
}

fn hash(password: &str, salt: [u8; 16]) -> Result<String, HashError> {
    let hash: PasswordHash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt)?;
    Ok(hash.to_string())
}

fn verify(password: &str, stored: &str) -> Result<bool, HashError> {
    let stored = PasswordHash::new(stored).map_err(|_| HashError::EncodingInvalid)?;
    match hasher()?.verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}

fn hasher() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| HashError::ParamsInvalid)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str) -> Option<PasswordWeakness> {
        let personal = [
            "takahashi.makoto@minato.example",
            "髙橋 誠",
            "株式会社みなと製作所",
        ];
        weakness(password, &personal.map(str::to_owned))
    }

    #[test]
    fn weak_passwords_are_named() {
        use PasswordWeakness::{Common, Guessable, Pattern, Personal, TooLong, TooShort};
        for (password, expected) in [
            ("", TooShort),
            ("kF9$wq2!x", TooShort),
            ("短い合言葉です", TooShort),
            ("password123", Common),
            ("passw0rd!!", Common),
            ("aaaaaaaaaaaaaaa", Pattern),
            ("abcdefghijklmn", Pattern),
            ("qwertyuiop[]", Pattern),
            ("takahashi.makoto", Personal),
            ("makoto.minato", Personal),
        ] {
            assert_eq!(judged(password), Some(expected), "{password}");
        }
        assert_eq!(judged(&"long pass phrase ".repeat(12)), Some(TooLong));
        let any = judged("sunshine2024");
        assert!(matches!(any, Some(Common | Guessable | Pattern)), "{any:?}");
    }

    #[test]
    fn strong_passwords_are_taken() {
        for password in [
            "correct horse battery staple",
            "vT4!pQz8#mLw",
            "朝顔の種を三つ数える猫",
            "Fuyu-no_hanabi wa kirei 77",
        ] {
            assert_eq!(judged(password), None, "{password}");
        }
        let longest: String = "vT4!pQz8#mLw".chars().cycle().take(200).collect();
        assert_ne!(judged(&longest), Some(PasswordWeakness::TooLong));
    }

    #[test]
    fn a_hash_fits_its_password_alone() {
        let stored = hash("correct horse", [1; 16]).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=32768,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse", &stored).unwrap());
        assert!(!verify("correct horsf", &stored).unwrap());
        assert!(!verify("", &stored).unwrap());
        assert_ne!(stored, hash("correct horse", [2; 16]).unwrap(), "salted");
        assert!(verify("correct horse", "no hash").is_err());
    }

    #[test]
    fn nobodys_hash_costs_as_much_as_a_real_one() {
        let cost = |phc: &str| phc.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(cost(NOBODYS_HASH), cost(&hash("x", [1; 16]).unwrap()));
        assert!(!verify("", NOBODYS_HASH).unwrap());
    }
}
