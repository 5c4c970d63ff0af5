//! The built files of `ui/`: styles, scripts, icons, pdf.js. They are part of the binary.
//!
//! A page names them by [`url()`], which carries the version of the whole set in its path, so that a browser may keep
//! them for ever and relative imports between scripts stay inside one version.

use std::borrow::Cow;
use std::sync::LazyLock;

#[derive(rust_embed::Embed)]
#[folder = "../../ui/dist/"]
#[allow_missing = true]
struct Dist;

/// The path under which the assets are served.
pub const PREFIX: &str = "/assets/";

/// One asset, ready to be sent.
#[derive(Debug)]
pub struct Asset {
    /// The bytes, compressed as `encoding` says.
    pub bytes: Cow<'static, [u8]>,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The `Content-Encoding`: `br`, `gzip` or none.
    pub encoding: Option<&'static str>,
}

/// The user interface was not built into this program.
#[derive(Debug, thiserror::Error)]
#[error(
    "the user interface is not built: {missing} is missing in ui/dist; run `npm ci && npm run build` in ui/"
)]
pub struct NotBuilt {
    /// The first file that is missing.
    pub missing: &'static str,
}

/// Checks that every file which pages name is there. Call it once at start.
///
/// # Errors
/// [`NotBuilt`] if `ui/` was not built before this program.
pub fn check() -> Result<(), NotBuilt> {
    match NAMED.iter().find(|name| Dist::get(name).is_none()) {
        Some(missing) => Err(NotBuilt { missing }),
        None => Ok(()),
    }
}

/// The version of the set: the digest that the build of `ui/` wrote.
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        Dist::get(VERSION_FILE)
            .and_then(|file| String::from_utf8(file.data.into_owned()).ok())
            .map_or_else(|| "unbuilt".to_owned(), |text| text.trim().to_owned())
    });
    &VERSION
}

/// The address of the asset `path`, for example `/assets/3f2a…/app.css`.
pub fn url(path: &str) -> String {
    format!("{PREFIX}{}/{path}", version())
}

/// Finds an asset, in the best encoding that `accept_encoding` (the request's header) allows.
pub fn find(path: &str, accept_encoding: &str) -> Option<Asset> {
    let is_encoded = matches!(path.rsplit_once('.'), Some((_, "br" | "gz")));
    if path == VERSION_FILE || is_encoded {
        return None;
    }
    let content_type = content_type(path)?;
    for (encoding, suffix) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts(accept_encoding, encoding)
            && let Some(file) = Dist::get(&format!("{path}{suffix}"))
        {
            return Some(Asset {
                bytes: file.data,
                content_type,
                encoding: Some(encoding),
            });
        }
    }
    Dist::get(path).map(|file| Asset {
        bytes: file.data,
        content_type,
        encoding: None,
    })
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && !parts.any(|p| matches!(p, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn content_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "wasm" => "application/wasm",
        "bcmap" | "pfb" | "ttf" | "icc" => "application/octet-stream",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

const VERSION_FILE: &str = "version.txt";

/// Every asset that a page names.
pub(crate) const NAMED: [&str; 10] = [
    "app.css",
    "party.css",
    "app.js",
    "party.js",
    "public.js",
    "editor.js",
    "icons.svg",
    "favicon.svg",
    "version.txt",
    "pdfjs/pdf.mjs",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_follow_the_header() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("BR;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "gzip"));
        assert!(!accepts("brx", "br"));
    }

    #[test]
    fn only_plain_names_are_served() {
        assert!(find("app.css.br", "br").is_none());
        assert!(find("version.txt", "").is_none());
        assert!(find("../Cargo.toml", "").is_none());
        assert!(find("no-such.css", "").is_none());
    }
}
