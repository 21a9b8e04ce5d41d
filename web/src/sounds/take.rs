//! What a microphone hears, until there is an impact in it.

/// Time at the beginning that is not listened to: the press of the button is an impact too, in seconds.
const DEAF_S: f32 = 0.3;

/// A sound above this begins the recording: -30 dB of full scale.
const ONSET: f32 = 0.03;

/// Kept before that sample, so that the onset is whole, in seconds.
const LEAD_S: f32 = 0.1;

/// Longest recording, in seconds.
pub(super) const LONGEST_S: f32 = 4.0;

/// Longest wait for a sound, in seconds.
const PATIENCE_S: f32 = 20.0;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing has been heard yet.
    Listen,
    /// A sound is being recorded.
    Record,
    /// The recording is as long as it may be.
    Enough,
    /// Nothing came.
    GiveUp,
}

/// A recording in progress.
#[derive(Debug, Default)]
pub(super) struct Take {
    samples: Vec<f32>,
    heard: usize,
    begun: bool,
    /// The loudest sample of the last block.
    pub(super) level: f32,
}

impl Take {
    /// Takes the next block at this rate.
    pub(super) fn hear(&mut self, block: &[f32], rate_hz: u32) -> Next {
        let in_samples = |seconds: f32| (seconds * rate_hz as f32) as usize;
        self.heard += block.len();
        self.level = block.iter().fold(0.0, |most, sample| most.max(sample.abs()));
        self.samples.extend(block.iter().map(|sample| if sample.is_finite() { *sample } else { 0.0 }));
        if !self.begun {
            self.begun = self.heard > in_samples(DEAF_S) && self.level > ONSET;
            let kept = in_samples(LEAD_S) + block.len();
            let past = self.samples.len().saturating_sub(kept);
            self.samples.drain(..past);
        }
        let most = in_samples(LEAD_S + LONGEST_S);
        if self.begun && self.samples.len() >= most {
            self.samples.truncate(most);
            return Next::Enough;
        }
        match self.begun {
            true => Next::Record,
            false if self.heard > in_samples(PATIENCE_S) => Next::GiveUp,
            false => Next::Listen,
        }
    }

    /// What was recorded; empty where nothing was heard.
    pub(super) fn finish(self) -> Vec<f32> {
        if self.begun { self.samples } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: u32 = 48_000;

    fn listen(take: &mut Take, seconds: f32, level: f32) -> Next {
        let mut next = Next::Listen;
        for _ in 0..(seconds * RATE_HZ as f32) as usize / 1_024 {
            next = take.hear(&[level; 1_024], RATE_HZ);
        }
        next
    }

    #[test]
    fn the_press_of_the_button_is_not_recorded() {
        let mut take = Take::default();
        assert_eq!(listen(&mut take, 0.2, 0.9), Next::Listen);
        assert_eq!(listen(&mut take, 1.0, 0.001), Next::Listen);
        assert!(take.finish().is_empty());
    }

    #[test]
    fn a_recording_begins_with_its_sound_and_lasts_four_seconds() {
        let mut take = Take::default();
        listen(&mut take, 2.0, 0.001);
        assert_eq!(listen(&mut take, 0.1, 0.5), Next::Record);
        assert_eq!(listen(&mut take, 5.0, 0.01), Next::Enough);
        let samples = take.finish();
        let onset = samples.iter().position(|sample| *sample > 0.1).expect("the sound is in it");
        let lead_s = onset as f32 / RATE_HZ as f32;
        assert!((LEAD_S..LEAD_S + 0.05).contains(&lead_s), "{lead_s} s before the sound");
        assert_eq!(samples.len(), (4.1 * RATE_HZ as f32) as usize);
    }

    #[test]
    fn silence_is_given_up_after_a_while() {
        assert_eq!(listen(&mut Take::default(), 21.0, 0.001), Next::GiveUp);
    }
}
