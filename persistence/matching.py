"""Searching by words in SQL: the index that each database has, candidates within the library, and how well each matches."""

from typing import Any

from sqlalchemy import DDL, Double, String, Table, column, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement, Join, bindparam
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine

from domain.matching import MOST_CANDIDATES, Clause, SearchField, Sought, Term
from persistence.types import Key

FTS = "media_search_fts"
FIELDS = [name.lower() for name in SearchField]
TAKEN = (
    f"INSERT INTO {FTS}({FTS}, rowid, {', '.join(FIELDS)}) VALUES ('delete', old.seq, {', '.join(f'old.{f}' for f in FIELDS)})"
)
PUT = f"INSERT INTO {FTS}(rowid, {', '.join(FIELDS)}) VALUES (new.seq, {', '.join(f'new.{f}' for f in FIELDS)})"
ON_SQLITE = [
    # to this tokenizer every character beyond ASCII is one of a word, whatever Unicode SQLite knows
    DDL(
        f"CREATE VIRTUAL TABLE {FTS} USING fts5({', '.join(FIELDS)}, content='media_search', content_rowid='seq', "
        "tokenize='ascii', prefix='1 2 3')"
    ),
    DDL(f"CREATE TRIGGER media_search_added AFTER INSERT ON media_search BEGIN {PUT}; END"),
    DDL(f"CREATE TRIGGER media_search_deleted AFTER DELETE ON media_search BEGIN {TAKEN}; END"),
    DDL(f"CREATE TRIGGER media_search_changed AFTER UPDATE OF {', '.join(FIELDS)} ON media_search BEGIN {TAKEN}; {PUT}; END"),
]
ON_POSTGRESQL = [DDL("CREATE INDEX ix_media_search_lexemes ON media_search USING gin (lexemes)")]


LETTERS = dict(zip(SearchField, "abcdefg", strict=True))
"""What the words of each field begin with on PostgreSQL, so that one index tells them apart."""
WEIGHTS = [64, 32, 16, 8, 4, 2, 1]
BEST = float(sum(WEIGHTS))
SCORED: ColumnElement[float] = literal_column("matched.score", Double())
"""The sum of the weights of the fields that meet the whole query, of BEST. It depends on nothing but the media and the query,
so that a place in this order stays a place whatever else is written.
"""


class Asked(TypeDecorator[Sought]):
    """What is sought, as the database takes it: of SQLite a text, of PostgreSQL one for all fields and one for each."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Sought | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return for_sqlite(value)
        among = [field for field in SearchField if not value.fields or field in value.fields]
        return [for_postgresql(value, among), *(for_postgresql(value, [f] if f in among else []) for f in SearchField)]


def for_sqlite(sought: Sought) -> str:
    """A query of FTS5, in which every word stands in quotes."""
    made = " OR ".join(f"({of_fts(clause)})" for clause in sought.clauses)
    return f"{{{' '.join(field.lower() for field in sought.fields)}}} : ({made})" if sought.fields else made


def of_fts(clause: Clause) -> str:
    wanted, excluded = ([f'"{" ".join(term.words)}"{"*" * term.is_prefix}' for term in terms]
                        for terms in (clause.wanted, clause.excluded))  # fmt: skip
    return f"({' AND '.join(wanted)}) NOT ({' OR '.join(excluded)})" if excluded else " AND ".join(wanted)


def for_postgresql(sought: Sought, among: list[SearchField]) -> str:
    """A tsquery over the words of these fields; of none: one that is never met."""
    if not among:
        return "'-'"  # no word begins so
    letters = [LETTERS[field] for field in among]
    return " | ".join(f"({of_tsquery(clause, letters)})" for clause in sought.clauses)


def of_tsquery(clause: Clause, letters: list[str]) -> str:
    return " & ".join([*(anywhere(term, letters) for term in clause.wanted),
                       *(f"!{anywhere(term, letters)}" for term in clause.excluded)])  # fmt: skip


def anywhere(term: Term, letters: list[str]) -> str:
    phrases = (" <-> ".join(f"'{letter}{word}'" for word in term.words) + ":*" * term.is_prefix for letter in letters)
    return f"({' | '.join(f'({phrase})' for phrase in phrases)})"


CANDIDATES = {
    "sqlite": f"""SELECT rowid AS seq FROM {FTS} WHERE {FTS} MATCH {{value}}
      AND rowid BETWEEN (SELECT min(seq) FROM media_search WHERE library_id = {{library}})
      AND (SELECT max(seq) FROM media_search WHERE library_id = {{library}}) ORDER BY rowid DESC LIMIT {MOST_CANDIDATES}""",
    "postgresql": f"""SELECT media_id, lexemes FROM media_search WHERE library_id = CAST({{library}} AS UUID)
      AND lexemes @@ CAST((CAST({{value}} AS VARCHAR[]))[1] AS TSQUERY) ORDER BY seq DESC LIMIT {MOST_CANDIDATES}""",
}
"""The media of the library that came last and match. On SQLite a library has a range of numbers of its own."""
OF_ONE_FIELD = f"""SELECT rowid, {{weight}}, 0 FROM {FTS} WHERE {FTS} MATCH '{{field}} : (' || {{value}} || ')'
  AND rowid BETWEEN (SELECT min(seq) FROM met) AND (SELECT max(seq) FROM met)"""
EACH = " UNION ALL ".join(["SELECT seq, 0 AS weight, 1 AS is_met FROM met"] + [
    OF_ONE_FIELD.replace("{weight}", str(weight)).replace("{field}", field) for field, weight in zip(FIELDS, WEIGHTS, strict=True)
])  # fmt: skip
SUM = " + ".join(  # selected, so that a query is read once, and not for each row
    f"CAST(lexemes @@ (SELECT CAST((CAST({{value}} AS VARCHAR[]))[{at}] AS TSQUERY)) AS INTEGER) * {weight}"
    for at, weight in enumerate(WEIGHTS, 2)
)
FOUND = {
    "sqlite": f"""SELECT found.media_id FROM ({CANDIDATES["sqlite"]}) AS met
      CROSS JOIN media_search AS found
      INDEXED BY ix_media_search_seq ON found.library_id = {{library}} AND found.seq = met.seq""",
    "postgresql": f"SELECT media_id FROM ({CANDIDATES['postgresql']}) AS met",
}
JOINED = {
    "sqlite": f"""WITH met AS MATERIALIZED ({CANDIDATES["sqlite"]})
      SELECT found.media_id AS media_id, each.score AS score FROM
      (SELECT seq, sum(weight) / {BEST} AS score FROM ({EACH}) GROUP BY seq HAVING max(is_met)) AS each
      CROSS JOIN media_search AS found
      INDEXED BY ix_media_search_seq ON found.library_id = {{library}} AND found.seq = each.seq""",
    "postgresql": f"""SELECT media_id, CAST({SUM} AS DOUBLE PRECISION) / {BEST} AS score
      FROM ({CANDIDATES["postgresql"]}) AS met""",
}


class Met(FunctionElement[bool]):
    """Whether a media is among those that a search finds; of its key, the library and what is sought."""

    name = "met"
    type = Boolean()
    inherit_cache = True


class Matched(FunctionElement[Any]):
    """The media that a search finds, as a table; of the library and what is sought."""

    name = "matched"
    inherit_cache = True


class Scored(Matched):
    """The same with their scores."""

    name = "scored"
    inherit_cache = True


class Crossed(Join):
    """A join that SQLite follows from left to right: it cannot know how few media a search finds."""

    inherit_cache = True


class LookedUp(Crossed):
    """Such a join with a table, of which PostgreSQL reads a row at a time too: if it takes the left for many, it would rather
    read the whole table.
    """

    inherit_cache = True


def filled(sql: str, library: str, value: str) -> str:
    return sql.replace("{library}", library).replace("{value}", value)


@compiles(Met)
def met(element: Met, compiler: Any, **kw: Any) -> str:
    key, *binds = (compiler.process(one, **kw) for one in element.clauses)
    return f"({key} IN ({filled(FOUND[compiler.dialect.name], *binds)}))"


@compiles(Matched)
@compiles(Scored)
def matched(element: Matched, compiler: Any, **kw: Any) -> str:
    binds = (compiler.process(one, **kw) for one in element.clauses)
    texts = JOINED if isinstance(element, Scored) else FOUND
    return f"({filled(texts[compiler.dialect.name], *binds)})"


@compiles(Crossed)
def crossed(element: Crossed, compiler: Any, asfrom: bool = False, from_linter: Any = None, **kw: Any) -> str:  # noqa: FBT001, FBT002
    left, right = (compiler.process(side, asfrom=True, **kw) for side in (element.left, element.right))
    how = "CROSS JOIN" if compiler.dialect.name == "sqlite" else "JOIN"
    return f"{left} {how} {right} ON {compiler.process(element.onclause, **kw)}"


@compiles(LookedUp, "postgresql")
def looked_up(element: LookedUp, compiler: Any, asfrom: bool = False, from_linter: Any = None, **kw: Any) -> str:  # noqa: FBT001, FBT002
    left, right = (compiler.process(side, asfrom=True, **kw) for side in (element.left, element.right))
    same = compiler.process(element.onclause, **kw)
    return f"{left}, LATERAL (SELECT * FROM {right} WHERE {same} OFFSET 0) AS {right}"


def binds(number: int) -> tuple[Any, Any]:
    return bindparam("library", type_=Key()), bindparam(f"value_{number}", type_=Asked())


def is_met(media_id: ColumnElement[Any], number: int) -> ColumnElement[bool]:
    """The condition of a search whose value has this number."""
    return Met(media_id, *binds(number))


def searched_first(found: Any, media: Table, *, scored: bool) -> Any:
    """A select of media, of those that the search finds that is its filter's first part, perhaps beside their scores."""
    columns: list[Any] = [column("media_id", Key()), *([column("score", Double[float]())] if scored else [])]
    these = (Scored if scored else Matched)(*binds(0)).table_valued(*columns, name="matched")
    same = these.c.media_id == media.c.id
    return found.select_from(LookedUp(these, media, same)) if found.get_final_froms() == [media] else found.where(same)


def is_ours(name: str | None, kind: str, _of: object) -> bool:
    """Whether a table or an index is one of the code's tables; what SQLite keeps for the full-text index is not."""
    return not (kind in ("table", "index") and name is not None and (name.startswith(FTS) or name == "ix_media_search_lexemes"))
