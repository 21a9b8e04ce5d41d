//! End to end: what spans crates and hosts.
