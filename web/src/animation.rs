//! Redrawing on demand: painters run once for each request, and again only while one of them says that it still moves.

use crate::clock::now_ms;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// Draws one frame at a time in milliseconds; says whether it wants another.
type Painter = Box<dyn FnMut(f64) -> bool>;

#[derive(Default)]
struct Schedule {
    painters: Vec<(u32, Painter)>,
    next_id: u32,
    pending: bool,
}

/// The one animation loop of the page. `Copy`; lives on the page's only thread.
#[derive(Clone, Copy)]
pub(crate) struct Animator {
    schedule: StoredValue<Rc<RefCell<Schedule>>, LocalStorage>,
}

impl Animator {
    pub(crate) fn new() -> Self {
        Self { schedule: StoredValue::new_local(Rc::default()) }
    }

    /// Adds a painter until the component that adds it is gone, and draws once.
    pub(crate) fn paint(self, painter: impl FnMut(f64) -> bool + 'static) {
        let id = self.schedule.with_value(|schedule| {
            let mut schedule = schedule.borrow_mut();
            schedule.next_id += 1;
            let id = schedule.next_id;
            schedule.painters.push((id, Box::new(painter)));
            id
        });
        on_cleanup(move || {
            self.schedule.try_with_value(|schedule| {
                schedule.borrow_mut().painters.retain(|(other, _)| *other != id);
            });
        });
        self.wake();
    }

    /// Asks for one frame; several requests before it comes are one.
    pub(crate) fn wake(self) {
        let Some(schedule) = self.schedule.try_with_value(Rc::clone) else { return };
        if std::mem::replace(&mut schedule.borrow_mut().pending, true) {
            return;
        }
        request_animation_frame(move || {
            let now_ms = now_ms();
            // Painters may wake the loop or come and go while they draw: take them out for the time being.
            let mut painters = std::mem::take(&mut schedule.borrow_mut().painters);
            schedule.borrow_mut().pending = false;
            let mut moving = false;
            for (_, painter) in &mut painters {
                moving |= painter(now_ms);
            }
            let added = std::mem::replace(&mut schedule.borrow_mut().painters, painters);
            schedule.borrow_mut().painters.extend(added);
            if moving {
                self.wake();
            }
        });
    }
}

/// Something small to do, once.
type Job = Box<dyn FnOnce()>;

thread_local! {
    /// What can wait, oldest first; `None` while nothing does.
    static LATER: RefCell<Option<VecDeque<Job>>> = const { RefCell::new(None) };
}

/// Does something after everything that is at hand, one job at a time: many small pictures then hold up neither the first
/// sound nor a frame.
pub(crate) fn later(job: impl FnOnce() + 'static) {
    let begins = LATER.with_borrow_mut(|waiting| {
        let begins = waiting.is_none();
        waiting.get_or_insert_default().push_back(Box::new(job));
        begins
    });
    if begins {
        set_timeout(do_next, Duration::ZERO);
    }
}

fn do_next() {
    // A job may ask for others: nothing is borrowed while it runs.
    let next = LATER.with_borrow_mut(|waiting| {
        let next = waiting.as_mut().and_then(VecDeque::pop_front);
        if next.is_none() {
            *waiting = None;
        }
        next
    });
    if let Some(job) = next {
        job();
        set_timeout(do_next, Duration::ZERO);
    }
}
