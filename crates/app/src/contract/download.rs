//! Downloads: the PDFs as they stand, the evidence sheet, and its content as JSON.

use akashi_domain::authorization::Action;
use akashi_domain::{Contract, ContractId, ContractState, DocumentId};
use bytes::Bytes;

use crate::caller::{MemberCaller, PartyCaller};
use crate::ports::Tenant;
use crate::{App, Error};

/// What is downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadKind {
    /// A document in its newest revision.
    Document(DocumentId),
    /// The evidence sheet.
    EvidenceSheet,
    /// The content of the evidence sheet as JSON.
    EvidenceJson,
}

/// A file.
#[derive(Debug, Clone)]
pub struct Download {
    /// Its name.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Bytes,
}

impl App {
    /// A file for a member. Before the conclusion a document is what stands now, and its name says so.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub async fn download(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        kind: DownloadKind,
    ) -> Result<Download, Error> {
        let contract = self
            .load_for_member(caller, Action::ReadContract, contract_id)
            .await?
            .value;
        self.file(&caller.tenant, &contract, kind).await
    }

    /// A file for a party: after the conclusion everything; before it the documents that it is asked to sign.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub async fn party_download(&self, caller: &PartyCaller, kind: DownloadKind) -> Result<Download, Error> {
        let contract = self.load_for_party(caller, Action::ReadAsParty).await?.value;
        self.file(&caller.tenant, &contract, kind).await
    }

    async fn file(
        &self,
        tenant: &Tenant,
        contract: &Contract,
        kind: DownloadKind,
    ) -> Result<Download, Error> {
        let title = contract.details.title.as_str();
        match kind {
            DownloadKind::Document(document_id) => {
                let document = contract.document(document_id).ok_or(Error::NotFound)?;
                let concluded = matches!(contract.state, ContractState::Concluded { .. });
                let name = document.file_name.as_str();
                let stem = name
                    .strip_suffix(".pdf")
                    .or_else(|| name.strip_suffix(".PDF"))
                    .unwrap_or(name);
                let file_name = if concluded {
                    format!("{stem}_締結済.pdf")
                } else {
                    format!("{stem}_未締結.pdf")
                };
                let bytes = self.read_newest(tenant, document).await?;
                Ok(Download {
                    file_name,
                    media_type: "application/pdf",
                    bytes,
                })
            }
            DownloadKind::EvidenceSheet => {
                let evidence = contract.evidence.as_ref().ok_or(Error::NotFound)?;
                let bytes = self.read_segment(tenant, evidence.pdf.segment_id).await?;
                Ok(Download {
                    file_name: format!("締結証明書_{title}.pdf"),
                    media_type: "application/pdf",
                    bytes,
                })
            }
            DownloadKind::EvidenceJson => {
                let evidence = contract.evidence.as_ref().ok_or(Error::NotFound)?;
                let bytes = self.read_segment(tenant, evidence.json.segment_id).await?;
                Ok(Download {
                    file_name: format!("締結証明書_{title}.json"),
                    media_type: "application/json",
                    bytes,
                })
            }
        }
    }
}
