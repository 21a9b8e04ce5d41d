//! Events that wait to be read, a bounded number of them.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use neurorack_protocol::host::Heard;

use crate::link::Event;

/// A queue of at most so many events. Pushing never waits.
#[derive(Debug)]
pub(crate) struct Inbox {
    limit: usize,
    waiting: Mutex<Waiting>,
    pushed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Event>,
    lost: u64,
}

impl Inbox {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, waiting: Mutex::default(), pushed: Condvar::new() }
    }

    /// Appends an event. Where there is no room the oldest that newer ones replace is lost, gates and states last.
    pub(crate) fn push(&self, event: Event) {
        let mut waiting = self.lock();
        if waiting.events.len() >= self.limit {
            let at = waiting.events.iter().position(is_replaced).unwrap_or_default();
            waiting.events.remove(at);
            waiting.lost += 1;
        }
        waiting.events.push_back(event);
        self.pushed.notify_one();
    }

    /// The oldest event; waits so long for one.
    pub(crate) fn pop(&self, timeout: Duration) -> Option<Event> {
        let end = Instant::now().checked_add(timeout);
        let mut waiting = self.lock();
        loop {
            if let Some(event) = waiting.events.pop_front() {
                return Some(event);
            }
            let left = end.map_or(timeout, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return None;
            }
            (waiting, _) = self.pushed.wait_timeout(waiting, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// How many events were lost.
    pub(crate) fn lost(&self) -> u64 {
        self.lock().lost
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing in here is left half done by a panic.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a newer event tells the same and more.
fn is_replaced(event: &Event) -> bool {
    matches!(event, Event::Heard(Heard::Volts { .. } | Heard::Raw(_) | Heard::Health(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volts(at_s: f64) -> Event {
        Event::Heard(Heard::Volts { steps: [0; 4], patched: [false; 4], at_s })
    }

    fn gate(high: bool) -> Event {
        Event::Heard(Heard::Gate { gate: 0, high, at_s: 0.0 })
    }

    fn all(inbox: &Inbox) -> Vec<Event> {
        std::iter::from_fn(|| inbox.pop(Duration::ZERO)).collect()
    }

    #[test]
    fn who_does_not_read_loses_the_oldest_voltages_and_no_gate() {
        let inbox = Inbox::new(4);
        inbox.push(gate(true));
        for k in 0..9 {
            inbox.push(volts(f64::from(k)));
        }
        inbox.push(gate(false));
        assert_eq!(all(&inbox), [gate(true), volts(7.0), volts(8.0), gate(false)]);
        assert_eq!(inbox.lost(), 7);
    }

    #[test]
    fn where_only_gates_wait_the_oldest_goes() {
        let inbox = Inbox::new(2);
        for high in [true, false, true] {
            inbox.push(gate(high));
        }
        assert_eq!(all(&inbox), [gate(false), gate(true)]);
        assert_eq!(inbox.lost(), 1);
    }

    #[test]
    fn waiting_ends_when_something_comes() {
        let inbox = Inbox::new(2);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| inbox.pop(Duration::MAX));
            inbox.push(gate(true));
            assert_eq!(waiting.join().expect("it ends"), Some(gate(true)));
        });
    }
}
