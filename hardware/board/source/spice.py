"""SPICE decks of the analogue parts, written from the design: the same table that schematic and board come from.

Amplifiers and comparators are behavioural (gain, one pole, offset, rails), diodes by their data sheets' forward voltage. What a deck
measures is said by `.meas` lines; `checks/simulation.py` says what the results must be.
"""

from __future__ import annotations

import re
from pathlib import Path

from catalogue import KINDS
from design import AMPLIFIER, QUAD, Design

MODELS = """\
* amplifier: plus minus out vdd vss; gain 100 dB, unity at 1 MHz (MCP6004), ends 20 mV from the rails, offset vos
.subckt amp plus minus out vdd vss vos=0 gbw=1meg rail=0.02
Bgain inside 0 V = 1e4*tanh(1e5*(V(plus)-V(minus)+{vos})/1e4)
Rpole inside pole 1k
Cpole pole 0 {1e5/(6.2831853*1k*gbw)}
Bout drive 0 V = (V(vdd)+V(vss))/2 + ((V(vdd)-V(vss))/2-{rail})*tanh((V(pole)-(V(vdd)+V(vss))/2)/((V(vdd)-V(vss))/2-{rail}))
Rout drive out 50
Rplus plus 0 1e12
Rminus minus 0 1e12
.ends
* comparator: plus minus out vdd vss; push-pull
.subckt comparator plus minus out vdd vss
Bout drive 0 V = V(vss) + (V(vdd)-V(vss))*(0.5+0.5*tanh(2e4*(V(plus)-V(minus))))
Rout drive out 60
Cout out 0 10p
Rplus plus 0 1e12
Rminus minus 0 1e12
.ends
* BAV199: 0.9 V at 1 mA, 5 nA at most in reverse
.model bav199 d(is=2e-14 n=1.4 rs=3 cjo=2p)
"""

RAILS = "V3 +3V3A 0 3.3\nVref VREF 0 3.0\nVneg -VREF 0 -3.0\nVp12 +12V 0 11.7\nVn12 -12V 0 -11.7\n"


def amount(value: str) -> str:
    """A resistance or capacitance as SPICE reads it: `100k 0.1%` is 100k, `2n2` is 2.2n, `1M` is 1meg."""
    word = value.split()[0]
    match = re.fullmatch(r"(\d+)([numpk])(\d+)", word)
    if match:
        word = f"{match[1]}.{match[3]}{match[2]}"
    return word.replace("M", "meg")


def node(net: str) -> str:
    """A net as SPICE may call it."""
    return "0" if net == "GND" else net.replace("+", "p").replace("-", "n")


def element(design: Design, ref: str) -> str:
    """A resistor, capacitor or pair of diodes."""
    part = design.parts[ref]
    nets = [node(part.pins[pin]) for pin in sorted(part.pins)]
    if part.kind == "BAV199":
        a, k, common = nets
        return f"D{ref}a {a} {common} bav199\nD{ref}b {common} {k} bav199"
    return f"{ref} {' '.join(nets)} {amount(KINDS[part.kind].value)}"


def rails() -> str:
    """The rails as they are called in decks."""
    return RAILS.replace("+3V3A", node("+3V3A")).replace("-VREF", node("-VREF")).replace("+12V", node("+12V")).replace(
        "-12V", node("-12V"))


def amplifier(design: Design, name: str, ref: str, pins: tuple[str, str, str], supply: tuple[str, str], model: str = "amp",
              extra: str = "") -> str:
    """One amplifier of a package: its pins are output, inverting input, other input."""
    out, minus, plus = (node(design.parts[ref].pins[pin]) for pin in pins)
    return f"X{name} {plus} {minus} {out} {node(supply[0])} {node(supply[1])} {model} {extra}".rstrip()


def cv(design: Design, n: int) -> str:
    """CV `n` behind a source of 1k, as most modules are: transfer, corner, ±12 V and twice that."""
    h, tip = n * 100, f"CV{n}_TIP"
    parts = [f"R{h + k}" for k in (1, 2, 3, 4, 5)] + [f"C{h + 1}", f"C{h + 2}", f"D{h + 1}"]
    lines = [f"CV {n}: from the jack to the converter", MODELS, rails(), f"Vin source 0 dc 0 ac 1", f"Rsource source {tip} 1k"]
    lines += [element(design, ref) for ref in parts]
    lines.append(amplifier(design, "cv", "U101", QUAD[AMPLIFIER[n]], ("+3V3A", "GND")))
    lines += [".control", "set numdgt=8", "dc Vin -5 5 2.5"]
    adc, total = f"V(CV{n}_ADC)", f"V(CV{n}_SUM)"
    for name, volts in (("m5", -5), ("m2", -2.5), ("z", 0), ("p2", 2.5), ("p5", 5)):
        lines.append(f"meas dc adc_{name} find {adc} at={volts}")
    lines += ["dc Vin -24 24 12"]
    for name, volts in (("m24", -24), ("m12", -12), ("p12", 12), ("p24", 24)):
        lines += [f"meas dc adc_{name} find {adc} at={volts}", f"meas dc sum_{name} find {total} at={volts}"]
    lines += ["ac dec 200 10 100k", f"let level=db(mag({adc}))", "meas ac level_10 find level at=10",
              "let under=level-level[0]+3.0103", "meas ac corner when under=0 fall=1", ".endc", ".end"]
    return "\n".join(lines) + "\n"


def gate(design: Design, n: int) -> str:
    """Gate `n`: thresholds on a slow triangle, ±12 V."""
    h, net = (n + 4) * 100, f"GATE{n}"
    pins = ("1", "2", "3") if n == 1 else ("7", "6", "5")
    lines = [f"Gate {n}: thresholds", MODELS, rails(), f"Vin {net}_TIP 0 pwl(0 0 1 5 2 0 3 -12 4 12)"]
    lines += [element(design, ref) for ref in (f"R{h + 1}", f"R{h + 2}", f"R{h + 3}", f"C{h + 1}", f"D{h + 1}", "R1003", "R1004", "C1003")]
    lines.append(amplifier(design, "gate", "U501", pins, ("+3V3A", "GND"), "comparator"))
    lines += [".control", "set numdgt=8", "tran 1m 4", f"meas tran on find V({net}_TIP) when V({net})=1.65 rise=1",
              f"meas tran off find V({net}_TIP) when V({net})=1.65 fall=1", f"meas tran low min V({net}_IN)",
              f"meas tran high max V({net}_IN)", f"meas tran swing max V({net})", ".endc", ".end"]
    return "\n".join(lines) + "\n"


def plug(design: Design, n: int, plugged: bool) -> str:
    """The plug detector of CV `n`, jack empty or with a plug at -5 V."""
    h, net = n * 100, f"CV{n}_"
    lines = [f"CV {n}: {'a plug' if plugged else 'no plug'}", MODELS, rails()]
    lines += [element(design, ref) for ref in [f"R{h + k}" for k in range(1, 8)] + [f"C{h + 1}", f"C{h + 2}", f"C{h + 3}", f"D{h + 1}",
                                                                                  "R1003", "R1004", "C1003"]]
    lines.append(amplifier(design, "cv", "U101", QUAD[AMPLIFIER[n]], ("+3V3A", "GND")))
    lines.append(amplifier(design, "plug", "U102", QUAD[n], ("+3V3A", "GND"), "comparator"))
    lines.append(f"Vin {net}TIP 0 -5" if plugged else f"Rswitch {net}SWITCH {net}TIP 0.05")
    lines += [".control", "set numdgt=8", "tran 1m 1", f"meas tran tip find V({net}TIP) at=1", f"meas tran sense find V({net}PLUG) at=1",
              f"meas tran pin find V(PLUG{n}) at=1", ".endc", ".end"]
    return "\n".join(lines) + "\n"


def output(design: Design) -> str:
    """From the audio converter's two outputs to the jack."""
    lines = ["Output: level, bandwidth, a short", MODELS, rails(), "Vl DAC_L 0 dc 0 ac 1 sin(0 2.97 1k)", "Vr DAC_R 0 dc 0 ac 1 sin(0 2.97 1k)"]
    lines += [element(design, ref) for ref in ("R701", "R702", "R703", "R704", "C721", "C722", "R705", "C723", "R706")]
    lines.append(amplifier(design, "out", "U703", ("1", "2", "3"), ("+12V", "-12V"), extra="gbw=3meg rail=1.5"))
    lines += ["Rload OUT_TIP 0 100k", ".control", "set numdgt=8", "tran 2u 6m 2m", "meas tran swing pp V(OUT_TIP) from=3m to=5m",
              "ac dec 200 10 1meg", "let level=db(mag(V(OUT_TIP)))", "let under=level-level[0]+3.0103", "meas ac corner when under=0 fall=1",
              "let fall=level-level[0]", "meas ac at20k find fall at=20k", ".endc", ".end"]
    return "\n".join(lines) + "\n"


def mute(design: Design) -> str:
    """How long the output stays silent after the Jetson's 3.3 V came."""
    lines = ["Mute", "V3 JETSON_3V3 0 pwl(0 0 1m 3.3)", "Vgnd JETSON_GND 0 0", element(design, "R715"), element(design, "C711"),
             ".control", "tran 1m 4", "meas tran loud when V(ISOLATOR_LOUD)=2.31 rise=1", ".endc", ".end"]
    return "\n".join(lines) + "\n"


def decks(design: Design) -> dict[str, str]:
    """Every deck by its file's name."""
    found = {f"cv{n}.cir": cv(design, n) for n in (1, 2, 3, 4)}
    found |= {f"gate{n}.cir": gate(design, n) for n in (1, 2)}
    for n in (1, 2, 3, 4):
        found |= {f"plug{n}_{'in' if is_in else 'out'}.cir": plug(design, n, is_in) for is_in in (False, True)}
    return found | {"output.cir": output(design), "mute.cir": mute(design)}


def write(design: Design, folder: Path) -> None:
    """Writes the decks."""
    folder.mkdir(exist_ok=True)
    for name, text in decks(design).items():
        (folder / name).write_text(text, encoding="utf-8")
