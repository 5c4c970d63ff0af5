//! The digest of a stored file, a part at a time.

use akashi_domain::Digest32;
use akashi_pdf::ReadAt;
use aws_lc_rs::digest::{Context, SHA256};

/// Bytes read at once.
const PART: usize = 1024 * 1024;

/// SHA-256 of a whole file.
///
/// # Errors
/// What the reader answers.
pub(super) fn of(file: &impl ReadAt) -> std::io::Result<Digest32> {
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0_u8; PART];
    let (mut at, size) = (0_u64, file.size());
    while at < size {
        let rest = usize::try_from(size.saturating_sub(at)).unwrap_or(PART);
        let part = buffer.get_mut(..rest.min(PART)).unwrap_or_default();
        file.read_at(at, part)?;
        context.update(part);
        at = at.saturating_add(part.len() as u64);
    }
    let mut digest = [0_u8; 32];
    digest.copy_from_slice(context.finish().as_ref());
    Ok(Digest32::new(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_the_whole() {
        let file: Vec<u8> = (0..PART * 2 + 5)
            .map(|n| u8::try_from(n % 251).unwrap())
            .collect();
        assert_eq!(of(&file).unwrap(), crate::link::sha256(&file));
        assert_eq!(of(&Vec::new()).unwrap(), crate::link::sha256(b""));
    }
}
