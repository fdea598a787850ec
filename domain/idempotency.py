"""Changes that are made once however often they are asked for: what came of each is kept a day under a key its caller made up."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol, TypeVar, cast

from domain.changes import now
from domain.errors import INPUT, Fault, Invalid, KeyReused
from domain.media import Outcome
from domain.text import CONTROL
from domain.usage import MediaUsage

T = TypeVar("T")
KEPT = timedelta(days=1)
LONGEST_KEY = 200
AT = (*INPUT, "idempotencyKey")
ENTITIES: dict[str, type[Any]] = {"Outcome": Outcome, "MediaUsage": MediaUsage}
"""What an answer can hold besides keys, times, texts and numbers, by name."""


@dataclass(frozen=True, slots=True)
class Once:
    """A change that a caller may ask for again: under which key, and a hash of all that was asked."""

    key: str
    digest: str

    def of(self, more: str) -> "Once":
        """The same change, of which is asked more than its input says: the hash of a file, as it arrives."""
        return replace(self, digest=sha256(f"{self.digest} {more}".encode()).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a change, as JSON, and since when it is known."""

    key: str
    digest: str
    result: Any
    answered_at: datetime


class AnswerRepository(Protocol):
    """The answers of one library."""

    async def find(self, key: str) -> Answer | None: ...
    async def keep(self, answer: Answer) -> None:
        """Keeps an answer, in place of an older one."""
        ...

    async def forget(self, before: datetime) -> None:
        """Removes those that are older."""
        ...


def checked_key(key: str) -> str:
    """Raises Invalid for what is no key."""
    if not 1 <= len(key) <= LONGEST_KEY or CONTROL.search(key):
        raise Invalid(f"A key has 1 to {LONGEST_KEY} characters.", path=AT)
    return key


async def once(answers: AnswerRepository, wanted: Once | None, change: Callable[[], Awaitable[T]]) -> T:
    """Makes a change, or answers what came of it when it was made; both in the transaction of the change.

    A change that raises keeps nothing, so it is made when it is asked for again.

    Raises:
        KeyReused: the key stands for a change with another input.
    """
    if wanted is None:
        return await change()
    oldest = now() - KEPT
    known = await answers.find(checked_key(wanted.key))
    if known and known.answered_at >= oldest:
        if known.digest != wanted.digest:
            raise KeyReused(path=AT)
        return unpacked(known.result)
    result = await change()
    await answers.forget(oldest)
    await answers.keep(Answer(key=wanted.key, digest=wanted.digest, result=packed(result), answered_at=now()))
    return result


def packed(value: Any) -> Any:
    """A result as JSON; what JSON has no word for is a list that begins with one."""
    if isinstance(value, bytes):
        return ["id", value.hex()]
    if isinstance(value, datetime):
        return ["time", value.isoformat()]
    if isinstance(value, list | tuple):
        return ["tuple" if isinstance(value, tuple) else "list", *map(packed, cast("list[Any]", value))]
    if isinstance(value, Fault):
        return ["fault", type(value).__name__, *(packed([*part]) for part in vars(value).items())]
    if is_dataclass(value):
        parts = ((one.name, getattr(value, one.name)) for one in fields(value))
        return ["entity", type(value).__name__, *(packed([*part]) for part in parts)]
    return value


def unpacked(value: Any) -> Any:
    """What was packed."""
    if not isinstance(value, list):
        return value
    sort, *rest = cast("list[Any]", value)
    match sort:
        case "id":
            return bytes.fromhex(rest[0])
        case "time":
            return datetime.fromisoformat(rest[0])
        case "list" | "tuple":
            return (tuple if sort == "tuple" else list)(map(unpacked, rest))
        case "fault":
            return fault_of(rest[0], dict(map(unpacked, rest[1:])))
        case _:
            return ENTITIES[rest[0]](**dict(map(unpacked, rest[1:])))


def fault_of(name: str, values: dict[str, Any]) -> Fault:
    """A fault as it was raised."""
    kind = next((one for one in kinds(Fault) if one.__name__ == name), Fault)
    made = kind.__new__(kind)
    Exception.__init__(made, values["message"])
    vars(made).update(values)
    return made


def kinds(fault: type[Fault]) -> Iterator[type[Fault]]:
    yield fault
    for one in fault.__subclasses__():
        yield from kinds(one)
