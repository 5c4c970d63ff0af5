//! The counterpart's way: link, request, reading and filling, confirmation, afterwards. Phone first, no account.

pub(crate) mod done;
pub(crate) mod link;
pub(crate) mod request;
pub(crate) mod signing;
