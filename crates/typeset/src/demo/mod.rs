//! Contracts for `akashi demo` and for tests: Japanese contracts of several pages with tables, whose
//! fields stand at known places. Companies and people come from the caller.
//!
//! The texts stand in `contracts/` as plain files in a small markup of one block per line.

mod draw;
mod fields;
mod markup;

use jiff::civil::Date;
use thiserror::Error;

use crate::error::RenderError;
use crate::font::MissingCharacter;

pub use draw::contract;

/// Which contract to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 業務委託基本契約書
    ServiceAgreement,
    /// 秘密保持契約書
    Nda,
    /// 注文書: from the first party to the second.
    PurchaseOrder,
    /// 注文請書: from the second party to the first.
    OrderAcceptance,
    /// 工事請負契約書
    Construction,
    /// 労働条件通知書: the second party is a person.
    WorkingConditions,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::ServiceAgreement,
        Self::Nda,
        Self::PurchaseOrder,
        Self::OrderAcceptance,
        Self::Construction,
        Self::WorkingConditions,
    ];

    /// The title on the page.
    pub fn title(self) -> &'static str {
        match self {
            Self::ServiceAgreement => "業務委託基本契約書",
            Self::Nda => "秘密保持契約書",
            Self::PurchaseOrder => "注文書",
            Self::OrderAcceptance => "注文請書",
            Self::Construction => "工事請負契約書",
            Self::WorkingConditions => "労働条件通知書",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::ServiceAgreement => include_str!("../../contracts/service_agreement.txt"),
            Self::Nda => include_str!("../../contracts/nda.txt"),
            Self::PurchaseOrder => include_str!("../../contracts/purchase_order.txt"),
            Self::OrderAcceptance => include_str!("../../contracts/order_acceptance.txt"),
            Self::Construction => include_str!("../../contracts/construction.txt"),
            Self::WorkingConditions => include_str!("../../contracts/working_conditions.txt"),
        }
    }
}

/// One side of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Name of the company, or of the person.
    pub name: String,
    /// Address.
    pub address: String,
    /// Who acts for a company: title and name; `None` for a person.
    pub representative: Option<Representative>,
}

/// Who acts for a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representative {
    /// 役職, for example 代表取締役.
    pub title: String,
    /// Name.
    pub name: String,
}

/// The particulars of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    /// 甲: the one who orders, employs or asks.
    pub first: Side,
    /// 乙
    pub second: Side,
    /// 契約番号
    pub number: String,
    /// Date on the contract.
    pub date: Date,
    /// First day of the term or the works.
    pub starts: Date,
    /// Last day of the term, day of delivery or completion.
    pub ends: Date,
    /// What it is about, as a noun phrase: 物流業務, 搬送装置の製作.
    pub subject: String,
    /// Amount without consumption tax in yen, at most 1,000,000,000,000.
    pub net_yen: u64,
}

/// A drawn contract.
#[derive(Debug, Clone)]
pub struct SamplePdf {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Its title.
    pub title: String,
    /// Number of pages.
    pub pages: usize,
    /// Places for fields, in reading order.
    pub anchors: Vec<Anchor>,
}

/// A place for a field, in points on the displayed page, origin top left.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    /// The letter of the party and what belongs there: 「甲:印」「甲:日付」「乙:氏名」「乙:住所」「乙:確認」
    /// 「乙:手書き」「乙:納入予定日」「乙:担当者」.
    pub label: String,
    /// 0-based page.
    pub page: usize,
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// Why a contract cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DemoError {
    /// A text of the deal above 200 bytes, or an amount above the limit.
    #[error("deal has a value that is too long or too large")]
    TooLong,
    /// A name or subject that no font can draw.
    #[error("deal has characters that no font can draw")]
    Missing(Vec<MissingCharacter>),
    /// The stored text is malformed at a line: a fault of this crate.
    #[error("contract text is malformed at line {0}")]
    Markup(usize),
    /// The PDF could not be written.
    #[error(transparent)]
    Render(#[from] RenderError),
}

impl From<MissingCharacter> for DemoError {
    fn from(missing: MissingCharacter) -> Self {
        Self::Missing(vec![missing])
    }
}
