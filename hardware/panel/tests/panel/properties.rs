//! Whatever comes, in whatever order: nothing panics, everything stays inside, idle is always near.

use std::convert::Infallible;

use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;
use neurorack_panel::{
    Action, Assignment, Bank, CvRange, EncoderTarget, Fact, GateTarget, HEIGHT, Host, Input, Message, MessageKind,
    Offers, Panel, Pixels, PushTarget, Set, Setting, Settings, Statistics, Target, View, Voices, WIDTH,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::art::drawn;

/// A target that is larger than the screen and takes pixels on the screen only.
struct Window(Pixels);

impl OriginDimensions for Window {
    fn size(&self) -> Size {
        Size::new(1_000, 1_000)
    }
}

impl DrawTarget for Window {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<BinaryColor>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        let screen = self.0.bounding_box();
        self.0.draw_iter(pixels.into_iter().inspect(|pixel| assert!(screen.contains(pixel.0), "{pixel:?} is outside")))
    }
}

/// Everything that a view borrows.
#[derive(Debug, Clone)]
struct World {
    banks: Vec<(String, Vec<(String, String)>)>,
    sets: Vec<(String, String)>,
    scope: Vec<f32>,
    message: Option<(u32, bool, String)>,
    plain: Plain,
}

#[derive(Debug, Clone)]
struct Plain {
    host: Host,
    offers: Offers,
    bank: Option<usize>,
    slots: [Option<usize>; 2],
    hits: u32,
    bars: [[f32; 7]; 2],
    cv_volts: [f32; 4],
    settings: Settings,
    statistics: Statistics,
    module: bool,
}

impl World {
    fn show<T>(&self, look: impl FnOnce(&View<'_>) -> T) -> T {
        let facts: Vec<Vec<Fact<'_>>> =
            self.banks.iter().map(|(_, card)| card.iter().map(|(term, text)| Fact { term, text }).collect()).collect();
        let banks: Vec<_> = self.banks.iter().zip(&facts).map(|((name, _), card)| Bank { name, card }).collect();
        let sets: Vec<_> = self.sets.iter().map(|(name, category)| Set { name, category }).collect();
        let names: Vec<_> = self.sets.iter().map(|(name, _)| name.as_str()).collect();
        let plain = &self.plain;
        let scope: &[f32; WIDTH] = self.scope.as_slice().try_into().expect("one value a column");
        look(&View {
            host: plain.host,
            offers: plain.offers,
            banks: &banks,
            bank: plain.bank,
            sets: &sets,
            slots: plain.slots,
            // Any names will do.
            presets: &names,
            preset: plain.bank,
            hits: plain.hits,
            asked: plain.bars[0],
            measured: plain.bars[1],
            scope,
            cv_volts: plain.cv_volts,
            gates: [plain.module; 2],
            settings: plain.settings,
            statistics: plain.statistics,
            firmware: plain.module.then_some("0.1.0"),
            version: "0.1.0",
            message: self.message.as_ref().map(|(serial, error, text)| Message {
                serial: *serial,
                kind: if *error { MessageKind::Error } else { MessageKind::Info },
                text,
            }),
        })
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[A-Za-z0-9 ,.äß'-]{0,40}", 1 => any::<String>()]
}

fn settings() -> impl Strategy<Value = Settings> {
    let assignment = (select(&Target::ALL[..]), any::<i16>(), any::<i8>(), any::<i8>()).prop_map(
        |(target, range_percent, offset_decivolts, unpatched_decivolts)| Assignment {
            target,
            range_percent,
            offset_decivolts,
            unpatched_decivolts,
        },
    );
    (
        (any::<i8>(), any::<u8>(), any::<u16>(), any::<[bool; 7]>()),
        (select(&CvRange::ALL[..]), select(&Voices::ALL[..])),
        (select(&EncoderTarget::ALL[..]), select(&PushTarget::ALL[..])),
        prop::array::uniform4(assignment),
        prop::array::uniform2(select(&GateTarget::ALL[..])),
    )
        .prop_map(|((volume_db, freeze_ms, seed, varies), (range, voices), (encoder, push), cv, gates)| Settings {
            volume_db,
            range,
            freeze_ms,
            seed,
            voices,
            varies,
            cv,
            gates,
            encoder,
            push,
        })
}

fn plain() -> impl Strategy<Value = Plain> {
    (
        (select(&[Host::Browser, Host::Module, Host::Jetson][..]), any::<[bool; 4]>()),
        (prop::option::of(0usize..9), [prop::option::of(0usize..40), prop::option::of(0usize..40)]),
        (any::<u32>(), any::<[[f32; 7]; 2]>(), any::<[f32; 4]>()),
        settings(),
        (any::<u8>(), prop::option::of(any::<u8>()), any::<u32>(), any::<u32>()),
    )
        .prop_map(|((host, can), (bank, slots), (hits, bars, cv_volts), settings, counters)| Plain {
            host,
            offers: Offers { map: can[0], saving: can[1], reset: can[2], presets: can[3] },
            bank,
            slots,
            hits,
            bars,
            cv_volts,
            settings,
            statistics: Statistics {
                voices: counters.0,
                load_percent: counters.1,
                dropped: counters.2,
                uptime_s: counters.3,
            },
            module: can[3],
        })
}

fn world() -> impl Strategy<Value = World> {
    (
        vec((name(), vec((name(), name()), 0..4)), 0..5),
        vec((name(), name()), 0..30),
        vec(any::<f32>(), WIDTH),
        prop::option::of((0u32..4, any::<bool>(), "[a-z \n]{0,300}")),
        plain(),
    )
        .prop_map(|(banks, sets, scope, message, plain)| World { banks, sets, scope, message, plain })
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        4 => (-3i8..=3).prop_map(Input::Turn),
        1 => any::<i8>().prop_map(Input::Turn),
        4 => Just(Input::Push),
        1 => Just(Input::LongPush),
        2 => (0u32..400).prop_map(Input::Tick),
    ]
}

/// Whether an action speaks of what the view has, in ranges that the settings have.
fn is_sound(action: Action, view: &View<'_>) -> bool {
    match action {
        Action::PlayBank(bank) => bank < view.banks.len(),
        Action::ChooseSet { set, .. } => set < view.sets.len(),
        Action::SampleFromMap(_) => view.offers.map,
        Action::LoadPreset(preset) => view.offers.presets && preset < view.presets.len(),
        Action::KeepPreset => view.offers.presets,
        Action::SaveSet(_) => view.offers.saving,
        Action::ResetStatistics => view.offers.reset,
        Action::Shutdown | Action::Reboot => view.host == Host::Jetson,
        Action::UpdateFirmware => view.firmware.is_some(),
        Action::Set(setting) => match setting {
            Setting::Volume(db) => (-60..=0).contains(&db),
            Setting::FreezeLength(ms) => (50..=100).contains(&ms),
            Setting::Seed(seed) => seed <= 9_999,
            Setting::Factor(_, percent) => (-200..=200).contains(&percent) && percent % 5 == 0,
            Setting::Offset(_, decivolts) | Setting::Unpatched(_, decivolts) => (-50..=50).contains(&decivolts),
            _ => true,
        },
        Action::Strike | Action::Calibrate(_) => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_inputs_over_any_views_draw_inside_and_ask_for_what_there_is(
        worlds in vec(world(), 1..4),
        inputs in vec((0usize..4, input()), 0..80),
    ) {
        let mut panel = Panel::new();
        for (which, input) in inputs {
            worlds[which % worlds.len()].show(|view| {
                let action = panel.handle(input, view);
                if let Some(action) = action {
                    assert!(is_sound(action, view), "{action:?}");
                }
                let mut window = Window(Pixels::new());
                panel.draw(view, &mut window).expect("memory takes every pixel");
                assert_eq!(window.0, drawn(&panel, view), "the same state draws the same pixels");
                let silent = panel.describe(view).as_str().is_empty();
                assert!(!silent || view.message.is_some(), "an empty message alone says nothing");
            });
        }
        // From a message, and from the deepest page of four.
        worlds[0].show(|view| {
            let pushes = (0..6).take_while(|_| {
                let idle = panel.is_idle(view);
                if !idle {
                    panel.handle(Input::LongPush, view);
                    panel.handle(Input::Tick(1_500), view);
                }
                !idle
            });
            assert!(pushes.count() <= 5, "five long pushes lead to the idle screen");
        });
    }

    #[test]
    fn drawing_leaves_nothing_of_what_was_there_before(world in world(), inputs in vec(input(), 0..20)) {
        world.show(|view| {
            let mut panel = Panel::new();
            for input in inputs {
                panel.handle(input, view);
            }
            let mut pixels = Pixels::new();
            pixels.clear(BinaryColor::On).expect("memory takes every pixel");
            panel.draw(view, &mut pixels).expect("memory takes every pixel");
            assert_eq!(pixels, drawn(&panel, view));
        });
    }
}

#[test]
fn the_screen_has_128_by_64_pixels() {
    assert_eq!(Pixels::new().bounding_box().size, Size::new(WIDTH as u32, HEIGHT as u32));
}
