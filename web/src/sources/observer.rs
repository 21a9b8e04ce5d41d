//! Following the size of an element, by the browser's `ResizeObserver`.

use js_sys::{Array, Function, Reflect};
use leptos::html::ElementType;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// Calls `changed` whenever the element's size does, until the component is gone.
pub(crate) fn on_resize<E>(element: NodeRef<E>, changed: impl Fn() + 'static)
where
    E: ElementType,
    E::Output: JsCast + Clone + 'static,
{
    let changed = StoredValue::new_local(Closure::<dyn FnMut()>::new(changed));
    let observer = StoredValue::new_local(None::<JsValue>);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let element: &JsValue = element.unchecked_ref();
        let made = changed.with_value(|changed| observe(element, changed.as_ref()));
        // A browser without it draws cables where the window's size puts them.
        observer.set_value(made);
    });
    on_cleanup(move || {
        if let Some(observer) = observer.try_get_value().flatten() {
            // Fails only for what is no observer.
            let _ = call(&observer, "disconnect", &Array::new());
        }
    });
}

fn observe(element: &JsValue, changed: &JsValue) -> Option<JsValue> {
    let made = Reflect::get(&window(), &"ResizeObserver".into()).ok()?.dyn_into::<Function>().ok()?;
    let observer = Reflect::construct(&made, &Array::of1(changed)).ok()?;
    call(&observer, "observe", &Array::of1(element))?;
    Some(observer)
}

fn call(object: &JsValue, method: &str, arguments: &Array) -> Option<JsValue> {
    let method = Reflect::get(object, &method.into()).ok()?.dyn_into::<Function>().ok()?;
    method.apply(object, arguments).ok()
}
