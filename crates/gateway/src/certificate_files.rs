//! Certificates that an operator names: files and folders, PEM or DER.

use std::fs;
use std::path::{Path, PathBuf};

use akashi_app::ports::pki::{Certificate, CertificateError};

/// Larger files are no certificates.
const MAX_FILE_BYTES: u64 = 16 << 20;
/// The most certificates of all files together.
const MAX_CERTIFICATES: usize = 4096;

/// Why configured certificates cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateFileError {
    /// A file or folder cannot be read.
    #[error("{path} cannot be read")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is too large for certificates.
    #[error("{path} is too large")]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// A file is no certificate.
    #[error("{path} is no certificate")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: CertificateError,
    },
    /// A file or folder holds no certificate.
    #[error("{path} holds no certificate")]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// More certificates than anybody can mean.
    #[error("more than {MAX_CERTIFICATES} certificates are configured")]
    TooMany,
}

/// Reads the certificates of files (one as DER, or any number as PEM) and of the files of folders whose names end in
/// `.pem`, `.crt`, `.cer` or `.der`. Each file and each folder must hold at least one.
///
/// # Errors
/// [`CertificateFileError`].
pub fn read_certificates(paths: &[PathBuf]) -> Result<Vec<Certificate>, CertificateFileError> {
    let mut certificates = Vec::new();
    for path in paths {
        if path.is_dir() {
            read_folder(path, &mut certificates)?;
        } else {
            read_file(path, &mut certificates)?;
        }
        if certificates.len() > MAX_CERTIFICATES {
            return Err(CertificateFileError::TooMany);
        }
    }
    Ok(certificates)
}

fn read_folder(folder: &Path, certificates: &mut Vec<Certificate>) -> Result<(), CertificateFileError> {
    let failed = |source| CertificateFileError::Io {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_named = path.extension().is_some_and(|extension| {
            ["pem", "crt", "cer", "der"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        });
        if is_named && path.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(CertificateFileError::Empty {
            path: folder.to_owned(),
        });
    }
    files.sort();
    files.iter().try_for_each(|path| read_file(path, certificates))
}

fn read_file(path: &Path, certificates: &mut Vec<Certificate>) -> Result<(), CertificateFileError> {
    let failed = |source| CertificateFileError::Io {
        path: path.to_owned(),
        source,
    };
    if fs::metadata(path).map_err(failed)?.len() > MAX_FILE_BYTES {
        return Err(CertificateFileError::TooLarge {
            path: path.to_owned(),
        });
    }
    let bytes = fs::read(path).map_err(failed)?;
    let found = certificates_in(&bytes).map_err(|source| CertificateFileError::Malformed {
        path: path.to_owned(),
        source,
    })?;
    if found.is_empty() {
        return Err(CertificateFileError::Empty {
            path: path.to_owned(),
        });
    }
    certificates.extend(found);
    Ok(())
}

/// The certificates in PEM text, or one in DER.
pub(crate) fn certificates_in(bytes: &[u8]) -> Result<Vec<Certificate>, CertificateError> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains("-----BEGIN ") => Certificate::all_from_pem(text),
        _ => Certificate::from_der(bytes).map(|certificate| vec![certificate]),
    }
}

/// The issuers of `certificate` among `candidates`, nearest first, as far as they lead; a root that is among them is
/// the last. Names and signatures are followed, nothing else is judged.
pub fn issuers_of(certificate: &Certificate, candidates: &[Certificate]) -> Vec<Certificate> {
    const MAX_ISSUERS: usize = 16;
    let mut issuers: Vec<Certificate> = Vec::new();
    let mut current = certificate;
    while issuers.len() < MAX_ISSUERS && !is_self_signed(current) {
        let issuer = candidates.iter().find(|candidate| {
            candidate.subject().matches(current.issuer())
                && *candidate != certificate
                && !issuers.contains(candidate)
                && current.verify_issued_by(candidate.public_key()).is_ok()
        });
        let Some(issuer) = issuer else { break };
        issuers.push(issuer.clone());
        current = issuer;
    }
    issuers
}

fn is_self_signed(certificate: &Certificate) -> bool {
    certificate.subject().matches(certificate.issuer())
        && certificate.verify_issued_by(certificate.public_key()).is_ok()
}

#[cfg(test)]
mod tests {
    use akashi_testkit::fakes::TestAuthority;

    use super::*;

    fn authority() -> TestAuthority {
        TestAuthority::new("2026-11-22T01:00:00Z".parse().unwrap())
    }

    #[test]
    fn files_and_folders_are_read_and_what_is_none_is_named() {
        let [issuing, root] = authority().issuers().try_into().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let empty = read_certificates(&[folder.path().to_owned()]);
        assert!(
            matches!(empty, Err(CertificateFileError::Empty { .. })),
            "{empty:?}"
        );
        fs::write(at("b.pem"), format!("{}{}", issuing.to_pem(), root.to_pem())).unwrap();
        fs::write(at("a.CER"), root.as_der()).unwrap();
        fs::write(at("README"), "not a certificate").unwrap();
        let found = read_certificates(&[folder.path().to_owned(), at("b.pem")]).unwrap();
        assert_eq!(found, [&root, &issuing, &root, &issuing, &root].map(Clone::clone));
        let malformed = read_certificates(&[at("README")]);
        assert!(matches!(malformed, Err(CertificateFileError::Malformed { .. })));
        fs::write(
            at("key.pem"),
            "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
        )
        .unwrap();
        assert!(matches!(
            read_certificates(&[at("key.pem")]),
            Err(CertificateFileError::Empty { .. })
        ));
        assert!(matches!(
            read_certificates(&[at("nothing.pem")]),
            Err(CertificateFileError::Io { .. })
        ));
    }

    #[test]
    fn issuers_are_ordered_and_strangers_left_out() {
        let ours = authority();
        let (_, certificate) = ours.time_stamp();
        let [issuing, root] = ours.issuers().try_into().unwrap();
        let strangers = authority().issuers();
        let mut candidates = strangers.clone();
        candidates.extend([root.clone(), certificate.clone(), issuing.clone()]);
        assert_eq!(issuers_of(&certificate, &candidates), [issuing, root.clone()]);
        assert_eq!(
            issuers_of(&certificate, &strangers),
            [],
            "the same names, other keys"
        );
        assert_eq!(issuers_of(&root, &candidates), []);
    }
}
