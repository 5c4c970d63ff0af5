//! Adding PDFs to a draft, and removing active content by the sender's choice.

use akashi_domain::authorization::Action;
use akashi_domain::contract::{Command, Contract, SegmentRef};
use akashi_domain::{Actor, ContractId, Document, DocumentId, FileName};
use akashi_pdf::ActiveContentChoice;
use bytes::Bytes;

use crate::caller::MemberCaller;
use crate::commit::{Along, CommitOutcome};
use crate::intake::{IntakeError, TakenIn, take_in};
use crate::ports::{HashState, SegmentRecord, Stored, Tenant};
use crate::{App, Error};

impl App {
    /// Takes a PDF into a draft. Two uploads at once both arrive.
    ///
    /// # Errors
    /// [`Error::Intake`] names why a file cannot be taken, [`Error::TooLarge`].
    pub async fn add_document(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        file_name: FileName,
        upload: Bytes,
    ) -> Result<(Stored<Contract>, DocumentId), Error> {
        if upload.len() as u64 > self.settings.max_upload_bytes {
            return Err(Error::TooLarge {
                limit: self.settings.max_upload_bytes,
            });
        }
        self.load_for_member(caller, Action::PrepareContract, contract_id)
            .await?;
        let taken = self.take_in(upload, ActiveContentChoice::Keep).await?;
        let (segment, record) = self.store_first_segment(&caller.tenant, &taken).await?;
        let document_id = self.new_document_id();
        let document = Document {
            document_id,
            file_name,
            pages: taken.pages,
            intake: taken.policy,
            active_content: taken.active_content,
            removed_active_content: Vec::new(),
            segments: vec![segment],
        };
        let command = Command::AddDocument {
            document: Box::new(document),
        };
        let stored = self
            .change_with_segment(caller, contract_id, &command, record)
            .await?;
        Ok((stored, document_id))
    }

    /// Rewrites a PDF of a draft without its active content.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Intake`].
    pub async fn clean_document(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        document_id: DocumentId,
    ) -> Result<Stored<Contract>, Error> {
        let contract = self
            .load_for_member(caller, Action::PrepareContract, contract_id)
            .await?
            .value;
        let document = contract.document(document_id).ok_or(Error::NotFound)?;
        let bytes = self.read_newest(&caller.tenant, document).await?;
        let taken = self.take_in(bytes, ActiveContentChoice::Remove).await?;
        let (segment, record) = self.store_first_segment(&caller.tenant, &taken).await?;
        let command = Command::ReplaceCleaned { document_id, segment };
        self.change_with_segment(caller, contract_id, &command, record)
            .await
    }

    async fn take_in(&self, upload: Bytes, choice: ActiveContentChoice) -> Result<TakenIn, Error> {
        let max_pages = usize::try_from(self.settings.max_pages).unwrap_or(usize::MAX);
        let seed = self.random();
        let taken = self
            .apart(move || take_in(&upload, max_pages, choice, seed))
            .await?;
        if let Err(IntakeError::Unreadable { reason }) = &taken {
            tracing::warn!(reason, "a PDF could not be read");
        }
        Ok(taken?)
    }

    async fn store_first_segment(
        &self,
        tenant: &Tenant,
        taken: &TakenIn,
    ) -> Result<(SegmentRef, SegmentRecord), Error> {
        let mut record = self.ports.segments.put(tenant, taken.bytes.clone()).await?;
        record.hash_state = Some(stored_state(taken.hash.state));
        let segment = SegmentRef {
            segment_id: record.segment_id,
            byte_length: record.byte_length,
            revision_sha256: taken.sha256(),
        };
        Ok((segment, record))
    }

    async fn change_with_segment(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        command: &Command,
        record: SegmentRecord,
    ) -> Result<Stored<Contract>, Error> {
        let actor = Actor::Member(caller.member().member_id);
        for _ in 0..crate::commit::ATTEMPTS {
            let stored = self
                .load_for_member(caller, Action::PrepareContract, contract_id)
                .await?;
            let decision = stored.value.decide(command.clone(), self.now())?;
            let along = Along {
                segments: vec![record.clone()],
                completes: None,
            };
            match self
                .commit(&caller.tenant, actor, stored.revision, decision, along)
                .await
            {
                Err(CommitOutcome::Conflict) => {}
                Err(CommitOutcome::Other(error)) => return Err(error),
                Ok(done) => return Ok(done),
            }
        }
        Err(Error::Conflict)
    }
}

/// The engine's hash state in the form in which the row keeps it.
pub(crate) fn stored_state(state: akashi_pades::HashState) -> HashState {
    HashState {
        words: state.words,
        hashed_bytes: state.hashed_bytes,
    }
}
