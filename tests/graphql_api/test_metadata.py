"""Metadata over GraphQL: the typed facts of each kind, read out of real files, and entries by namespace and key."""

from typing import Any

from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import wrote


async def facts(site: Site, content: bytes, name: str, kind: str, fields: str) -> dict[str, Any]:
    made = await site.uploaded(content, name)
    assert made["status"] == "READY"
    query = f"query($id: ID!) {{ mediaItem(id: $id) {{ ... on {kind} {{ {fields} }} }} }}"
    return (await site.ask(query, id=made["id"]))["mediaItem"]


async def test_a_photograph_tells_its_camera_its_place_and_its_size(site: Site) -> None:
    found = await facts(site, media.photo(), "p.jpg", "Image",
    """width height aspectRatio isAnimated hasAlpha phash metadata { width height
      orientation colorSpace extra location { latitude longitude altitude } exif { make model lens exposureTime fNumber iso
      focalLength
      focalLength35mm flashFired takenAtLocal utcOffset artist copyright software } }""")  # fmt: skip
    assert (found["width"], found["height"], found["aspectRatio"]) == (640, 480, 640 / 480)
    assert (found["isAnimated"], found["hasAlpha"], len(found["phash"])) == (False, False, 16)
    told = found["metadata"]
    assert (told["width"], told["height"], told["colorSpace"], told["extra"]["format"]) == (640, 480, "sRGB", "JPEG")
    assert told["location"] == {"latitude": -33.5, "longitude": -70.26, "altitude": -12.5}
    assert told["exif"] == {
        "make": "Maker", "model": "Model 1", "lens": "Lens 50", "exposureTime": 0.008, "fNumber": 2.8, "iso": 400,
        "focalLength": 50.0,
        "focalLength35mm": 75.0, "flashFired": True, "takenAtLocal": told["exif"]["takenAtLocal"], "utcOffset": "+02:00",
        "artist": "Ann",
        "copyright": "CC0", "software": "Soft",
    }  # fmt: skip
    assert told["exif"]["takenAtLocal"].startswith("2021-06-05T14:03:02")


async def test_a_picture_without_camera_has_neither_exif_nor_place(site: Site) -> None:
    found = await facts(
        site, media.png(), "p.png", "Image", "location { latitude } metadata { exif { make } location { latitude } }"
    )
    assert found == {"location": None, "metadata": {"exif": None, "location": None}}


async def test_a_song_tells_its_tags_and_its_stream(site: Site) -> None:
    found = await facts(site, media.song(), "s.mp3", "Audio",
    """durationMs metadata { durationMs bitrate sampleRate channels codec title artist
      album trackNumber genre year chapters { startMs endMs title } }""")  # fmt: skip
    told = found["metadata"]
    assert (told["title"], told["artist"], told["album"], told["trackNumber"], told["genre"], told["year"]) == (
        "Blue",
        "Ann",
        "Seas",
        3,
        "Folk",
        1971,
    )
    assert (told["sampleRate"], told["channels"], told["chapters"]) == (44_100, 2, [])
    assert "mp3" in told["codec"]
    assert told["bitrate"] > 0
    assert 950 <= found["durationMs"] == told["durationMs"] <= 1_150


async def test_a_film_tells_its_streams(site: Site) -> None:
    found = await facts(site, media.film(), "f.mp4", "Video",
    """width height durationMs hasAudio metadata { width height durationMs frameRate bitrate
      videoCodec audioCodec chapters { title } location { latitude } streams { index kind codec profile language bitrate
      width height frameRate
      channels sampleRate } }""")  # fmt: skip
    assert (found["width"], found["height"], found["hasAudio"]) == (96, 64, True)
    assert 1_900 <= found["durationMs"] <= 2_200
    told = found["metadata"]
    assert (told["frameRate"], told["videoCodec"], told["audioCodec"], told["location"]) == (10.0, "mpeg4", "aac", None)
    assert [(one["index"], one["kind"], one["codec"]) for one in told["streams"]] == [(0, "VIDEO", "mpeg4"), (1, "AUDIO", "aac")]
    assert (told["streams"][0]["width"], told["streams"][1]["sampleRate"], told["streams"][1]["channels"]) == (96, 44_100, 1)


async def test_a_document_tells_its_pages_its_author_and_its_words(site: Site) -> None:
    found = await facts(site, media.pdf(), "d.pdf", "Document",
    """title pageCount metadata { pageCount wordCount title author language isEncrypted
      textExcerpt short: textExcerpt(maxChars: 5) none: textExcerpt(maxChars: 0) }""")  # fmt: skip
    assert (found["title"], found["pageCount"]) == ("Report", 2)
    told = found["metadata"]
    assert (told["pageCount"], told["wordCount"], told["title"], told["author"], told["isEncrypted"]) == (
        2,
        5,
        "Report",
        "Bea",
        False,
    )
    assert told["textExcerpt"].split() == ["Hello", "brave", "world", "second", "page"]
    assert (told["short"], told["none"]) == ("Hello", "")


async def test_an_excerpt_is_none_to_ten_thousand_characters(site: Site) -> None:
    made = await site.uploaded(b"words " * 100, "t.txt")
    query = "query($id: ID!, $n: Int!) { mediaItem(id: $id) { ... on Document { metadata { textExcerpt(maxChars: $n) } } } }"
    assert len((await site.ask(query, id=made["id"], n=10_000))["mediaItem"]["metadata"]["textExcerpt"]) >= 599
    told = [(await site.answer(query, id=made["id"], n=wrong))["errors"][0]["extensions"] for wrong in (-1, 10_001)]
    assert told == [{"code": "INVALID"}, {"code": "LIMIT_EXCEEDED", "limit": 10_000, "actual": 10_001}]


async def test_entries_are_narrowed_by_namespace_and_by_key(site: Site) -> None:
    made = await site.uploaded(media.photo(), "p.jpg")
    query = """query($id: ID!, $n: [String!], $k: [String!]) { mediaItem(id: $id) { metadata { entries(namespaces: $n, keys: $k) {
      id namespace key type value text source confidence locked updatedAt } } } }"""
    every = (await site.ask(query, id=made["id"]))["mediaItem"]["metadata"]["entries"]
    assert every
    assert all((one["source"], one["confidence"], one["locked"]) == ("EXTRACTED", None, False) for one in every)
    places = [(one["namespace"], one["key"]) for one in every]
    assert places == sorted(places)
    space, key = places[0]
    assert (await site.ask(query, id=made["id"], n=[space], k=[key]))["mediaItem"]["metadata"]["entries"] == every[:1]
    for given in ({"n": ["nope"]}, {"k": ["nope"]}, {"n": []}, {"k": []}):
        assert (await site.ask(query, id=made["id"], **given))["mediaItem"]["metadata"]["entries"] == []


async def test_a_media_that_was_never_read_has_empty_metadata(site: Site) -> None:
    payload = await wrote(
        site,
        "registerMedia",
        "media { metadata { __typename extra extractedAt entries { key } } }",
        {"url": "https://h/a", "kind": "OTHER"},
    )
    assert payload["media"]["metadata"] == {"__typename": "OtherMetadata", "extra": {}, "extractedAt": None, "entries": []}
