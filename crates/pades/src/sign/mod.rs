//! From a field and a certificate to a signature: `SignatureDraft → Prepared → Signed`.

mod draft;
mod external;
pub(crate) mod parts;
mod pdf_date;
mod prepared;
mod signed;
pub(crate) mod stored;

pub use draft::{
    CertificationPermission, NewField, Notice, PrepareError, SignatureDetails, SignatureDraft, SignerIdentity,
};
pub use external::ForeignCmsError;
pub use prepared::{EmbedError, Prepared};
pub use signed::{BaselineLevel, Signed};
pub use stored::StoredError;
