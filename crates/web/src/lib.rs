//! The web room: what people and browsers see of Akashi.
//!
//! This crate holds pages, words, mails and the built assets, and the routes over them. It contains no rules and no
//! SQL: a handler extracts, calls one use case of `akashi-app`, maps the answer to a page context, and answers.
//!
//! Pages are askama templates with typed contexts ([`pages`]); every context has samples that a test renders in every
//! language. Words stand side by side in Japanese and English ([`text`]). Styles, icons and the TypeScript islands are
//! built in `ui/` and embedded ([`assets`]).

pub mod mail;
pub mod pages;
mod routes;
pub mod text;
mod view;

pub use routes::{Settings, router};
pub use view::assets;
