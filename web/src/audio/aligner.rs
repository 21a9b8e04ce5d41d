//! When an event of the page's clock sounds on the audio clock.
//!
//! Taken up when its callback runs, an event would sound later by as much as the page was busy, and by the part of the
//! device's buffer that was already rendered: both differ from event to event. Instead every event sounds a fixed time after it
//! happened, the shortest that comes late for nobody.

/// Keeps the distance between event and sound steady.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Aligner {
    /// Seconds from what is heard when an event happens to where it is put.
    lead_s: Option<f64>,
}

/// Share of a needless lead that each event takes back.
const RECOVERY: f64 = 0.01;

/// The same for a module, which tells something hundreds of times a second.
const STREAM_RECOVERY: f64 = 0.000_5;

/// A need that differs by more than this from the lead is a new device, or a page that slept.
const JUMP_S: f64 = 0.08;

/// Events are believed to be this old at most, in milliseconds.
const OLDEST_MS: f64 = 60.0;

impl Aligner {
    /// The time of the audio clock, in seconds, for what happened at `event_ms` of the page's clock. `heard` is what the
    /// browser says is heard when: seconds of the audio clock and milliseconds of the page's. `current_s` is the block that is
    /// rendered next.
    pub(super) fn place(&mut self, event_ms: f64, now_ms: f64, heard: Option<(f64, f64)>, current_s: f64) -> f64 {
        let Some(heard_s) = clock(heard) else { return current_s };
        // Where the browser gives no time, the event happened now.
        let event_ms = if event_ms.is_finite() { event_ms.clamp(now_ms - OLDEST_MS, now_ms) } else { now_ms };
        let event_s = heard_s(event_ms);
        event_s + self.lead(current_s - event_s, RECOVERY)
    }

    /// The same for what was given a time ahead of now already, late enough for its way to here: what is left to be made up for
    /// is the part of the device's buffer that was rendered.
    pub(super) fn place_ahead(&mut self, at_ms: f64, now_ms: f64, heard: Option<(f64, f64)>, current_s: f64) -> f64 {
        let Some(heard_s) = clock(heard) else { return current_s };
        let lead_s = self.lead(current_s - heard_s(now_ms), STREAM_RECOVERY);
        heard_s(at_ms) + lead_s
    }

    /// The lead in use after an event that needs this much.
    fn lead(&mut self, need_s: f64, recovery: f64) -> f64 {
        let lead_s = match self.lead_s {
            Some(lead_s) if (need_s - lead_s).abs() < JUMP_S => {
                need_s.max(lead_s - recovery * (lead_s - need_s).max(0.0))
            }
            _ => need_s,
        };
        self.lead_s = Some(lead_s);
        lead_s
    }
}

/// What is heard on the audio clock, in seconds, at a time of the page's clock in milliseconds; none where the browser does not
/// know yet.
fn clock(heard: Option<(f64, f64)>) -> Option<impl Fn(f64) -> f64> {
    let (heard_s, heard_ms) = heard.filter(|&(s, ms)| s.is_finite() && s > 0.0 && ms.is_finite() && ms > 0.0)?;
    Some(move |at_ms: f64| heard_s + (at_ms - heard_ms) / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A device that is heard 25 ms after it is rendered, in buffers of 10 ms.
    fn rendered_s(now_ms: f64) -> f64 {
        ((now_ms / 10.0).floor() + 1.0) * 0.010 + 0.025
    }

    #[test]
    fn without_a_clock_for_what_is_heard_events_sound_at_once() {
        let mut aligner = Aligner::default();
        assert_eq!(aligner.place(990.0, 1_000.0, None, 7.0), 7.0);
        assert_eq!(aligner.place(990.0, 1_000.0, Some((0.0, 0.0)), 7.0), 7.0);
    }

    #[test]
    fn a_stream_that_is_placed_ahead_keeps_its_intervals_whatever_the_buffers_do() {
        let mut aligner = Aligner::default();
        let mut shift_ms = Vec::new();
        for k in 0..2_000 {
            let now_ms = 500.0 + 2.0 * f64::from(k) + f64::from(k % 7) * 0.5;
            let at_ms = 505.0 + 2.0 * f64::from(k);
            let placed_s = aligner.place_ahead(at_ms, now_ms, Some((now_ms / 1_000.0, now_ms)), rendered_s(now_ms));
            shift_ms.push(placed_s * 1_000.0 - at_ms);
        }
        let settled = &shift_ms[1_000..];
        let least = settled.iter().copied().fold(f64::INFINITY, f64::min);
        let most = settled.iter().copied().fold(0.0, f64::max);
        assert!(most - least < 0.1, "{least} to {most} ms");
        assert!((34.0..36.0).contains(&most), "{most} ms: the buffers' 25 and 10");
    }

    proptest! {
        #[test]
        fn a_busy_page_and_large_buffers_do_not_shake_the_beat(delays_ms in proptest::collection::vec(0.0..8.0f64, 240)) {
            let mut aligner = Aligner::default();
            let mut sounded = Vec::new();
            for (k, delay_ms) in delays_ms.into_iter().enumerate() {
                let event_ms = 500.0 + 20.833 * k as f64;
                let now_ms = event_ms + delay_ms;
                let placed_s = aligner.place(event_ms, now_ms, Some((now_ms / 1_000.0, now_ms)), rendered_s(now_ms));
                prop_assert!(placed_s >= rendered_s(now_ms) - 1e-9, "event {k} comes too late");
                sounded.push(placed_s * 1_000.0 - event_ms);
            }
            let settled = &sounded[120..];
            let least = settled.iter().copied().fold(f64::INFINITY, f64::min);
            let most = settled.iter().copied().fold(0.0, f64::max);
            // Buffers and delays alone would shake it by 18 ms: half of it is left where the least delays come late.
            prop_assert!(most - least < 9.0, "{} ms", most - least);
            prop_assert!(most < 25.0 + 10.0 + 8.1, "{most} ms after the event");
        }
    }
}
