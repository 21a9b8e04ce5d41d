//! Banks and curves that the instrument holds: nothing on it is ever freed by the audio thread.

use crate::bank::PreparedBank;
use crate::curve::ScaledCurve;
use crate::models::reading::CurvePair;
use crate::voice::Material;
use std::sync::Arc;

/// Places for banks: the one in use and three that ring out.
const BANKS: usize = 4;

/// Places for curves: two in use, two for each voice, and some on their way out.
const CURVES: usize = 48;

/// Something the instrument no longer needs, on its way to where it may be freed.
#[derive(Debug)]
pub enum Retired {
    /// A bank.
    Bank(Arc<PreparedBank>),
    /// A curve.
    Curve(Arc<ScaledCurve>),
}

/// Where a hit's bank and curves stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) bank: usize,
    pub(crate) curves: [usize; 2],
}

/// A shelf with few places; users remember the place, not the thing.
#[derive(Debug)]
pub(crate) struct Shelf {
    banks: [Option<Arc<PreparedBank>>; BANKS],
    curves: [Option<Arc<ScaledCurve>>; CURVES],
}

impl Default for Shelf {
    fn default() -> Self {
        Self { banks: [const { None }; BANKS], curves: [const { None }; CURVES] }
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

    /// Takes one thing whose place nobody uses. Real-time safe.
    pub(crate) fn take_unused(
        &mut self,
        bank_is_used: impl Fn(usize) -> bool,
        curve_is_used: impl Fn(usize) -> bool,
    ) -> Option<Retired> {
        let bank = take(&mut self.banks, bank_is_used).map(Retired::Bank);
        bank.or_else(|| take(&mut self.curves, curve_is_used).map(Retired::Curve))
    }

    /// What a hit plays from, if all of it is there.
    pub(crate) fn material(&self, places: Places) -> Option<Material<'_>> {
        let [first, second] = places.curves.map(|place| self.curves.get(place).and_then(Option::as_deref));
        let bank = self.banks.get(places.bank)?.as_deref()?;
        Some(Material { bank, curves: CurvePair { first: first?, second: second? } })
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
