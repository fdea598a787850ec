"""Acceptance: faults of older systems that are owed first, each seen failing once when its rule is broken."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest
from PIL import Image
from sqlalchemy.exc import ProgrammingError

import domain
from domain.errors import Unavailable
from domain.importing import Summary, candidates, import_files
from domain.ports import Parts
from domain.sweep import Swept
from graphql_api.cli import app
from graphql_api.core import core_of
from graphql_api.health import FRESH
from graphql_api.schema import schema
from graphql_api.sweeping import sweep_all
from persistence.database import SqlDatabase
from tests import media
from tests.conftest import Site, client_of
from tests.graphql_api.asking import HELD, bulk, collection, consumer, filled, key_in, on_disk, tag, use
from tests.graphql_api.served import run, serving
from tests.storing import taken
from tests.test_budgets import FIFTY

NODE = "query($id: ID!) { mediaItem(id: $id) { __typename id kind status url thumbnail { url width height } title } }"


async def imported(site: Site, folder: Path, **how: Any) -> Summary:
    return await import_files(site.server.parts, site.server.principal, list(candidates([folder])), **how)


def test_01_a_fresh_directory_migrates_and_answers_its_first_query(tmp_path: Path) -> None:
    with serving(tmp_path / "never") as (_, client):
        assert client.post("/graphql", json={"query": "{ media { totalCount } }"}).json() == {
            "data": {"media": {"totalCount": 0}}
        }


async def test_02_an_unknown_kind_and_a_null_where_none_may_be_are_refused_with_a_typed_error(site: Site) -> None:
    register = "mutation($i: RegisterMediaInput!) { registerMedia(input: $i) { media { id } } }"
    for given in (
        {"url": "https://h/a", "kind": "SONG"},
        {"url": "https://h/a", "kind": 7},
        {"url": None, "kind": "IMAGE"},
        {},
    ):
        errors = (await site.answer(register, i=given))["errors"]
        assert {one["extensions"]["code"] for one in errors} == {"BAD_USER_INPUT"}
    (key,) = await filled(site, 1)
    async with site.server.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE media SET kind = 'HOLOGRAM'")
        await connection.exec_driver_sql("UPDATE media_metadata SET kind = 'HOLOGRAM'")
    found = await site.ask("{ media { nodes { __typename id metadata { __typename } } } }")
    assert found["media"]["nodes"] == [{"__typename": "OtherMedia", "id": key, "metadata": {"__typename": "OtherMetadata"}}]


async def test_04_a_processor_that_fails_leaves_the_media_readable_and_says_why(site: Site) -> None:
    made = await site.uploaded(media.truncated_photo(), "half.jpg")
    runs = {run["processor"]["key"]: (run["state"], run["error"] and run["error"]["code"]) for run in made["processing"]}
    assert (made["status"], runs["image.probe"]) == ("FAILED", ("FAILED", "UNREADABLE"))
    found = (await site.ask(NODE, id=made["id"]))["mediaItem"]
    assert (await site.client.get(key_in(found["url"]))).content == media.truncated_photo()


async def test_06_two_identical_files_are_both_listed_with_one_blob_over_scans(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "twins"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(media.png())
    for _ in range(3):
        await imported(site, folder)
        found = (await site.ask("{ media { totalCount nodes { path } } }"))["media"]
        assert {one["path"] for one in found["nodes"]} == {"twins/a.png", "twins/b.png"}
        assert found["totalCount"] == 2
        assert len([name for name in on_disk(site) if name.startswith("blobs/")]) == 1


async def test_09_iso_aperture_date_and_place_come_out_of_a_real_jpeg(site: Site) -> None:
    key = (await site.uploaded(media.photo(), "p.jpg"))["id"]
    ask = """query($id: ID!) { mediaItem(id: $id) { takenAt location { latitude longitude } ... on Image { metadata { exif {
    iso fNumber }
      entries { key value } } } } }"""
    found = (await site.ask(ask, id=key))["mediaItem"]
    assert found["metadata"]["exif"] == {"iso": 400, "fNumber": 2.8}
    assert found["takenAt"].startswith("2021-06-05T12:03:02")
    assert found["location"] == {"latitude": -33.5, "longitude": -70.26}


@pytest.mark.parametrize("size", [(192, 64), (64, 160)])
async def test_10_the_poster_of_a_film_keeps_the_aspect_ratio(site: Site, size: tuple[int, int], tmp_path: Path) -> None:
    key = (await site.uploaded(media.film(size), "f.mp4"))["id"]
    poster = (await site.ask(NODE, id=key))["mediaItem"]["thumbnail"]
    (tmp_path / "poster").write_bytes((await site.client.get(key_in(poster["url"]))).content)
    with Image.open(tmp_path / "poster") as image:
        assert image.size == (poster["width"], poster["height"])
    assert poster["width"] / poster["height"] == pytest.approx(size[0] / size[1], rel=0.02)


async def test_11_search_returns_ids_filters_by_kind_and_forgets_deleted_media(site: Site) -> None:
    ids = {kind: (await site.uploaded(make(), f"harbour {media.NAMES[kind]}"))["id"] for kind, make in media.EACH_KIND.items()}
    search = """query($kind: KindFilter, $trash: TrashScope = EXCLUDE) {
      media(search: {query: "harbour"}, filter: {kind: $kind}, trash: $trash) { totalCount nodes { id } } }"""

    async def found(**given: Any) -> set[str]:
        answer = (await site.ask(search, **given))["media"]
        assert answer["totalCount"] == len(answer["nodes"])
        return {one["id"] for one in answer["nodes"]}

    assert await found() == set(ids.values())
    assert await found(kind={"in": ["AUDIO", "VIDEO"]}) == {ids["AUDIO"], ids["VIDEO"]}
    await bulk(site, "trashMedia", [ids["AUDIO"]])
    assert await found() == set(ids.values()) - {ids["AUDIO"]}
    assert await found(trash="ONLY") == {ids["AUDIO"]}
    await bulk(site, "purgeMedia", [ids["AUDIO"], ids["VIDEO"]])
    assert await found(trash="INCLUDE") == set(ids.values()) - {ids["AUDIO"], ids["VIDEO"]}


async def test_12_every_list_of_the_schema_returns_rows(site: Site) -> None:
    ids = [(await site.uploaded(make(), media.NAMES[kind]))["id"] for kind, make in media.EACH_KIND.items()]
    outer = await collection(site, "Outer", ids)
    await collection(site, "Inner", ids, parent=outer)
    await bulk(site, "tagMedia", ids, tagNames=["word"])
    nested = "nodes { name media { nodes { id } edges { node { id } } } }"
    found = await site.ask(f"""{{ processors {{ kinds operations mimeTypes }} libraryStats {{ total {{ byKind {{ kind }} }}
    }} tags {{ {nested} }}
      collections {{ nodes {{ media {{ nodes {{ id }} edges {{ node {{ id }} }} }} }} }} outer: collection(slug: "outer") {{
      children {{ nodes {{ id }} }} }}
      media {{ edges {{ cursor }} nodes {{ kind tags {{ nodes {{ id }} edges {{ cursor }} }} collections {{ nodes {{ id }}
      edges {{ cursor }} }}
      metadata {{ __typename }} ... on Image {{ processing {{ state }} metadata {{ entries {{ key }} }} }}
      ... on Video {{ processing {{ state }} metadata {{ streams {{ kind }} }} }} }} }} }}""")  # fmt: skip
    empty: list[str] = []

    def walk(value: Any, path: str) -> None:
        if isinstance(value, list):
            empty.extend([] if value else [path])
            for one in value:
                walk(one, path)
        elif isinstance(value, dict):
            for name, one in value.items():
                walk(one, f"{path}.{name}")

    walk(found, "")
    assert empty == []


def test_13_no_field_and_no_command_is_a_placeholder() -> None:
    for kind in core_of(schema).type_map.values():
        assert kind.name.startswith("__") or kind.description or kind.name in ("Boolean", "Float", "ID", "Int", "String")
        for name, field in getattr(kind, "fields", {}).items():
            assert kind.name.startswith("__") or field.description, f"{kind.name}.{name}"
            assert "not implemented" not in (field.description or "").lower()
    commands = [name for name in app if not name.startswith("-")]
    assert set(commands) == {
        "serve", "demo", "migrate", "import", "process", "inspect", "export-schema", "doctor", "reindex", "sweep",
        "verify", "extensions",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["../../../../tmp/evil", "/tmp/evil", "..\\..\\evil", "blobs/x", "a/../../b", "."])
async def test_18_no_text_of_a_client_becomes_a_path(site: Site, tmp_path: Path, name: str) -> None:
    before = set(tmp_path.rglob("evil*"))
    made = await site.uploaded(media.png(), name, folder=name)
    assert set(tmp_path.rglob("evil*")) == before
    assert all(len(Path(kept).name) == 32 for kept in on_disk(site))
    assert (await site.client.get(f"/files/{name}")).status_code == 404
    folder = (await site.ask("query($id: ID!) { mediaItem(id: $id) { folder } }", id=made["id"]))["mediaItem"]["folder"]
    assert ".." not in folder.split("/")


async def test_24_a_library_sees_nothing_of_another_through_any_field(site: Site) -> None:
    ids = [(await site.uploaded(make(), media.NAMES[kind]))["id"] for kind, make in media.EACH_KIND.items()]
    word, album = await tag(site, "secret"), await collection(site, "Secret", ids)
    await bulk(site, "tagMedia", ids, tagIds=[word])
    sha = (await site.ask("{ media(first: 1) { nodes { sha256 } } }"))["media"]["nodes"][0]["sha256"]
    assert (await use(site, consumer(), ids[0]))["attached"] == 1
    database: SqlDatabase = site.server.database
    other = domain.Principal(library=await database.library("other"))
    mine = site.server
    theirs = replace(mine, principal=other)
    async with client_of(theirs) as client:
        stranger = Site(theirs, client)
        root = core_of(schema).query_type
        assert root
        assert set(root.fields) == {
            "node", "nodes", "mediaItem", "mediaBySha256", "mediaByPath", "media", "tag", "tags", "collection",
            "collections", "processors", "libraryStats", "suggest", "search", "usages", "changes",
            "duplicateGroups",
        }  # fmt: skip
        for key in [*ids, word, album]:
            found = await stranger.ask(
                """query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } mediaItem(id: $id) { id }
                  tag(id: $id) { id } collection(id: $id) { id } }""",
                id=key,
            )
            assert found == {"node": None, "nodes": [None], "mediaItem": None, "tag": None, "collection": None}
        found = await stranger.ask("""query($s: String!, $w: ID!, $c: ID!) { mediaBySha256(sha256: $s) { id } tag(slug:
        "secret") { id }
          collection(slug: "secret") { id } media(trash: INCLUDE) { totalCount nodes { id } } tags(filter: {prefix: "s"}) {
          totalCount nodes { id } }
          filtered: media(filter: {or: [{tags: {any: [$w]}}, {collections: {any: [$c]}}, {tags: {isEmpty: false}}]}) {
          totalCount }
          collections { totalCount nodes { id } } libraryStats { tagCount collectionCount total { count totalSize byKind {
          count } } }
          mediaByPath(storage: "local", path: "a") { id } duplicateGroups { totalCount nodes { id } }
          changes { totalCount nodes { nodeId } }
          usages(app: "shop", entityType: "page", entityId: "1") { totalCount nodes { id } }
          used: media(filter: {usage: {app: {eq: "shop"}}}) { totalCount } }""", s=sha, w=word, c=album)  # fmt: skip
        nothing = {"totalCount": 0, "nodes": []}
        assert found == {
            "mediaBySha256": None, "tag": None, "collection": None, "media": nothing, "tags": nothing,
            "filtered": {"totalCount": 0},
            "collections": nothing, "libraryStats": {"tagCount": 0, "collectionCount": 0, "total": {"count": 0,
            "totalSize": 0, "byKind": []}},
            "mediaByPath": None, "duplicateGroups": nothing, "changes": nothing, "usages": nothing, "used": {"totalCount": 0},
        }  # fmt: skip
        own = await filled_by(stranger)
        for name in ("trashMedia", "restoreMedia", "purgeMedia"):
            assert (await bulk(stranger, name, ids))["failed"] == len(ids)
        assert (await bulk(stranger, "tagMedia", own, tagIds=[word]))["userErrors"][0]["code"] == "NOT_FOUND"
        assert (await bulk(stranger, "untagMedia", ids, tagIds=[word]))["failed"] == len(ids)
        for path in ("", "/thumbnail"):
            assert (await client.get(f"/files/{domain.key_of('Media', ids[0]).hex()}{path}")).status_code == 404
    found = await site.ask(
        """query($id: ID!, $c: ID!) { tag(id: $id) { mediaCount media { totalCount } } collection(id: $c) { mediaCount }
          media { totalCount } }""",
        id=word,
        c=album,
    )
    assert found == {
        "tag": {"mediaCount": 5, "media": {"totalCount": 5}},
        "collection": {"mediaCount": 5},
        "media": {"totalCount": 5},
    }


async def filled_by(site: Site) -> list[str]:
    """A registered media: a library without a storage takes no bytes."""
    query = 'mutation { registerMedia(input: {url: "https://h/a", kind: OTHER}) { media { id } } }'
    return [(await site.ask(query))["registerMedia"]["media"]["id"]]


async def test_16_a_database_failure_after_the_blob_write_leaves_no_orphan_after_the_sweep(site: Site) -> None:
    async with site.server.database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE media_metadata RENAME TO gone")
    with pytest.raises((Unavailable, ProgrammingError)):
        await taken(site.server.parts, site.server.principal, media.binary())
    assert {name for name in on_disk(site) if name.startswith("blobs/")} == set()
    async with site.server.database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE gone RENAME TO media_metadata")
    with pytest.raises(Unavailable):  # the commit itself fails: whether it was one only the database knows
        await taken(lost_at_commit(site.server.parts), site.server.principal, media.binary())
    assert len([name for name in on_disk(site) if name.startswith("blobs/")]) == 1
    assert (await sweep_all(site.server)).collected == 1
    assert on_disk(site) == set()
    assert (await site.ask("{ media { totalCount } }"))["media"]["totalCount"] == 0


def lost_at_commit(parts: Parts) -> Parts:
    """The parts, with a connection that breaks as a transaction is about to be committed."""

    class Lost:
        def __getattr__(self, name: str) -> Any:
            return getattr(parts.database, name)

        @asynccontextmanager
        async def writing(self, principal: domain.Principal) -> AsyncIterator[Any]:
            async with parts.database.writing(principal) as work:
                yield work
                raise ConnectionError

    return replace(parts, database=Lost())  # type: ignore[arg-type]


async def test_17_a_storage_outage_at_delete_leaves_no_row_and_the_bytes_are_collected_later(site: Site) -> None:
    made = await site.uploaded(media.photo(), "a.jpg")
    kept = await site.uploaded(media.binary(), "kept.bin")
    files = site.server.settings.files
    for outage in ("gone", "empty"):  # a disk that is not there, and what is left where it is not mounted
        files.rename(files.with_name("away"))
        if outage == "empty":
            files.mkdir()
        if outage == "gone":
            assert (await bulk(site, "purgeMedia", [made["id"]]))["failed"] == 0
        assert (await site.ask(NODE, id=made["id"]))["mediaItem"] is None
        assert (await sweep_all(site.server)) == Swept(0, 2)
        if outage == "empty":
            files.rmdir()
        files.with_name("away").rename(files)
    assert len(on_disk(site)) == 3
    assert (await sweep_all(site.server)) == Swept(2, 0)
    assert len(on_disk(site)) == 1
    assert (await site.client.get(key_in((await site.ask(NODE, id=kept["id"]))["mediaItem"]["url"]))).content == media.binary()
    assert (await sweep_all(site.server)) == Swept(0, 0)


async def test_26_purging_removes_every_derived_file_too(site: Site) -> None:
    for kind in ("IMAGE", "VIDEO", "DOCUMENT"):
        made = await site.uploaded(media.EACH_KIND[kind](), media.NAMES[kind])
        found = (await site.ask(NODE, id=made["id"]))["mediaItem"]
        assert {name.split("/")[0] for name in on_disk(site)} == {"blobs", "renditions"}
        await bulk(site, "purgeMedia", [made["id"]])
        assert on_disk(site) == set()
        for url in (found["url"], found["thumbnail"]["url"]):
            assert (await site.client.get(key_in(url))).status_code == 404


async def test_29_a_decompression_bomb_is_refused_and_kept_as_what_it_is(site: Site) -> None:
    made = await site.uploaded(media.bomb(), "bomb.png")
    assert {run["error"]["code"] for run in made["processing"]} == {"TOO_LARGE"}
    found = (await site.ask(NODE, id=made["id"]))["mediaItem"]
    assert (found["status"], found["thumbnail"]) == ("FAILED", None)


async def test_21_deleting_used_media_answers_media_in_use_with_the_usages(site: Site) -> None:
    key, free = await filled(site, 2)
    await use(site, consumer(), *({"media": key, "field": f"{number:02}"} for number in range(12)))
    for name in ("trashMedia", "purgeMedia"):
        refused, done = (await bulk(site, name, [key, free], fields=HELD))["results"]
        (error,) = refused["userErrors"]
        assert (error["__typename"], error["code"], error["usageCount"]) == ("MediaInUseError", "IN_USE", 12)
        assert error["usages"] == [{"consumer": {"app": "shop"}, "media": {"id": key}}] * 10
        assert (refused["changed"], done["changed"], done["userErrors"]) == (False, True, [])
    assert (await site.ask(NODE, id=key))["mediaItem"]["id"] == key


async def test_22_usage_count_is_the_truth_after_random_attach_and_detach(site: Site) -> None:
    chance, ids = Random(22), await filled(site, 5)
    truth: dict[str, list[str]] = {}
    for _ in range(30):
        who, chosen = str(chance.randrange(6)), chance.sample(ids, chance.randrange(6))
        await use(site, consumer(who), *chosen)
        truth[who] = chosen
        nodes = (await site.ask("{ media { nodes { id usageCount } } }"))["media"]["nodes"]
        held = [key for keys in truth.values() for key in keys]
        assert {one["id"]: one["usageCount"] for one in nodes} == {key: held.count(key) for key in ids}


async def test_31_fifty_media_with_tags_and_collections_are_one_request_and_a_constant_number_of_statements(site: Site) -> None:
    taken: list[int] = []
    ids: list[str] = []
    for upto in (1, 50):
        ids += [(await site.uploaded(media.binary(number), f"{number}.bin"))["id"] for number in range(len(ids), upto)]
        await bulk(site, "tagMedia", ids, tagNames=["a", "b", "c", "d"])
        await collection(site, f"c{upto}", ids)
        with site.counted() as seen:
            nodes = (await site.ask(FIFTY))["media"]["nodes"]
        assert len(nodes) == upto
        assert all(len(one["tags"]["nodes"]) == 4 for one in nodes)
        taken.append(len(seen))
    assert taken == [4, 4]


def test_32_readiness_probes_the_real_storage_and_answers_503_when_it_is_not_there(tmp_path: Path) -> None:
    files = tmp_path / "data" / "files"
    (tmp_path / "a.txt").write_bytes(b"words")
    assert run(tmp_path / "data", "import", str(tmp_path / "a.txt")).returncode == 0
    with serving(tmp_path / "data") as (_, client):
        assert ready(client, 200)["storage"] == "HEALTHY"
        away = files.rename(files.with_name("away"))
        assert ready(client, 503)["storage"] == "UNHEALTHY"
        files.mkdir()  # what is left where a disk is not mounted
        assert ready(client, 503)["storage"] == "UNHEALTHY"
        assert client.get("/health/live").status_code == 200
        files.rmdir()
        away.rename(files)
        assert ready(client, 200)["storage"] == "HEALTHY"


def ready(client: httpx2.Client, status: int) -> dict[str, str]:
    """How each part is, once what was found a moment ago is told no more."""
    time.sleep(FRESH)
    answer = client.get("/health/ready")
    assert answer.status_code == status, answer.text
    return {one["name"]: one["status"] for one in answer.json()["checks"]}
