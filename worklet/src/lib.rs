//! The engine in an AudioWorklet: a plain C ABI and the messages that reach it.
