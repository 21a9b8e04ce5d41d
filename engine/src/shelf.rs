//! Banks, curves and takes that the instrument holds: nothing on it is ever freed by the audio thread.

use crate::bank::PreparedBank;
use crate::curve::ScaledCurve;
use crate::models::reading::CurvePair;
use crate::take::{Kernel, Take, Taken};
use crate::voice::{Material, Streamed};
use std::sync::Arc;

/// Places for banks: the one in use and three that ring out.
pub(crate) const BANKS: usize = 4;

/// Places for curves: two in use, two for each voice, and some on their way out.
const CURVES: usize = 48;

/// Places for takes: the newest, one that is left for it, and some that ring out.
pub const TAKES: usize = 6;

/// Something the instrument no longer needs, on its way to where it may be freed.
#[derive(Debug)]
pub enum Retired {
    /// A bank.
    Bank(Arc<PreparedBank>),
    /// A curve.
    Curve(Arc<ScaledCurve>),
    /// A take.
    Take(Arc<Take>),
}

/// Where what a hit plays from stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Places {
    /// A bank and two curves.
    Streamed { bank: usize, curves: [usize; 2] },
    /// A take, and the one that the hit goes over from.
    Taken { take: usize, leaving: Option<usize> },
}

impl Places {
    pub(crate) fn has_bank(&self, place: usize) -> bool {
        matches!(self, Self::Streamed { bank, .. } if *bank == place)
    }

    pub(crate) fn has_curve(&self, place: usize) -> bool {
        matches!(self, Self::Streamed { curves, .. } if curves.contains(&place))
    }

    pub(crate) fn has_take(&self, place: usize) -> bool {
        matches!(self, Self::Taken { take, leaving } if *take == place || *leaving == Some(place))
    }
}

/// A shelf with few places; users remember the place, not the thing.
pub(crate) struct Shelf {
    banks: [Option<Arc<PreparedBank>>; BANKS],
    curves: [Option<Arc<ScaledCurve>>; CURVES],
    takes: [Option<Arc<Take>>; TAKES],
    kernel: Kernel,
}

impl Default for Shelf {
    /// Empty. Allocates.
    fn default() -> Self {
        Self {
            banks: [const { None }; BANKS],
            curves: [const { None }; CURVES],
            takes: [const { None }; TAKES],
            kernel: Kernel::new(),
        }
    }
}

impl Shelf {
    /// Puts a bank on a free place and returns it; gives the bank back when there is none. Real-time safe.
    pub(crate) fn put_bank(&mut self, bank: Arc<PreparedBank>) -> Result<usize, Arc<PreparedBank>> {
        put(&mut self.banks, bank)
    }

    /// Puts a curve on a free place and returns it; gives the curve back when there is none. Real-time safe.
    pub(crate) fn put_curve(&mut self, curve: Arc<ScaledCurve>) -> Result<usize, Arc<ScaledCurve>> {
        put(&mut self.curves, curve)
    }

    /// Puts a take on a free place and returns it; gives the take back when there is none. Real-time safe.
    pub(crate) fn put_take(&mut self, take: Arc<Take>) -> Result<usize, Arc<Take>> {
        put(&mut self.takes, take)
    }

    /// Takes one thing whose place nobody uses. Real-time safe.
    pub(crate) fn take_unused(
        &mut self,
        bank_is_used: impl Fn(usize) -> bool,
        curve_is_used: impl Fn(usize) -> bool,
        take_is_used: impl Fn(usize) -> bool,
    ) -> Option<Retired> {
        let bank = take(&mut self.banks, bank_is_used).map(Retired::Bank);
        let bank_or_curve = bank.or_else(|| take(&mut self.curves, curve_is_used).map(Retired::Curve));
        bank_or_curve.or_else(|| take(&mut self.takes, take_is_used).map(Retired::Take))
    }

    /// The take at a place.
    pub(crate) fn take(&self, place: usize) -> Option<&Take> {
        self.takes.get(place)?.as_deref()
    }

    /// The bank at a place.
    pub(crate) fn bank(&self, place: usize) -> Option<&PreparedBank> {
        self.banks.get(place)?.as_deref()
    }

    /// What a hit plays from, if all of it is there.
    pub(crate) fn material(&self, places: Places) -> Option<Material<'_>> {
        match places {
            Places::Streamed { bank, curves } => {
                let [first, second] = curves.map(|place| self.curves.get(place).and_then(Option::as_deref));
                let curves = CurvePair { first: first?, second: second? };
                Some(Material::Streamed(Streamed { bank: self.bank(bank)?, curves }))
            }
            Places::Taken { take, leaving } => {
                let leaving = leaving.and_then(|place| self.take(place));
                Some(Material::Taken(Taken { take: self.take(take)?, leaving, kernel: &self.kernel }))
            }
        }
    }
}

fn put<T>(places: &mut [Option<T>], thing: T) -> Result<usize, T> {
    match places.iter_mut().enumerate().find(|(_, place)| place.is_none()) {
        Some((index, place)) => {
            *place = Some(thing);
            Ok(index)
        }
        None => Err(thing),
    }
}

fn take<T>(places: &mut [Option<T>], is_used: impl Fn(usize) -> bool) -> Option<T> {
    places
        .iter_mut()
        .enumerate()
        .find(|(index, place)| place.is_some() && !is_used(*index))
        .and_then(|(_, place)| place.take())
}
