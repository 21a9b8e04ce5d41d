// The emulated module under the hand: what is done here becomes a command (hardware/emulator/src/commands.mjs), and the display's
// pixels come back some twenty times a second. Nothing of the protocol is in here.

const SVG = "http://www.w3.org/2000/svg";
const LOOK_MS = 50;
const DETENT_DEG = 15;
const $ = (id) => document.getElementById(id);
const geometry = await (await fetch("faceplate.json")).json();
const part = (id) => geometry.components.find((component) => component.id === id);

/** Says one command to the emulator; its answer, or null while it cannot be reached. */
async function say(command) {
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch("command", { method: "POST", headers, body: JSON.stringify(command) });
    const told = await answer.json();
    if (told.error) $("state").textContent = told.error;
    return told.error ? null : told;
  } catch {
    $("state").textContent = "the emulator has ended: run `cargo xtask module emulate` again";
    return null;
  }
}

/** Puts an element over a part of the panel. */
function place(element, [x, y], [width, height]) {
  const mm = (length) => `calc(${length} * var(--mm))`;
  Object.assign(element.style, { left: mm(x - width / 2), top: mm(y - height / 2), width: mm(width), height: mm(height) });
}

function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return $("parts").appendChild(element);
}

const { width, height } = geometry.panel;
$("parts").setAttribute("viewBox", `0 0 ${width} ${height}`);
const circle = ([cx, cy], r, fill) => draw("circle", { cx, cy, r, fill });
for (const { centre, head_d } of geometry.mounting) circle(centre, head_d * 0.433, "#8b9092");
const plugs = {};
for (const { id, kind, centre, nut_d, hole_d, plug_d } of geometry.components) {
  if (!["gate_in", "cv_in", "audio_out"].includes(kind)) continue;
  circle(centre, nut_d / 2, "#b9bdbd");
  circle(centre, hole_d * 0.42, "#0a0a0b");
  plugs[id] = circle(centre, plug_d / 2, "#2f7de1");
  plugs[id].style.display = "none";
}
const { window: [w, h], centre: [x, y], active } = part("oled");
draw("rect", { x: x - w / 2, y: y - h / 2, width: w, height: h, fill: "#04060a" });
place($("oled"), [x, y], active);
const knob = part("encoder");
circle(knob.centre, knob.knob_d / 2, "#0c0d0e");
circle(knob.centre, knob.knob_d * 0.44, "#26282b");
const [kx, ky] = knob.centre;
const pointer = draw("line", { x1: kx, y1: ky - 4.5, x2: kx, y2: ky - 7.5, stroke: "#f4f2ec", "stroke-width": 0.7, "stroke-linecap": "round" });
place($("encoder"), knob.centre, [knob.knob_d, knob.knob_d]);
const lamps = ["led-gate1", "led-gate2", "led-out"].map((id) => circle(part(id).centre, part(id).hole_d / 2, "#3a3d3f"));
const light = (lamp, isLit) => lamp.setAttribute("fill", isLit ? "#ffce6b" : "#3a3d3f");

// Gates: high for as long as a pad or its key is held.
const gates = [1, 2].map((number) => {
  const pad = document.createElement("button");
  pad.type = "button";
  pad.setAttribute("aria-pressed", "false");
  pad.innerHTML = `Gate ${number}<kbd>${number}</kbd>`;
  return pad;
});
const row = document.createElement("div");
row.className = "row";
row.append(...gates);
$("gates").append(row);
function setGate(gate, high) {
  if ((gates[gate].getAttribute("aria-pressed") === "true") === high) return;
  gates[gate].setAttribute("aria-pressed", high);
  light(lamps[gate], high);
  say({ gate: [gate, high] });
}
gates.forEach((pad, gate) => {
  hold(pad, (high) => setGate(gate, high));
});

/** Calls `work(true)` and `work(false)` when an element is pressed and let go, by pointer or key. */
function hold(element, work) {
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    work(true);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) element.addEventListener(end, () => work(false));
  element.addEventListener("keydown", (event) => isPress(event) && (event.preventDefault(), work(true)));
  element.addEventListener("keyup", (event) => isPress(event) && work(false));
}
const isPress = ({ key, repeat }) => !repeat && (key === "Enter" || key === " ");

addEventListener("keydown", ({ key, repeat }) => !repeat && (key === "1" || key === "2") && setGate(key - 1, true));
addEventListener("keyup", ({ key }) => (key === "1" || key === "2") && setGate(key - 1, false));
addEventListener("blur", () => [0, 1].forEach((gate) => setGate(gate, false)));

// Voltages: a slider and a plug each. Turning one plugs it in, as a cable does.
const volts = [0, 0, 0, 0];
volts.forEach((_, input) => {
  const line = document.createElement("div");
  line.className = "cv";
  line.innerHTML = `<label for="cv${input}">CV ${input + 1}</label>
    <input type="range" id="cv${input}" min="-5" max="5" step="0.01" value="0"><output for="cv${input}">0.00 V</output>
    <label class="plug"><input type="checkbox"> plug<span class="unseen"></span></label>`;
  $("cvs").append(line);
  const [slider, shown, plug] = [line.querySelector("[type=range]"), line.querySelector("output"), line.querySelector("[type=checkbox]")];
  plug.setAttribute("aria-label", `Plug in CV ${input + 1}`);
  const patch = (isPlugged) => {
    plug.checked = isPlugged;
    plugs[`cv${input + 1}`].style.display = isPlugged ? "" : "none";
    say({ plug: [input, isPlugged] });
  };
  const tell = () => {
    // An empty jack lies at 0 V.
    volts[input] = plug.checked ? Number(slider.value) : 0;
    shown.textContent = `${Number(slider.value).toFixed(2)} V`;
    slider.setAttribute("aria-valuetext", shown.textContent);
    say({ volts });
  };
  slider.addEventListener("input", () => {
    if (!plug.checked) patch(true);
    tell();
  });
  slider.addEventListener("dblclick", () => {
    slider.value = 0;
    tell();
  });
  plug.addEventListener("change", () => {
    patch(plug.checked);
    tell();
  });
});

// The encoder.
let turned = 0;
function turn(detents) {
  if (!detents) return;
  turned += detents;
  pointer.setAttribute("transform", `rotate(${turned * DETENT_DEG} ${kx} ${ky})`);
  say({ turn: detents });
}
let isPushed = false;
function push(pushed) {
  if (pushed === isPushed) return;
  isPushed = pushed;
  $("encoder").classList.toggle("pushed", pushed);
  say({ push: pushed });
}
hold($("push"), push);
for (const button of document.querySelectorAll("[data-turn]")) button.addEventListener("click", () => turn(Number(button.dataset.turn)));
const encoder = $("encoder");
encoder.addEventListener("wheel", (event) => (event.preventDefault(), turn(-Math.sign(event.deltaY))), { passive: false });
encoder.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
  if (way) event.preventDefault(), turn(way);
  else if (isPress(event)) event.preventDefault(), push(true);
});
encoder.addEventListener("keyup", (event) => isPress(event) && push(false));
encoder.addEventListener("blur", () => push(false));
// A drag turns; a tap that did not move pushes.
let drag = null;
const angle = ({ clientX, clientY }) => {
  const box = encoder.getBoundingClientRect();
  return (Math.atan2(clientY - box.top - box.height / 2, clientX - box.left - box.width / 2) * 180) / Math.PI;
};
encoder.addEventListener("pointerdown", (event) => {
  encoder.setPointerCapture(event.pointerId);
  drag = { from: angle(event), moved: false };
});
encoder.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const by = ((angle(event) - drag.from + 540) % 360) - 180;
  const detents = Math.trunc(by / DETENT_DEG);
  if (!detents) return;
  drag = { from: drag.from + detents * DETENT_DEG, moved: true };
  turn(detents);
});
encoder.addEventListener("pointerup", () => {
  if (drag && !drag.moved) {
    push(true);
    setTimeout(() => push(false), 60);
  }
  drag = null;
});
encoder.addEventListener("pointercancel", () => (drag = null));

$("power").addEventListener("click", () => say({ start: true }));
$("held").addEventListener("click", async () => {
  await say({ start: true, push: true });
  setTimeout(() => say({ push: false }), 1500);
});

// The display and the lamp.
const context = $("oled").getContext("2d");
const image = context.createImageData(128, 64);
function show(hex, isLit) {
  for (let at = 0; at < 1024; at++) {
    const byte = isLit ? Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16) : 0;
    for (let bit = 0; bit < 8; bit++) {
      const pixel = 4 * (((at >> 7) * 8 + bit) * 128 + (at & 127));
      image.data.set((byte >> bit) & 1 ? [232, 242, 255, 255] : [4, 6, 10, 255], pixel);
    }
  }
  context.putImageData(image, 0, 0);
}
for (;;) {
  const told = await say({ screen: true, state: true });
  if (told) {
    show(told.screen, told.isLit);
    light(lamps[2], told.lamp);
    const usb = told.device ? "USB has found it" : "no USB host yet";
    const stands = { power: "its power is gone", bootsel: "it waits for a firmware" }[told.stopped];
    $("state").textContent = stands ?? `${usb}; ${(told.us / 1e6).toFixed(0)} s of its own time; flash was written ${told.flashOperations} times`;
  }
  await new Promise((done) => setTimeout(done, LOOK_MS));
}
