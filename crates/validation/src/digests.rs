//! Hashing what signatures cover: all signatures of a file in one pass.

use std::io;

use akashi_pdf::ReadAt;
use akashi_pki::DigestAlgorithm;
use aws_lc_rs::digest::{self, Context};

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;

/// What one signature covers, and how it is hashed.
#[derive(Debug, Clone)]
pub(crate) struct Covered {
    pub(crate) algorithm: DigestAlgorithm,
    /// Offset and length; everything lies within the file.
    pub(crate) ranges: Vec<(u64, u64)>,
}

/// The digest of each, in their order; empty for algorithms that are not known here.
///
/// Ranges that begin at the beginning of the file share one running hash for each algorithm: it is copied where the
/// range has its gap. So a file with many signatures is hashed about once.
pub(crate) fn digests<R: ReadAt>(reader: &R, covered: &[Covered]) -> io::Result<Vec<Vec<u8>>> {
    let mut results: Vec<Vec<u8>> = vec![Vec::new(); covered.len()];
    let mut buffer = vec![0; CHUNK];
    let mut algorithms: Vec<DigestAlgorithm> = Vec::new();
    for one in covered {
        if !algorithms.contains(&one.algorithm) {
            algorithms.push(one.algorithm);
        }
    }
    for algorithm in algorithms {
        let Some(implementation) = implementation(algorithm) else {
            continue;
        };
        let mut order: Vec<(u64, usize)> = Vec::new();
        for (index, one) in covered
            .iter()
            .enumerate()
            .filter(|(_, one)| one.algorithm == algorithm)
        {
            match one.ranges.first() {
                Some((0, length)) => order.push((*length, index)),
                _ => order.push((0, index)),
            }
        }
        order.sort_unstable();
        let mut running = Context::new(implementation);
        let mut position = 0;
        for (shared, index) in order {
            feed(reader, &mut running, position, shared, &mut buffer)?;
            position = shared;
            let mut own = running.clone();
            let Some(one) = covered.get(index) else { continue };
            let skip = usize::from(one.ranges.first().is_some_and(|(offset, _)| *offset == 0));
            if skip == 0 {
                own = Context::new(implementation);
            }
            for (offset, length) in one.ranges.iter().skip(skip) {
                feed(
                    reader,
                    &mut own,
                    *offset,
                    offset.saturating_add(*length),
                    &mut buffer,
                )?;
            }
            if let Some(result) = results.get_mut(index) {
                *result = own.finish().as_ref().to_vec();
            }
        }
    }
    Ok(results)
}

fn feed<R: ReadAt>(
    reader: &R,
    context: &mut Context,
    from: u64,
    to: u64,
    buffer: &mut [u8],
) -> io::Result<()> {
    if let Some(bytes) = reader.in_memory() {
        let range = usize::try_from(from).ok().zip(usize::try_from(to.max(from)).ok());
        let part = range.and_then(|(from, to)| bytes.get(from..to));
        context.update(part.ok_or(io::ErrorKind::UnexpectedEof)?);
        return Ok(());
    }
    let mut position = from;
    while position < to {
        let length = usize::try_from(to - position).unwrap_or(CHUNK).min(buffer.len());
        let Some(part) = buffer.get_mut(..length) else {
            break;
        };
        reader.read_at(position, part)?;
        context.update(part);
        position += length as u64;
    }
    Ok(())
}

/// How an algorithm is computed; nothing when it is not known here.
pub(crate) fn implementation(algorithm: DigestAlgorithm) -> Option<&'static digest::Algorithm> {
    Some(match algorithm {
        DigestAlgorithm::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha224 => &digest::SHA224,
        DigestAlgorithm::Sha256 => &digest::SHA256,
        DigestAlgorithm::Sha384 => &digest::SHA384,
        DigestAlgorithm::Sha512 => &digest::SHA512,
        DigestAlgorithm::Sha3_256 => &digest::SHA3_256,
        DigestAlgorithm::Sha3_384 => &digest::SHA3_384,
        DigestAlgorithm::Sha3_512 => &digest::SHA3_512,
        _ => return None,
    })
}

/// SHA-256 of the first `length` bytes.
pub(crate) fn sha256_of_start<R: ReadAt>(reader: &R, length: u64) -> io::Result<[u8; 32]> {
    let covered = Covered {
        algorithm: DigestAlgorithm::Sha256,
        ranges: vec![(0, length)],
    };
    let digest = digests(reader, &[covered])?.pop().unwrap_or_default();
    Ok(digest.try_into().unwrap_or([0; 32]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_and_own_parts_give_the_same_as_hashing_each_alone() {
        let file: Vec<u8> = (0..700_000_u32)
            .map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1])
            .collect();
        let algorithms = [
            DigestAlgorithm::Sha256,
            DigestAlgorithm::Sha512,
            DigestAlgorithm::Sha1,
        ];
        let ranges = [
            vec![(0, 1000), (2000, 3000)],
            vec![(0, 600_000), (600_500, 99_500)],
            vec![(0, 0), (10, 20)],
            vec![(5, 10), (20, 30), (100, 7)],
            vec![(0, 700_000)],
        ];
        let covered: Vec<Covered> = algorithms
            .into_iter()
            .flat_map(|algorithm| {
                ranges.iter().map(move |ranges| Covered {
                    algorithm,
                    ranges: ranges.clone(),
                })
            })
            .collect();
        let found = digests(&file, &covered).unwrap();
        for (one, digest) in covered.iter().zip(found) {
            let bytes: Vec<u8> = one
                .ranges
                .iter()
                .flat_map(|(offset, length)| {
                    &file[usize::try_from(*offset).unwrap()..][..usize::try_from(*length).unwrap()]
                })
                .copied()
                .collect();
            assert_eq!(digest, one.algorithm.digest(&bytes), "{one:?}");
        }
    }
}
