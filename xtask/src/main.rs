//! The project's commands: play, test, bench, dist.

fn main() {}
