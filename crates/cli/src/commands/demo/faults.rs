//! Faults of a story: an address that does not exist, a storage and a time-stamp authority that are down for a
//! while.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use akashi_app::Ports;
use akashi_app::domain::SegmentId;
use akashi_app::ports::{
    MailError, MailMode, MailReceipt, Mailer, OutgoingMail, SegmentRecord, SegmentStorage, StorageError,
    Tenant, TimeStampAuthority, TimeStampError, TimeStampSource,
};
use bytes::Bytes;

/// Mail to addresses that begin so is refused.
pub(super) const UNKNOWN_USER: &str = "unknown.";

/// What is down at the moment.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) storage: AtomicBool,
    pub(super) time_stamps: AtomicBool,
}

/// Puts faults between the use cases and their adapters.
pub(super) fn install(ports: &mut Ports) -> Arc<Faults> {
    let faults = Arc::new(Faults::default());
    ports.mailer = Arc::new(Refusing {
        inner: Arc::clone(&ports.mailer),
    });
    ports.segments = Arc::new(Storage {
        inner: Arc::clone(&ports.segments),
        faults: Arc::clone(&faults),
    });
    ports.time_stamps = Arc::new(TimeStamps {
        inner: Arc::clone(&ports.time_stamps),
        faults: Arc::clone(&faults),
    });
    faults
}

fn down() -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(io::Error::new(
        io::ErrorKind::ConnectionRefused,
        "down for this demonstration",
    ))
}

struct Refusing {
    inner: Arc<dyn Mailer>,
}

#[async_trait::async_trait]
impl Mailer for Refusing {
    fn mode(&self) -> MailMode {
        self.inner.mode()
    }

    async fn send(&self, mail: &OutgoingMail) -> Result<MailReceipt, MailError> {
        if mail.to.local_part().starts_with(UNKNOWN_USER) {
            return Err(MailError::Refused {
                response: "550 5.1.1 Recipient address rejected: User unknown".to_owned(),
            });
        }
        self.inner.send(mail).await
    }

    async fn check(&self) -> Result<String, MailError> {
        self.inner.check().await
    }
}

struct Storage {
    inner: Arc<dyn SegmentStorage>,
    faults: Arc<Faults>,
}

#[async_trait::async_trait]
impl SegmentStorage for Storage {
    async fn put(&self, tenant: &Tenant, plain: Bytes) -> Result<SegmentRecord, StorageError> {
        if self.faults.storage.load(Ordering::Relaxed) {
            return Err(StorageError::Unavailable(down()));
        }
        self.inner.put(tenant, plain).await
    }

    async fn read(
        &self,
        tenant: &Tenant,
        record: &SegmentRecord,
        offset: u64,
        length: u64,
    ) -> Result<Bytes, StorageError> {
        self.inner.read(tenant, record, offset, length).await
    }

    async fn remove(&self, tenant: &Tenant, segment_id: SegmentId) -> Result<(), StorageError> {
        self.inner.remove(tenant, segment_id).await
    }

    async fn check(&self) -> Result<(), StorageError> {
        self.inner.check().await
    }
}

struct TimeStamps {
    inner: Arc<dyn TimeStampAuthority>,
    faults: Arc<Faults>,
}

#[async_trait::async_trait]
impl TimeStampAuthority for TimeStamps {
    async fn stamp(&self, imprint: [u8; 32]) -> Result<Vec<u8>, TimeStampError> {
        if self.faults.time_stamps.load(Ordering::Relaxed) {
            return Err(TimeStampError::Unavailable(down()));
        }
        self.inner.stamp(imprint).await
    }

    fn source(&self) -> TimeStampSource {
        self.inner.source()
    }
}
