//! What hands, keys, MIDI and a module do, on its way to the audio side.

use neurorack_engine::sources::Action;
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Deeds that may wait for the next block.
const QUEUE: usize = 1_024;

/// One thing that is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Deed {
    /// At the sources: a gate, a wheel, the clock.
    Act(Action),
    /// A hit of its own strength, 0 to 1, transposed by so many semitones.
    Note { velocity: f32, semitones: f32 },
}

/// A deed and when it is to sound.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timed {
    /// In seconds since the epoch; negative infinity is at once.
    pub(super) at_s: f64,
    /// When the edge was at the module's jack by the quickest message; not a number where there was none.
    pub(super) edge_s: f64,
    pub(super) deed: Deed,
}

/// The way of everything that is played to whatever audio side there is. Clones lead to the same one.
#[derive(Clone)]
pub(crate) struct Hands {
    shared: Arc<Shared>,
}

struct Shared {
    epoch: Instant,
    // Never locked on an audio thread: that holds the queue's other end.
    queue: Mutex<Producer<Timed>>,
    dropped: Arc<AtomicU64>,
}

/// Where an audio side finds what was done.
pub(super) struct Reach {
    queue: Consumer<Timed>,
    dropped: Arc<AtomicU64>,
    /// As many were dropped when it was looked last.
    known: u64,
}

impl Reach {
    /// What was done next. Real-time safe.
    pub(super) fn next(&mut self) -> Option<Timed> {
        self.queue.pop().ok()
    }

    /// Whether something was dropped since the last time. Real-time safe.
    pub(super) fn lost(&mut self) -> bool {
        let dropped = self.dropped.load(Ordering::Relaxed);
        std::mem::replace(&mut self.known, dropped) != dropped
    }
}

impl Hands {
    /// Hands at which nobody looks yet. Times are counted from `epoch`.
    pub(crate) fn new(epoch: Instant) -> Self {
        let (queue, _) = RingBuffer::new(QUEUE);
        Self { shared: Arc::new(Shared { epoch, queue: Mutex::new(queue), dropped: Arc::default() }) }
    }

    /// The moment that times are counted from.
    pub(super) fn epoch(&self) -> Instant {
        self.shared.epoch
    }

    /// Leads to another audio side from now on.
    pub(super) fn reach(&self) -> Reach {
        let (producer, queue) = RingBuffer::new(QUEUE);
        *self.lock() = producer;
        Reach { queue, dropped: Arc::clone(&self.shared.dropped), known: self.dropped() }
    }

    /// Something happens as soon as it can.
    pub(crate) fn now(&self, deed: Deed) {
        self.push(Timed { at_s: f64::NEG_INFINITY, edge_s: f64::NAN, deed });
    }

    /// Something happened at this moment, and sounds at a constant distance to it.
    pub(crate) fn at(&self, moment: Instant, deed: Deed) {
        self.push(Timed { at_s: self.seconds(moment), edge_s: f64::NAN, deed });
    }

    /// Something that a module told is to sound at this moment; the quickest message would have told it `latency_s` earlier.
    pub(crate) fn module_at(&self, moment: Instant, latency_s: f64, deed: Deed) {
        let at_s = self.seconds(moment);
        self.push(Timed { at_s, edge_s: at_s - latency_s, deed });
    }

    /// Deeds that found no room.
    pub(crate) fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    fn push(&self, timed: Timed) {
        if self.lock().push(timed).is_err() {
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Seconds since the epoch; before it, none.
    fn seconds(&self, moment: Instant) -> f64 {
        moment.saturating_duration_since(self.shared.epoch).as_secs_f64()
    }

    fn lock(&self) -> MutexGuard<'_, Producer<Timed>> {
        // Nothing of a queue is left half done by a panic.
        self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_no_room_is_counted_and_a_new_audio_side_begins_empty() {
        let hands = Hands::new(Instant::now());
        let mut first = hands.reach();
        for _ in 0..QUEUE + 3 {
            hands.now(Deed::Act(Action::ReleaseAll));
        }
        assert_eq!((hands.dropped(), first.queue.slots()), (3, QUEUE));
        assert!(first.lost() && !first.lost(), "it is told once");
        let mut second = hands.reach();
        hands.clone().now(Deed::Act(Action::Start));
        assert_eq!(second.next().map(|timed| timed.deed), Some(Deed::Act(Action::Start)));
        assert!(first.next().is_some() && second.next().is_none() && !second.lost());
    }
}
