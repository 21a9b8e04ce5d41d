//! The panel's colours on terminals that have many, few or none.

use ratatui::style::{Color, Modifier, Style};

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// None are wanted: <https://no-color.org>.
    Plain,
    /// The sixteen that each terminal has its own of.
    Sixteen,
    /// 256, of which the last 240 are the same everywhere.
    Indexed,
    /// All.
    Full,
}

/// Terminals that know all colours, whether or not they say so in COLORTERM.
const FULL: [&str; 6] = ["direct", "kitty", "ghostty", "alacritty", "wezterm", "foot"];

impl Depth {
    /// What the environment says of the terminal.
    pub(super) fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name| variable(name).unwrap_or_default();
        let term = value("TERM");
        let is_full = matches!(value("COLORTERM").as_str(), "truecolor" | "24bit") || !value("WT_SESSION").is_empty();
        if !value("NO_COLOR").is_empty() {
            Self::Plain
        } else if is_full || FULL.iter().any(|name| term.contains(name)) {
            Self::Full
        } else if term.contains("256") || cfg!(windows) {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }

    /// A colour of the design as this terminal has it; `near` is what comes near among sixteen.
    fn colour(self, [r, g, b]: [u8; 3], near: Color) -> Color {
        match self {
            Self::Plain => Color::Reset,
            Self::Sixteen => near,
            Self::Indexed => Color::Indexed(indexed([r, g, b])),
            Self::Full => Color::Rgb(r, g, b),
        }
    }
}

/// The nearest of the 240 colours that all terminals agree on: a cube of six levels, and greys.
fn indexed(rgb: [u8; 3]) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let distance =
        |other: [u8; 3]| -> u32 { rgb.iter().zip(other).map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let cube = (0..216u8).map(|at| {
        let level = |step: u8| LEVELS[usize::from(at / step % 6)];
        (16 + at, [level(36), level(6), level(1)])
    });
    let greys = (0..24u8).map(|at| (232 + at, [8 + 10 * at; 3]));
    cube.chain(greys).min_by_key(|&(_, colour)| distance(colour)).map_or(15, |(index, _)| index)
}

/// The styles of the panel, all on its black plate. Where there is no colour, weight and reversal tell the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Palette {
    /// Text on the plate.
    pub(super) plate: Style,
    /// What is less important.
    pub(super) muted: Style,
    /// What is measured, or under the hand.
    pub(super) gold: Style,
    /// What sounds: a struck gate.
    pub(super) lit: Style,
    /// The screen's pixels.
    pub(super) screen: Style,
    /// A gate that is high, and the recording.
    pub(super) gate: Style,
    /// A voltage that comes from a cable.
    pub(super) cable: Style,
    /// A level that is too high.
    pub(super) clip: Style,
}

impl Palette {
    /// The colours of the design's tokens, as far as there are colours.
    pub(super) fn new(depth: Depth) -> Self {
        let style = |foreground, near| Style::new().fg(depth.colour(foreground, near));
        let on = |style: Style, background, near| style.bg(depth.colour(background, near));
        let plate = |style| on(style, [0x12, 0x13, 0x14], Color::Reset);
        let is_plain = depth == Depth::Plain;
        let plain = |style: Style, modifier| if is_plain { style.add_modifier(modifier) } else { style };
        let muted = plate(style([0xA7, 0xA9, 0xA5], Color::Reset));
        let lit = on(style([0x12, 0x13, 0x14], Color::Black), [0xD9, 0xA4, 0x41], Color::Yellow);
        Self {
            plate: plate(style([0xF4, 0xF2, 0xEC], Color::Reset)),
            muted: if depth == Depth::Sixteen {
                muted.add_modifier(Modifier::DIM)
            } else {
                plain(muted, Modifier::DIM)
            },
            gold: plain(plate(style([0xD9, 0xA4, 0x41], Color::Yellow)), Modifier::BOLD),
            lit: plain(lit, Modifier::REVERSED),
            screen: on(style([0xF4, 0xF2, 0xEC], Color::White), [0x04, 0x06, 0x0A], Color::Black),
            gate: plain(plate(style([0xDC, 0x4A, 0x25], Color::LightRed)), Modifier::BOLD),
            cable: plain(plate(style([0x6E, 0xA8, 0xF5], Color::LightBlue)), Modifier::BOLD),
            clip: plain(plate(style([0xFF, 0x8A, 0x6B], Color::LightRed)), Modifier::REVERSED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(variables: &[(&str, &str)]) -> Depth {
        Depth::of(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        for (variables, wanted) in [
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")][..], Depth::Full),
            (&[("TERM", "xterm-kitty")], Depth::Full),
            (&[("TERM", "screen-256color")], Depth::Indexed),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], Depth::Plain),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "")], Depth::Full),
        ] {
            assert_eq!(depth(variables), wanted, "{variables:?}");
        }
        #[cfg(not(windows))]
        assert_eq!(depth(&[("TERM", "linux")]), Depth::Sixteen);
    }

    #[test]
    fn each_colour_has_its_nearest_among_240() {
        for (rgb, wanted) in
            [([0, 0, 0], 16), ([255, 255, 255], 231), ([0x12, 0x12, 0x12], 233), ([0xD7, 0xAF, 0x5F], 179)]
        {
            assert_eq!(indexed(rgb), wanted, "{rgb:02X?}");
        }
    }

    #[test]
    fn without_colour_no_colour_is_asked_for() {
        let Palette { plate, muted, gold, lit, screen, gate, cable, clip } = Palette::new(Depth::Plain);
        for style in [plate, muted, gold, lit, screen, gate, cable, clip] {
            assert_eq!((style.fg, style.bg), (Some(Color::Reset), Some(Color::Reset)), "{style:?}");
        }
    }
}
