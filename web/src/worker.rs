//! A worker of the page that answers: each question has a number, each answer the number of its question.

use futures::channel::oneshot;
use js_sys::{Array, Object, Reflect};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;

type Waiting = Rc<RefCell<HashMap<u32, oneshot::Sender<JsValue>>>>;

/// A worker and who waits for its answers; dropping it ends it.
pub(crate) struct Worker {
    worker: web_sys::Worker,
    waiting: Waiting,
    next_id: Cell<u32>,
    failed: Rc<Cell<bool>>,
    // They are called as long as the worker lives.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Worker {
    /// Starts a script, relative to the page. Its messages are objects with `id` and `answer`.
    pub(crate) fn start(script: &str) -> Result<Self, JsValue> {
        Ok(Self::adopt(web_sys::Worker::new(script)?))
    }

    /// A worker that was started elsewhere and answers in the same form.
    pub(crate) fn adopt(worker: web_sys::Worker) -> Self {
        let waiting = Waiting::default();
        let asked = waiting.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let field = |name: &str| Reflect::get(&event.data(), &name.into()).ok();
            let sender = field("id").and_then(|id| id.as_f64()).and_then(|id| asked.borrow_mut().remove(&(id as u32)));
            if let (Some(sender), Some(answer)) = (sender, field("answer")) {
                // Who asked may have gone.
                let _ = sender.send(answer);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let failed = Rc::new(Cell::new(false));
        let (lost, fails) = (waiting.clone(), failed.clone());
        let on_error = Closure::<dyn FnMut()>::new(move || {
            fails.set(true);
            // Without their senders, those who wait learn that nothing will come.
            lost.borrow_mut().clear();
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Self { worker, waiting, next_id: Cell::new(1), failed, _on_message: on_message, _on_error: on_error }
    }

    /// Whether the worker has stopped at an error: nothing more comes from it.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.get()
    }

    /// Sends an object that asks for nothing; these buffers move to the worker.
    pub(crate) fn tell(&self, data: &Object, buffers: &Array) -> Result<(), JsValue> {
        self.worker.post_message_with_transfer(data, buffers)
    }

    /// Sends an object as a question; these buffers move to the worker. The answer comes through the receiver, which ends
    /// without one where the worker fails.
    pub(crate) fn ask(&self, data: &Object, buffers: &Array) -> oneshot::Receiver<JsValue> {
        let id = self.next_id.replace(self.next_id.get().wrapping_add(1));
        let (sender, receiver) = oneshot::channel();
        let sent = Reflect::set(data, &"id".into(), &id.into()).and_then(|_| self.tell(data, buffers));
        if sent.is_ok() && !self.has_failed() {
            self.waiting.borrow_mut().insert(id, sender);
        }
        receiver
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
