"""What the database keeps by itself, with triggers: counts that are exact whoever writes, and where a tag stands in the tree.

Every count is a `Counter`: whatever writes links, on whatever path, it is right when the statement is over. Migrations have texts
of their own, frozen; `tests/persistence/test_counters.py` compares what they leave with what is made here.
"""

# ruff: noqa: S608 - the text is our own

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import DDL, MetaData, event

from persistence import tallies
from persistence.triggers import ROWS, TURNED, function


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """How many media that are not in the trash are linked to a thing.

    Attributes:
        table: what is counted for; its column `media_count` has the number.
        link: the table between, with `media_id`.
        key: its column that points to the thing.
    """

    table: str
    link: str
    key: str

    @property
    def name(self) -> str:
        return f"{self.table}_media_count"

    def recount(self) -> str:
        """Counts anew, for all rows."""
        return f"UPDATE {self.table} SET media_count = {self.counted}"

    @property
    def counted(self) -> str:
        """What a row comes to. It is a CROSS JOIN as SQLite would begin with all media, once for every row."""
        return (
            f"(SELECT count(*) FROM {self.link} AS link CROSS JOIN media "
            f"WHERE media.id = link.media_id AND media.library_id = link.library_id AND media.trashed_at IS NULL "
            f"AND link.{self.key} = {self.table}.id AND link.library_id = {self.table}.library_id)"
        )

    def on_sqlite(self) -> Iterator[str]:
        """A trigger for each row."""
        count = f"UPDATE {self.table} SET media_count = media_count"
        live = "EXISTS (SELECT 1 FROM media WHERE id = {0}.media_id AND library_id = {0}.library_id AND trashed_at IS NULL)"
        for event_, rows in {"INSERT": {"NEW": "+"}, "DELETE": {"OLD": "-"}, "UPDATE": {"OLD": "-", "NEW": "+"}}.items():
            of = f"UPDATE OF media_id, {self.key}" if event_ == "UPDATE" else event_
            changes = " ".join(
                f"{count} {sign} 1 WHERE id = {row}.{self.key} AND library_id = {row}.library_id AND {live.format(row)};"
                for row, sign in rows.items()
            )
            yield f"CREATE TRIGGER {self.name}_{event_.lower()} AFTER {of} ON {self.link} BEGIN {changes} END"
        yield (f"CREATE TRIGGER {self.name}_trash AFTER UPDATE OF trashed_at ON media WHEN {TURNED} BEGIN {self.trashed()} END")
        yield (  # a cascade comes when the media is gone, and nobody could say any more whether it counted
            f"CREATE TRIGGER {self.name}_purge BEFORE DELETE ON media BEGIN DELETE FROM {self.link} WHERE media_id = OLD.id; END"
        )

    def on_postgresql(self) -> Iterator[str]:
        """A trigger for each statement: a row updated once for each of a hundred thousand links would keep as many versions."""
        added = f"IF TG_OP <> 'DELETE' THEN {self.summed('+', 'came')} END IF;"
        yield function(f"{self.name}_change", f"{added} IF TG_OP <> 'INSERT' THEN {self.summed('-', 'went')} END IF;")
        for event_, referencing in ROWS.items():
            yield (
                f"CREATE TRIGGER {self.name}_{event_.lower()} AFTER {event_} ON {self.link} REFERENCING {referencing} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}_change()"
            )
        yield function(f"{self.name}_trash", self.trashed())
        yield (
            f"CREATE TRIGGER {self.name}_trash AFTER UPDATE OF trashed_at ON media FOR EACH ROW "
            f"WHEN ({TURNED}) EXECUTE FUNCTION {self.name}_trash()"
        )
        yield function(f"{self.name}_purge", f"DELETE FROM {self.link} WHERE media_id = OLD.id;", "OLD")
        yield f"CREATE TRIGGER {self.name}_purge BEFORE DELETE ON media FOR EACH ROW EXECUTE FUNCTION {self.name}_purge()"

    def trashed(self) -> str:
        """What is done when a media goes into the trash, or comes out of it."""
        return (
            f"UPDATE {self.table} SET media_count = media_count + CASE WHEN NEW.trashed_at IS NULL THEN 1 ELSE -1 END "
            f"WHERE library_id = NEW.library_id AND id IN "
            f"(SELECT {self.key} FROM {self.link} WHERE media_id = NEW.id AND library_id = NEW.library_id);"
        )

    def summed(self, sign: str, rows: str) -> str:
        """What is done with the rows that came, or went."""
        many = (
            f"SELECT {rows}.{self.key} AS id, {rows}.library_id, count(*) AS many FROM {rows} JOIN media "
            f"ON media.id = {rows}.media_id AND media.library_id = {rows}.library_id AND media.trashed_at IS NULL "
            f"GROUP BY {rows}.{self.key}, {rows}.library_id"
        )
        return (
            f"UPDATE {self.table} SET media_count = media_count {sign} found.many FROM ({many}) AS found "
            f"WHERE {self.table}.id = found.id AND {self.table}.library_id = found.library_id;"
        )


COUNTERS = (
    Counter(table="tag", link="media_tag", key="tag_id"),
    Counter(table="collection", link="collection_item", key="collection_id"),
)
NEW_TAG = (
    "INSERT INTO tag_key (key, library_id, tag_id) VALUES (NEW.id, NEW.library_id, NEW.id); "
    "INSERT INTO tag_closure (ancestor_id, descendant_id, depth, library_id) VALUES (NEW.id, NEW.id, 0, NEW.library_id); "
    "INSERT INTO tag_closure (ancestor_id, descendant_id, depth, library_id) "
    "SELECT ancestor_id, NEW.id, depth + 1, library_id FROM tag_closure WHERE descendant_id = NEW.parent_id;"
)
"""A tag answers to its own key, and lies below itself and all that its parent lies below."""


def on_sqlite() -> Iterator[str]:
    yield f"CREATE TRIGGER tag_made AFTER INSERT ON tag BEGIN {NEW_TAG} END"
    for counter in COUNTERS:
        yield from counter.on_sqlite()
    yield from tallies.on_sqlite()


def on_postgresql() -> Iterator[str]:
    yield function("tag_made", NEW_TAG)
    yield "CREATE TRIGGER tag_made AFTER INSERT ON tag FOR EACH ROW EXECUTE FUNCTION tag_made()"
    for counter in COUNTERS:
        yield from counter.on_postgresql()
    yield from tallies.on_postgresql()


def keep(schema: MetaData) -> None:
    """Makes the triggers with the tables."""
    for dialect, texts in {"sqlite": on_sqlite(), "postgresql": on_postgresql()}.items():
        for sql in texts:
            event.listen(schema, "after_create", DDL(sql).execute_if(dialect=dialect))
