"""The certificate, driven by a program that answers as `neurorack module` does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from geometry import ROOT
from library import BOARD

GOOD = "+12=11.8,-12=-11.8,5V=5,VSYS=4.7,3V3=3.3,3V3A=3.3,3V0=3.0,-3V0=-3.0,0V8=0.8"


def names() -> list[str]:
    """The checks' names, read out of the protocol's Rust source."""
    source = (ROOT / "hardware/protocol/src/checklist.rs").read_text(encoding="utf-8")
    return re.findall(r'Self::\w+ => "([^"]+)",', source[source.index("fn name"):source.index("fn instruction")])


def run(outcomes: dict[str, str], rails: str, calibrated: bool = True) -> tuple[int, str]:
    """Exit code and certificate of a module that finds this."""
    info = {"name": "TEST", "uid": 7, "firmware": "0.1.0", "commit": "0badcafe", "protocol": "1.1", "board": 1, "has_screen": True,
            "is_calibrated": calibrated, "reset": "power"}
    test = {"passed": sum(o == "passed" for o in outcomes.values()), "of": len(outcomes), "checks": outcomes}
    with tempfile.TemporaryDirectory() as folder:
        fake = Path(folder) / "fake.py"
        fake.write_text(f"import sys\nprint({json.dumps(info)!r} if 'info' in sys.argv else {json.dumps(test)!r})\n", encoding="utf-8")
        done = subprocess.run([sys.executable, "-B", str(BOARD / "certificate.py"), "--program", f"{sys.executable} {fake}", f"--rails={rails}",
                               "--into", folder], capture_output=True, text=True, check=False)
        paper = Path(folder) / "certificate-TEST.md"
        return done.returncode, paper.read_text(encoding="utf-8") if paper.exists() else done.stderr


def honest() -> Iterator[str]:
    """PASS only where all passed, all was measured, and a calibration is kept."""
    all_passed = dict.fromkeys(names(), "passed")
    if len(all_passed) != 15:
        yield f"the protocol names {len(all_passed)} checks"
    code, paper = run(all_passed, GOOD)
    if code != 0 or "PASS" not in paper or "FAIL" in paper:
        yield f"a good module: exit code {code}, {paper[:80]}"
    bad = [(all_passed | {"Gate 2": "open"}, GOOD, True, "a check that is open"), (all_passed, GOOD.replace("3V0=3.0,", "3V0=3.1,", 1), True,
            "a wrong rail"), (all_passed, GOOD.replace(",0V8=0.8", ""), True, "a rail that nobody measured"),
           (all_passed, GOOD, False, "no calibration"), ({}, GOOD, True, "a test that said nothing")]
    for outcomes, rails, calibrated, words in bad:
        code, paper = run(outcomes, rails, calibrated)
        if code != 1 or "FAIL" not in paper:
            yield f"{words}: exit code {code}"
