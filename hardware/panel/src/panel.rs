//! The menu's state and what inputs do to it.

use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::DrawTarget;

use crate::action::{Action, Calibration, Input};
use crate::assignment::{CvInput, EncoderTarget, PushTarget};
use crate::describe::{Speech, describe};
use crate::draw;
use crate::field::Field;
use crate::menu::{Kind, Page, Push, VISIBLE};
use crate::pace::Pace;
use crate::text::{Face, Lines};
use crate::view::{MessageKind, Slot, View};

/// Time without input after which the idle screen returns, in milliseconds.
const AWAY_MS: u32 = 20_000;

/// Time for which a value that was turned on the idle screen is shown, in milliseconds.
const GLANCE_MS: u32 = 1_500;

/// Deepest page: Menu, Assignment, CV 1, Target.
const DEPTH: usize = 4;

/// The menu: which page is shown and where on it.
///
/// Values change the instrument while they are turned. A push keeps them; a long push puts back what was there before and
/// goes back one page, so that some long pushes lead to the idle screen from everywhere. So do 20 seconds without input,
/// except from what is watched, the CV monitor and the calibration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// From the menu to the page that is shown; none on the idle screen.
    levels: heapless::Vec<Level, DEPTH>,
    pace: Pace,
    /// Milliseconds since the last input.
    away_ms: u32,
    glance: Option<Glance>,
    notice: Notice,
}

/// A page that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Level {
    page: Page,
    /// The chosen row, the first visible line, or the value's position.
    at: usize,
    /// Where the value stood when the page was opened.
    before: Option<usize>,
}

/// A value that is turned on the idle screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glance {
    pub(crate) target: EncoderTarget,
    pub(crate) at: usize,
    left_ms: u32,
}

/// How far the present message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Notice {
    /// The message that was seen last, by its serial.
    serial: Option<u32>,
    dismissed: bool,
    shown_ms: u32,
    /// The first visible line.
    top: usize,
}

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The message, from this line on.
    Message {
        top: usize,
    },
    Idle(Option<Glance>),
    /// A page, where on it, and where its value stood before.
    Page {
        page: Page,
        at: usize,
        before: Option<usize>,
    },
}

/// Which way is up on the page that is shown: for hosts with keys and wheels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// A list: down is clockwise, to the next row.
    List,
    /// A value: up is clockwise, to more.
    Value,
}

impl Default for Panel {
    fn default() -> Self {
        Self::new()
    }
}

impl Panel {
    /// The idle screen.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            levels: heapless::Vec::new(),
            pace: Pace::REST,
            away_ms: 0,
            glance: None,
            notice: Notice { serial: None, dismissed: false, shown_ms: 0, top: 0 },
        }
    }

    /// Takes an input and says what the host is to do.
    pub fn handle(&mut self, input: Input, view: &View<'_>) -> Option<Action> {
        self.meet_message(view);
        if self.leave_what_is_gone(view) {
            return Some(Action::Calibrate(Calibration::Discard));
        }
        match input {
            Input::Tick(ms) => {
                self.tick(ms, view);
                None
            }
            _ => {
                self.away_ms = 0;
                if !matches!(input, Input::Turn(_)) {
                    // What is turned after a push is something else: it begins slowly.
                    self.pace = Pace::REST;
                }
                if self.message_takes(input, view) { None } else { self.act(input, view) }
            }
        }
    }

    /// Draws the screen: every pixel of the upper left 128 x 64, none outside.
    ///
    /// # Errors
    /// What the target fails with.
    pub fn draw<D: DrawTarget<Color = BinaryColor>>(&self, view: &View<'_>, target: &mut D) -> Result<(), D::Error> {
        draw::screen(self.shown(view), view, target)
    }

    /// What the screen says at the chosen place, in words: for screen readers.
    #[must_use]
    pub fn describe(&self, view: &View<'_>) -> Speech {
        describe(self.shown(view), view)
    }

    /// Which way is up at the moment.
    #[must_use]
    pub fn sense(&self, view: &View<'_>) -> Sense {
        match self.shown(view) {
            Shown::Idle(_) => match view.settings.encoder {
                EncoderTarget::Volume | EncoderTarget::Morph => Sense::Value,
                EncoderTarget::Bank | EncoderTarget::F1 | EncoderTarget::F2 => Sense::List,
            },
            Shown::Page { page, .. } if page.kind() == Kind::Bar => Sense::Value,
            Shown::Message { .. } | Shown::Page { .. } => Sense::List,
        }
    }

    /// Whether the idle screen is shown, with nothing over it.
    #[must_use]
    pub fn is_idle(&self, view: &View<'_>) -> bool {
        self.shown(view) == Shown::Idle(None)
    }

    /// Whether something waits for time to pass, or is watched: then ticks are needed, and drawing after each.
    #[must_use]
    pub fn waits(&self, view: &View<'_>) -> bool {
        !self.is_idle(view)
    }

    /// What is on the screen, within the view's lists.
    pub(crate) fn shown(&self, view: &View<'_>) -> Shown {
        if self.sees_message(view) {
            let top =
                if view.message.map(|message| message.serial) == self.notice.serial { self.notice.top } else { 0 };
            return Shown::Message { top };
        }
        match self.levels.iter().rfind(|level| level.page.exists(view)) {
            Some(&Level { page, at, before }) => {
                Shown::Page { page, at: at.min(page.positions(view).saturating_sub(1)), before }
            }
            None => Shown::Idle(self.glance),
        }
    }

    /// Whether there is a message that was not dismissed.
    fn sees_message(&self, view: &View<'_>) -> bool {
        view.message.is_some_and(|message| self.notice.serial != Some(message.serial) || !self.notice.dismissed)
    }

    /// Begins to count the time of a new message.
    fn meet_message(&mut self, view: &View<'_>) {
        if let Some(message) = view.message
            && self.notice.serial != Some(message.serial)
        {
            self.notice = Notice { serial: Some(message.serial), ..Notice::default() };
        }
    }

    /// Closes pages that cannot be shown any more and keeps places within their lists. Says whether a calibration ended.
    fn leave_what_is_gone(&mut self, view: &View<'_>) -> bool {
        let mut calibrated = false;
        while let Some(level) = self.levels.last_mut() {
            if level.page.exists(view) {
                level.at = level.at.min(level.page.positions(view).saturating_sub(1));
                break;
            }
            calibrated |= level.page == Page::Calibration;
            self.levels.pop();
        }
        calibrated
    }

    fn tick(&mut self, ms: u32, view: &View<'_>) {
        self.pace.tick(ms);
        self.away_ms = self.away_ms.saturating_add(ms);
        if let Some(glance) = &mut self.glance {
            glance.left_ms = glance.left_ms.saturating_sub(ms);
            if glance.left_ms == 0 {
                self.glance = None;
            }
        }
        if let Some(message) = view.message.filter(|_| self.sees_message(view)) {
            self.notice.shown_ms = self.notice.shown_ms.saturating_add(ms);
            let enough_ms = match message.kind {
                MessageKind::Info => 4_000,
                MessageKind::Error => 12_000,
            };
            self.notice.dismissed = self.notice.shown_ms >= enough_ms;
        }
        let watched =
            self.levels.last().is_some_and(|level| matches!(level.page.kind(), Kind::Monitor | Kind::Calibration));
        if self.away_ms >= AWAY_MS && !watched {
            self.levels.clear();
        }
    }

    /// Lets a message have an input, if there is one to be read. Says whether it took it.
    fn message_takes(&mut self, input: Input, view: &View<'_>) -> bool {
        let Some(message) = view.message.filter(|_| self.sees_message(view)) else { return false };
        let hidden = Lines::of(message.text, Face::TEXT, crate::menu::TEXT_WIDTH).count().saturating_sub(VISIBLE);
        match input {
            Input::Turn(detents) if hidden > 0 => {
                self.notice.top = moved(self.notice.top, detents.into(), hidden + 1);
                self.notice.shown_ms = 0;
                true
            }
            Input::Turn(_) | Input::Tick(_) => {
                self.notice.dismissed = true;
                false
            }
            Input::Push | Input::LongPush => {
                self.notice.dismissed = true;
                true
            }
        }
    }

    fn act(&mut self, input: Input, view: &View<'_>) -> Option<Action> {
        let Some(level) = self.levels.last_mut() else { return self.act_idle(input, view) };
        let Level { page, at, before } = *level;
        match input {
            Input::Tick(_) => None,
            Input::Turn(_) if page == Page::Calibration => None,
            Input::Turn(detents) => {
                let positions = page.positions(view);
                level.at = moved(at, self.pace.steps(detents, positions), positions);
                if level.at == at { None } else { page.live(level.at, view) }
            }
            Input::Push if page == Page::Calibration => {
                let step = Calibration::STEPS.get(at).copied()?;
                if step == Calibration::Keep {
                    self.levels.pop();
                } else {
                    level.at += 1;
                }
                Some(Action::Calibrate(step))
            }
            Input::Push => match page.push(at, view) {
                Push::Nothing => None,
                Push::Back => {
                    self.levels.pop();
                    None
                }
                Push::Enter(next) => {
                    self.open(next, view);
                    None
                }
                Push::Do(action) => Some(action),
                Push::Finish(action) => {
                    self.levels.clear();
                    Some(action)
                }
            },
            Input::LongPush => {
                self.levels.pop();
                match before {
                    _ if page == Page::Calibration => Some(Action::Calibrate(Calibration::Discard)),
                    Some(before) if before != at => page.live(before, view),
                    _ => None,
                }
            }
        }
    }

    fn act_idle(&mut self, input: Input, view: &View<'_>) -> Option<Action> {
        let strikes = view.settings.push == PushTarget::Strike;
        match input {
            Input::Tick(_) => None,
            Input::Turn(detents) => self.turn_idle(detents, view),
            Input::Push if strikes => Some(Action::Strike),
            Input::LongPush if !strikes => Some(Action::Strike),
            Input::Push | Input::LongPush => {
                self.glance = None;
                self.open(Page::Menu, view);
                None
            }
        }
    }

    /// Turns what the encoder is assigned to, from where it was turned to last or stands.
    fn turn_idle(&mut self, detents: i8, view: &View<'_>) -> Option<Action> {
        let target = view.settings.encoder;
        let field = match target {
            EncoderTarget::Volume => Some(Field::Volume),
            EncoderTarget::Morph => Some(Field::Unpatched(CvInput::Cv1)),
            EncoderTarget::Bank | EncoderTarget::F1 | EncoderTarget::F2 => None,
        };
        let (stands, positions) = match target {
            EncoderTarget::Volume | EncoderTarget::Morph => {
                (field.map(|field| field.read(&view.settings)), field.map_or(0, Field::len))
            }
            EncoderTarget::Bank => (view.bank, view.banks.len()),
            EncoderTarget::F1 => (view.slot(Slot::F1), view.sets.len()),
            EncoderTarget::F2 => (view.slot(Slot::F2), view.sets.len()),
        };
        if positions == 0 {
            return None;
        }
        let turned = self.glance.filter(|glance| glance.target == target).map(|glance| glance.at);
        let from = turned.or(stands);
        let steps = self.pace.steps(detents, positions);
        let at = from.map_or(0, |from| moved(from, steps, positions));
        self.glance = Some(Glance { target, at, left_ms: GLANCE_MS });
        if from == Some(at) {
            return None;
        }
        match target {
            EncoderTarget::Volume | EncoderTarget::Morph => field.map(|field| Action::Set(field.setting(at))),
            EncoderTarget::Bank => Some(Action::PlayBank(at)),
            EncoderTarget::F1 => Some(Action::ChooseSet { slot: Slot::F1, set: at }),
            EncoderTarget::F2 => Some(Action::ChooseSet { slot: Slot::F2, set: at }),
        }
    }

    fn open(&mut self, page: Page, view: &View<'_>) {
        let before = page.entrance(view);
        let at = before.unwrap_or(0).min(page.positions(view).saturating_sub(1));
        // There is room for the deepest page: a test opens them all.
        let _ = self.levels.push(Level { page, at, before });
    }
}

/// A place moved by some steps, within `positions` of them.
fn moved(at: usize, steps: i32, positions: usize) -> usize {
    let by = usize::try_from(steps.unsigned_abs()).unwrap_or(usize::MAX);
    let next = if steps < 0 { at.saturating_sub(by) } else { at.saturating_add(by) };
    next.min(positions.saturating_sub(1))
}
