//! Files as answers.

use akashi_app::contract::Download;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// `3.webp` → page index 2.
pub(super) fn page_number(name: &str) -> Option<u32> {
    name.strip_suffix(".webp")
        .unwrap_or(name)
        .parse::<u32>()
        .ok()?
        .checked_sub(1)
}

/// A file to be saved, under its own name (RFC 6266, RFC 8187).
pub(super) fn attachment(file: Download) -> Response {
    let encoded: String = url::form_urlencoded::byte_serialize(file.file_name.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
        .replace('*', "%2A");
    let extension = file
        .file_name
        .rsplit_once('.')
        .map_or("bin", |(_, extension)| extension);
    let extension: String = extension.chars().filter(char::is_ascii_alphanumeric).collect();
    let disposition = format!("attachment; filename=\"akashi.{extension}\"; filename*=UTF-8''{encoded}");
    let mut response = ([(header::CONTENT_TYPE, file.media_type)], file.bytes).into_response();
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A PDF for pdf.js, by ranges where asked.
pub(super) fn inline_pdf(file: Download, headers: &HeaderMap) -> Response {
    let length = file.bytes.len();
    let range = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| one_range(text, length));
    let mut response = match range {
        Some((from, to)) => {
            let part = file.bytes.slice(from..to);
            let content_range = format!("bytes {from}-{}/{length}", to.saturating_sub(1));
            (
                StatusCode::PARTIAL_CONTENT,
                [(header::CONTENT_RANGE, content_range)],
                part,
            )
                .into_response()
        }
        None => file.bytes.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response
}

/// One range of `bytes=a-b` (RFC 9110, 14.1.2); others are answered with the whole file, which is permitted.
fn one_range(text: &str, length: usize) -> Option<(usize, usize)> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = match (from.parse::<usize>().ok(), to.parse::<usize>().ok()) {
        (Some(from), Some(to)) => (from, to.saturating_add(1).min(length)),
        (Some(from), None) if to.is_empty() => (from, length),
        (None, Some(last)) if from.is_empty() => (length.saturating_sub(last), length),
        _ => return None,
    };
    (from < to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_file() {
        assert_eq!(one_range("bytes=0-9", 100), Some((0, 10)));
        assert_eq!(one_range("bytes=90-999", 100), Some((90, 100)));
        assert_eq!(one_range("bytes=-10", 100), Some((90, 100)));
        assert_eq!(one_range("bytes=95-", 100), Some((95, 100)));
        assert_eq!(one_range("bytes=100-", 100), None);
        assert_eq!(one_range("bytes=0-1,5-6", 100), None);
    }

    #[test]
    fn pages_count_from_one() {
        assert_eq!(page_number("1.webp"), Some(0));
        assert_eq!(page_number("0.webp"), None);
        assert_eq!(page_number("x.webp"), None);
    }
}
