"""Each index is used by the query it exists for, and the great lists are read in order without sorting."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, insert, select
from sqlalchemy.dialects import sqlite

from domain import NOBODY, MediaKind, MediaStatus, new_id
from domain.matching import Matching, SearchMode, Sought, sought
from domain.reading import Ask, Load, Order
from domain.results import read
from domain.search import All, Compare, Filter, shape, values
from domain.suggestion import begun
from persistence import reading, tables
from persistence.matching import for_sqlite
from tests.persistence.builders import EPOCH

MEDIA, TAGS, COLLECTIONS = 3_000, 20, 20
LIBRARY, STORAGES = new_id(), [new_id() for _ in range(20)]
KINDS, STATUSES = list(MediaKind), list(MediaStatus)


def named(prefix: str, number: int) -> dict[str, Any]:
    return {"name": f"{prefix}{number}", "folded_name": f"{prefix}{number}", "slug": f"{prefix}{number}"}


def keys(count: int) -> list[bytes]:
    return [new_id() for _ in range(count)]


def rows() -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """A library as it might be, table by table."""
    own = {"library_id": LIBRARY}
    dated = {"version": 1, "created_at": EPOCH, "updated_at": EPOCH}
    media, tags, collections, blobs = keys(MEDIA), keys(TAGS), keys(COLLECTIONS), keys(MEDIA)
    yield tables.library_table, [{"id": LIBRARY, "library_id": LIBRARY, "name": "library", "created_at": EPOCH}]
    told = {"key": "s", "name": "s", "protocol": "file", "is_read_only": False, "is_default": True, "created_at": EPOCH}
    yield tables.storage_table, [own | told | {"id": key, "key": f"s{n}"} for n, key in enumerate(STORAGES)]
    yield (
        tables.blob_table,
        [
            own | {"id": key, "storage_id": STORAGES[n % 20], "sha256": key.hex(), "size": 1, "key": key.hex()}
            for n, key in enumerate(blobs)
        ],
    )
    yield tables.media_table, [
        own | dated | {
            "id": key, "kind": KINDS[n % 5], "status": STATUSES[n % 3], "filename": f"{n:06}.jpg", "title": f"title {n}" if n % 4 else None,  # noqa: E501
            "mime_type": f"image/{n % 9}", "size": n * 37 % 5_000, "sha256": blobs[n].hex(), "blob_id": blobs[n], "storage_id": STORAGES[n % 20],  # noqa: E501
            "folder": f"folder {n % 50}", "created_at": EPOCH + timedelta(seconds=n), "taken_at": EPOCH - timedelta(seconds=n * 7 % 1_000),  # noqa: E501
            "is_favorite": False, "path": f"{n}",
        } for n, key in enumerate(media)
    ]  # fmt: skip
    nothing = {
        column.name: "" for column in tables.media_search_table.c if column.name not in ("seq", "media_id", "library_id", "stale")
    }
    yield (
        tables.media_search_table,
        [own | nothing | {"seq": n, "media_id": key, "stale": n % 500 == 0} for n, key in enumerate(media)],
    )
    words = ("artist", "album", "title", "genre")
    yield (
        tables.media_metadata_table,
        [
            own | {"media_id": key, "kind": "AUDIO", "extra": {}} | {word: f"{word} {n % 300}" for word in words}
            for n, key in enumerate(media)
        ],
    )
    entry = {"type": "STRING", "source": "EXTRACTED", "locked": False, "updated_at": EPOCH, "text": "x", "namespace": "exif"}
    yield (
        tables.metadata_entry_table,
        [own | entry | {"id": new_id(), "media_id": key, "key": f"k{n % 40}"} for n, key in enumerate(media)],
    )
    yield (
        tables.processing_run_table,
        [
            own | {"media_id": key, "processor": "probe", "state": "FAILED" if n % 50 == 0 else "SUCCEEDED", "attempts": 1}
            for n, key in enumerate(media)
        ],
    )
    yield (
        tables.tag_table,
        [own | dated | {"id": key, "path": f"t{n}", **named("t", n)} for n, key in enumerate(tags)],
    )
    yield tables.tag_alias_table, [own | {"tag_id": key, "folded_name": f"a{n}"} for n, key in enumerate(tags)]
    yield tables.tag_implication_table, [own | {"tag_id": key, "implied_id": tags[n - 1]} for n, key in enumerate(tags)]
    link = {"source": "MANUAL", "tagged_at": EPOCH}
    yield tables.media_tag_table, [
        own | link | {"media_id": key, "tag_id": tags[(n + m) % TAGS], "media_created_at": EPOCH + timedelta(seconds=n)}
        for n, key in enumerate(media) for m in range(3)
    ]  # fmt: skip
    yield (
        tables.collection_table,
        [
            own | dated | {"id": key, **named("c", n), "parent_id": collections[0] if n else None, "cover_id": media[n]}
            for n, key in enumerate(collections)
        ],
    )
    yield tables.collection_item_table, [
        own | {"media_id": key, "collection_id": collections[(n + m) % COLLECTIONS], "position": f"{n:08}", "added_at": EPOCH}
        for n, key in enumerate(media) for m in range(2)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A library of a few thousand media whose statistics SQLite knows."""
    path: Path = tmp_path_factory.mktemp("indexes") / "mediagraph.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        tables.schema.create_all(connection)
        for table, many in rows():
            connection.execute(insert(table), many)
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    with closing(sqlite3.connect(path)) as opened:
        yield opened


def plan(filled: sqlite3.Connection, sql: str, binds: Any) -> str:
    return "\n".join(row[3] for row in filled.execute(f"EXPLAIN QUERY PLAN {sql}", binds))


def plan_of(filled: sqlite3.Connection, relation: str, *, where: Filter | None = None, order: str = "", counted: bool = False,
            after: bool = False) -> str:  # fmt: skip
    """How SQLite would read a page of a relation."""
    shaped = {"where": shape(where)} if where else {}
    keyed = tuple(Order(field=one.lstrip("-"), descending=one.startswith("-")) for one in order.split())
    ask = Ask(relation=relation, order=keyed, counted=counted, after=(False,) if after else None, **shaped)
    position = ("2024-01-01T00:30:00.000000Z", NOBODY) if after else ()
    load = Load(ask=ask, first=50, values=tuple(values(where)) if where else (), position=position, keys=(LIBRARY,))
    ((made, binds),) = reading.statements(load, LIBRARY, "sqlite")
    return plan(filled, made.sql, binds | {name: for_sqlite(value) for name, value in binds.items() if isinstance(value, Sought)})


def plan_of_select(filled: sqlite3.Connection, statement: Any) -> str:
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"), compile_kwargs={"render_postcompile": True})
    return plan(filled, str(compiled), dict.fromkeys(compiled.params, ""))


def mine(table: Any, **equal: Any) -> Any:
    conditions = (table.c[name] == value for name, value in ({"library_id": LIBRARY} | equal).items())
    key = table.c.media_id if "media_id" in table.c else table.c.id
    return select(key).where(*conditions).order_by(key)


CLOSURE, IMPLIES = tables.tag_closure_table, tables.tag_implication_table
BELOW, SEARCH = tables.collection_closure_table, tables.media_search_table
METADATA, RUNS, ENTRIES = tables.media_metadata_table, tables.processing_run_table, tables.metadata_entry_table
LISTS: dict[str, dict[str, Any]] = {
    "ix_media_created": {"relation": "library.media"},
    "ix_media_kind_created": {"relation": "library.media", "where": Compare("kind", "eq", "IMAGE")},
    "ix_media_taken": {"relation": "library.media", "order": "-taken_at"},
    "ix_media_status_created": {"relation": "library.media", "where": Compare("status", "eq", "FAILED")},
    "ix_media_updated": {"relation": "library.media", "order": "-updated_at"},
    "ix_media_filename": {"relation": "library.media", "order": "filename"},
    "ix_media_mime_type": {"relation": "library.media", "where": Compare("mime_type", "eq", "image/1")},
    "ix_media_folder": {"relation": "library.media", "where": Compare("folder", "eq", "folder 1")},
    "ix_media_folded_folder": {"relation": "library.media", "where": Compare("folder", "eq", "folder 1", folded=True)},
    "ix_media_rating_taken": {"relation": "library.media", "order": "-rating -taken_at"},
    "ix_media_shuffle": {"relation": "library.media", "order": "random"},
    "ix_media_tag_tag": {"relation": "tag.media"},
    "ix_tag_media_count": {"relation": "library.tags", "order": "-media_count"},
    "ix_tag_created": {"relation": "library.tags", "order": "-created_at"},
    "ix_tag_parent": {"relation": "tag.children"},
    "ix_collection_folded_name": {"relation": "library.collections"},
    "ix_collection_item_position": {"relation": "collection.media"},
    "ix_change_seq": {"relation": "library.changes"},
    "ix_media_likeness_media": {"relation": "media.similar"},
}
"""Pages that come out of the index in their order."""
SORTED_BY_NULLABLE: dict[str, dict[str, Any]] = {
    "ix_media_title": {"relation": "library.media", "order": "title"},
    "ix_media_size": {"relation": "library.media", "order": "-size"},
    "ix_media_width": {"relation": "library.media", "order": "-width"},
    "ix_media_duration": {"relation": "library.media", "order": "duration_ms"},
    "ix_media_rating": {"relation": "library.media", "order": "-rating"},
}
FOUND: dict[str, Any] = {
    "ix_media_title": mine(tables.media_table, title="x"),
    "ix_media_size": mine(tables.media_table, size=1),
    "ix_media_trashed": mine(tables.media_table).where(tables.media_table.c.trashed_at.is_not(None)),
    "ix_media_sha256": mine(tables.media_table, sha256="x").where(tables.media_table.c.trashed_at.is_(None)),
    "ix_media_blob": select(tables.media_table.c.blob_id).where(tables.media_table.c.blob_id == NOBODY),
    "ix_blob_key": select(tables.blob_table.c.id).where(tables.blob_table.c.storage_id == NOBODY, tables.blob_table.c.key == ""),
    "ix_rendition_key": select(tables.rendition_table.c.media_id).where(
        tables.rendition_table.c.storage_id == NOBODY, tables.rendition_table.c.key == ""
    ),
    "ix_media_band_media": select(tables.media_band_table.c.slot).where(tables.media_band_table.c.media_id == NOBODY),
    "ix_media_likeness_library": select(tables.media_likeness_table.c.other_id)
    .where(tables.media_likeness_table.c.library_id == NOBODY)
    .order_by(tables.media_likeness_table.c.media_id),
    "ix_duplicate_dismissal_other": select(tables.duplicate_dismissal_table.c.media_id).where(
        tables.duplicate_dismissal_table.c.other_id == NOBODY
    ),
    "ix_answer_answered": select(tables.answer_table.c.key).where(
        tables.answer_table.c.library_id == NOBODY, tables.answer_table.c.answered_at < EPOCH
    ),
    "ix_media_usage_media": select(tables.media_usage_table.c.app).where(
        tables.media_usage_table.c.media_id == NOBODY, tables.media_usage_table.c.library_id == NOBODY
    ),
    "ix_media_metadata_artist": mine(METADATA, folded_artist="x"),
    "ix_media_metadata_album": mine(METADATA, folded_album="x"),
    "ix_media_metadata_camera": mine(METADATA, folded_camera="x"),
    "ix_media_folded_title": mine(tables.media_table, folded_title="x"),
    "ix_media_folded_filename": mine(tables.media_table, folded_filename="x"),
    "ix_media_place": mine(tables.media_table).where(tables.media_table.c.latitude.between(1, 2)).order_by(None),
    "ix_media_metadata_title": mine(METADATA, title="x"),
    "ix_media_metadata_genre": mine(METADATA, folded_genre="x"),
    "ix_metadata_entry_key": mine(ENTRIES, namespace="exif", key="x"),
    "ix_processing_run_state": mine(RUNS, state="FAILED"),
    "ix_tag_closure_descendant": select(CLOSURE.c.ancestor_id).where(CLOSURE.c.descendant_id == NOBODY),
    "ix_tag_key_tag": select(tables.tag_key_table.c.key).where(tables.tag_key_table.c.tag_id == NOBODY),
    "ix_tag_alias_tag": select(tables.tag_alias_table.c.folded_name).where(tables.tag_alias_table.c.tag_id == NOBODY),
    "ix_tag_implication_implied": select(IMPLIES.c.tag_id).where(IMPLIES.c.implied_id == NOBODY),
    "ix_collection_cover": select(tables.collection_table.c.id).where(tables.collection_table.c.cover_id == NOBODY),
    "ix_collection_closure_descendant": select(BELOW.c.ancestor_id).where(BELOW.c.descendant_id == NOBODY),
    "ix_media_search_seq": select(SEARCH.c.media_id).where(SEARCH.c.library_id == NOBODY).order_by(SEARCH.c.seq.desc()).limit(9),
    "ix_media_search_stale": select(SEARCH.c.media_id).where(SEARCH.c.library_id == NOBODY, SEARCH.c.stale),
    "ix_collection_parent": select(tables.collection_table.c.id).where(tables.collection_table.c.parent_id == NOBODY),
}
"""Rows that are looked up, or checked when what they point to is deleted; where the graph has no such question yet, the lookup the index promises."""  # noqa: E501


REFUSES = {"uq_collection_root_name", "ix_media_library"}
"""Indexes that exist to refuse rows, of extensions too: `test_constraints.py` and the catalog's tests try them."""


def test_every_index_is_in_these_lists() -> None:
    known = {index.name for table in tables.schema.tables.values() for index in table.indexes}
    assert known == LISTS.keys() | SORTED_BY_NULLABLE.keys() | FOUND.keys() | REFUSES


@pytest.mark.parametrize("index", LISTS)
def test_a_page_is_read_in_the_order_of_its_index(filled: sqlite3.Connection, index: str) -> None:
    told = plan_of(filled, **LISTS[index])
    assert f" {index} " in told, told
    assert "TEMP B-TREE" not in told, told


@pytest.mark.parametrize("index", SORTED_BY_NULLABLE)
def test_a_page_ordered_by_what_may_be_missing_uses_its_index(filled: sqlite3.Connection, index: str) -> None:
    told = plan_of(filled, **SORTED_BY_NULLABLE[index])
    assert f" {index} " in told, told
    assert "TEMP B-TREE" not in told, told


@pytest.mark.parametrize("index", FOUND)
def test_a_row_is_looked_up_by_its_index(filled: sqlite3.Connection, index: str) -> None:
    told = plan_of_select(filled, FOUND[index])
    assert f" {index} " in told, told


@pytest.mark.parametrize("relation", ["library.media", "tag.media"])
def test_the_page_behind_a_cursor_starts_where_it_should(filled: sqlite3.Connection, relation: str) -> None:
    told = plan_of(filled, relation, after=True)
    assert "<(?,?)" in told or "<?" in told, told
    assert "TEMP B-TREE" not in told, told


def test_the_links_of_a_tag_are_read_from_the_index_alone(filled: sqlite3.Connection) -> None:
    assert "COVERING INDEX ix_media_tag_tag (tag_id=?" in plan_of(filled, "tag.media", counted=True)


def test_the_tags_and_the_collections_of_a_media_are_found_by_its_key(filled: sqlite3.Connection) -> None:
    assert "media_tag USING PRIMARY KEY (media_id=?)" in plan_of(filled, "media.tags")
    assert "collection_item USING PRIMARY KEY (media_id=?)" in plan_of(filled, "media.collections")


def test_the_best_of_a_search_start_at_the_words_and_walk_no_media(filled: sqlite3.Connection) -> None:
    for order in ("-relevance", "", "title"):
        told = plan_of(filled, "library.media", where=All((Matching(sought("words", SearchMode.WEB)),)), order=order)
        assert "SCAN media_search_fts VIRTUAL TABLE INDEX" in told, told
        assert told.index("media_search_fts") < told.index("SEARCH media USING"), told
        assert all("id=?)" in line for line in told.split("\n") if re.search(r"(SEARCH|SCAN) media\b", line)), told


RANGES = {
    "tag": "sqlite_autoindex_tag_", "tag_alias": "PRIMARY KEY", "collection": "ix_collection_folded_name",
    "media": "ix_media_folded_title",
}  # fmt: skip


@pytest.mark.parametrize(("relation", "where", "tables"), [
    ("library.suggestions", begun("t"), [*RANGES]), ("library.tags_named", read("t", 10).named, ["tag", "tag_alias"]),
    ("library.collections_named", read("t", 10).named, ["collection"]),
])  # fmt: skip
def test_completions_are_ranges_of_indexes(filled: sqlite3.Connection, relation: str, where: Filter, tables: list[str]) -> None:
    told = plan_of(filled, relation, where=where)
    for table, index in ((table, RANGES[table]) for table in tables):
        bounds = r".*\(library_id=\? AND folded_\w+>\? AND folded_\w+<\?\)"
        assert re.search(rf"SEARCH {table} USING [A-Z ]*{index}{bounds}", told), told
    assert not re.search(r"SCAN (tag|tag_alias|collection|media)\b", told), told


def test_the_collections_inside_one_are_read_without_sorting(filled: sqlite3.Connection) -> None:
    told = plan_of(filled, "collection.children")
    assert "SEARCH collection USING INDEX" in told, told
    assert "TEMP B-TREE" not in told, told


def test_groups_of_the_same_bytes_are_counted_in_the_order_of_one_index(filled: sqlite3.Connection) -> None:
    told = plan_of(filled, "library.exact_groups")
    assert "SEARCH copy USING COVERING INDEX ix_media_sha256 (library_id=?" in told, told
    assert "GROUP BY" not in told, told
    assert not re.search(r"SCAN (media|copy|other|said)", told), told
