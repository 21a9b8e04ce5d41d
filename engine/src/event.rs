//! What happens at one sample, and the queue it waits in.

/// Something that happens at a sample of the coming block, or of a later one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// A hit starts, whatever the gates are assigned to: a note.
    Trigger {
        /// Samples from the start of the coming block.
        at: u32,
        /// Strength of the hit, 0 to 1: a factor on its samples, and weaker hits are softer.
        velocity: f32,
        /// Transposition of this hit, -60 to 60.
        semitones: f32,
    },
    /// An edge at one of the gates; the settings say what it does.
    Gate {
        /// Samples from the start of the coming block.
        at: u32,
        /// Which of them.
        gate: GateInput,
        /// Whether it went high; what comes while it is high strikes once more.
        high: bool,
        /// Strength of the hit that it may start, 0 to 1.
        velocity: f32,
    },
}

/// One of the two gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum GateInput {
    /// Gate 1: strikes, as it is printed.
    #[default]
    Gate1,
    /// Gate 2: freezes, as it is printed.
    Gate2,
}

impl GateInput {
    /// Both gates, in the order of their codes.
    pub const ALL: [Self; 2] = [Self::Gate1, Self::Gate2];
}

impl Event {
    /// Samples from the start of the coming block.
    #[must_use]
    pub fn at(&self) -> u32 {
        match *self {
            Self::Trigger { at, .. } | Self::Gate { at, .. } => at,
        }
    }

    /// A hit of this strength at the curves' own pitch.
    #[must_use]
    pub fn strike(at: u32, velocity: f32) -> Self {
        Self::Trigger { at, velocity, semitones: 0.0 }
    }

    /// The same event at another sample.
    #[must_use]
    pub fn moved_to(mut self, sample: u32) -> Self {
        let (Self::Trigger { at, .. } | Self::Gate { at, .. }) = &mut self;
        *at = sample;
        self
    }

    /// The same event, seen from `samples` later; what is over happens at once.
    fn after(self, samples: u32) -> Self {
        self.moved_to(self.at().saturating_sub(samples))
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
        Self { events: [Event::strike(0, 0.0); Self::CAPACITY], length: 0 }
    }
}

impl EventQueue {
    /// Events that may wait: those of one block, and as many notes.
    pub(crate) const CAPACITY: usize = 256;

    /// Room that notes leave for gates: all edges of a block find it, so that no gate hangs.
    pub(crate) const GATES: usize = 128;

    /// Takes an event up. Returns whether there was room. Real-time safe.
    pub(crate) fn push(&mut self, event: Event) -> bool {
        let room = if matches!(event, Event::Gate { .. }) { 0 } else { Self::GATES };
        if self.length + room >= Self::CAPACITY {
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

    #[test]
    fn events_come_in_the_order_of_their_samples() {
        let mut queue = EventQueue::default();
        for event in [Event::strike(9, 0.1), Event::strike(3, 0.2), Event::strike(9, 0.3), Event::strike(200, 0.4)] {
            assert!(queue.push(event));
        }
        assert_eq!(queue.next_at(), Some(3));
        assert_eq!(queue.pop_at(2), None);
        assert_eq!(queue.pop_at(3), Some(Event::strike(3, 0.2)));
        assert_eq!(queue.pop_at(127), Some(Event::strike(9, 0.1)));
        assert_eq!(queue.pop_at(127), Some(Event::strike(9, 0.3)));
        queue.pass(128);
        assert_eq!(queue.pop_at(127), Some(Event::strike(72, 0.4)));
        assert_eq!(queue.next_at(), None);
    }

    #[test]
    fn a_full_queue_refuses() {
        let mut queue = EventQueue::default();
        let notes = EventQueue::CAPACITY - EventQueue::GATES;
        assert!((0..notes).all(|at| queue.push(Event::strike(at as u32, 1.0))));
        assert!(!queue.push(Event::strike(0, 1.0)));
        let fall = Event::Gate { at: 0, gate: GateInput::Gate2, high: false, velocity: 0.0 };
        assert!((0..EventQueue::GATES).all(|_| queue.push(fall)), "notes leave room for gates");
        assert!(!queue.push(fall));
    }
}
