//! `cargo xtask play`: build the page, serve it here, open it.

use anyhow::Result;

use crate::page::{self, Effort};
use crate::server;

/// Build the page, serve it on this machine and open it in a browser.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The port to serve on; when it is taken, the next free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Only print the address, open no browser
    #[arg(long)]
    no_open: bool,
    /// Build a page that is larger and slower, but quicker to build again after an edit
    #[arg(long)]
    quick: bool,
}

/// Runs `cargo xtask play`; it serves until Ctrl-C ends the process.
pub(crate) fn run(args: &Args) -> Result<()> {
    let effort = if args.quick { Effort::Quick } else { Effort::Full };
    let dist = page::build(effort)?;
    let address = server::serve(&dist, args.port)?;
    if args.port != 0 && address.port != args.port {
        println!("play: port {} is taken, serving on {}", args.port, address.port);
    }
    println!("play: Neurorack is at {}", address.url());
    if !args.no_open
        && has_display()
        && let Err(error) = open::that_detached(address.url())
    {
        println!("play: no browser could be opened ({error}); open the address yourself");
    }
    println!("play: Ctrl-C ends it");
    loop {
        std::thread::park();
    }
}

/// Whether a browser window could show: on Linux only with a display server.
fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
