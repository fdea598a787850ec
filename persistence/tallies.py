"""What the media of a library that are not in the trash come to, kept by triggers: exact, and read at once whatever their number.

A tally says how many media have one value of one facet, and their bytes and milliseconds. Every trigger takes away what a row
was and adds what it is. Migrations have frozen texts of their own; `tests/persistence/test_tallies.py` compares what they leave.
"""
# ruff: noqa: S608 - all of it is our own text

from collections.abc import Iterator

from persistence.triggers import ROWS, TURNED, function

ORIENTATION = (
    "CASE WHEN {row}.width = 0 OR {row}.height = 0 THEN NULL WHEN {row}.width > {row}.height THEN 'LANDSCAPE' "
    "WHEN {row}.width < {row}.height THEN 'PORTRAIT' WHEN {row}.width = {row}.height THEN 'SQUARE' END"
)
CAMERA = (
    "CASE WHEN {row}.make IS NULL THEN {row}.model WHEN {row}.model IS NULL THEN {row}.make "
    "WHEN substr({row}.model, 1, length({row}.make)) = {row}.make THEN {row}.model ELSE {row}.make || ' ' || {row}.model END"
)
HOURS = {
    "sqlite": "substr({row}.taken_at, 1, 13)",
    "postgresql": "to_char({row}.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24')",
}
OF_MEDIA = {
    "KIND": "{row}.kind", "MIME_TYPE": "{row}.mime_type", "STATUS": "{row}.status", "RATING": "CAST({row}.rating AS VARCHAR)",
    "ORIENTATION": ORIENTATION, "STORAGE": "(SELECT key FROM storage WHERE storage.id = {row}.storage_id)",
}  # fmt: skip
OF_METADATA = {
    "CAMERA": CAMERA, "LENS": "{row}.lens", "VIDEO_CODEC": "{row}.video_codec", "ARTIST": "{row}.artist", "ALBUM": "{row}.album",
    "GENRE": "{row}.genre",
}  # fmt: skip
LINKED = {"TAGGED": "media_tag", "COLLECTED": "collection_item"}
"""Media with at least one link of a kind."""
READ = (
    "library_id", "kind", "mime_type", "status", "rating", "width", "height", "storage_id", "taken_at", "size", "duration_ms",
    "trashed_at",
)  # fmt: skip
FACTS = ("media_id", "make", "model", "lens", "video_codec", "artist", "album", "genre")
NUMBERS = ("count", "size", "duration_ms")
SIGNS = {"INSERT": {"NEW": "1"}, "DELETE": {"OLD": "-1"}, "UPDATE": {"OLD": "-1", "NEW": "1"}}
LIVE = "EXISTS (SELECT 1 FROM media WHERE media.id = {row}.media_id AND media.trashed_at IS NULL)"
BACK = "CASE WHEN {row}.trashed_at IS NULL THEN 1 ELSE -1 END"

FORGOTTEN = "DELETE FROM media WHERE library_id = OLD.id;"
"""A library's media go before it does: the tallies that count them down are still there."""


def rows(facets: dict[str, str], row: str, weights: tuple[str, ...], where: str, source: str = "") -> str:
    """The tallies of a row, or of each row of a table, as a select."""
    told = f" FROM {source}" if source else ""
    return " UNION ALL ".join(
        f"SELECT {row}.library_id AS library_id, '{facet}' AS facet, {value.format(row=row)} AS value, {weighed(*weights)}{told} "
        f"WHERE {value.format(row=row)} IS NOT NULL AND {where}"
        for facet, value in facets.items()
    )


def weighed(*numbers: str) -> str:
    return ", ".join(f"{number} AS {name}" for number, name in zip(numbers, NUMBERS, strict=True))


def of_media(dialect: str, row: str, sign: str, source: str = "") -> str:
    weights = (sign, f"{sign} * coalesce({row}.size, 0)", f"{sign} * coalesce({row}.duration_ms, 0)")
    hour = HOURS[dialect]
    return rows(OF_MEDIA | {"HOUR": hour, "DAY": f"substr({hour}, 1, 10)"}, row, weights, f"{row}.trashed_at IS NULL", source)


def of_metadata(row: str, sign: str, where: str, source: str = "") -> str:
    return rows(OF_METADATA, row, (sign, "0", "0"), where, source)


def linked(facet: str, row: str, sign: str, where: str, source: str = "") -> str:
    return rows({facet: "''"}, row, (sign, "0", "0"), where, source)


def added(*many: str, where: str = "") -> str:
    """Adds tallies to those there are: of one value together, and none where nothing changes."""
    kept = ", ".join(f"{name} = media_tally.{name} + excluded.{name}" for name in NUMBERS)
    return (
        f"INSERT INTO media_tally (library_id, facet, value, {', '.join(NUMBERS)}) {summed(*many, where=where)} "
        f"ON CONFLICT (library_id, facet, value) DO UPDATE SET {kept};"
    )


def summed(*many: str, where: str = "") -> str:
    """The tallies of all these, of one value together."""
    sums = ", ".join(f"sum({name})" for name in NUMBERS)
    changes = " OR ".join(f"sum({name}) <> 0" for name in NUMBERS)
    return (
        f"SELECT library_id, facet, value, {sums} FROM ({' UNION ALL '.join(many)}) AS found "
        f"{where and f'WHERE {where} '}GROUP BY library_id, facet, value HAVING {changes}"
    )


def on_sqlite() -> Iterator[str]:
    """A trigger for each row."""

    def trigger(name: str, when: str, *many: str) -> str:
        return f"CREATE TRIGGER tally_{name} {when} BEGIN {added(*many)} END"

    went, came = of_media("sqlite", "OLD", "-1"), of_media("sqlite", "NEW", "1")
    yield trigger("media_insert", "AFTER INSERT ON media", came)
    yield trigger("media_update", f"AFTER UPDATE OF {', '.join(READ)} ON media", went, came)
    back = BACK.format(row="NEW")
    facts = of_metadata("one", back, "one.media_id = NEW.id", "media_metadata AS one")
    links = [
        linked(facet, "NEW", back, f"EXISTS (SELECT 1 FROM {link} WHERE media_id = NEW.id)") for facet, link in LINKED.items()
    ]
    yield trigger("media_trash", f"AFTER UPDATE OF trashed_at ON media WHEN {TURNED}", facts, *links)
    facts = of_metadata("one", "-1", "one.media_id = OLD.id", "media_metadata AS one")
    yield trigger("media_delete", "BEFORE DELETE ON media WHEN OLD.trashed_at IS NULL", went, facts)
    yield f"CREATE TRIGGER tally_library_delete BEFORE DELETE ON library BEGIN {FORGOTTEN} END"
    for event, signs in SIGNS.items():
        when = f"UPDATE OF {', '.join(FACTS)}" if event == "UPDATE" else event
        many = [of_metadata(row, sign, LIVE.format(row=row)) for row, sign in signs.items()]
        yield trigger(f"metadata_{event.lower()}", f"AFTER {when} ON media_metadata", *many)
    for facet, link in LINKED.items():
        for event, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
            others = f"(SELECT count(*) FROM (SELECT 1 FROM {link} WHERE media_id = {row}.media_id LIMIT 2))"
            only = f"{LIVE.format(row=row)} AND {others} = {int(event == 'INSERT')}"
            yield trigger(f"{link}_{event.lower()}", f"AFTER {event} ON {link}", linked(facet, row, SIGNS[event][row], only))


def on_postgresql() -> Iterator[str]:
    """A trigger for each statement, which writes every tally once however many rows there are."""
    went, came = of_media("postgresql", "went", "-1", "went"), of_media("postgresql", "came", "1", "came")
    yield from statement_triggers("media", {"INSERT": [came], "UPDATE": [went, came, *turned()]})
    facts = of_metadata("one", "-1", "one.media_id = OLD.id AND OLD.trashed_at IS NULL", "media_metadata AS one")
    yield function("tally_media_delete", added(of_media("postgresql", "OLD", "-1"), facts), "OLD")
    yield "CREATE TRIGGER tally_media_delete BEFORE DELETE ON media FOR EACH ROW EXECUTE FUNCTION tally_media_delete()"
    yield function("tally_library_delete", FORGOTTEN, "OLD")
    yield "CREATE TRIGGER tally_library_delete BEFORE DELETE ON library FOR EACH ROW EXECUTE FUNCTION tally_library_delete()"
    lost, found = (of_metadata(row, sign, LIVE.format(row=row), row) for row, sign in (("went", "-1"), ("came", "1")))
    yield from statement_triggers("media_metadata", {"INSERT": [found], "DELETE": [lost], "UPDATE": [lost, found]})
    for facet, link in LINKED.items():
        yield from statement_triggers(link, {"INSERT": [first_ones(facet, link)], "DELETE": [last_ones(facet, link)]})


def turned() -> Iterator[str]:
    """What a media takes along into the trash, or out of it."""
    back = BACK.format(row="came")
    moved = "went JOIN came ON came.id = went.id AND (went.trashed_at IS NULL) <> (came.trashed_at IS NULL)"
    yield of_metadata("one", back, "1 = 1", f"{moved} JOIN media_metadata AS one ON one.media_id = came.id")
    for facet, link in LINKED.items():
        yield linked(facet, "came", back, f"EXISTS (SELECT 1 FROM {link} WHERE media_id = came.id)", moved)


def live_ones(rows: str) -> str:
    return (
        f"(SELECT DISTINCT {rows}.media_id, {rows}.library_id FROM {rows} JOIN media ON media.id = {rows}.media_id "
        "AND media.trashed_at IS NULL) AS one"
    )


def first_ones(facet: str, link: str) -> str:
    """Media that had no link before these came."""
    here, there = (f"(SELECT count(*) FROM {rows} WHERE {rows}.media_id = one.media_id)" for rows in ("came", link))
    return linked(facet, "one", "1", f"{here} = {there}", live_ones("came"))


def last_ones(facet: str, link: str) -> str:
    """Media that have no link now that these went."""
    none = f"NOT EXISTS (SELECT 1 FROM {link} WHERE {link}.media_id = one.media_id)"
    return linked(facet, "one", "-1", none, live_ones("went"))


def statement_triggers(table: str, events: dict[str, list[str]]) -> Iterator[str]:
    for event, many in events.items():
        name = f"tally_{table}_{event.lower()}"
        yield function(name, added(*many))
        when = f"AFTER {event} ON {table} REFERENCING {ROWS[event]} FOR EACH STATEMENT"
        yield f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"


def recount(dialect: str, where: str = "1 = 1") -> Iterator[str]:
    """Counts anew, for all libraries, or for those `where` says."""
    yield f"DELETE FROM media_tally WHERE {where}"
    yield added(*counted(dialect), where=where)


def counted(dialect: str) -> Iterator[str]:
    """What the rows come to, as selects."""
    live = "media_metadata JOIN media ON media.id = media_metadata.media_id AND media.trashed_at IS NULL"
    yield of_media(dialect, "media", "1", "media")
    yield of_metadata("media_metadata", "1", "1 = 1", live)
    for facet, link in LINKED.items():
        has = f"media.trashed_at IS NULL AND EXISTS (SELECT 1 FROM {link} WHERE {link}.media_id = media.id)"
        yield linked(facet, "media", "1", has, "media")
