"""The log: one line an event, for people or as JSON, made in a few microseconds, since every request has one."""

import asyncio
import atexit
import json
import logging
import sys
import time
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, TextIO, cast

import orjson
import structlog

PLAIN = (int, float)
Event = MutableMapping[str, Any]


@lru_cache(maxsize=1)
def second(number: int) -> str:
    """A second as RFC 3339 has it, without its fraction and zone."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(number))


def now() -> str:
    whole, fraction = divmod(time.time_ns() // 1000, 1_000_000)
    return f"{second(whole)}.{fraction:06}Z"


def as_json(_logger: Any, level: str, event: Event) -> str:
    line = orjson.dumps({"timestamp": now(), "level": level, **event}, default=str).decode()
    return line if line.isprintable() else json.dumps(json.loads(line))  # which escapes all that is not ASCII


def as_line(_logger: Any, level: str, event: Event) -> str:
    """When, how grave, what, and what is known of it."""
    head = f"{now()} [{level}] {event.pop('event')}"
    return " ".join([head, *[f"{name}={shown(value)}" for name, value in event.items() if value is not None]])


def shown(value: object) -> str:
    """A value as a terminal may show it, quoted where it is not one word: an operation's name could clear the screen."""
    text = str(value)
    if type(value) in PLAIN:
        return text
    return text if text.isprintable() and text and " " not in text else repr(text.encode("unicode_escape").decode())


class Together:
    """Writes the lines of one turn of the event loop in one go, at its end; those of tasks and other threads as they come."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.lines: list[str] = []
        atexit.register(self.end)

    def write(self, line: str) -> None:
        try:
            is_task = asyncio.current_task() is not None
        except RuntimeError:  # another thread
            self.put(line)
            return
        if not (self.lines or is_task):
            asyncio.get_running_loop().call_soon(self.end)
        self.lines.append(line)
        if is_task:
            self.end()

    def end(self) -> None:
        lines, self.lines = self.lines, []
        if lines:
            self.put("".join(lines))

    def put(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()

    def flush(self) -> None:
        """Nothing: lines are written when it is time."""


def set_up_logs(form: str) -> None:
    """Writes to standard error, in one of the forms of the settings."""
    structlog.configure(
        processors=[as_json if form == "json" else as_line], cache_logger_on_first_use=True,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", Together(sys.stderr))),
    )  # fmt: skip
