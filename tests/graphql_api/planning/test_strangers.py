"""Nobody learns anything of another library: its ids answer as those that nobody has, and what it holds changes no answer."""

from json import dumps
from typing import Any

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import select

from domain import Principal, global_id, new_id
from domain.suggestion import MOST_COMPLETED
from persistence.tables import storage_table
from tests.graphql_api.planning.library import fill
from tests.graphql_api.planning.test_documents import BY_HAND, CONNECTION
from tests.graphql_api.planning.ways import Ways
from tests.persistence.builders import add_collection, add_names
from tests.persistence.test_tenancy import rows_of

HELD = {"media": "Media", "tags": "Tag", "collections": "Collection"}
LISTS = """{ media(first: 100, trash: INCLUDE) { nodes { id } } tags(first: 100) { nodes { id } }
  collections(first: 100) { nodes { id } } }"""
IDS = "id: {eq: $media}", "id: {in: [$media]}", "id: {notIn: [$media]}", "storage: {eq: $storage}", "storage: {notIn: [$storage]}"
LINKED = [f"{one}: {{{how}: [${one}]{deep}}}" for one in ("tags", "collections") for how in ("any", "all", "none")
          for deep in ("", ", withDescendants: true")]  # fmt: skip
OTHERWISE = ("%s", "not: {%s}", "or: [{%s}, {kind: {eq: IMAGE}}]")
FILTERS = [form % plain for plain in (*IDS, *LINKED) for form in OTHERWISE]
ALL = """first: 100, filter: {%s}) { nodes { id } totalCount timeline { count } aggregate { count totalSize }
  facets(keys: [TAG, COLLECTION, STORAGE, USED_BY, KIND]) { missingCount otherCount buckets { value label count } } }"""
MEDIA = ["media(", "media(trash: INCLUDE, ", 'media(search: {query: "a* OR tag* OR words"}, ']
NAMED = [
    "node(id: $media) { id }", "nodes(ids: [$media, $tags, $collections, $storage]) { id }", "mediaItem(id: $media) { id }",
    "tag(id: $tags) { id children { nodes { id } } media(withDescendants: true) { totalCount } mediaCount }",
    "collection(id: $collections) { id mediaCount media(withChildren: true) { totalCount } }",
    "tags(filter: {parent: $tags}) { nodes { id } }", "collections(filter: {parent: $collections}) { nodes { id } }",
]  # fmt: skip
FOUND = """search(query: "%s", first: 100) { suggestions media(first: 100) { edges { score node { id } } totalCount }
  tags { id mediaCount } collections { id mediaCount } hits { ... on Node { id } } }"""
WORDS = [
    *(f'suggest(prefix: "{text}", first: 100) {{ text count }}' for text in ("t", "tag", "al", "o", "in", "a", "ha")),
    *(FOUND % text for text in ("tag", "words", "in")),
    "media(first: 0) { timeline { start count } facets(keys: [TAG, STORAGE, USED_BY, CAMERA]) { buckets { label count } } }",
    f'mediaBySha256(sha256: "{1:064x}") {{ id }}',
    'mediaByPath(storage: "disk", path: "folder/1") { id }',
]
OF_RULE = "query($id: ID) { collection(id: $id) { mediaCount aggregate { count } media(first: 100) { nodes { id } } } }"
CURSORS = [
    *(f"media(first: 100%s, orderBy: [{{field: {field}}}])" for field in ("CREATED_AT", "TITLE", "SIZE", "FILENAME")),
    "media(first: 100%s, orderBy: [{field: RANDOM, seed: 1}])", 'media(first: 100%s, search: {query: "tag*"})',
    "tags(first: 100%s)", "collections(first: 100%s)", 'usages(app: "shop", entityType: "page", entityId: "1"%s)',
]  # fmt: skip


async def held(ways: Ways, principal: Principal | None) -> dict[str, list[str]]:
    """The ids of a library, by what they are of."""
    found = orjson.loads(await ways.both(LISTS, principal=principal))["data"]
    of = (principal or ways.server.principal).library_id
    async with ways.server.database.reader.connect() as connection:
        stored = (await connection.execute(select(storage_table.c.id).where(storage_table.c.library_id == of))).scalars()
    return {**{name: [one["id"] for one in some["nodes"]] for name, some in found.items()},
            "storage": [global_id(b"Storage", key) for key in stored]}  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def other(ways: Ways) -> Principal:
    """Somebody of a second library in the same database, with the same rows under other keys."""
    principal = Principal(library=await ways.server.database.library("next door"))
    async with ways.server.database.writing(principal) as work:
        await fill(work)
    return principal


def unknown() -> dict[str, str]:
    """An id of each thing, which nothing has."""
    return {"media": global_id(b"Media", new_id()), "tags": global_id(b"Tag", new_id()),
            "collections": global_id(b"Collection", new_id()), "storage": global_id(b"Storage", new_id())}  # fmt: skip


def asking(query: str) -> str:
    wanted = [f"${name}: ID!" for name in ("media", "tags", "collections", "storage") if f"${name}" in query]
    return f"query({', '.join(wanted)}) {{ {query} }}"


async def answered(ways: Ways, query: str, ids: dict[str, str]) -> bytes:
    return await ways.both(asking(query), {name: key for name, key in ids.items() if f"${name}" in query})


ASKED = [*(MEDIA[0] + ALL % one for one in FILTERS), *(start + ALL % one for start in MEDIA[1:] for one in LINKED), *NAMED]


@pytest.mark.parametrize("query", ASKED)
async def test_an_id_of_another_library_answers_as_one_that_nothing_has(ways: Ways, other: Principal, query: str) -> None:
    theirs = await held(ways, other)
    nothing = await answered(ways, query, unknown())
    for at in (0, 1, -1):
        assert await answered(ways, query, {name: keys[at % len(keys)] for name, keys in theirs.items()}) == nothing


@pytest.mark.parametrize("listed", CURSORS)
async def test_a_cursor_of_another_library_leads_to_nothing_of_it(ways: Ways, other: Principal, listed: str) -> None:
    page = "{ edges { cursor node { id } } }"
    ours, theirs = [await edges(ways, f"{{ {listed % ''} {page} }}", one) for one in (None, other)]
    for place in theirs[:: max(1, len(theirs) // 4)]:
        after = f', after: "{place["cursor"]}"'
        found = await edges(ways, f"{{ {listed % after} {page} }}", None)
        assert {one["node"]["id"] for one in found} <= {one["node"]["id"] for one in ours}


async def edges(ways: Ways, query: str, principal: Principal | None) -> list[Any]:
    (found,) = orjson.loads(await ways.both(query, principal=principal))["data"].values()
    return found["edges"]


async def test_what_another_library_comes_to_hold_changes_no_answer(ways: Ways) -> None:
    asked = [*(f"{{ {part} }}" for part in (*CONNECTION.values(), *WORDS)), *BY_HAND]
    before = [await ways.both(query) for query in asked]
    growing = Principal(library=await ways.server.database.library("growing"))
    async with ways.server.database.writing(growing) as work:
        await fill(work)
    await add_names(ways.server.database, growing, "a", MOST_COMPLETED)
    for query, answer in zip(asked, before, strict=True):
        assert await ways.both(query) == answer, query


async def test_a_rule_that_names_what_another_library_has_finds_as_if_nobody_had_it(ways: Ways, other: Principal) -> None:
    """The server keeps no such rule; should one be there, it is of no use."""
    theirs = await held(ways, other)
    for name, things in (("tags", "any"), ("tags", "none"), ("collections", "any"), ("collections", "none")):
        each = [await counted(ways, rule(name, things, key)) for key in (theirs[name][0], theirs[name][-1], unknown()[name])]
        assert each[0] == each[1] == each[2]


def rule(name: str, things: str, key: str) -> str:
    return dumps({"filter": {name: {things: [key], "withDescendants": True}}, "orderBy": [], "limit": None})


async def counted(ways: Ways, text: str) -> Any:
    """What a collection with a rule comes to."""
    async with ways.server.database.writing(ways.server.principal) as work:
        made = await add_collection(work, "By a rule")
        await work.collections.change(made.id, {"rule": text})
    found = await ways.both(OF_RULE, {"id": global_id(b"Collection", made.id)})
    async with ways.server.database.writing(ways.server.principal) as work:
        await work.collections.delete([made.id])
    return found


ERRORS = "userErrors { __typename code message path ... on NotFoundError { nodeId } }"
BULK = f"{{ {ERRORS} matched changed failed results {{ nodeId changed {ERRORS} }} }}"
PLACED = f"{{ {ERRORS} changed skipped collection {{ id version }} }}"
OWN = {"$myMedia": "media", "$myTag": "tags", "$myCollection": "collections"}
CHANGES = [
    f'updateMedia(input: {{id: "$media", patch: {{title: "Stolen"}}}}) {{ {ERRORS} media {{ id }} }}',
    *(f'updateMedia(input: {{id: "$myMedia", patch: {{{name}: {{{how}}}}}}}) {{ {ERRORS} media {{ id }} }}'
      for name in ("tags", "collections") for how in (f'set: ["${name}"]', f'change: {{add: ["${name}"]}}',
                                                      f'change: {{remove: ["${name}"]}}')),
    *(f'{name}(input: {{selection: {{ids: ["$media"]}}}}) {BULK}' for name in ("trashMedia", "restoreMedia", "purgeMedia")),
    f'bulkUpdateMedia(input: {{selection: {{ids: ["$media"]}}, patch: {{rating: 1}}}}) {BULK}',
    f'trashMedia(input: {{selection: {{matching: {{filter: {{tags: {{any: ["$tags"]}}}}}}}}}}) {BULK}',
    f'tagMedia(input: {{selection: {{ids: ["$media"]}}, tagNames: ["tag 0"]}}) {BULK}',
    f'tagMedia(input: {{selection: {{ids: ["$myMedia"]}}, tagIds: ["$tags"]}}) {BULK}',
    f'untagMedia(input: {{selection: {{ids: ["$myMedia"]}}, tagIds: ["$tags"]}}) {BULK}',
    *(f'createTag(input: {{name: "new", {given}}}) {{ {ERRORS} tag {{ id }} }}'
      for given in ('parent: "$tags"', 'implies: ["$tags"]')),
    f'updateTag(input: {{id: "$tags", patch: {{color: "#000000"}}}}) {{ {ERRORS} tag {{ id }} }}',
    *(f'updateTag(input: {{id: "$myTag", patch: {{{given}}}}}) {{ {ERRORS} tag {{ id }} }}'
      for given in ('parent: "$tags"', 'implies: {set: ["$tags"]}', 'implies: {change: {remove: ["$tags"]}}')),
    f'mergeTags(input: {{sources: ["$tags"], into: "$myTag"}}) {{ {ERRORS} tag {{ id }} retagged deleted }}',
    f'mergeTags(input: {{sources: ["$myTag"], into: "$tags"}}) {{ {ERRORS} tag {{ id }} retagged deleted }}',
    f'deleteTags(input: {{ids: ["$tags"], policy: DELETE_SUBTREE}}) {{ {ERRORS} deletedIds }}',
    *(f'createCollection(input: {{name: "new", {given}}}) {{ {ERRORS} collection {{ id }} }}'
      for given in ('parent: "$collections"', 'cover: "$media"',
                    'rule: {filter: {tags: {any: ["$tags"]}}}', 'rule: {filter: {not: {collections: {any: ["$collections"]}}}}',
                    'rule: {filter: {or: [{id: {eq: "$media"}}]}}', 'rule: {filter: {storage: {in: ["$storage"]}}}')),
    f'updateCollection(input: {{id: "$collections", patch: {{description: "Stolen"}}}}) {{ {ERRORS} collection {{ id }} }}',
    *(f'updateCollection(input: {{id: "$myCollection", patch: {{{given}}}}}) {{ {ERRORS} collection {{ id }} }}'
      for given in ('parent: "$collections"', 'cover: "$media"')),
    f'deleteCollections(ids: ["$collections"]) {{ {ERRORS} deletedIds }}',
    f'addToCollection(input: {{collection: "$collections", selection: {{ids: ["$myMedia"]}}}}) {PLACED}',
    f'addToCollection(input: {{collection: "$myCollection", selection: {{ids: ["$media"]}}}}) {PLACED}',
    f"""addToCollection(input: {{collection: "$myCollection", selection: {{ids: ["$myMedia"]}}, at: {{after: "$media"}}}})
      {PLACED}""",
    f'removeFromCollection(input: {{collection: "$myCollection", selection: {{ids: ["$media"]}}}}) {PLACED}',
    f'moveInCollection(input: {{collection: "$myCollection", mediaIds: ["$media"], to: {{first: true}}}}) {PLACED}',
    f'moveInCollection(input: {{collection: "$myCollection", mediaIds: ["$myMedia"], to: {{before: "$media"}}}}) {PLACED}',
    f"""setUsages(input: {{consumer: {{app: "a", entityType: "b", entityId: "c"}}, items: [{{media: "$media", field: "f"}}]}}) {{
      {ERRORS} }}""",
]  # fmt: skip


def filled_in(change: str, ids: dict[str, str]) -> str:
    for name, key in ids.items():
        change = change.replace(f'"${name}"', f'"{key}"')
    return f"mutation {{ {change} }}"


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_that_names_what_another_library_has_fails_as_if_nobody_had_it(
    ways: Ways, other: Principal, change: str
) -> None:
    ours, theirs = await held(ways, None), await held(ways, other)
    for name, of in OWN.items():
        change = change.replace(name, ours[of][0])
    before, told = [await rows_of(ways.server.database, one) for one in (ways.server.principal, other)], list[Any]()
    for ids in (unknown(), {name: keys[0] for name, keys in theirs.items()}):
        found = (await ways.answer(ways.stock, filled_in(change, ids))).body
        for key in ids.values():
            found = found.replace(key.encode(), b"it")
        told.append(found)
        assert b'"code":"GRAPHQL' not in found
    assert told[0] == told[1]
    assert [await rows_of(ways.server.database, one) for one in (ways.server.principal, other)] == before
