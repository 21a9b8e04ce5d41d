//! The page: the faceplate, its controls and plots (Leptos, client side).

fn main() {}
