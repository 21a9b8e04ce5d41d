"""Where every part lies on the board: (x, y, turn, side).

Front: what the panel holds, from the geometry table. Back: everything else, so that one side is soldered by hotplate or iron and the
other by hand. A turn on the back is as seen from behind.
"""

from __future__ import annotations

from geometry import JACK, JACK_HOLE, LAMP, faceplate, turn

Place = tuple[float, float, int, str]

AMPLIFIER_AT = (36.5, 95.0)
"""The four CV amplifiers lie in the middle of their four jacks; each channel is the mirror image of its neighbour."""

CHANNEL = {"R{}02": (1.75, 6.2), "C{}01": (1.75, 8.0), "R{}04": (1.75, 9.8), "R{}03": (1.75, 11.6), "R{}01": (5.15, 11.9),
           "D{}01": (5.25, 9.1), "R{}05": (5.15, 6.4), "C{}02": (5.4, 3.9), "TP{}01": (5.4, 1.9)}
"""A channel's parts from the amplifiers outwards, in its own quarter."""
QUARTER = {1: (-1, -1), 2: (1, -1), 3: (-1, 1), 4: (1, 1)}


def front() -> dict[str, Place]:
    """What the panel holds."""
    panel = faceplate()
    places: dict[str, Place] = {}
    for name, ref in JACK.items():
        x, y = panel.centre(name)
        turned = panel.jack_turn(name)
        dx, dy = turn(*JACK_HOLE, turned)
        places[ref] = (round(x - dx, 3), round(y - dy, 3), turned, "F")
    for name, ref in LAMP.items():
        x, y = panel.centre(name)
        places[ref] = (x, round(y - 1.27, 3), 270, "F")
    x, y = panel.centre("encoder")
    places["SW801"] = (x + 2.5, y - 7.5, 270, "F")
    oled = panel.component("oled")
    top = oled["centre"][1] + oled["body_offset"][1] - oled["body"][1] / 2
    places["J801"] = (oled["centre"][0] + oled["body_offset"][0] - 3.81, round(top + 1.75, 3), 90, "F")
    return places


def back() -> dict[str, Place]:
    """Everything else."""
    places: dict[str, Place] = {}

    def put(ref: str, x: float, y: float, rot: int = 0) -> None:
        places[ref] = (x, y, rot, "B")

    put("U801", 2.2, 59.6, 180)
    put("J901", 48.4, 26.5, 180)
    put("U901", 32.6, 19.9)
    put("C901", 39.9, 15.4, 90)
    put("C902", 39.9, 25.2, 90)
    put("D901", 41.15, 32.1)
    put("D902", 50.9, 35.5)
    put("D903", 32.2, 24.2)
    put("C904", 26.2, 24.2)
    put("C903", 26.2, 26.3)
    put("U902", 26.0, 29.3)
    put("C905", 30.6, 27.6)
    put("C906", 30.6, 29.6)
    put("C801", 34.0, 27.7)
    put("C802", 34.0, 29.8)
    for at, ref in enumerate(("TP901", "TP902", "TP903", "TP904", "TP905")):
        put(ref, 24.4 + 2.95 * at, 32.4)
    put("TP906", 38.6, 58.6)
    put("TP801", 38.6, 62.0)
    put("C803", 34.6, 11.4)
    put("R801", 20.0, 64.4)
    put("R802", 20.0, 66.2)
    put("C804", 30.0, 52.6)
    put("C805", 25.6, 52.6)
    put("C806", 25.6, 61.8)
    # The Jetson's island.
    put("J702", 38.6, 41.6)
    put("U701", 45.9, 43.2, 180)
    put("R711", 40.0, 35.2)
    put("R712", 40.0, 37.0)
    put("R713", 36.8, 35.2)
    put("R714", 36.8, 37.0)
    put("R715", 33.6, 35.2)
    put("C712", 33.6, 37.0)
    put("C711", 30.0, 36.0)
    put("TP702", 24.0, 35.6)
    put("TP703", 26.9, 35.6)
    put("C713", 51.8, 48.0)
    put("R716", 51.8, 44.6)
    # The converter for audio.
    put("U702", 46.5, 56.0)
    for at, ref in enumerate(("C703", "C704", "C701", "C702", "R701", "R702", "C721", "C722")):
        put(ref, 52.6, 50.6 + 1.9 * at)
    put("C707", 40.4, 54.4)
    put("C705", 40.4, 52.4)
    put("C706", 46.5, 61.2)
    # Plug detection, reference, converter.
    put("U102", 36.5, 73.0)
    put("C192", 36.5, 79.0)
    for n in (1, 2, 3, 4):
        for at, ref in enumerate((f"R{n}07", f"C{n}03", f"R{n}06")):
            put(ref, 24.4 + 3.3 * at, 66.9 + 1.9 * n)
    put("R1003", 24.4, 76.6)
    put("R1004", 27.7, 76.6)
    put("C1003", 31.0, 76.6)
    put("TP1003", 24.4, 79.0)
    put("U1001", 42.3, 69.2)
    put("C1002", 42.3, 72.4)
    put("C1001", 42.3, 74.3)
    put("C1005", 42.3, 76.2)
    put("C1004", 42.3, 78.1)
    put("U1002", 48.4, 73.0)
    put("TP1001", 53.3, 70.0)
    # CV amplifiers.
    x0, y0 = AMPLIFIER_AT
    put("U101", x0, y0, 180)
    put("C191", x0, y0 + 14.0)
    for n, (sx, sy) in QUARTER.items():
        for name, (u, v) in CHANNEL.items():
            put(name.format(n), round(x0 + sx * u, 3), round(y0 + sy * v, 3), 0 if sx > 0 else 180)
    # Gates.
    put("U501", 20.3, 95.0)
    put("C591", 13.4, 96.8, 90)
    for n, rows in ((5, (82.8, 84.7, 86.6, 88.5, 90.4)), (6, (107.2, 105.3, 103.4, 101.5, 99.6))):
        for ref, y in zip((f"R{n}01", f"R{n}02", f"C{n}01", f"R{n}03", f"R{n}04"), rows):
            put(ref, 21.3, y)
        put(f"D{n}01", 24.8, rows[0] + (1.4 if n == 5 else -1.4))
        put(f"Q{n}01", 24.8, rows[3] - (0.4 if n == 5 else -0.4))
    put("TP501", 13.2, 85.5)
    put("TP601", 13.2, 106.0)
    # Output.
    put("U703", 28.3, 113.6)
    for at, (one, two) in enumerate((("R703", "C724"), ("R704", "C725"), ("R705", "R1001"), ("C723", "R1002"))):
        put(one, 22.6, 110.8 + 1.9 * at)
        put(two, 19.2, 110.8 + 1.9 * at)
    put("R706", 32.2, 109.6)
    put("Q801", 34.1, 112.9)
    put("R803", 34.1, 115.8)
    put("R804", 34.1, 117.6)
    put("TP1002", 15.6, 112.0)
    put("TP701", 15.6, 115.8)
    return places


def places() -> dict[str, Place]:
    """All parts."""
    return front() | back()
