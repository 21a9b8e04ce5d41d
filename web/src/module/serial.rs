//! Web Serial: web-sys has it only behind an unstable switch that rebuilds everything, so the few calls are declared here.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use neurorack_protocol::usb;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{EventTarget, ReadableStream, ReadableStreamDefaultReader, WritableStream, WritableStreamDefaultWriter};

/// Bytes that the browser keeps while the page is busy: half a second of a module's talk.
const BUFFER_BYTES: u32 = 16 << 10;

/// Any rate does: there is no wire behind a USB port.
const BAUD: u32 = 115_200;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = EventTarget)]
    type Serial;
    #[wasm_bindgen(method, js_name = getPorts)]
    fn get_ports(this: &Serial) -> Promise;
    #[wasm_bindgen(method, catch, js_name = requestPort)]
    fn request_port(this: &Serial, options: &JsValue) -> Result<Promise, JsValue>;

    /// A port that the person allowed the page to use.
    #[derive(Clone)]
    #[wasm_bindgen(extends = EventTarget)]
    pub(super) type SerialPort;
    #[wasm_bindgen(method, catch)]
    fn open(this: &SerialPort, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &SerialPort) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = setSignals)]
    fn set_signals(this: &SerialPort, signals: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getInfo)]
    fn get_info(this: &SerialPort) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn readable(this: &SerialPort) -> Option<ReadableStream>;
    #[wasm_bindgen(method, getter)]
    fn writable(this: &SerialPort) -> Option<WritableStream>;
}

/// The browser's serial ports, where it has any.
fn serial() -> Option<Serial> {
    let serial = Reflect::get(&window().navigator(), &"serial".into()).ok()?;
    (!serial.is_undefined() && !serial.is_null()).then(|| serial.unchecked_into())
}

/// Whether this browser has Web Serial.
pub(super) fn is_here() -> bool {
    serial().is_some()
}

/// An object with these fields.
fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Fails only for what is frozen.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// Modules that the page may use already. A port without USB numbers may be one too: only its answer tells.
pub(super) async fn known() -> Vec<SerialPort> {
    let Some(serial) = serial() else { return Vec::new() };
    let ports = JsFuture::from(serial.get_ports()).await.map(|ports| Array::from(&ports)).unwrap_or_default();
    ports.iter().map(JsCast::unchecked_into::<SerialPort>).filter(SerialPort::may_be_a_module).collect()
}

/// Asks the person for a module; to be called soon after a gesture. Nothing where the question was closed.
///
/// # Errors
/// With the browser's error.
pub(super) async fn ask() -> Result<Option<SerialPort>, JsValue> {
    let Some(serial) = serial() else { return Ok(None) };
    let filter = object(&[("usbVendorId", usb::VENDOR.into()), ("usbProductId", usb::PRODUCT.into())]);
    let options = object(&[("filters", Array::of1(&filter).into())]);
    match JsFuture::from(serial.request_port(&options)?).await {
        Ok(port) => Ok(Some(port.unchecked_into())),
        Err(error) if name(&error) == "NotFoundError" => Ok(None),
        Err(error) => Err(error),
    }
}

/// Calls `changed` whenever a known port comes, as long as the page lives.
pub(super) fn on_arrival(changed: impl Fn() + 'static) {
    if let Some(serial) = serial() {
        let changed = Closure::<dyn Fn()>::new(changed);
        // Fails for no event target.
        let _ = serial.add_event_listener_with_callback("connect", changed.as_ref().unchecked_ref());
        changed.forget();
    }
}

/// The name of a browser's error.
pub(super) fn name(error: &JsValue) -> String {
    Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

impl SerialPort {
    fn may_be_a_module(&self) -> bool {
        let info = self.get_info().unwrap_or_default();
        let number = |name: &str| Reflect::get(&info, &name.into()).ok().and_then(|value| value.as_f64());
        match (number("usbVendorId"), number("usbProductId")) {
            (Some(vendor), Some(product)) => (vendor, product) == (f64::from(usb::VENDOR), f64::from(usb::PRODUCT)),
            _ => true,
        }
    }
}

/// An open port.
pub(super) struct Port {
    port: SerialPort,
    writer: WritableStreamDefaultWriter,
    /// What waits for bytes, to be called off before the port can be closed.
    reader: Rc<RefCell<Option<ReadableStreamDefaultReader>>>,
    /// Messages on their way that the port has not taken yet.
    under_way: Rc<Cell<u32>>,
}

impl Port {
    /// Opens it and tells the module that somebody listens.
    ///
    /// # Errors
    /// With the browser's error.
    pub(super) async fn open(port: &SerialPort) -> Result<Self, JsValue> {
        let options = object(&[("baudRate", BAUD.into()), ("bufferSize", BUFFER_BYTES.into())]);
        JsFuture::from(port.open(&options)?).await?;
        // A port that is none of USB has no such line.
        if let Ok(asked) = port.set_signals(&object(&[("dataTerminalReady", true.into())])) {
            let _ = JsFuture::from(asked).await;
        }
        let writer = port.writable().ok_or("it takes nothing")?.get_writer()?;
        Ok(Self { port: port.clone(), writer, reader: Rc::default(), under_way: Rc::default() })
    }

    /// Gives what arrives to `take` until the port ends or is closed.
    pub(super) fn read(&self, mut take: impl FnMut(&[u8]) + 'static, ended: impl FnOnce() + 'static) {
        let (port, place) = (self.port.clone(), self.reader.clone());
        spawn_local(async move {
            // After damage on the way the browser gives another stream; once the device is gone, none.
            let mut done = false;
            while let Some(stream) = port.readable().filter(|stream| !done && !stream.locked()) {
                let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
                place.replace(Some(reader.clone()));
                while let Ok(part) = JsFuture::from(reader.read()).await {
                    if let Ok(bytes) = Reflect::get(&part, &"value".into()).unwrap_or_default().dyn_into::<Uint8Array>()
                    {
                        take(&bytes.to_vec());
                    }
                    done = Reflect::get(&part, &"done".into()).is_ok_and(|done| done.is_truthy());
                    if done {
                        break;
                    }
                }
                reader.release_lock();
            }
            place.replace(None);
            ended();
        });
    }

    /// Sends bytes; what cannot be sent is lost, as on any wire.
    pub(super) fn write(&self, bytes: &[u8]) {
        let under_way = self.under_way.clone();
        under_way.set(under_way.get() + 1);
        let sent = self.writer.write_with_chunk(&Uint8Array::from(bytes));
        spawn_local(async move {
            let _ = JsFuture::from(sent).await;
            under_way.set(under_way.get() - 1);
        });
    }

    /// Whether the port took everything.
    pub(super) fn is_free(&self) -> bool {
        self.under_way.get() == 0
    }

    /// Closes the port. One that is gone cannot be closed any more, which is as good.
    pub(super) async fn close(self) {
        let reader = self.reader.borrow().clone();
        if let Some(reader) = reader {
            let _ = JsFuture::from(reader.cancel()).await;
        }
        let _ = JsFuture::from(self.writer.abort()).await;
        self.writer.release_lock();
        if let Ok(closed) = self.port.close() {
            let _ = JsFuture::from(closed).await;
        }
    }
}
