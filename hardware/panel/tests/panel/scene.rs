//! An instrument to look at: the shipped bank and its sounds, in the middle of a hit.

use neurorack_panel::{Bank, Fact, Host, Input, Offers, Panel, Set, Settings, Statistics, View, WIDTH};

const CARD: [Fact<'static>; 7] = [
    Fact { term: "Kind", text: "sinc-nsf" },
    Fact { term: "Version", text: "3" },
    Fact { term: "Licence", text: "CC-BY-4.0" },
    Fact { term: "Trained on", text: "1793 recordings" },
    Fact { term: "Steps", text: "9072" },
    Fact { term: "Data set", text: "84f23c6c9010cd1dc08320adca2a2c21" },
    Fact { term: "Envelope", text: "3.5 dB" },
];

const BANKS: [Bank<'static>; 3] = [
    Bank { name: "Impacts", card: &CARD },
    Bank { name: "Anvil 03", card: &CARD },
    Bank { name: "A bank with a very long name indeed", card: &[] },
];

const SETS: [Set<'static>; 9] = [
    Set { name: "Deep boom", category: "boom" },
    Set { name: "Concert bass drum", category: "boom" },
    Set { name: "Round kick", category: "kick" },
    Set { name: "Anvil, dry", category: "metal" },
    Set { name: "Bell plate", category: "metal" },
    Set { name: "Breaking glass", category: "glass" },
    Set { name: "Cinematic hit", category: "synthetic" },
    Set { name: "Glöckchen, viel zu langer Name (2)", category: "own" },
    Set { name: "Far explosion", category: "explosion" },
];

/// A decaying hit, one value a column.
const SCOPE: [f32; WIDTH] = {
    let mut columns = [0.0; WIDTH];
    let mut x = 18;
    while x < WIDTH {
        let decay = 30.0 / (30.0 + (x as f32 - 18.0));
        let phase = (x % 14) as f32 / 7.0 - 1.0;
        columns[x] = decay * decay * (1.0 - 2.0 * if phase < 0.0 { -phase } else { phase });
        x += 1;
    }
    columns
};

/// The instrument on a Jetson, where the menu is longest.
pub(crate) fn view() -> View<'static> {
    View {
        host: Host::Jetson,
        offers: Offers { map: true, saving: true, reset: true, presets: false },
        banks: &BANKS,
        bank: Some(0),
        sets: &SETS,
        slots: [Some(3), Some(4)],
        presets: &[],
        preset: None,
        hits: 412,
        asked: [0.88, 0.72, 0.85, 0.74, 0.72, 0.52, 0.75],
        measured: [0.83, 0.62, 0.7, 0.55, 0.7, 0.3, 0.65],
        scope: &SCOPE,
        cv_volts: [1.24, 0.0, -4.96, 5.0],
        gates: [true, false],
        settings: Settings::default(),
        statistics: Statistics { voices: 3, load_percent: Some(12), dropped: 0, uptime_s: 4_271 },
        firmware: Some("0.1.0"),
        version: "0.1.0",
        message: None,
    }
}

/// The same with presets of its own.
pub(crate) fn with_presets() -> View<'static> {
    let view = view();
    View {
        offers: Offers { presets: true, ..view.offers },
        presets: &["Anvil, at night", "Concert", "A preset with a very long name"],
        preset: Some(1),
        ..view
    }
}

/// Which way through the menu.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Go {
    /// So many detents, slowly.
    By(i8),
    Push,
    Back,
    Wait(u32),
}

/// Does all this, with the view answering to every action as a host would; returns the panel and the view at the end.
pub(crate) fn after<'v>(mut view: View<'v>, ways: &[Go]) -> (Panel, View<'v>) {
    let mut panel = Panel::new();
    for &way in ways {
        let steps = match way {
            Go::By(detents) => {
                for _ in 0..detents.unsigned_abs() {
                    answer(&mut panel, Input::Tick(200), &mut view);
                    answer(&mut panel, Input::Turn(detents.signum()), &mut view);
                }
                continue;
            }
            Go::Push => Input::Push,
            Go::Back => Input::LongPush,
            Go::Wait(ms) => Input::Tick(ms),
        };
        answer(&mut panel, steps, &mut view);
    }
    (panel, view)
}

/// Gives an input and does to the view what the action says.
pub(crate) fn answer(panel: &mut Panel, input: Input, view: &mut View<'_>) -> Option<neurorack_panel::Action> {
    use neurorack_panel::Action;
    let action = panel.handle(input, view);
    match action {
        Some(Action::Set(setting)) => view.settings.apply(setting),
        Some(Action::PlayBank(bank)) => view.bank = Some(bank),
        Some(Action::ChooseSet { slot, set }) => view.slots[slot as usize] = Some(set),
        _ => {}
    }
    action
}
