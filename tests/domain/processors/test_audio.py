"""What `audio.probe` finds in a recording, and what it refuses."""

from fractions import Fraction

import pytest

from domain.errors import FailureCode

from .files import song
from .reading import failure, fields_of, run

TAGS = {"title": "Song", "artist": "Ann", "album": "Disc", "genre": "Folk", "date": "2001-05-04", "track": "3/9",
        "composer": "Bo"}  # fmt: skip
FORMATS = [
    ("mp3", "mp3", "audio/mpeg", "mp3"), ("flac", "flac", "audio/flac", "flac"), ("ipod", "aac", "audio/mp4", "aac"),
    ("ogg", "libopus", "audio/ogg", "opus"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "encoder", "mime_type", "codec"), FORMATS)
def test_a_recording_tells_its_coding_and_its_tags(name, encoder, mime_type, codec):
    rate = 48_000 if codec == "opus" else 44_100
    content = song(name, encoder, tags=TAGS) if codec != "opus" else opus()
    found = run("audio.probe", content, mime_type)
    facts = found.facts
    assert {key: facts[key] for key in ("title", "artist", "album", "genre", "year", "track_number")} == {
        "title": "Song", "artist": "Ann", "album": "Disc", "genre": "Folk", "year": 2001, "track_number": 3,
    }  # fmt: skip
    assert (facts["codec"], facts["sample_rate"], facts["channels"]) == (codec, rate, 2)
    assert 950 <= facts["duration_ms"] <= 1_150
    assert facts["bitrate"] > 0
    assert ("tag", "composer", "Bo") in found.entries
    assert set(facts) <= fields_of("AUDIO")


def opus():
    import io

    import av

    from .files import sing

    file = io.BytesIO()
    with av.open(file, "w", format="ogg") as container:
        container.metadata.update(TAGS)
        sing(container, container.add_stream("libopus", rate=48_000, layout="stereo"), 1, "stereo")
    return file.getvalue()


def test_chapters_are_told_in_milliseconds():
    marks = [
        {"id": at, "start": at * 500, "end": at * 500 + 500, "time_base": Fraction(1, 1000), "metadata": {"title": f"Part {at}"}}
        for at in range(2)
    ]
    facts = run("audio.probe", song("ipod", "aac", chapters=marks), "audio/mp4").facts
    assert facts["chapters"] == [
        {"start_ms": 0, "end_ms": 500, "title": "Part 0"}, {"start_ms": 500, "end_ms": 1000, "title": "Part 1"},
    ]  # fmt: skip


@pytest.mark.parametrize("mime_type", ["audio/mpeg", "audio/flac", "audio/mp4", "audio/ogg", "audio/wav", "audio/aac"])
@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"words and nothing but words " * 40])
def test_what_is_no_recording_is_unreadable(mime_type, content):
    assert failure("audio.probe", content, mime_type).code is FailureCode.UNREADABLE


def test_another_kind_of_recording_than_was_said_is_unreadable():
    assert failure("audio.probe", song("flac", "flac"), "audio/mp4").code is FailureCode.UNREADABLE


def test_a_truncated_recording_is_unreadable():
    content = song("ipod", "aac")
    assert failure("audio.probe", content[: len(content) // 2], "audio/mp4").code is FailureCode.UNREADABLE


def test_a_type_without_a_decoder_is_unsupported():
    assert failure("audio.probe", b"MThd", "audio/midi").code is FailureCode.UNSUPPORTED
