//! The way to a worker with the module that renders, and the patience with its answers.

use crate::audio::{pause, reason};
use crate::worker::Worker;
use futures::channel::oneshot::Receiver;
use futures::future::{Either, select};
use js_sys::{Array, Object, Reflect};
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The script, relative to the page.
const SCRIPT: &str = "gpu.js";

/// The longest that the module is waited for: two megabytes over a slow line.
const FETCH_MS: u64 = 120_000;

/// A worker; dropping the last hold on it ends it.
#[derive(Clone)]
pub(crate) struct Line {
    worker: Rc<Worker>,
    /// What renders there, in words.
    name: &'static str,
}

/// An answer, and the milliseconds that it took.
pub(crate) type Answer = Result<(JsValue, f64), String>;

impl Line {
    /// Fetches the module and opens the graphics card, or the processor.
    ///
    /// # Errors
    /// With the beginning of a sentence, where there is no such thing.
    pub(crate) async fn open(card: bool) -> Result<Self, String> {
        let worker = Rc::new(Worker::start(SCRIPT).map_err(|error| reason(&error))?);
        let line = Self { worker, name: if card { "the graphics card" } else { "the processor" } };
        line.ask("gpu", &card.into(), FETCH_MS).await?;
        Ok(line)
    }

    /// Asks one question and waits for the answer, but not for ever.
    ///
    /// # Errors
    /// With the beginning of a sentence: the worker's refusal, or that nothing comes.
    pub(crate) fn ask(&self, what: &str, value: &JsValue, most_ms: u64) -> impl Future<Output = Answer> + use<> {
        self.ask_with(what, value, &Array::new(), most_ms)
    }

    /// The same; these objects move to the worker. It is asked at once, not when the answer is first waited for; who no longer
    /// waits gives the question up.
    pub(crate) fn ask_with(
        &self,
        what: &str,
        value: &JsValue,
        moved: &Array,
        most_ms: u64,
    ) -> impl Future<Output = Answer> + use<> {
        let question = Object::new();
        // Fails only for an object that is sealed.
        let _ = Reflect::set(&question, &what.into(), value);
        let answer = self.worker.ask(&question, moved);
        let waiting = Waiting { line: self.clone(), question, answered: false };
        let name = self.name;
        async move {
            let answer = answered(answer, most_ms, name).await;
            waiting.end();
            answer
        }
    }
}

/// Someone waits for an answer.
struct Waiting {
    line: Line,
    question: Object,
    answered: bool,
}

impl Waiting {
    /// The answer came, or is no longer expected of a worker that does not answer at all.
    fn end(mut self) {
        self.answered = true;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        let given_up = Object::new();
        let id = Reflect::get(&self.question, &"id".into()).unwrap_or(JsValue::UNDEFINED);
        // A worker that is gone has nothing to give up.
        let _ = Reflect::set(&given_up, &"cancel".into(), &id);
        let _ = self.line.worker.tell(&given_up, &Array::new());
    }
}

async fn answered(answer: Receiver<JsValue>, most_ms: u64, name: &str) -> Answer {
    let answer = match select(answer, pin!(pause(most_ms))).await {
        Either::Left((answer, _)) => answer.map_err(|_| format!("{name} stopped"))?,
        Either::Right(_) => return Err(format!("{name} does not answer")),
    };
    let field = |name: &str| Reflect::get(&answer, &name.into()).unwrap_or(JsValue::UNDEFINED);
    match field("refusal").as_string() {
        Some(refusal) => Err(refusal),
        None => Ok((field("sounds"), field("ms").as_f64().unwrap_or_default())),
    }
}
