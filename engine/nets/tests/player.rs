//! What hosts use: banks of either kind on the processor, and what is said of those that cannot be played.

use futures::executor::block_on;
use neurorack_engine::bank::{Kind, test_bank};
use neurorack_engine::control::Parameters;
use neurorack_engine::descriptors::{DescriptorCurve, Descriptors};
use neurorack_engine::models::hn_sinc_nsf::{self, Ask};
use neurorack_engine::{ControlFrame, RenderedBank, ScaledCurve, Settings};
use neurorack_nets::player::{Player, PlayerError, Processor};

fn player() -> Player {
    block_on(Player::open(Processor::Cpu)).expect("a processor is there")
}

#[test]
fn a_bank_that_is_rendered_ahead_sounds_as_the_engine_renders_it() {
    let file = test_bank::rendered_bytes(2);
    let bank = RenderedBank::parse(&file).expect("a test bank");
    let mut player = player();
    assert_eq!(player.use_bank(&file).expect("it is one"), bank.hash());
    assert_eq!(block_on(player.verify()).expect("its golden hit"), 0.0);
    let settings = Settings::default();
    let controls = ControlFrame { cv: [2.0, 0.0, -1.0, -5.0], ..ControlFrame::default() };
    let parameters = Parameters::read(&controls, &settings);
    let [first, second] = [0, 1].map(|set| ScaledCurve::from(&bank.factory()[set]));
    let ask = Ask { curves: [&first, &second], settings: &settings, velocity: 0.5, semitones: 0.0, seed: 3 };
    let rendered = block_on(player.ahead(&ask, |_| parameters)).expect("it renders");
    assert!(rendered == hn_sinc_nsf::hit(bank.weights(), &ask, |_| parameters));
}

#[test]
fn a_bank_with_a_latent_sounds_as_the_engine_streams_it() {
    let mut player = player();
    let file = test_bank::freed_bytes(4);
    player.use_bank(&file).expect("a bank");
    assert!(block_on(player.verify()).is_ok_and(|difference| difference < 1e-4));
    let bank = neurorack_engine::ModelBank::parse(&file).expect("a bank");
    // Moved by less than an octave and by more: one is told, what is beyond moves the course.
    let measured = &bank.factory()[0];
    let frames = measured.frames().iter().map(|frame| Descriptors {
        centroid_hz: 1.5 * frame.centroid_hz,
        bandwidth_hz: 5.0 * frame.bandwidth_hz,
        ..*frame
    });
    let moved = DescriptorCurve::new(frames.collect()).expect("a curve").with_timbre(measured.timbre().copied());
    assert!(moved.moved_timbre().is_some_and(|moved| moved.octaves[4] > 1.5), "the first set has a timbre");
    // A curve without a timbre has the latent's average one.
    for curve in [&moved, &bank.factory()[1]] {
        let heard = block_on(player.hits(&[ScaledCurve::from(curve)], || true)).expect("it renders").remove(0);
        let mut streamed = neurorack_engine::offline::plain_hit(&bank.prepare(44_100), curve);
        neurorack_nets::batch::finish(&mut streamed);
        let peak = streamed.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let furthest = heard.iter().zip(&streamed).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(peak > 1e-3 && furthest < 1e-4 * peak, "{furthest} of {peak}");
    }
}

#[test]
fn what_a_bank_cannot_render_is_said() {
    let curve = ScaledCurve::default();
    let settings = Settings::default();
    let parameters = Parameters::read(&ControlFrame::default(), &settings);
    let ask = Ask { curves: [&curve; 2], settings: &settings, velocity: 1.0, semitones: 0.0, seed: 1 };
    let mut player = player();
    assert!(matches!(block_on(player.ahead(&ask, |_| parameters)), Err(PlayerError::NoBank)));
    player.use_bank(&test_bank::bytes(test_bank::SMALL, 1)).expect("a bank");
    let streamed = block_on(player.ahead(&ask, |_| parameters));
    assert!(matches!(streamed, Err(PlayerError::Kind { kind }) if kind == Kind::SincNsf.name()));
    player.use_bank(&test_bank::rendered_bytes(1)).expect("a bank");
    let hits = block_on(player.hits(&[ScaledCurve::default()], || true));
    assert!(matches!(hits, Err(PlayerError::Kind { kind }) if kind == Kind::HnSincNsf.name()));
}

#[test]
fn a_bank_that_is_refused_leaves_the_one_before() {
    let mut player = player();
    player.use_bank(&test_bank::rendered_bytes(1)).expect("a bank");
    let mut wrong = test_bank::rendered_bytes(2);
    let end = wrong.len();
    // No numbers.
    wrong[end - 8_000..].fill(0xff);
    for file in [&[][..], &[0xa5; 5_000], &wrong[..9_000], &wrong] {
        let refused = player.use_bank(file);
        assert!(refused.is_err_and(|why| why.to_string().len() > 20), "{} bytes", file.len());
    }
    assert!(block_on(player.verify()).is_ok());
}

#[cfg(feature = "wgpu")]
#[test]
#[ignore = "needs a graphics card: cargo test --release -p neurorack-nets --features wgpu -- --ignored"]
fn a_graphics_card_renders_both_kinds_of_banks_as_the_engine_does() {
    let mut player = block_on(Player::open(Processor::Gpu)).expect("a graphics card");
    for (kind, file) in
        [("streamed", test_bank::bytes(test_bank::SMALL, 1)), ("rendered ahead", test_bank::rendered_bytes(1))]
    {
        player.use_bank(&file).expect("a bank");
        let difference = block_on(player.verify()).expect(kind);
        println!("{kind}: {difference:.1e} of the peak off");
    }
}
