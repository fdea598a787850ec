"""The demo's files are real: they decode, and say of themselves what the demo promises."""

import atexit
from fnmatch import fnmatchcase
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import av
import pypdfium2
import pytest
from PIL import Image, ImageOps
from pypdf import PdfReader
from tinytag import TinyTag

from domain.detect import HEAD_SIZE, detect
from domain.media import MediaKind
from domain.media_types import media_type_of
from graphql_api.demo import FILMS, SONGS, make_files, paper
from graphql_api.demo.film import Film
from graphql_api.demo.pictures import EXIF, GPS, SHOTS, Shot
from graphql_api.demo.sound import Song
from graphql_api.demo.story import COLLECTIONS, TAGS

TOLD: list[tuple[int, int]] = []


@cache
def demo() -> Path:
    """One folder for all tests of this file: drawing it takes seconds."""
    folder = Path(mkdtemp(prefix="mediagraph-demo-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    make_files(folder, lambda done, total: TOLD.append((done, total)))
    return folder


def names() -> list[str]:
    return sorted(path.relative_to(demo()).as_posix() for path in demo().rglob("*") if path.is_file())


def degrees(parts: tuple[float, float, float], reference: str) -> float:
    return (parts[0] + parts[1] / 60 + parts[2] / 3600) * (-1 if reference in "SW" else 1)


def test_there_are_pictures_songs_films_and_papers_each_detected_as_what_it_is() -> None:
    kinds = [media_type_of(detect((demo() / name).read_bytes()[:HEAD_SIZE], name)).kind for name in names()]
    counted = {kind: kinds.count(kind) for kind in MediaKind if kind in kinds}
    assert counted == {MediaKind.IMAGE: 14, MediaKind.AUDIO: 4, MediaKind.VIDEO: 2, MediaKind.DOCUMENT: 3}


def test_progress_is_told_after_each_file() -> None:
    assert demo()
    assert [(done, len(names())) for done in range(1, len(names()) + 1)] == TOLD


def test_a_second_run_makes_the_same_files(tmp_path: Path) -> None:
    again = make_files(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(again)] == names()
    assert again == sorted(again)
    hashes = [sha256(path.read_bytes()).hexdigest() for path in again]
    assert hashes == [sha256((demo() / path.relative_to(tmp_path)).read_bytes()).hexdigest() for path in again]
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: Path(shot.path).stem)
def test_a_photograph_has_its_size_once_upright_and_the_tags_of_its_camera(shot: Shot) -> None:
    with Image.open(demo() / shot.path) as picture:
        assert ImageOps.exif_transpose(picture).size == shot.size
        exif = picture.getexif()
    inner = exif.get_ifd(EXIF)
    assert (exif[0x010F], exif[0x0110], inner[0xA434]) == (shot.camera.make, shot.camera.model, shot.camera.lens)
    assert (exif[0x010E], exif[0x0112]) == (shot.title, shot.orientation)
    assert bytes(exif[0x9C9B]).decode("utf-16-le") == shot.title + "\0"
    assert (inner[0x9003], inner.get(0x9011), inner[0x8827]) == (shot.taken, shot.offset, shot.iso)
    assert float(inner[0x829A]) == pytest.approx(shot.exposure[0] / shot.exposure[1])
    assert (float(inner[0x829D]), float(inner[0x920A])) == (shot.f_number, shot.focal_length)


@pytest.mark.parametrize("shot", [shot for shot in SHOTS if shot.place], ids=lambda shot: Path(shot.path).stem)
def test_a_place_is_within_a_metre(shot: Shot) -> None:
    assert shot.place is not None
    with Image.open(demo() / shot.path) as picture:
        gps = picture.getexif().get_ifd(GPS)
    found = (degrees(gps[2], gps[1]), degrees(gps[4], gps[3]), float(gps[6]))
    assert found == pytest.approx(shot.place, abs=0.00001)


def test_some_pictures_are_turned_some_have_no_place_and_some_no_offset() -> None:
    assert [shot.orientation for shot in SHOTS].count(6) == 1
    assert {shot.offset is None for shot in SHOTS} == {shot.place is None for shot in SHOTS} == {True, False}


def test_art_is_transparent_webp_or_moving() -> None:
    for name in ("ribbons.png", "paper-boat.png"):
        with Image.open(demo() / "Pictures/Art" / name) as picture:
            assert picture.convert("RGBA").getchannel("A").getextrema()[0] == 0
    with Image.open(demo() / "Pictures/Art/geometry.webp") as picture:
        assert (picture.format, picture.size) == ("WEBP", (1440, 960))
    with Image.open(demo() / "Pictures/Art/orbit.gif") as picture:
        assert getattr(picture, "n_frames", 1) == 24


@pytest.mark.parametrize("song", SONGS, ids=lambda song: song.title)
def test_a_song_is_stereo_lasts_some_seconds_and_carries_its_tags(song: Song) -> None:
    tag = TinyTag.get(demo() / song.path, image=True)
    assert (tag.title, tag.artist, tag.album, tag.genre) == (song.title, song.artist, song.album, song.genre)
    assert (int(str(tag.year)[:4]), tag.track) == (song.year, song.track)
    assert (tag.images.any is not None) == song.has_cover
    with av.open(str(demo() / song.path)) as file:
        stream = file.streams.audio[0]
        samples = sum(frame.samples for frame in file.decode(stream))
        assert (stream.codec_context.channels, stream.codec_context.sample_rate) == (2, 44_100)
        assert 5 < samples / 44_100 < 9


def test_some_song_has_a_cover() -> None:
    assert [song.has_cover for song in SONGS].count(True) >= 1


@pytest.mark.parametrize("film", FILMS, ids=lambda film: film.title)
def test_a_film_moves_for_four_seconds_and_has_sound_and_a_place(film: Film) -> None:
    with av.open(str(demo() / film.path)) as file:
        assert (file.metadata["title"], file.metadata["location"]) == (film.title, film.place)
        assert file.metadata["creation_time"].startswith(film.made[:19])
        assert [stream.codec_context.name for stream in file.streams] == ["h264", "aac"]
        frames = [frame.to_image() for frame in file.decode(video=0)]
    assert {frame.size for frame in frames} == {film.size}
    assert len(frames) == 96
    assert frames[10].tobytes() != frames[50].tobytes()


def test_the_pdf_opens_in_two_readers_and_has_its_words() -> None:
    path = demo() / "Documents/field-guide-to-light.pdf"
    reader = PdfReader(path, strict=True)
    assert len(reader.pages) == len(paper.PAGES)
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (paper.TITLE, paper.AUTHOR)
    assert "scattered away" in reader.pages[1].extract_text()
    document = pypdfium2.PdfDocument(path)
    assert "northern lights" in document[3].get_textpage().get_text_bounded()
    document.close()


def test_the_table_of_the_pdf_points_at_its_objects() -> None:
    content = (demo() / "Documents/field-guide-to-light.pdf").read_bytes()
    places = [int(line[:10]) for line in content[content.rindex(b"xref\n0 ") :].splitlines() if line.endswith(b" n ")]
    assert len(places) == 5 + 2 * len(paper.PAGES)
    assert all(content[place:].startswith(b"%d 0 obj\n" % number) for number, place in enumerate(places, 1))
    table = int(content.split(b"startxref\n")[1].split()[0])
    assert content[table:].startswith(b"xref\n")


def test_every_pattern_of_the_story_finds_files_and_every_parent_comes_first() -> None:
    for thing in (*TAGS, *COLLECTIONS):
        for pattern in thing.files:
            assert any(fnmatchcase(name, pattern) for name in names()), (thing.name, pattern)
    seen: set[str | None] = {None}
    for collection in COLLECTIONS:
        assert collection.parent in seen
        seen.add(collection.name)
    assert len({tag.name.casefold() for tag in TAGS}) == len(TAGS)
    assert all(any(fnmatchcase(name, pattern) for tag in TAGS for pattern in tag.files) for name in names() if "Pictures" in name)
