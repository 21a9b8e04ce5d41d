//! Analysis by synthesis: which timbre to ask a bank for, so that its answer has the one that was measured.
//!
//! A network follows a timbre as far as its training taught it: what is asked as 6 dB may come as 4. So the answer to a
//! recording is rendered and measured as the recording was, and what is missing in each band at each moment is asked for
//! on top, a few times over (after Bell, Fujisaki, Heinz, Stevens and House, "Reduction of speech spectra by analysis-by-synthesis
//! techniques", JASA 1961). What is asked needs nothing new from the one who plays it: it is a timbre like any other.

use crate::bank::{Kind, ModelBank, PreparedBank};
use crate::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, Timbre};
use crate::models::noise::{LOOP_SAMPLES, Random};
use crate::models::sinc_nsf::{MAX_BANDS, render_hit};

/// How often the answer is corrected.
const ROUNDS: u64 = 4;
/// Part of what is missing that is asked for on top.
const STEP: f32 = 0.5;
/// Most that a level is asked for beyond the measured one, in decibels.
const MOST_DB: f32 = 9.0;

/// Fits timbres to one bank.
pub struct Fitter {
    bank: PreparedBank,
}

impl Fitter {
    /// Prepares the bank at the rate at which timbres are measured: a tenth of a second of work and 10 MB.
    ///
    /// `None` where there is nothing to fit: a bank of kind `frave` plays a timbre's place in its latent space, which what is
    /// asked on top would move.
    #[must_use]
    pub fn new(bank: &ModelBank) -> Option<Self> {
        (bank.kind() == Kind::SincNsf).then(|| Self { bank: bank.prepare(ANALYSIS_RATE_HZ) })
    }

    /// The curve with the timbre to ask for; as it is where it has none. Allocates, and renders five hits.
    ///
    /// The curve has to be as it was measured, its timbre too: what was fitted before or moved by a hand is taken for measured.
    /// Noise is drawn anew for each hit, so that its luck is not fitted; the same curve gives the same timbre. The levels
    /// of the answer are on the whole never further from the measured ones than before.
    #[must_use]
    pub fn fit(&self, curve: &DescriptorCurve) -> DescriptorCurve {
        let Some(measured) = curve.timbre() else { return curve.clone() };
        let mut asked = *measured;
        let mut best = (f32::INFINITY, asked);
        for round in 0..=ROUNDS {
            let answer = self.answer(curve.clone().with_timbre(Some(asked)), round);
            let distance = measured.distance_db(&answer);
            if distance < best.0 {
                best = (distance, asked);
            }
            asked = asked.corrected(measured, &answer, STEP, MOST_DB);
        }
        curve.clone().with_timbre(Some(best.1))
    }

    /// The timbre of what the bank plays of a curve.
    fn answer(&self, curve: DescriptorCurve, draw: u64) -> Timbre {
        let mut random = Random::new(draw);
        let starts = std::array::from_fn::<_, MAX_BANDS, _>(|_| random.below(LOOP_SAMPLES as u32) as u16);
        Timbre::measure(&render_hit(&self.bank, [&curve, &curve], 0.0, starts), curve.frames())
    }
}
