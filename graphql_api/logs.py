"""The log: one line an event, for people or as JSON, made in a few microseconds, since every request has one."""

import json
import logging
import sys
import time
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import orjson
import structlog

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
    return text if text.isprintable() and text and " " not in text else repr(text.encode("unicode_escape").decode())


def set_up_logs(form: str) -> None:
    """Writes to standard error, in one of the forms of the settings."""
    structlog.configure(
        processors=[as_json if form == "json" else as_line], cache_logger_on_first_use=True,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )  # fmt: skip
