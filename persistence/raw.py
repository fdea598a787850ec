"""Rows for plans: the statements of an Ask as the driver takes them, and its values as the wire has them."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, cast

from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from domain.reading import Ask, Load, Row
from persistence.providers import OWN_ALONE, Providers
from persistence.reading import DIALECTS, KEYS, SIZES, SOURCES, Statement, by_one_list, joined_pages, statement
from persistence.types import Wire, wire_of

NAME = re.compile(r"(?<!:):([a-z]\w*)")
ONE = re.compile(r"IN \(:key_0::UUID\)")
BARE = re.compile(r":key_0::UUID\b")
"""The key where a feature makes something of it."""
MOST_CHARACTERS = 16 * 1024 * 1024
"""Of all statements that are remembered; one of a hundred parents has 50,000."""
MOST_AT_ONCE = 2_000
"""Rows of many parents that are read together where a limit for each saves no reading; where there are more, each has its own."""
Keys = tuple[bytes, ...]
Bind = Callable[[Any], Any]
Reading = Generator[tuple["Raw", Row], list[Row], list[Row]]
Columns = list[tuple[Any, ...]]


@dataclass(frozen=True, eq=False, slots=True)
class Raw:
    """One SQL text of a driver, and what is done with the values on their way there and back.

    Attributes:
        sql: with positional marks.
        size: for up to so many parents; 0: for any number, which are one value, a list.
        chosen: picks from all there is, in the order `values` has it, what each mark stands for.
        constants: values of the statement's own.
        at_once: whether it reads the rows of all parents together, up to MOST_AT_ONCE.
        binds: by its place among the marks, what makes the driver's value.
        wires: by its column, what makes the wire's value.
    """

    sql: str
    size: int
    chosen: Callable[[Row], Row]
    constants: Row
    at_once: bool
    binds: tuple[tuple[int, Bind], ...]
    wires: tuple[tuple[int, Wire], ...]

    def values(self, load: Load, keys: Keys, library: bytes) -> Row:
        """The values of the marks; a statement for more parents than there are gets nulls for the rest."""
        filled = (*keys, *(None,) * (self.size - len(keys))) if self.size else (keys,)
        limits = ((load.first or 0) + load.beyond, MOST_AT_ONCE)
        chosen = self.chosen((library, *limits, load.start, *filled, *load.values, *load.position, *self.constants))
        return bound(chosen, self.binds) if self.binds else chosen

    def wired(self, rows: list[Row]) -> list[Row]:
        """The rows with the wire's values, column by column."""
        if not self.wires or not rows:
            return rows
        columns: Columns = list(zip(*rows, strict=True))
        for place, made in self.wires:
            columns[place] = tuple(map(made, columns[place]))
        return list(zip(*columns, strict=True))


def bound(values: Row, binds: tuple[tuple[int, Bind], ...]) -> Row:
    changed = list(values)
    for place, made in binds:
        changed[place] = made(changed[place])
    return tuple(changed)


class Statements:
    """The raw statements of one database, remembered up to a number of characters."""

    def __init__(self, dialect: str, providers: Providers = OWN_ALONE) -> None:
        self.dialect, self.providers = dialect, providers
        self.known: OrderedDict[tuple[Ask, int, bool], Raw] = OrderedDict()
        self.characters = 0
        self.lock = threading.Lock()

    def reading(self, load: Load, keys: Keys, library: bytes) -> Reading:
        """Yields the statements that answer a load with the values of their marks, is sent the rows of each, returns all."""
        found: list[Row] = []
        for start in range(0, len(keys), SIZES[-1]):
            some = keys[start : start + SIZES[-1]]
            made, values = self.first(load, some, library)
            rows = yield made, values
            if made.at_once and len(rows) >= MOST_AT_ONCE:
                made = self.statement(load, made.size)
                rows = yield made, made.values(load, some, library)
            found += made.wired(rows)
        return found

    def first(self, load: Load, keys: Keys, library: bytes) -> tuple[Raw, Row]:
        """The statement for up to a hundred parents, with the values of its marks. It is the only one, unless it reads the rows
        of all parents `at_once` and there are too many of them.
        """
        count = len(keys)
        at_once = count > 1 and SOURCES[load.ask.relation].sorts_all and not (load.ask.counted or load.ask.summary)
        size = 1 if count == 1 else next(size for size in SIZES if size >= count)
        made = self.statement(load, size if self.dialect == "sqlite" else 0, at_once=at_once)
        return made, made.values(load, keys, library)

    def statement(self, load: Load, size: int, *, at_once: bool = False) -> Raw:
        """Made once for an Ask and a size. Threads share it: the worst that a race does is to make it twice."""
        key = (load.ask, size, at_once)
        found = self.known.get(key)
        if found is None:
            made = statement(load.ask, size or 1, self.dialect, self.providers, at_once=at_once)
            few = at_once or by_one_list(load.ask)
            found = raw(made if size else of_a_list(made, few=few), load, self.dialect, at_once=at_once)
            self.keep(key, found)
        return found

    def keep(self, key: tuple[Ask, int, bool], made: Raw) -> None:
        """Counts each once: a sum that ran away from what is kept would leave room for nothing."""
        with self.lock:
            if key not in self.known:
                self.known[key] = made
                self.characters += len(made.sql)
            while self.characters > MOST_CHARACTERS:
                self.characters -= len(self.known.popitem(last=False)[1].sql)


def of_a_list(made: Statement, *, few: bool) -> Statement:
    """The statement of one parent as one of any number (PostgreSQL): a text that is short, so that its plan is kept."""
    types = {name: kind for name, kind in made.types.items() if name not in KEYS} | {"keys": ARRAY(made.types[KEYS[0]])}
    if few:
        return replace(made, size=0, sql=ONE.sub("= ANY (:keys::UUID[])", made.sql), types=types)
    inner = BARE.sub("wanted.key", ONE.sub("= wanted.key", made.sql))
    sql = f"SELECT page.* FROM unnest(:keys::UUID[]) AS wanted(key) CROSS JOIN LATERAL ({inner}) AS page"  # noqa: S608 - our own text
    return replace(made, size=0, sql=sql, types=types)


def raw(made: Statement, load: Load, dialect: str, *, at_once: bool) -> Raw:
    """The driver's form of a statement; `load` is any that it answers."""
    order, sql = marked(made.sql, dialect) if dialect != "sqlite" or not made.page else pages_marked(made)
    sorts = [f"sort_{number}" for number in range(len(load.position) - 1)]
    keys = KEYS[: made.size] if made.size else ["keys"]
    names = ["library", "limit", "most", "start", *keys, *(f"value_{number}" for number in range(len(load.values)))]
    places = {name: place for place, name in enumerate((*names, *sorts, *(["own"] if load.position else []), *made.constants))}
    by_type = {kind: bind_of(kind, dialect) for kind in {made.types[name] for name in order}}
    binds = [(place, bind) for place, name in enumerate(order) if (bind := by_type[made.types[name]])]
    wires = [(place, wire) for place, column in enumerate(made.columns) if (wire := wire_of(column.type, dialect))]
    chosen = cast("Callable[[Row], Row]", itemgetter(*(places[name] for name in order)))
    return Raw(sql, made.size, chosen, tuple(made.constants.values()), at_once, tuple(binds), tuple(wires))


def marked(sql: str, dialect: str) -> tuple[list[str], str]:
    """The names that stand behind the marks, and the text with marks: on PostgreSQL each name has one, on SQLite each place."""
    texts = NAME.split(sql)  # and the names between them
    if dialect == "sqlite":
        return texts[1::2], "?".join(texts[::2])
    order = list(dict.fromkeys(texts[1::2]))
    numbers = {name: f"${number}" for number, name in enumerate(order, 1)}
    texts[1::2] = [numbers[name] for name in texts[1::2]]
    return order, "".join(texts)


def pages_marked(made: Statement) -> tuple[list[str], str]:
    """The same of a text that repeats a page (SQLite), which is looked through but once."""
    names, page = marked(made.page, "sqlite")
    order = [key if name == "key" else name for key in KEYS[: made.size] for name in names]
    return order, joined_pages([page] * made.size)


def bind_of(kind: TypeEngine[Any], dialect: str) -> Bind | None:
    """What SQLAlchemy does with a value of this type before the driver sees it; None where that is nothing."""
    if dialect in getattr(kind, "as_is", ()):
        return None
    if isinstance(kind, ARRAY):
        one = bind_of(cast("Any", kind).item_type, dialect)
        return (lambda values: [one(value) for value in values]) if one else None
    known = DIALECTS[dialect]
    made = kind.dialect_impl(known).bind_processor(known)
    return cast("Bind | None", made)
