"""What the doctor found: one line a check."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.text import CONTROL


class Verdict(StrEnum):
    """How a check went."""

    OK = "OK"
    WARNING = "WARNING"
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, and what to do about it; milliseconds where they were taken."""

    check: str
    verdict: Verdict
    found: str
    advice: str = ""
    ms: float | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"check": self.check, "verdict": self.verdict, "found": self.found, "advice": self.advice, "ms": self.ms}


Look = Callable[[], Awaitable[list[Finding]]]


def ok(check: str, found: str, advice: str = "") -> Finding:
    return Finding(check, Verdict.OK, found, advice)


def warning(check: str, found: str, advice: str) -> Finding:
    return Finding(check, Verdict.WARNING, found, advice)


def problem(check: str, found: str, advice: str) -> Finding:
    return Finding(check, Verdict.PROBLEM, found, advice)


def has_problem(findings: Sequence[Finding]) -> bool:
    return any(one.verdict is Verdict.PROBLEM for one in findings)


async def examined(check: str, look: Look) -> list[Finding]:
    """What a check finds; that it cannot even look is a problem, and keeps no other from looking."""
    started = time.perf_counter()
    try:
        return await look()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is to be told
        told = one_line(f"{error}") or type(error).__name__
        found = Finding(check, Verdict.PROBLEM, told, "It could not be looked at: see what that says.")
        return [timed(found, started)]


def timed(finding: Finding, started: float) -> Finding:
    """The finding, and how long it took since then."""
    ms = round((time.perf_counter() - started) * 1e3, 1)
    return Finding(finding.check, finding.verdict, finding.found, finding.advice, ms)


def one_line(text: str, longest: int = 300) -> str:
    """A text of others on one line, without what would move a terminal."""
    return CONTROL.sub("?", " ".join(text.split()))[:longest]
