"""The library over GraphQL: its figures, and imported files by their path."""

from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import bulk, collection, tag

STATS = """{ libraryStats { tagCount collectionCount total { count totalSize totalDurationMs minTakenAt maxTakenAt
  byKind { kind count totalSize } } } }"""


async def test_an_empty_library_has_figures_of_nothing(site: Site) -> None:
    total = {"count": 0, "totalSize": 0, "totalDurationMs": 0, "minTakenAt": None, "maxTakenAt": None, "byKind": []}
    assert (await site.ask(STATS))["libraryStats"] == {"tagCount": 0, "collectionCount": 0, "total": total}


async def test_figures_add_up_over_kinds_and_leave_the_trash_out(site: Site) -> None:
    photo = await site.uploaded(media.photo(), "p.jpg")
    song = await site.uploaded(media.wav(), "s.wav", takenAt="1999-01-01T00:00:00Z")
    gone = await site.uploaded(media.png(), "g.png")
    await bulk(site, "trashMedia", [gone["id"]])
    await tag(site, "a")
    await collection(site, "c")
    found = (await site.ask(STATS))["libraryStats"]
    assert (found["tagCount"], found["collectionCount"]) == (1, 1)
    assert found["total"]["byKind"] == [
        {"kind": "AUDIO", "count": 1, "totalSize": song["size"]}, {"kind": "IMAGE", "count": 1, "totalSize": photo["size"]},
    ]  # fmt: skip
    assert (found["total"]["count"], found["total"]["totalSize"]) == (2, song["size"] + photo["size"])
    assert 990 <= found["total"]["totalDurationMs"] <= 1100
    assert found["total"]["minTakenAt"] == "1999-01-01T00:00:00.000000Z"
    assert found["total"]["maxTakenAt"].startswith("2021-06-05T12:03:02")


async def test_an_upload_has_no_path_to_be_found_by(site: Site) -> None:
    await site.uploaded(media.png(), "a.png")
    found = await site.ask(
        '{ mediaByPath(storage: "local", path: "a.png") { id } other: mediaByPath(storage: "x", path: "a.png") { id } }'
    )
    assert found == {"mediaByPath": None, "other": None}
