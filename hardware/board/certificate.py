"""A certificate for a module: what `neurorack module test` found, and the rails that a person measured.

    python3 hardware/board/certificate.py [--program PATH] [--rails "+12=11.8,…"] [--into FOLDER] [-- what `neurorack` takes, such as --port X]

Exit code 0 for PASS, 1 for FAIL, 2 where the module could not be asked.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

RAILS = {"+12": (11.3, 12.1), "-12": (-12.1, -11.3), "5V": (4.9, 5.1), "VSYS": (4.4, 5.0), "3V3": (3.2, 3.4), "3V3A": (3.27, 3.33),
         "3V0": (2.99, 3.01), "-3V0": (-3.03, -2.97), "0V8": (0.79, 0.81)}
"""Limits at the test pads, in volts."""


def ask(program: list[str], what: str, rest: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs `neurorack module WHAT --json`; what it says on standard error goes to the terminal."""
    return subprocess.run([*program, "module", what, "--json", *rest], stdout=subprocess.PIPE, text=True, check=False)


def given(text: str) -> dict[str, float]:
    """Rails from the command line."""
    return {name: float(volts) for name, volts in (pair.split("=") for pair in text.split(",") if pair)}


def asked() -> dict[str, float]:
    """Rails from a person; one that is left empty was not measured."""
    found = {}
    for name, (low, high) in RAILS.items():
        answer = input(f"volts at pad {name} ({low} to {high}), Enter where you did not measure: ").strip()
        if answer:
            found[name] = float(answer)
    return found


def written(info: dict, checks: dict[str, str], rails: dict[str, float]) -> tuple[str, bool]:
    """The certificate, and whether the module passed."""
    lines = []
    good = bool(checks) and all(outcome == "passed" for outcome in checks.values()) and bool(info["is_calibrated"])
    for name, (low, high) in RAILS.items():
        volts = rails.get(name)
        fits = volts is not None and low <= volts <= high
        good = good and fits
        said = "not measured" if volts is None else f"{volts:.3f} V"
        lines.append(f"| pad {name} | {low} to {high} V | {said} | {'pass' if fits else 'FAIL'} |")
    head = [f"# Module {info['name']}: {'PASS' if good else 'FAIL'}", "",
            f"Board {info['board']}, firmware {info['firmware']} ({info['commit']}), protocol {info['protocol']}, uid {info['uid']:016x}, "
            f"calibration {'kept' if info['is_calibrated'] else 'MISSING'}", "",
            "| check | wanted | found | |", "|---|---|---|---|"]
    tests = [f"| {name} | passed | {outcome} | {'pass' if outcome == 'passed' else 'FAIL'} |" for name, outcome in checks.items()]
    return "\n".join([*head, *tests, *lines, "", "Tested by: ______________________  on: ______________", ""]), good


def main() -> int:
    """Asks, and writes the certificate."""
    parser = argparse.ArgumentParser(description="A certificate for a module")
    parser.add_argument("--program", default="neurorack", help="the companion")
    parser.add_argument("--rails", help="measured rails instead of questions, such as +12=11.8,-12=-11.7")
    parser.add_argument("--into", default=".", help="folder for the certificate")
    parser.add_argument("rest", nargs="*", help="what neurorack takes")
    arguments = parser.parse_args()
    program = arguments.program.split()
    told = ask(program, "info", arguments.rest)
    if told.returncode != 0:
        print("the module does not say who it is: see above", file=sys.stderr)
        return 2
    info = json.loads(told.stdout)
    tested = ask(program, "test", arguments.rest)
    lines = [line for line in tested.stdout.splitlines() if line.startswith("{")]
    checks = json.loads(lines[-1])["checks"] if lines else {}
    rails = given(arguments.rails) if arguments.rails is not None else asked()
    text, good = written(info, checks, rails)
    path = Path(arguments.into) / f"certificate-{info['name']}.md"
    path.write_text(text, encoding="utf-8")
    print(f"{'PASS' if good else 'FAIL'}: {path}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
