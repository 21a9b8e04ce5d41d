//! Encoder, push and the jacks' contacts, read a thousand times a second.

use embassy_rp::gpio::{Input, Pull};
use embassy_time::{Duration, Ticker};
use neurorack_module::{Debounce, HeldAtStart, Quadrature};

use crate::pins::Contacts;
use crate::shared::Shared;

/// Readings in a row that a push needs, and a plug.
const PUSH_MS: u8 = 5;
const PLUG_MS: u8 = 20;

/// Reads for ever.
#[embassy_executor::task]
pub(crate) async fn read(pins: Contacts, shared: &'static Shared) {
    let a = Input::new(pins.a, Pull::Up);
    let b = Input::new(pins.b, Pull::Up);
    let push = Input::new(pins.push, Pull::Up);
    let jacks = [
        Input::new(pins.jacks.0, Pull::Up),
        Input::new(pins.jacks.1, Pull::Up),
        Input::new(pins.jacks.2, Pull::Up),
        Input::new(pins.jacks.3, Pull::Up),
    ];
    let mut encoder = Quadrature::default();
    let mut pushed = Debounce::new(PUSH_MS);
    let mut held = HeldAtStart::default();
    let mut plugs = [Debounce::new(PLUG_MS); 4];
    let mut ticker = Ticker::every(Duration::from_millis(1));
    loop {
        ticker.next().await;
        let turned = encoder.read(a.is_low(), b.is_low());
        let pushed = pushed.read(push.is_low());
        let mut patched = [false; 4];
        for ((place, plug), jack) in patched.iter_mut().zip(&mut plugs).zip(&jacks) {
            // A plug opens the contact to ground.
            *place = plug.read(jack.is_high());
        }
        shared.module(|module| module.panel(turned, pushed, patched));
        if held.read(pushed) {
            shared.begin_test();
        }
    }
}
