//! The counterpart's way: link, request, reading and filling, confirmation, afterwards. Phone first, no account.

mod done;
mod link;
mod request;
mod signing;

pub(crate) use done::{ClosedPage, ClosedReason, DonePage, DoneState, Download, NextSigner};
pub(crate) use link::{LinkClosed, LinkClosedPage, LinkPage};
pub(crate) use request::{ConfirmMissing, ConfirmPage, DeclinePage, DocumentSummary, MarkPreview, RequestPage};
pub(crate) use signing::{FieldKind, FieldValue, SignDocument, SignField, SignPage, SigningPage};
