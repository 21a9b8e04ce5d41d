//! Sound files and recordings to descriptor curves, in a worker of the page.
//!
//! Decoding and measuring four seconds takes longer than a page may be held up, and the decoders of four formats are a
//! quarter of a page that seldom needs them: so both live in a module of their own, fetched with the first sound that is
//! brought. `decoder.js` copies bytes in and JSON out, and knows nothing of either.

pub mod abi;
mod answer;

pub use answer::{Answer, Impact};
