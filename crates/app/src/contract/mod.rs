//! What a member does with contracts: prepare, send, follow, steer, read.

mod create;
pub(crate) mod documents;
mod download;
mod edit;
mod home;
mod list;
mod pages;
mod send;
mod steer;
mod view;

pub use download::{Download, DownloadKind};
pub use edit::PartyInput;
pub use home::HomeView;
pub use list::ContractList;
pub use pages::PageImage;
pub use view::{Availability, ContractAction, ContractView, SendCheck};
