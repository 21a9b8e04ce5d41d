//! What happens at one sample, and the queue it waits in.

/// Something that happens at a sample of the coming block, or of a later one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// A rising edge at Gate 1: a hit starts.
    Trigger {
        /// Samples from the start of the coming block.
        at: u32,
        /// Strength of the hit, 0 to 1: a factor on its samples.
        velocity: f32,
    },
}

impl Event {
    /// Samples from the start of the coming block.
    #[must_use]
    pub fn at(&self) -> u32 {
        match *self {
            Self::Trigger { at, .. } => at,
        }
    }

    /// The same event, seen from `samples` later; what is over happens at once.
    fn after(self, samples: u32) -> Self {
        match self {
            Self::Trigger { at, velocity } => Self::Trigger { at: at.saturating_sub(samples), velocity },
        }
    }
}

/// Events in the order of their samples; those of one sample in the order they came.
#[derive(Debug)]
pub(crate) struct EventQueue {
    /// The first `length` wait; what lies beyond is of no meaning.
    events: [Event; Self::CAPACITY],
    length: usize,
}

impl Default for EventQueue {
    fn default() -> Self {
        Self { events: [Event::Trigger { at: 0, velocity: 0.0 }; Self::CAPACITY], length: 0 }
    }
}

impl EventQueue {
    /// Events that may wait.
    pub(crate) const CAPACITY: usize = 64;

    /// Takes an event up. Returns whether there was room. Real-time safe.
    pub(crate) fn push(&mut self, event: Event) -> bool {
        if self.length == Self::CAPACITY {
            return false;
        }
        let before = self.waiting().iter().take_while(|waiting| waiting.at() <= event.at()).count();
        self.events[self.length] = event;
        self.length += 1;
        self.events[before..self.length].rotate_right(1);
        true
    }

    /// The sample of the first event.
    pub(crate) fn next_at(&self) -> Option<u32> {
        self.waiting().first().map(Event::at)
    }

    /// Takes the first event if it happens at `sample` or before. Real-time safe.
    pub(crate) fn pop_at(&mut self, sample: u32) -> Option<Event> {
        let event = *self.waiting().first().filter(|event| event.at() <= sample)?;
        self.events[..self.length].rotate_left(1);
        self.length -= 1;
        Some(event)
    }

    /// Lets time pass. Real-time safe.
    pub(crate) fn pass(&mut self, samples: u32) {
        for event in &mut self.events[..self.length] {
            *event = event.after(samples);
        }
    }

    fn waiting(&self) -> &[Event] {
        &self.events[..self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trigger(at: u32, velocity: f32) -> Event {
        Event::Trigger { at, velocity }
    }

    #[test]
    fn events_come_in_the_order_of_their_samples() {
        let mut queue = EventQueue::default();
        for event in [trigger(9, 0.1), trigger(3, 0.2), trigger(9, 0.3), trigger(200, 0.4)] {
            assert!(queue.push(event));
        }
        assert_eq!(queue.next_at(), Some(3));
        assert_eq!(queue.pop_at(2), None);
        assert_eq!(queue.pop_at(3), Some(trigger(3, 0.2)));
        assert_eq!(queue.pop_at(127), Some(trigger(9, 0.1)));
        assert_eq!(queue.pop_at(127), Some(trigger(9, 0.3)));
        queue.pass(128);
        assert_eq!(queue.pop_at(127), Some(trigger(72, 0.4)));
        assert_eq!(queue.next_at(), None);
    }

    #[test]
    fn a_full_queue_refuses() {
        let mut queue = EventQueue::default();
        assert!((0..EventQueue::CAPACITY).all(|at| queue.push(trigger(at as u32, 1.0))));
        assert!(!queue.push(trigger(0, 1.0)));
    }
}
