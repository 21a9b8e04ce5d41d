//! The engine as a WebAssembly module of plain C ABI: [`abi`] plays it, [`banker`] makes banks ready for it.
//!
//! `processor.js`, `renderer.js` and `banker.js` copy bytes in and out, and know nothing of either. It is a crate of its
//! own so that the page, which uses `neurorack-worklet` as a library, does not carry these functions and all they call.

pub mod abi;
pub mod banker;
