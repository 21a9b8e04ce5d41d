//! What the desk does again and again: it hears what sounds, what the module tells and what was found, and shows all that.

use super::desk::Desk;
use super::keys::Told;
use neurorack_host::monitor::Levels;
use neurorack_panel::{Action, Pixels};
use neurorack_protocol::Message;
use std::time::{Duration, Instant};

/// Time over which the load is measured.
const LOAD_OVER: Duration = Duration::from_secs(1);

/// Glow of the sound from which the module's lamp is lit.
const LAMP_FROM: f32 = 0.15;

/// Which share of the time the sound takes of one core.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Load {
    since: Option<(Instant, f64)>,
    share: f64,
}

impl Load {
    /// Takes how long all blocks took so far, in seconds.
    fn take(&mut self, render_s: f64) {
        let now = Instant::now();
        match self.since {
            Some((since, before_s)) if now.duration_since(since) < LOAD_OVER && render_s >= before_s => {}
            Some((since, before_s)) => {
                self.share = (render_s - before_s).max(0.0) / now.duration_since(since).as_secs_f64().max(1e-3);
                self.since = Some((now, render_s));
            }
            None => self.since = Some((now, render_s)),
        }
    }

    pub(super) fn percent(self) -> u8 {
        // Casts from float to integer hold at the ends.
        (100.0 * self.share).round() as u8
    }
}

impl Desk {
    /// Looks at everything once. To be called some 50 times a second.
    pub(crate) fn look(&mut self) {
        self.hear();
        let rate_hz = self.player.sample_rate_hz();
        if let Some(sentence) = self.player.look() {
            self.complain(sentence);
            self.last_hit = None;
            if rate_hz != self.player.sample_rate_hz() {
                self.monitor.listen_at(self.player.sample_rate_hz());
                self.seen = self.monitor.seen(&self.asked);
                if self.records() {
                    self.record(None);
                }
            }
        }
        self.tell_privileges();
        while let Some(told) = self.jacks.as_ref().and_then(|jacks| jacks.next()) {
            self.hear_module(told);
        }
        while let Some(told) = self.keys.as_ref().and_then(|keys| keys.next()) {
            match told {
                Told::Moved(lesson, share) => self.follow(lesson, share),
                Told::Bank(number) => self.act(Action::PlayBank(number)),
            }
        }
        while let Some(found) = self.found() {
            self.hear_search(found);
        }
        self.tick();
        self.keep_what_rests();
    }

    /// Draws the screen, here and on the module, and lights the module's lamp while it sounds.
    pub(crate) fn show(&mut self, pixels: &mut Pixels) {
        self.draw(pixels);
        let lit = self.levels().glow > LAMP_FROM;
        let Some(jacks) = &self.jacks else { return };
        jacks.show(pixels);
        if std::mem::replace(&mut self.lamp, lit) != lit {
            jacks.send(Message::Led(lit));
        }
    }

    /// The output's levels.
    pub(crate) fn levels(&self) -> Levels {
        self.monitor.levels()
    }

    /// Listens to what sounded: measures it, and records it.
    fn hear(&mut self) {
        let now_ms = self.now_ms();
        let level = self.player.level();
        let (mut struck, mut is_news) = (false, false);
        let Self { player, monitor, recorder, last_hit, .. } = self;
        player.hear(|first, samples, meters| {
            let hit = meters.statistics.last_trigger_frame;
            let end = first + samples.len() as u64;
            let fresh = hit.filter(|&hit| Some(hit) != *last_hit && hit < end);
            if let Some(hit) = fresh {
                *last_hit = Some(hit);
                struck = true;
                monitor.flash(now_ms);
            }
            let hit_at = fresh.map(|hit| hit.saturating_sub(first) as usize);
            if !samples.is_empty() {
                is_news |= monitor.listen(samples, hit_at, level, now_ms);
            }
            if let Some(recorder) = recorder {
                recorder.take(samples);
            }
        });
        self.monitor.advance(now_ms);
        if struck {
            self.asked = self.curve_asked();
        }
        if struck || is_news {
            self.seen = self.monitor.seen(&self.asked);
        }
        self.load.take(self.player.last().render_s);
    }

    /// Says once what the audio thread could not have.
    fn tell_privileges(&mut self) {
        let meters = self.player.last();
        if self.told_privileges || meters.statistics.frames == 0 {
            return;
        }
        self.told_privileges = true;
        let sentence = meters.privileges.to_string();
        if !sentence.is_empty() {
            self.remember(sentence);
        }
    }

    fn now_ms(&self) -> f64 {
        self.begun.elapsed().as_secs_f64() * 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_is_the_share_of_the_time_that_blocks_took() {
        let mut load = Load::default();
        load.take(1.0);
        load.since = load.since.map(|(since, taken)| (since - Duration::from_secs(2), taken));
        load.take(1.5);
        assert_eq!(load.percent(), 25);
        load.take(0.0);
        assert_eq!(load.percent(), 0, "the audio side began anew");
    }
}
