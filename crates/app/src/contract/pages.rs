//! Page images, made by the server and kept encrypted.

use std::sync::Arc;

use akashi_domain::authorization::Action;
use akashi_domain::{Contract, ContractId, DocumentId};
use akashi_reading::{Limits, MediaType, PageReader};
use bytes::Bytes;

use crate::caller::{MemberCaller, PartyCaller};
use crate::ports::{PageImageKey, Tenant};
use crate::{App, Error};

/// Widths in pixels that are drawn; others would let a visitor fill the cache.
const WIDTHS_PX: [u32; 5] = [240, 480, 780, 960, 1440];

/// The size that a page image should not exceed, so that a phone has its first page soon.
const TARGET_BYTES: usize = 100 * 1024;

/// A page as a picture.
#[derive(Debug, Clone)]
pub struct PageImage {
    /// The bytes.
    pub bytes: Bytes,
    /// The media type.
    pub media_type: &'static str,
}

impl App {
    /// The image of a page for a member.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NotDrawable`].
    pub async fn page_image(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        document_id: DocumentId,
        page: u32,
        width_px: u32,
    ) -> Result<PageImage, Error> {
        let contract = self
            .load_for_member(caller, Action::ReadContract, contract_id)
            .await?
            .value;
        self.draw_page(&caller.tenant, &contract, document_id, None, page, width_px)
            .await
    }

    /// The image of a page for a party, in the revision that its page shows.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NotDrawable`], [`Error::RevisionUnknown`].
    pub async fn party_page_image(
        &self,
        caller: &PartyCaller,
        document_id: DocumentId,
        token: &crate::party::RevisionToken,
        page: u32,
        width_px: u32,
    ) -> Result<PageImage, Error> {
        let contract = self.load_for_party(caller, Action::ReadAsParty).await?.value;
        let shown = token.shown(&contract).ok_or(Error::RevisionUnknown)?;
        let segments = shown
            .iter()
            .find(|revision| revision.document_id == document_id)
            .and_then(|revision| usize::try_from(revision.segments).ok());
        self.draw_page(&caller.tenant, &contract, document_id, segments, page, width_px)
            .await
    }

    async fn draw_page(
        &self,
        tenant: &Tenant,
        contract: &Contract,
        document_id: DocumentId,
        segments: Option<usize>,
        page: u32,
        width_px: u32,
    ) -> Result<PageImage, Error> {
        let document = contract.document(document_id).ok_or(Error::NotFound)?;
        let segments = segments.unwrap_or(document.segments.len());
        let revision = segments
            .checked_sub(1)
            .and_then(|index| document.segments.get(index))
            .ok_or(Error::NotFound)?;
        if usize::try_from(page).map_or(true, |index| index >= document.pages.len()) {
            return Err(Error::NotFound);
        }
        let width_px = WIDTHS_PX
            .into_iter()
            .find(|width| *width >= width_px)
            .unwrap_or(1440);
        let key = PageImageKey {
            revision_sha256: revision.revision_sha256,
            page,
            width_px,
        };
        if let Some(bytes) = self.ports.previews.find(tenant, key).await {
            let media_type = MediaType::detect(&bytes).map_or("application/octet-stream", MediaType::as_str);
            return Ok(PageImage { bytes, media_type });
        }
        let whole: Arc<[u8]> = Arc::from(self.read_revision(tenant, document, segments).await?.as_ref());
        let fonts = self.substitute_fonts();
        let drawn = self
            .apart(move || {
                let reader =
                    PageReader::open(whole, fonts, Limits::default()).map_err(|error| error.to_string())?;
                let index = usize::try_from(page).map_err(|error| error.to_string())?;
                let image = reader
                    .render(index, width_px)
                    .map_err(|error| error.to_string())?;
                image.encode(TARGET_BYTES).map_err(|error| error.to_string())
            })
            .await?;
        let image = drawn.map_err(|reason| Error::NotDrawable { reason })?;
        let bytes = Bytes::from(image.bytes);
        self.ports.previews.keep(tenant, key, bytes.clone()).await;
        Ok(PageImage {
            bytes,
            media_type: image.media_type.as_str(),
        })
    }
}
