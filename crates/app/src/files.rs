//! Reading stored revisions: whole, or at random while an engine works on them.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use akashi_domain::{Document, SegmentId};
use akashi_pdf::ReadAt;
use bytes::{Bytes, BytesMut};

use crate::ports::{SegmentRecord, SegmentStorage, StorageError, Tenant};
use crate::{App, Error};

/// Bytes fetched at once; the chunk size of the storage's encryption.
const BLOCK: u64 = 64 * 1024;
/// Blocks kept by one reader: 8 MiB.
const KEPT_BLOCKS: usize = 128;

impl App {
    /// The whole content of a segment.
    pub(crate) async fn read_segment(&self, tenant: &Tenant, segment_id: SegmentId) -> Result<Bytes, Error> {
        let record = self.segment_record(tenant, segment_id).await?;
        Ok(self
            .ports
            .segments
            .read(tenant, &record, 0, record.byte_length)
            .await?)
    }

    pub(crate) async fn segment_record(
        &self,
        tenant: &Tenant,
        segment_id: SegmentId,
    ) -> Result<SegmentRecord, Error> {
        self.ports
            .contracts
            .segment(tenant, segment_id)
            .await?
            .ok_or_else(|| {
                Error::internal(
                    "segment record",
                    io::Error::new(io::ErrorKind::NotFound, segment_id.to_string()),
                )
            })
    }

    /// The bytes of a document's revision that consists of the first `segments` segments.
    pub(crate) async fn read_revision(
        &self,
        tenant: &Tenant,
        document: &Document,
        segments: usize,
    ) -> Result<Bytes, Error> {
        let mut whole = BytesMut::new();
        for segment in document.segments.iter().take(segments) {
            whole.extend_from_slice(&self.read_segment(tenant, segment.segment_id).await?);
        }
        Ok(whole.freeze())
    }

    /// The bytes of a document's newest revision.
    pub(crate) async fn read_newest(&self, tenant: &Tenant, document: &Document) -> Result<Bytes, Error> {
        self.read_revision(tenant, document, document.segments.len())
            .await
    }

    /// A reader over a document's first `segments` segments, to be used on a thread for blocking work.
    pub(crate) async fn revision_reader(
        &self,
        tenant: &Tenant,
        document: &Document,
        segments: usize,
    ) -> Result<RevisionReader, Error> {
        let mut parts = Vec::new();
        let mut start = 0_u64;
        for segment in document.segments.iter().take(segments) {
            let record = self.segment_record(tenant, segment.segment_id).await?;
            let end = start.saturating_add(record.byte_length);
            parts.push(Part { start, end, record });
            start = end;
        }
        Ok(RevisionReader {
            storage: Arc::clone(&self.ports.segments),
            tenant: *tenant,
            runtime: tokio::runtime::Handle::current(),
            parts,
            length: start,
            blocks: Mutex::new(Vec::new()),
            failure: ReadFailure::default(),
        })
    }
}

struct Part {
    start: u64,
    end: u64,
    record: SegmentRecord,
}

/// Reads a stored revision at random, a block at a time. Every byte was authenticated by the storage.
pub(crate) struct RevisionReader {
    storage: Arc<dyn SegmentStorage>,
    tenant: Tenant,
    runtime: tokio::runtime::Handle,
    parts: Vec<Part>,
    length: u64,
    /// Newest last: part, block number, bytes.
    blocks: Mutex<Vec<(usize, u64, Bytes)>>,
    failure: ReadFailure,
}

/// What the storage answered to a reader's last attempt that failed. An engine that reads through the reader knows
/// only that it could not read; whether the storage is gone for a while or the object is damaged decides what follows.
#[derive(Clone, Default)]
pub(crate) struct ReadFailure(Arc<Mutex<Option<StorageError>>>);

impl ReadFailure {
    fn note(&self, error: StorageError) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    /// Nothing, unless the storage failed the reader.
    ///
    /// # Errors
    /// [`Error::Unavailable`], or [`Error::Internal`] for an object that is damaged or gone.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }
}

impl RevisionReader {
    /// Tells afterwards whether the storage failed.
    pub(crate) fn failure(&self) -> ReadFailure {
        self.failure.clone()
    }

    fn block(&self, part_index: usize, part: &Part, number: u64) -> io::Result<Bytes> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = blocks
            .iter()
            .position(|(p, n, _)| *p == part_index && *n == number)
        {
            let block = blocks.remove(at);
            let bytes = block.2.clone();
            blocks.push(block);
            return Ok(bytes);
        }
        drop(blocks);
        let offset = number.saturating_mul(BLOCK);
        let length = BLOCK.min(part.record.byte_length.saturating_sub(offset));
        let read = self.storage.read(&self.tenant, &part.record, offset, length);
        let bytes = self.runtime.block_on(read).map_err(|error| {
            let text = error.to_string();
            self.failure.note(error);
            io::Error::other(text)
        })?;
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if blocks.len() >= KEPT_BLOCKS {
            blocks.remove(0);
        }
        blocks.push((part_index, number, bytes.clone()));
        Ok(bytes)
    }
}

impl ReadAt for RevisionReader {
    fn size(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = offset
            .checked_add(buffer.len() as u64)
            .filter(|end| *end <= self.length);
        if end.is_none() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut at = offset;
        let mut rest = buffer;
        while !rest.is_empty() {
            let (index, part) = self
                .parts
                .iter()
                .enumerate()
                .find(|(_, part)| part.start <= at && at < part.end)
                .ok_or(io::ErrorKind::UnexpectedEof)?;
            let within = at.saturating_sub(part.start);
            let block = self.block(index, part, within / BLOCK)?;
            let from = usize::try_from(within % BLOCK).map_err(io::Error::other)?;
            let available = block.get(from..).ok_or(io::ErrorKind::UnexpectedEof)?;
            let count = available.len().min(rest.len());
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let (filled, later) = std::mem::take(&mut rest).split_at_mut(count);
            filled.copy_from_slice(available.get(..count).unwrap_or_default());
            rest = later;
            at = at.saturating_add(count as u64);
        }
        Ok(())
    }
}
