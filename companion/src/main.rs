//! The same engine natively: render, describe, inspect banks, play.

fn main() {}
