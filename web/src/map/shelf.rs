//! What was rendered and is kept for when it comes into view again: the least recently used goes first.

use std::collections::HashMap;
use std::hash::Hash;

/// Values by key, of so many bytes altogether. What the present view uses is never put away, so that a view larger than the
/// limit is not rendered without end.
pub(super) struct Shelf<K, V> {
    held: HashMap<K, Held<V>>,
    bytes: usize,
    limit: usize,
    view: u64,
    uses: u64,
}

struct Held<V> {
    value: V,
    bytes: usize,
    view: u64,
    used: u64,
}

impl<K: Copy + Eq + Hash, V> Shelf<K, V> {
    /// An empty shelf for so many bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { held: HashMap::new(), bytes: 0, limit, view: 0, uses: 0 }
    }

    /// Another view begins: what was used before may be put away.
    pub(super) fn turn(&mut self) {
        self.view += 1;
    }

    /// The present view uses this, if it is here.
    pub(super) fn touch(&mut self, key: &K) {
        self.uses += 1;
        if let Some(held) = self.held.get_mut(key) {
            (held.view, held.used) = (self.view, self.uses);
        }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.held.get(key).map(|held| &held.value)
    }

    /// Takes a value of so many bytes, and puts away what has not been used for longest where there is too much.
    pub(super) fn put(&mut self, key: K, value: V, bytes: usize) {
        self.uses += 1;
        let (view, used) = (self.view, self.uses);
        if let Some(before) = self.held.insert(key, Held { value, bytes, view, used }) {
            self.bytes -= before.bytes;
        }
        self.bytes += bytes;
        while self.bytes > self.limit {
            let past = self.held.iter().filter(|(_, held)| held.view < view);
            let Some(oldest) = past.min_by_key(|(_, held)| held.used).map(|(key, _)| *key) else { break };
            if let Some(gone) = self.held.remove(&oldest) {
                self.bytes -= gone.bytes;
            }
        }
    }

    /// Puts everything away.
    pub(super) fn clear(&mut self) {
        self.held.clear();
        self.bytes = 0;
    }

    /// Bytes of all that is here.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let mut shelf = Shelf::new(3);
        for key in [1, 2, 3] {
            shelf.put(key, key, 1);
        }
        shelf.turn();
        shelf.touch(&1);
        shelf.put(4, 4, 1);
        assert_eq!([1, 2, 3, 4].map(|key| shelf.get(&key).is_some()), [true, false, true, true]);
    }

    #[test]
    fn a_view_that_needs_more_than_there_is_room_for_keeps_all_of_it() {
        let mut shelf = Shelf::new(10);
        shelf.put(0, (), 8);
        shelf.turn();
        for key in 1..=5 {
            shelf.put(key, (), 8);
        }
        assert!((1..=5).all(|key| shelf.get(&key).is_some()));
        assert_eq!((shelf.get(&0), shelf.bytes()), (None, 40));
    }

    proptest! {
        #[test]
        fn it_never_holds_more_than_its_limit_and_the_present_view(
            deeds in proptest::collection::vec((0..40u8, 1..30usize, any::<bool>()), 1..300),
        ) {
            let mut shelf = Shelf::new(100);
            let mut present = HashMap::new();
            for (key, bytes, turns) in deeds {
                if turns {
                    shelf.turn();
                    present.clear();
                }
                shelf.put(key, (), bytes);
                present.insert(key, bytes);
                let all: usize = shelf.held.values().map(|held| held.bytes).sum();
                prop_assert_eq!(shelf.bytes(), all);
                prop_assert!(all <= 100usize.max(present.values().sum()), "{all} bytes");
                prop_assert!(present.keys().all(|key| shelf.get(key).is_some()));
            }
        }
    }
}
