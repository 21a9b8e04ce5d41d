"""Claims and how they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class Report:
    """Counts claims and prints those that fail, and what was left out."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed: list[str] = []
        self.skipped: list[str] = []

    def claim(self, words: str, wrong: Iterable[str] | str | None) -> None:
        """One claim; `wrong` says what speaks against it, if anything does."""
        found = [wrong] if isinstance(wrong, str) else list(wrong or [])
        if found:
            self.failed.append(words)
            print(f"FAILED {words}")
            for line in found[:8]:
                print(f"       {line}")
            if len(found) > 8:
                print(f"       … and {len(found) - 8} more")
        else:
            self.passed += 1
            print(f"ok     {words}")

    def attempt(self, words: str, look: Callable[[], Iterable[str] | str | None]) -> None:
        """A claim whose check may itself break: that is a failure with a reason."""
        try:
            wrong = look()
        except (KeyError, ValueError, LookupError, StopIteration, OSError) as error:
            wrong = f"could not be looked at: {error!r}"
        self.claim(words, wrong)

    def skip(self, words: str) -> None:
        """What this machine cannot look at."""
        self.skipped.append(words)
        print(f"SKIPPED {words}")

    def close(self) -> int:
        """Prints the sum, in the words that cargo uses; returns the exit status."""
        result = "FAILED" if self.failed else "ok"
        print(f"test result: {result}. {self.passed} passed; {len(self.failed)} failed; {len(self.skipped)} ignored")
        return 1 if self.failed else 0
