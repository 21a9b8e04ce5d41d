//! Which key does what.

use super::*;
use proptest::prelude::*;
use ratatui::layout::Rect;

/// What is done by keys that come so many milliseconds after the start.
struct Hand {
    keys: Keys,
    start: Instant,
    areas: Areas,
}

impl Hand {
    fn new(releases: bool) -> Self {
        let areas = Areas {
            screen: Rect::new(0, 0, 10, 5),
            gates: [Rect::new(20, 0, 5, 1), Rect::new(20, 1, 5, 1)],
            cvs: [0, 1, 2, 3].map(|at| Rect::new(20, 3 + at, 5, 1)),
        };
        Self { keys: Keys::new(releases), start: Instant::now(), areas }
    }

    fn does(&mut self, at_ms: u64, event: &Event) -> Vec<Touch> {
        let mut touches = Vec::new();
        let now = self.start + Duration::from_millis(at_ms);
        self.keys.pass(now, &mut |touch| touches.push(touch));
        self.keys.take(event, now, &self.areas, &mut |touch| touches.push(touch));
        touches
    }

    fn presses(&mut self, at_ms: u64, code: KeyCode) -> Vec<Touch> {
        self.does(at_ms, &key(code, KeyModifiers::NONE, KeyEventKind::Press))
    }

    fn passes(&mut self, at_ms: u64) -> Vec<Touch> {
        let mut touches = Vec::new();
        self.keys.pass(self.start + Duration::from_millis(at_ms), &mut |touch| touches.push(touch));
        touches
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers, kind: KeyEventKind) -> Event {
    Event::Key(KeyEvent::new_with_kind(code, modifiers, kind))
}

fn mouse(kind: MouseEventKind, column: u16, row: u16) -> Event {
    Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
}

const GATE_1: GateInput = GateInput::Gate1;
const SPACE: KeyCode = KeyCode::Char(' ');

fn gate(gate: GateInput, high: bool) -> Touch {
    Touch::Gate { gate, high }
}

#[test]
fn each_key_does_what_the_help_says() {
    for (code, wanted) in [
        (SPACE, gate(GATE_1, true)),
        (KeyCode::Char('b'), gate(GateInput::Gate2, true)),
        (KeyCode::Char('B'), gate(GateInput::Gate2, true)),
        (KeyCode::Char('a'), Touch::Note { semitones: 0.0 }),
        (KeyCode::Char('u'), Touch::Note { semitones: 10.0 }),
        (KeyCode::Char('l'), Touch::Note { semitones: 14.0 }),
        (KeyCode::Left, Touch::Turn(-1)),
        (KeyCode::Right, Touch::Turn(1)),
        (KeyCode::Up, Touch::Roll(-1)),
        (KeyCode::PageDown, Touch::Roll(5)),
        (KeyCode::Enter, Touch::Push),
        (KeyCode::Esc, Touch::Hold),
        (KeyCode::Backspace, Touch::Hold),
        (KeyCode::Char('-'), Touch::Knob { input: 0, by_volts: -VOLTS_FINE }),
        (KeyCode::Char('='), Touch::Knob { input: 0, by_volts: VOLTS_FINE }),
        (KeyCode::Char(']'), Touch::Knob { input: 0, by_volts: VOLTS_COARSE }),
        (KeyCode::Char('0'), Touch::Centre { input: 0 }),
        (KeyCode::Char(','), Touch::Volume { by_db: -1 }),
        (KeyCode::Char('.'), Touch::Volume { by_db: 1 }),
        (KeyCode::Char('r'), Touch::Record),
        (KeyCode::Char('?'), Touch::Help),
        (KeyCode::F(1), Touch::Help),
    ] {
        for releases in [false, true] {
            assert_eq!(Hand::new(releases).presses(0, code), [wanted], "{code:?}, releases told: {releases}");
        }
    }
    let with = |code, modifiers| Hand::new(false).does(0, &key(code, modifiers, KeyEventKind::Press));
    assert_eq!(with(KeyCode::Char('c'), KeyModifiers::CONTROL), [Touch::Quit]);
    assert_eq!(with(KeyCode::Char('a'), KeyModifiers::CONTROL), []);
    assert_eq!(with(KeyCode::Char('a'), KeyModifiers::ALT), []);
    assert_eq!(with(KeyCode::Right, KeyModifiers::SHIFT), [Touch::Knob { input: 0, by_volts: VOLTS_COARSE }]);
    assert_eq!(with(KeyCode::Char('q'), KeyModifiers::NONE), [], "a slip of the finger ends no concert");
}

#[test]
fn a_knob_is_taken_in_hand_and_the_octave_moves() {
    let mut hand = Hand::new(false);
    assert_eq!(hand.presses(0, KeyCode::Char('3')), []);
    assert_eq!(hand.presses(10, KeyCode::Char('+')), [Touch::Knob { input: 2, by_volts: VOLTS_FINE }]);
    for at in 0..5 {
        hand.presses(1_000 * at, KeyCode::Char('x'));
    }
    assert_eq!(hand.presses(9_000, KeyCode::Char('a')), [Touch::Note { semitones: 36.0 }]);
}

#[test]
fn where_releases_are_told_gates_are_high_as_long_as_their_key_is_down() {
    let mut hand = Hand::new(true);
    assert_eq!(hand.presses(0, SPACE), [gate(GATE_1, true)]);
    // Some terminals mark repeats, others only leave the release out.
    assert_eq!(hand.does(500, &key(SPACE, KeyModifiers::NONE, KeyEventKind::Repeat)), []);
    assert_eq!(hand.presses(533, SPACE), []);
    assert_eq!(hand.passes(5_000), [], "it does not fall by itself");
    assert_eq!(hand.does(6_000, &key(SPACE, KeyModifiers::NONE, KeyEventKind::Release)), [gate(GATE_1, false)]);
    assert_eq!(hand.presses(6_001, SPACE), [gate(GATE_1, true)]);
    assert_eq!(hand.does(6_100, &Event::FocusLost), [gate(GATE_1, false)], "another window has the keyboard");
}

#[test]
fn where_releases_are_not_told_gate_1_falls_and_gate_2_changes_sides() {
    let mut hand = Hand::new(false);
    let falls = FALLS.as_millis() as u64;
    assert_eq!(hand.presses(0, SPACE), [gate(GATE_1, true)]);
    assert_eq!(hand.passes(falls - 1), []);
    assert_eq!(hand.passes(falls), [gate(GATE_1, false)]);
    let freeze = KeyCode::Char('b');
    assert_eq!(hand.presses(1_000, freeze), [gate(GateInput::Gate2, true)]);
    assert_eq!(hand.presses(2_000, freeze), [gate(GateInput::Gate2, false)]);
}

#[test]
fn a_held_key_strikes_twice_at_most_and_fast_fingers_each_time() {
    let strikes = |touches: &[Touch]| touches.iter().filter(|&&touch| touch == gate(GATE_1, true)).count();
    let mut hand = Hand::new(false);
    // The repeat of a Linux console: after 250 ms, then every 92.
    let mut held = hand.presses(0, SPACE);
    for repeat in 0..20 {
        held.extend(hand.presses(250 + 92 * repeat, SPACE));
    }
    assert_eq!(strikes(&held), 2);
    assert_eq!(hand.passes(9_000), [gate(GATE_1, false)]);
    let mut taps = Vec::new();
    for tap in 0..20 {
        taps.extend(hand.presses(10_000 + 100 * tap, SPACE));
    }
    assert_eq!(strikes(&taps), 20);
    assert_eq!(taps.len(), 39, "the gate falls between two strikes");
    assert_eq!(hand.passes(15_000), [gate(GATE_1, false)]);
    let mut notes = hand.presses(20_000, KeyCode::Char('a'));
    notes.extend(hand.presses(20_033, KeyCode::Char('a')));
    notes.extend(hand.presses(20_040, KeyCode::Char('s')));
    assert_eq!(notes.len(), 2, "a repeat and another key");
    assert_eq!(hand.presses(30_000, KeyCode::Right).len() + hand.presses(30_033, KeyCode::Right).len(), 2);
}

#[test]
fn the_help_opens_and_closes_without_touching_the_menu() {
    let mut hand = Hand::new(false);
    hand.presses(0, KeyCode::Char('?'));
    assert!(hand.keys.shown.helps);
    assert_eq!((hand.presses(500, KeyCode::Esc), hand.keys.shown.helps), (vec![], false));
    assert_eq!(hand.presses(1_000, KeyCode::Esc), [Touch::Hold]);
}

#[test]
fn the_mouse_plays_what_it_points_at() {
    let mut hand = Hand::new(false);
    let left = MouseButton::Left;
    assert_eq!(hand.does(0, &mouse(MouseEventKind::ScrollDown, 1, 1)), [Touch::Roll(1)]);
    assert_eq!(hand.does(1, &mouse(MouseEventKind::Down(left), 1, 1)), [Touch::Push]);
    assert_eq!(hand.does(2, &mouse(MouseEventKind::Down(MouseButton::Right), 1, 1)), [Touch::Hold]);
    let up = Touch::Knob { input: 1, by_volts: VOLTS_FINE };
    assert_eq!(hand.does(3, &mouse(MouseEventKind::ScrollUp, 21, 4)), [up]);
    assert_eq!(hand.does(4, &mouse(MouseEventKind::Down(left), 21, 0)), [gate(GATE_1, true)]);
    assert_eq!(hand.passes(9_000), [], "the mouse holds it");
    assert_eq!(hand.does(9_001, &mouse(MouseEventKind::Up(left), 90, 90)), [gate(GATE_1, false)]);
}

#[test]
fn what_is_pasted_plays_nothing() {
    assert_eq!(Hand::new(false).does(0, &Event::Paste("aaaa bbbb".into())), []);
}

proptest! {
    #[test]
    fn gates_rise_and_fall_in_turn_whatever_is_done(
        releases in any::<bool>(),
        deeds in proptest::collection::vec((0..150u64, 0..7u8), 0..80),
    ) {
        let (mut hand, mut at_ms, mut high) = (Hand::new(releases), 0, [false; 2]);
        for (gap_ms, deed) in deeds {
            at_ms += gap_ms;
            let plain = |code, kind| key(code, KeyModifiers::NONE, kind);
            let event = match deed {
                0 => plain(SPACE, KeyEventKind::Press),
                1 => plain(SPACE, KeyEventKind::Release),
                2 => plain(KeyCode::Char('b'), KeyEventKind::Press),
                3 => plain(KeyCode::Char('b'), KeyEventKind::Release),
                4 => mouse(MouseEventKind::Down(MouseButton::Left), 21, 0),
                5 => mouse(MouseEventKind::Up(MouseButton::Left), 0, 0),
                _ => Event::FocusLost,
            };
            for touch in hand.does(at_ms, &event) {
                let Touch::Gate { gate, high: rises } = touch else { panic!("{touch:?}") };
                prop_assert_ne!(high[gate as usize], rises);
                high[gate as usize] = rises;
            }
        }
        if !releases {
            let last = hand.does(at_ms + 1_000, &mouse(MouseEventKind::Up(MouseButton::Left), 0, 0));
            prop_assert!(last.iter().all(|&touch| touch != gate(GATE_1, true)));
        }
    }
}
