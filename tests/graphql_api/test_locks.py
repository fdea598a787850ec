"""What people said of a media, or took away, is kept when its file is read again; a lock taken off lets the file speak."""

from pathlib import Path
from typing import Any

import pytest

from domain.importing import candidates, import_files
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import wrote
from tests.graphql_api.test_extraction import AGAIN

FIELDS = "id title description takenAt lockedFields location { latitude longitude altitude }"
PLACE = {"latitude": -33.5, "longitude": -70.26, "altitude": -12.5}
"""Where the camera says the photograph was taken."""
HERE = {"latitude": 1.0, "longitude": 2.0, "altitude": None}


async def edited(site: Site, key: str, **patch: Any) -> dict[str, Any]:
    payload = await wrote(site, "updateMedia", f"media {{ {FIELDS} }}", {"id": key, "patch": patch})
    assert payload["userErrors"] == []
    return payload["media"]


async def read_again(site: Site, key: str) -> dict[str, Any]:
    """The media after its processors ran anew."""
    await site.ask(AGAIN, ids=[key])
    return (await site.ask(f"query($id: ID!) {{ mediaItem(id: $id) {{ {FIELDS} }} }}", id=key))["mediaItem"]


async def test_what_a_file_says_locks_nothing(site: Site) -> None:
    made = await site.uploaded(media.photo(), "a.jpg")
    found = await read_again(site, made["id"])
    assert (found["lockedFields"], found["location"]) == ([], PLACE)


@pytest.mark.parametrize(
    ("patch", "lock"),
    [
        ({"location": HERE}, "LOCATION"),
        ({"location": None}, "LOCATION"),
        ({"takenAt": "1999-01-02T03:04:05Z"}, "TAKEN_AT"),
        ({"description": None}, "DESCRIPTION"),
        ({"title": None}, "TITLE"),
    ],
)
async def test_what_people_say_or_take_away_outlives_another_reading(site: Site, patch: dict[str, Any], lock: str) -> None:
    made = await site.uploaded(media.song() if "title" in patch else media.photo(), "a")
    said = await edited(site, made["id"], **patch)
    assert said["lockedFields"] == [lock]
    assert await read_again(site, made["id"]) == said


async def test_values_given_with_a_file_are_locked(site: Site) -> None:
    given = {"title": "Mine", "takenAt": "1999-01-02T03:04:05Z"}
    payload = await site.upload(media.photo(), "a.jpg", **given)
    found = await read_again(site, payload["media"]["id"])
    assert (found["title"], found["takenAt"][:10], found["lockedFields"]) == ("Mine", "1999-01-02", ["TAKEN_AT", "TITLE"])


async def test_a_lock_is_taken_off_and_the_file_speaks_again(site: Site) -> None:
    made = await site.uploaded(media.photo(), "a.jpg")
    await edited(site, made["id"], location=HERE, title="Mine")
    assert (await edited(site, made["id"], lockedFields=["TITLE"]))["location"] == HERE
    found = await read_again(site, made["id"])
    assert (found["location"], found["title"], found["lockedFields"]) == (PLACE, "Mine", ["TITLE"])
    assert (await edited(site, made["id"], lockedFields=None))["lockedFields"] == []


async def test_a_patch_that_says_what_is_locked_is_taken_at_its_word(site: Site) -> None:
    made = await site.uploaded(media.photo(), "a.jpg")
    assert (await edited(site, made["id"], location=HERE, lockedFields=["TITLE"]))["lockedFields"] == ["TITLE"]
    assert (await edited(site, made["id"], rating=4))["lockedFields"] == ["TITLE"]


async def test_what_is_locked_outlives_a_file_that_was_edited_where_it_lies(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(media.photo())
    await import_files(site.server.parts, site.server.principal, list(candidates([folder])), in_place=True)
    (node,) = (await site.ask("{ media { nodes { id } } }"))["media"]["nodes"]
    said = await edited(site, node["id"], location=HERE, takenAt="1999-01-02T03:04:05Z")
    (folder / "a.jpg").write_bytes(media.png())
    await import_files(site.server.parts, site.server.principal, list(candidates([folder])), in_place=True)
    found = (await site.ask(f"{{ media {{ nodes {{ mimeType {FIELDS} }} }} }}"))["media"]["nodes"]
    assert found == [said | {"mimeType": "image/png"}]


async def test_values_given_with_an_address_are_locked(site: Site) -> None:
    payload = await wrote(site, "registerMedia", "media { lockedFields }", {"url": "https://h/a", "title": "T"})
    assert payload["media"]["lockedFields"] == ["TITLE"]
