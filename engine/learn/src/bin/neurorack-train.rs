//! Trains a bank from a folder of one-shots.

fn main() {}
