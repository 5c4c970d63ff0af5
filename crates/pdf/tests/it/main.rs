//! The public interface of the PDF layer.

mod builder;
mod corpus;
