//! Where what stands: three sizes of the panel.

use super::oled::Grain;
use ratatui::layout::Rect;

/// Where hands can touch something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Areas {
    pub(super) screen: Rect,
    pub(super) gates: [Rect; 2],
    pub(super) cvs: [Rect; 4],
}

/// A whole panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) grain: Grain,
    pub(super) title: Rect,
    pub(super) screen: Rect,
    /// Gates, voltages and the output, beside the screen.
    pub(super) side: Rect,
    /// Sounds, sentences and keys.
    pub(super) below: Rect,
}

/// Fewest and most columns beside the screen.
const SIDE: [u16; 2] = [14, 28];

/// Columns beside the large screen, which has rows enough to say less in each.
const NARROW_SIDE: u16 = 10;

/// Fewest rows below the small screen, and below the large one.
const BELOW: [u16; 2] = [5, 7];

/// Columns and rows of the smallest whole panel.
pub(super) const SMALLEST: (u16, u16) = (80, 22);

impl Plan {
    /// The largest panel that fits, in the middle; `None` where not even the smallest does.
    pub(super) fn new(area: Rect) -> Option<Self> {
        let (grain, side_least, below_least) =
            [(Grain::Half, NARROW_SIDE, BELOW[1]), (Grain::Braille, SIDE[0], BELOW[0])].into_iter().find(
                |(grain, side, below)| {
                    let (width, height) = grain.size();
                    area.width >= width + 2 + side && area.height > height + below
                },
            )?;
        let (screen_width, screen_height) = grain.size();
        let width = area.width.min(screen_width + 2 + SIDE[1].max(side_least));
        let x = area.x + (area.width - width) / 2;
        // A free row above and below the screen where there are many.
        let free = u16::from(area.height - screen_height - below_least > 4);
        let top = area.y + 1 + free;
        let bottom = top + screen_height + free;
        Some(Self {
            grain,
            title: Rect::new(x, area.y, width, 1),
            screen: Rect::new(x, top, screen_width, screen_height),
            side: Rect::new(x + screen_width + 2, top, width - screen_width - 2, screen_height),
            below: Rect::new(x, bottom, width, area.bottom() - bottom),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_lies_within_its_terminal_and_the_smallest_is_what_is_said() {
        for width in 0..200 {
            for height in 0..80 {
                let area = Rect::new(0, 0, width, height);
                let plan = Plan::new(area);
                assert_eq!(plan.is_some(), width >= SMALLEST.0 && height >= SMALLEST.1, "{width} x {height}");
                let Some(Plan { title, screen, side, below, .. }) = plan else { continue };
                for part in [title, screen, side, below] {
                    assert_eq!(part.intersection(area), part, "{width} x {height}");
                }
                assert!(!screen.intersects(side) && !side.intersects(below) && !title.intersects(screen));
            }
        }
    }
}
