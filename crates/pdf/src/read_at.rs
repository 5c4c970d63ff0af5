//! Random access to the bytes of a file.

use std::io;
use std::sync::Arc;

/// Bytes that can be read at any offset.
///
/// The reader never loads a whole file: opening and editing cost a few reads of some kilobytes each. An
/// implementation over remote or encrypted storage should cache blocks, because neighbouring objects are
/// read one by one.
pub trait ReadAt {
    /// Length in bytes. It must not change while a document is open.
    fn size(&self) -> u64;

    /// Fills `buffer` from `offset` on.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] when the range reaches behind the end; otherwise what the storage
    /// reports.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;

    /// All bytes at once, if they lie in memory anyway: what reads everything, as hashing does, then copies nothing.
    fn in_memory(&self) -> Option<&[u8]> {
        None
    }
}

impl ReadAt for [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let end = start
            .checked_add(buffer.len())
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let source = self.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(source);
        Ok(())
    }

    fn in_memory(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.as_slice().read_at(offset, buffer)
    }

    fn in_memory(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        (**self).read_at(offset, buffer)
    }

    fn in_memory(&self) -> Option<&[u8]> {
        (**self).in_memory()
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Box<T> {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        (**self).read_at(offset, buffer)
    }

    fn in_memory(&self) -> Option<&[u8]> {
        (**self).in_memory()
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Arc<T> {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        (**self).read_at(offset, buffer)
    }

    fn in_memory(&self) -> Option<&[u8]> {
        (**self).in_memory()
    }
}

/// Two sources one behind the other, for example a stored revision and an update that is not stored yet.
#[derive(Debug, Clone)]
pub struct Appended<A, B> {
    head: A,
    tail: B,
}

impl<A: ReadAt, B: ReadAt> Appended<A, B> {
    /// The bytes of `head` followed by those of `tail`; nothing is copied.
    pub fn new(head: A, tail: B) -> Self {
        Self { head, tail }
    }
}

impl<A: ReadAt, B: ReadAt> ReadAt for Appended<A, B> {
    fn size(&self) -> u64 {
        self.head.size().saturating_add(self.tail.size())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let split = self.head.size();
        if offset >= split {
            return self.tail.read_at(offset - split, buffer);
        }
        let in_head = usize::try_from(split - offset)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let (first, second) = buffer.split_at_mut(in_head);
        self.head.read_at(offset, first)?;
        if second.is_empty() {
            Ok(())
        } else {
            self.tail.read_at(0, second)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appended_reads_over_the_seam() {
        let both = Appended::new(b"abc".as_slice(), b"defg".to_vec());
        let mut buffer = [0; 4];
        both.read_at(1, &mut buffer).unwrap();
        assert_eq!(&buffer, b"bcde");
        both.read_at(3, &mut buffer).unwrap();
        assert_eq!(&buffer, b"defg");
        assert!(both.read_at(4, &mut buffer).is_err());
        assert_eq!(both.size(), 7);
        assert_eq!(
            (both.in_memory(), b"abc".in_memory()),
            (None, Some(b"abc".as_slice()))
        );
    }
}
