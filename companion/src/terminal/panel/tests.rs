//! Pictures of the panel.

use super::super::colours::Depth;
use super::*;
use embedded_graphics::geometry::Point;
use embedded_graphics::pixelcolor::BinaryColor;
use expect_test::{Expect, expect};
use neurorack_host::monitor::Levels;
use neurorack_panel::{Panel, Pixels, View};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;

/// The idle screen, as the module shows it.
fn pixels() -> Pixels {
    let mut pixels = Pixels::new();
    let scope = std::array::from_fn(|x| (x as f32 * 0.3).sin() * (-(x as f32) / 30.0).exp());
    let asked = [0.9, 0.3, 0.5, 0.6, 0.4, 0.2, 0.7];
    let view = View { scope: &scope, hits: 12, asked, measured: asked, ..View::default() };
    Panel::new().draw(&view, &mut pixels).expect("memory takes every pixel");
    pixels
}

fn face<'a>(pixels: &'a Pixels, notes: &'a [String]) -> Face<'a> {
    let mut levels = Levels::default();
    levels.take(0.25, 0.0);
    levels.take(0.1, 0.0);
    Face {
        pixels,
        cv_volts: [-5.0, 0.0, 1.25, 5.0],
        patched: [true, false, false, false],
        gates: [false, true],
        levels,
        inputs: ["morph", "scrub", "transient", "variation"],
        bank: "impact 1.0",
        sounds: ["Low boom", "Steel plate"],
        volume_db: -6.0,
        audio: "USB Audio at 48 kHz, 128 frames, 5.3 ms",
        module: "no module found: is its USB cable in, and is it a cable that carries data?",
        midi: "Launchkey Mini MIDI 1",
        recording_s: Some(62.34),
        notes,
    }
}

fn notes() -> Vec<String> {
    ["bank impact 1.0 plays", "2 xruns: another program took the processor"].map(String::from).into()
}

fn show(terminal: &mut Terminal<TestBackend>, face: &Face<'_>, shown: Shown) {
    let palette = Palette::new(Depth::Full);
    let drawn = terminal.draw(|frame| {
        draw(face, shown, &palette, frame.buffer_mut());
    });
    drawn.expect("a buffer takes everything");
}

fn drawn(width: u16, height: u16, shown: Shown) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a buffer is always there");
    let (pixels, notes) = (pixels(), notes());
    let face = face(&pixels, &notes);
    show(&mut terminal, &face, shown);
    terminal
}

fn check(width: u16, height: u16, shown: Shown, wanted: Expect) {
    let terminal = drawn(width, height, shown);
    let buffer = terminal.backend().buffer();
    let rows = buffer.content.chunks(usize::from(width.max(1)));
    let text: String =
        rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned() + "\n").collect();
    wanted.assert_eq(&text);
}

#[test]
fn a_usual_terminal_shows_everything() {
    check(
        80,
        24,
        Shown::default(),
        expect![[r#"
        Neurorack  impact 1.0                                                   ● 1:02.3
                                                         ⢼⢼⠄⡎⡩⡆⡎⡩⡆⠐⡇ ⠊⢉⠆  □ Gate 1
                                                         ⠹⠹⠁⠫⠤⠃⠫⠤⠃⠠⠧ ⠴⠥⠄  ■ Gate 2
        ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤  ●›CV 1  −5.0 V
                                                                          morph
        ⠈⠉⢹⣿⣿⣿⣿⠉⠉                                                         ┃━━━━━━━──────
          ⢸⣿⣿⣿⣿                                               ⠐⠒⢲⣶⣶⣶⣶⠒⠒   ○ CV 2   0.0 V
          ⢸⣿⣿⣿⣿           ⠠⠤⢤⣤⣤⣤⣤⠤⠤⠈⠉⢹⣿⣿⣿⣿⠉⠉                    ⢸⣿⣿⣿⣿     scrub
          ⢸⣿⣿⣿⣿             ⢸⣿⣿⣿⣿    ⢸⣿⣿⣿⣿  ⠐⠒⢲⣶⣶⣶⣶⠒⠒           ⢸⣿⣿⣿⣿     ───────┃──────
          ⢸⣿⣿⣿⣿  ⠈⠉⢹⣿⣿⣿⣿⠉⠉  ⢸⣿⣿⣿⣿    ⢸⣿⣿⣿⣿    ⢸⣿⣿⣿⣿  ⢀⣀⣀⣀⣀⣀⣀⣀⣀  ⢸⣿⣿⣿⣿     ○ CV 3  +1.2 V
          ⢸⣿⣿⣿⣿    ⢸⣿⣿⣿⣿    ⢸⣿⣿⣿⣿    ⢸⣿⣿⣿⣿    ⢸⣿⣿⣿⣿    ⢸⣿⣿⣿⣿    ⢸⣿⣿⣿⣿     transient
          ⠈⠉⡉⠉⠉    ⠈⠉⣉⡉⠉    ⠈⠉⣉⠉⠉    ⠈⠉⣉⡉⠉    ⠈⠉⣉⠉⠉    ⠈⠉⡉⢉⠉    ⠈⠉⣉⡉⠉     ───────━┃─────
            ⣇⡀       ⡗⠃       ⣗⠅       ⢸        ⡗⡅       ⡏⢺       ⡗       ○ CV 4  +5.0 V
         ⢀⡤⢤⡀                                                             variation
        ⢠⠏  ⠹⣄     ⣠⠴⠒⠦⣄     ⢀⣀⣀⣀⣀⡀      ⣀⣀⣀                              ───────━━━━━━┃
        ⠉    ⠘⢦⡀ ⣠⠞⠁   ⠈⠙⠦⠤⠴⠚⠉    ⠉⠓⠒⠒⠚⠉⠉⠁ ⠈⠉⠉⠉⠛⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉  Out     −12 dB
               ⠉⠉⠁                                                        ███████████▏──
        F1 Low boom   F2 Steel plate                                        Volume −6 dB
        Audio   USB Audio at 48 kHz, 128 frames, 5.3 ms
        Module  no module found: is its USB cable in, and is it a cable that carries…
        MIDI    Launchkey Mini MIDI 1
        bank impact 1.0 plays
        2 xruns: another program took the processor
        Space strikes  B freezes  A–L notes  ←→↑↓ Enter Esc menu  ? keys  Ctrl C ends
    "#]],
    );
}

#[test]
fn a_large_terminal_shows_square_pixels() {
    check(
        140,
        45,
        Shown { at_hand: 2, ..Shown::default() },
        expect![[r#"
        Neurorack  impact 1.0                                                                                                               ● 1:02.3

                                                                                                           █ █  ▄▀▀▀▄ ▄▀▀▀▄  ▄█   ▄▀▀▀▄   ──────────
                                                                                                          ▀█▀█▀ █ ▄▀█ █ ▄▀█   █      ▄▀   □ Gate 1
                                                                                                          ▀█▀█▀ █▀  █ █▀  █   █    ▄▀     ──────────
                                                                                                           ▀ ▀   ▀▀▀   ▀▀▀   ▀▀▀  ▀▀▀▀▀

        ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀  ■ Gate 2


         ▀▀▀▀█████████▀▀▀▀                                                                                                                ● CV 1
             █████████                                                                                                                    morph
             █████████                                                                                               ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄    ┃━━━━━────
             █████████                                                                                                   █████████            −5.0 V
             █████████                                         ▀▀▀▀█████████▀▀▀▀                                         █████████
             █████████                       ▀▀▀▀█████████▀▀▀▀     █████████                                             █████████        ○ CV 2
             █████████                           █████████         █████████     ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄                       █████████        scrub
             █████████                           █████████         █████████         █████████                           █████████        ─────┃────
             █████████     ▀▀▀▀█████████▀▀▀▀     █████████         █████████         █████████                           █████████             0.0 V
             █████████         █████████         █████████         █████████         █████████     ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄     █████████
             █████████         █████████         █████████         █████████         █████████         █████████         █████████        ○›CV 3
             █████████         █████████         █████████         █████████         █████████         █████████         █████████        transient
             ▀▀▀▀▀▀▀▀▀         ▀▀▀▀▀▀▀▀▀         ▀▀▀▀▀▀▀▀▀         ▀▀▀▀▀▀▀▀▀         ▀▀▀▀▀▀▀▀▀         ▀▀▀▀▀▀▀▀▀         ▀▀▀▀▀▀▀▀▀        ─────━┃───
                ▄                 ▄▄▄               ▄▄                ▄▄▄               ▄▄                ▄  ▄              ▄▄▄               +1.2 V
                █                 █▄█               █▄▀                █                █▄▀               █▀▄█              █▄
                █▄▄               █                 █▄▀                █                █ █               █  █              █             ○ CV 4
                                                                                                                                          variation
           ▄█▀▀█▄                                                                                                                         ─────━━━━┃
          █▀    ▀█               ▄▄▄▄                                                                                                         +5.0 V
         █▀      ▀█▄          ▄█▀▀  ▀▀█▄           ▄▄▄▄▄▄▄▄▄▄             ▄▄▄▄▄▄
        ▀▀         █▄       ▄█▀        ▀▀█▄    ▄▄█▀▀        ▀▀█▄▄▄▄▄▄█▀▀▀▀▀    ▀▀▀▀▀▀▀██▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀  Out −12 dB
                    ▀█▄   ▄█▀             ▀▀▀▀▀▀                                                                                          ███████▉──
                      ▀▀▀▀▀


        F1 Low boom   F2 Steel plate                                                                                                    Volume −6 dB
        Audio   USB Audio at 48 kHz, 128 frames, 5.3 ms
        Module  no module found: is its USB cable in, and is it a cable that carries data?
        MIDI    Launchkey Mini MIDI 1
        bank impact 1.0 plays
        2 xruns: another program took the processor



        Space strikes  B freezes  A–L notes  ←→↑↓ Enter Esc menu  ? keys  Ctrl C ends
    "#]],
    );
}

#[test]
fn the_help_names_all_keys() {
    check(
        80,
        24,
        Shown { helps: true, octave: -1, ..Shown::default() },
        expect![[r#"
            Neurorack  impact 1.0                                                   ● 1:02.3
              ┌──────────────────────────────────────────────────────────────────────────┐
              │ Keys                                                                     │
            ⠤⠤│ Space               Gate 1, which falls by itself after 120 ms           │ V
              │ B                   Gate 2, on and off                                   │
            ⠈⠉│ A W S E D F … L     notes from C on, as on the page                      │──
              │ Z  X                octave down, octave up (now −1)                      │ V
              │ ← →                 turn the encoder                                     │
              │ ↑ ↓  Page ↑ Page ↓  roll the screen by one, by five                      │──
              │ Enter               pushes the encoder                                   │ V
              │ Escape, Backspace   hold the encoder: back                               │
              │ 1  2  3  4          take the knob of CV 1 to CV 4 in hand                │──
              │ -  +                turn it by 0.1 V                                     │ V
             ⢀│ [  ]  Shift ← →     turn it by 1 V                                       │
            ⢠⠏│ 0                   puts it back in the middle                           │━┃
            ⠉ │ ,  .                volume by 1 dB                                       │dB
              │ R                   records, and ends the recording                      │──
            F1│ Mouse               plays gates, turns and pushes what it points at      │dB
            Au│ Ctrl L              draws everything anew                                │
            Mo│ ?  F1               opens and closes this help                           │
            MI│ Ctrl C              ends                                                 │
            ba└──────────────────────────────────────────────────────────────────────────┘
            2 xruns: another program took the processor
            Space strikes  B freezes  A–L notes  ←→↑↓ Enter Esc menu  ? keys  Ctrl C ends
        "#]],
    );
}

#[test]
fn a_terminal_that_is_too_small_says_what_is_needed() {
    check(
        40,
        8,
        Shown::default(),
        expect![[r#"
        The panel needs 80 columns and 22 rows,
        here are 40 and 8: make the window
        larger, or its letters smaller. Keys
        play on, Ctrl C ends.




    "#]],
    );
}

#[test]
fn no_size_is_too_small_to_be_drawn() {
    for width in 0..150 {
        for height in [0, 1, 2, 3, 5, 8, 16, 17, 18, 21, 22, 23, 30, 39, 40, 41, 60] {
            for helps in [false, true] {
                drawn(width, height, Shown { helps, ..Shown::default() });
            }
        }
    }
}

#[test]
fn what_sounds_is_gold_and_a_cable_has_its_colour() {
    let gold = Color::Rgb(0xD9, 0xA4, 0x41);
    let terminal = drawn(80, 24, Shown { at_hand: 1, ..Shown::default() });
    let buffer = terminal.backend().buffer();
    let (plan, area) = (Plan::new(buffer.area).expect("it is large enough"), buffer.area);
    assert_eq!(area, ratatui::layout::Rect::new(0, 0, 80, 24));
    let colours = |x: u16, y: u16| (buffer[(x, y)].fg, buffer[(x, y)].bg);
    let (x, y) = (plan.side.x, plan.side.y);
    assert_eq!(colours(x, y + 1).1, gold, "Gate 2 is high");
    assert_ne!(colours(x, y).1, gold, "Gate 1 is not");
    assert_eq!(colours(x, y + 2).0, Color::Rgb(0x6E, 0xA8, 0xF5), "CV 1 comes from a cable");
    assert_eq!(colours(x, y + 5).0, gold, "CV 2 is in hand");
}

#[test]
fn the_same_face_is_written_once() {
    let mut terminal = drawn(80, 24, Shown::default());
    let before = terminal.backend().buffer().clone();
    let (pixels, notes) = (pixels(), notes());
    let mut changed = pixels.clone();
    changed.set_pixel(Point::new(0, 0), BinaryColor::On);
    let face = Face { pixels: &changed, ..face(&pixels, &notes) };
    show(&mut terminal, &face, Shown::default());
    let changes = before.diff(terminal.backend().buffer()).len();
    assert!(changes <= 1, "one pixel is one character, not {changes}");
}
