"""Every field and operator of every filter input has an effect, and the effect it says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from graphql import GraphQLInputObjectType

from graphql_api.core import core_of, named
from graphql_api.schema import schema
from graphql_api.search.stored import filter_from_json
from tests.graphql_api.filtering.conftest import Shelf
from tests.graphql_api.filtering.generated import with_ids
from tests.graphql_api.filtering.reference import holds
from tests.graphql_api.filtering.stock import NOW, OLD, filename

ALL = "abcdefghijk"
CORE = core_of(schema)
SOME = (NOW - timedelta(days=300)).isoformat()
TEXTS: dict[str, list[str]] = {
    "mimeType": ["VIDEO/mp4"], "filename": [filename("c")], "originalFilename": ["img_1.HEIC"], "extension": ["PDF"],
    "title": ["späte sonne"], "description": ["One"], "altText": ["a bridge"], "path": ["Film/e.mp4"], "folder": ["TRIPS"],
    "sha256": ["AA" * 32], "videoCodec": ["H264"], "audioCodec": ["MP3"], "camera": ["canon EOS r5"], "lens": ["rf 50MM"],
    "artist": ["ada"], "album": ["BLUE"], "genre": ["JAZZ"],
}  # fmt: skip
NUMBERS: dict[str, Any] = {
    "size": 10, "width": 400, "height": 300, "aspectRatio": 0.75, "durationMs": 60_000, "pageCount": 1, "iso": 100, "year": 1999,
    "rating": 3,
}  # fmt: skip
TIMES = {"createdAt": SOME, "updatedAt": SOME, "takenAt": SOME, "trashedAt": OLD.isoformat()}
USED = {"app": "Shop", "entityType": "PAGE", "entityId": "1", "field": "gallery"}


def used_words(name: str) -> Iterator[dict[str, Any]]:
    """Every operator of a text of a usage."""
    word = USED[name]
    yield from ({one: word} for one in ("eq", "ne", "contains", "startsWith", "endsWith"))
    yield from ({one: [word, "none"]} for one in ("in", "notIn"))
    yield from ({"eq": word, "caseSensitive": True}, {"isNull": True})


WHOLE: dict[str, list[Any]] = {
    "and": [[{"kind": {"eq": "IMAGE"}}, {"rating": {"gt": 1}}]], "or": [[{"kind": {"eq": "AUDIO"}}, {"rating": {"eq": 5}}], []],
    "not": [{"kind": {"eq": "IMAGE"}}, {"rating": {"gt": 1}}], "orientation": ["LANDSCAPE", "PORTRAIT", "SQUARE"],
    "isAnimated": [True, False], "hasDuplicates": [True, False], "isFavorite": [True, False],
    "id": [{"eq": "Media:a"}, {"in": ["Media:a", "Media:b", "Tag:one"]}, {"notIn": ["Media:a"]}],
    "storage": [{"eq": "Storage:storage"}, {"in": ["Storage:storage"]}, {"notIn": ["Storage:storage"]}],
    "kind": [{"eq": "IMAGE"}, {"in": ["IMAGE", "OTHER"]}, {"notIn": ["IMAGE"]}, {"in": []}],
    "status": [{"eq": "FAILED"}, {"in": ["FAILED", "PROCESSING"]}],
    "processing": [{"processor": "thumbnail"}, {"state": "FAILED"}, {"processor": "probe", "state": "FAILED"}],
    "tags": [
        {"any": ["Tag:two", "Tag:three"]}, {"all": ["Tag:one", "Tag:three"]}, {"none": ["Tag:one"]}, {"isEmpty": True},
        {"isEmpty": False}, {"any": []}, {"any": ["Tag:two"], "withDescendants": True},
        *({"count": {name: 1}} for name in ("eq", "ne", "gt", "gte", "lt", "lte")),
        {"count": {"in": [2, 3]}}, {"count": {"isNull": True}},
    ],
    "collections": [
        {"any": ["Collection:in"]}, {"all": ["Collection:in", "Collection:out"]}, {"none": ["Collection:in"]}, {"isEmpty": True},
        {"any": ["Collection:in"], "withDescendants": True},
    ],
    "metadata": [
        [{"key": "Software"}], [{"key": "Software", "namespace": "xmp"}], [{"key": "Software", "isNull": True}],
        [{"key": "Software", "isNull": False}], [{"key": "Stars", "number": {"isNull": True}}],
        *([{"key": "Stars", "number": {name: 4}}] for name in ("eq", "gt", "gte", "lt", "lte")),
        *([{"key": "Software", "value": {name: "gimp 2"}}] for name in ("eq", "ne", "contains", "startsWith", "endsWith")),
        *([{"key": "Software", "value": {name: ["gimp 2"]}}] for name in ("in", "notIn")),
        [{"key": "Software", "value": {"eq": "gimp 2", "caseSensitive": True}}], [{"key": "Flag", "value": {"isNull": True}}],
        [{"key": "Software"}, {"key": "Stars"}],
    ],
    "usage": [
        {"isUsed": True}, {"isUsed": False}, {"isUsed": False, "app": {"eq": "shop"}},
        {"app": {"eq": "SHOP"}, "field": {"eq": "main"}},
        *({name: value} for name in ("app", "entityType", "entityId", "field") for value in used_words(name)),
    ],
    "location": [
        {"within": {"south": 41, "west": 12.45, "north": 42, "east": 13}},
        {"within": {"south": -20, "west": 179, "north": -10, "east": -179}},
        {"near": {"latitude": 41.9, "longitude": 12.5, "radiusMeters": 5_000}},
        {"near": {"latitude": 41.9, "longitude": 12.5, "radiusMeters": 20_000}},
        {"near": {"latitude": -17.7, "longitude": -179.9, "radiusMeters": 60_000}},
        {"near": {"latitude": 89, "longitude": 180, "radiusMeters": 200_000}},
    ],
}  # fmt: skip


def cases() -> Iterator[dict[str, Any]]:
    for field, words in TEXTS.items():
        for word in words:
            yield from ({field: {name: word}} for name in ("eq", "ne"))
            yield from ({field: {name: [word, "none"]}} for name in ("in", "notIn"))
            yield {field: {"contains": word[1:]}}
            yield {field: {"startsWith": word[:2]}}
            yield {field: {"endsWith": word[-2:]}}
            yield {field: {"contains": word[1:], "caseSensitive": True}}
            yield {field: {"isNull": True}}
    for field, number in NUMBERS.items():
        yield from ({field: {name: number}} for name in ("eq", "ne", "gt", "gte", "lt", "lte") if name in operators(field))
        yield {field: {"isNull": True}}
        if "in" in operators(field):
            yield {field: {"in": [number, 0]}}
    for field, time in TIMES.items():
        yield from ({field: {name: time}} for name in ("eq", "gt", "gte", "lt", "lte"))
        yield from ({field: {"since": "P250D"}}, {field: {"until": "-P8M"}}, {field: {"isNull": True}})
    yield from ({field: value} for field, values in WHOLE.items() for value in values)


def operators(field: str) -> Any:
    return named(CORE.type_map["MediaFilter"].fields[field].type).fields  # type: ignore[attr-defined]


def paths(kind: Any, at: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Every field of an input type and of those in it, by its path."""
    for name, field in kind.fields.items():
        inner = named(field.type)
        if not isinstance(inner, GraphQLInputObjectType) or inner.name in (kind.name, *seen):
            yield f"{at}{name}"
        else:
            yield from paths(inner, f"{at}{name}.", (*seen, kind.name))


def used(value: Any, at: str = "") -> Iterator[str]:
    """The paths that a value goes."""
    for name, one in value.items():
        yield f"{at}{name}"
        for inner in one if isinstance(one, list) else [one]:
            if isinstance(inner, dict):
                yield from used(inner, f"{at}{name}.")


def test_no_field_or_operator_is_without_a_case() -> None:
    tried = {path for case in cases() for path in used(case)}
    assert sorted(set(paths(CORE.type_map["MediaFilter"])) - tried) == []


async def test_every_operator_finds_exactly_what_it_says_and_not_everything(shelf: Shelf) -> None:
    idle, wrong = list[Any](), list[Any]()
    for case in cases():
        given = with_ids(case, shelf.stock.ids)
        expected = "".join(letter for letter, thing in shelf.stock.things.items() if holds(filter_from_json(given), thing))
        found = await shelf.found(given)
        if found != expected:
            wrong.append((case, expected, found))
        if found == ALL:
            idle.append(case)
    assert wrong == []
    assert idle == []


async def test_case_tells_only_where_it_is_asked_to(shelf: Shelf) -> None:
    assert await shelf.found({"title": {"eq": "SPÄTE sonne"}}) == "ad"
    assert await shelf.found({"title": {"eq": "SPÄTE SONNE", "caseSensitive": True}}) == "d"


async def test_the_scope_of_the_trash_stands_beside_the_filter(shelf: Shelf) -> None:
    given = {"rating": {"eq": 3}}
    assert [await shelf.found(given, scope) for scope in ("EXCLUDE", "ONLY", "INCLUDE")] == ["", "fj", "fj"]


async def test_a_box_has_its_edges_and_goes_across_the_antimeridian(shelf: Shelf) -> None:
    fiji = {"location": {"within": {"south": -17.8, "west": 179.9, "north": -17.7, "east": -179.8}}}
    assert await shelf.found(fiji) == "cd"
    assert await shelf.found({"location": {"within": {**fiji["location"]["within"], "west": -180}}}) == "d"
    assert await shelf.found({"not": fiji}) == "abefghijk"


async def test_what_is_relative_stays_so(shelf: Shelf) -> None:
    query = '{ media(filter: {createdAt: {since: "P50D"}}, trash: INCLUDE) { nodes { filename } } }'
    assert b"a_File" in await shelf.ways.both(query)
    (load,) = [page.load for page in shelf.ways.plan(query).constant or ()]
    assert [str(value)[:4] for value in load.values] == ["Ago("]  # the plan that is kept holds no time
