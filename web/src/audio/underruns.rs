//! Counting drop-outs: by the browser's own count, or by the audio clock falling behind the wall's.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// What browsers call their count, in the order of their age.
const COUNTS: [(&str, &str); 2] = [("playbackStats", "underrunEvents"), ("playoutStats", "fallbackFramesEvents")];

/// The browser's own count of a context's drop-outs, where it has one.
pub(super) fn counted(context: &JsValue) -> Option<u32> {
    COUNTS.iter().find_map(|(stats, events)| {
        let stats = Reflect::get(context, &(*stats).into()).ok().filter(JsValue::is_object)?;
        Some(Reflect::get(&stats, &(*events).into()).ok()?.as_f64()? as u32)
    })
}

/// Length of a stretch in which the nearest of the two clocks counts, in milliseconds: longer than a page is held up.
const STRETCH_MS: f64 = 500.0;

/// How far the audio clock falls behind in a drop-out at least, in milliseconds: more than clocks drift apart in a stretch.
const LOST_MS: f64 = 4.0;

/// A larger distance is a pause.
const PAUSE_MS: f64 = 1_500.0;

/// Watches the audio clock beside the wall's.
///
/// A page that is held up hears late of a block that was played in time, and the next ones come all at once: the smallest
/// distance in a stretch stays. After a drop-out every block comes late for good.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Underruns {
    /// Smallest distance of the stretches before.
    usual_ms: Option<f64>,
    least_ms: Option<f64>,
    began_ms: f64,
    pub(super) count: u32,
}

impl Underruns {
    /// A block that ends at `audio_s` of the audio clock was heard of at `now_ms` of the wall's.
    pub(super) fn hear(&mut self, audio_s: f64, now_ms: f64) {
        let distance_ms = now_ms - audio_s * 1_000.0;
        let least_ms = self.least_ms.map_or(distance_ms, |least| least.min(distance_ms));
        self.least_ms = Some(least_ms);
        if now_ms - self.began_ms < STRETCH_MS {
            return;
        }
        if let Some(usual_ms) = self.usual_ms
            && (LOST_MS..PAUSE_MS).contains(&(least_ms - usual_ms))
        {
            self.count += 1;
        }
        (self.usual_ms, self.least_ms, self.began_ms) = (Some(least_ms), None, now_ms);
    }

    /// The sound was paused: both clocks start anew.
    pub(super) fn rest(&mut self) {
        *self = Self { count: self.count, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks of 1024 samples at 48 kHz for `seconds`, heard `late(k)` ms late, with `lost_ms` between audio and wall.
    fn play(underruns: &mut Underruns, from_s: f64, seconds: f64, lost_ms: f64, late_ms: impl Fn(u64) -> f64) {
        for k in 0..(seconds / 0.021_333) as u64 {
            let audio_s = from_s + k as f64 * 0.021_333;
            underruns.hear(audio_s, audio_s * 1_000.0 + lost_ms + late_ms(k));
        }
    }

    #[test]
    fn each_drop_out_counts_once_and_a_busy_page_does_not() {
        let mut underruns = Underruns::default();
        play(&mut underruns, 1.0, 5.0, 0.0, |k| (k * 7 % 13) as f64);
        assert_eq!(underruns.count, 0, "jitter of a page");
        // Held up for 0.3 s: what was played meanwhile is heard of at the end.
        play(&mut underruns, 6.0, 5.0, 0.0, |k| if (40..54).contains(&k) { (54 - k) as f64 * 21.333 } else { 0.0 });
        assert_eq!(underruns.count, 0, "a page that was held up");
        play(&mut underruns, 11.0, 3.0, 20.0, |_| 0.0);
        assert_eq!(underruns.count, 1, "20 ms were lost");
        play(&mut underruns, 14.0, 3.0, 31.0, |_| 0.0);
        assert_eq!(underruns.count, 2);
    }

    #[test]
    fn a_pause_is_no_drop_out() {
        let mut underruns = Underruns::default();
        play(&mut underruns, 1.0, 2.0, 0.0, |_| 0.0);
        underruns.rest();
        play(&mut underruns, 3.0, 2.0, 700.0, |_| 0.0);
        assert_eq!(underruns.count, 0);
    }
}
