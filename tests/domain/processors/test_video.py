"""What `video.probe` finds in a film, and what it refuses."""

import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from domain.errors import FailureCode

from .files import film, song
from .reading import failure, fields_of, run


def probe(content, mime_type="video/mp4"):
    return run("video.probe", content, mime_type)


def test_a_film_tells_its_size_its_length_and_its_streams():
    found = probe(film())
    facts = found.facts
    assert {key: facts[key] for key in ("width", "height", "frame_rate", "video_codec", "audio_codec", "has_audio")} == {
        "width": 96, "height": 64, "frame_rate": 10.0, "video_codec": "mpeg4", "audio_codec": "aac", "has_audio": True,
    }  # fmt: skip
    assert 1_950 <= facts["duration_ms"] <= 2_100
    assert facts["bitrate"] > 0
    assert [(one["index"], one["kind"], one["codec"]) for one in facts["streams"]] == [(0, "VIDEO", "mpeg4"), (1, "AUDIO", "aac")]
    assert facts["streams"][1]["sample_rate"] == 44_100
    assert set(facts) <= fields_of("VIDEO")


def test_the_fields_of_a_stream_are_those_of_the_domain():
    from domain.metadata import MediaStream

    assert [MediaStream(**one).codec for one in probe(film()).facts["streams"]] == ["mpeg4", "aac"]


def test_a_film_without_sound_has_no_audio():
    facts = probe(film(sound=False)).facts
    assert facts["has_audio"] is False
    assert "audio_codec" not in facts


@pytest.mark.parametrize(("rotation", "size"), [(0, (96, 64)), (90, (64, 96)), (-90, (64, 96)), (180, (96, 64))])
def test_a_turned_film_has_its_size_as_shown(rotation, size):
    facts = probe(film(rotation=rotation, sound=False)).facts
    assert (facts["width"], facts["height"]) == size


@pytest.mark.parametrize(("shape", "width"), [((4, 3), 128), ((3, 4), 72), ((200, 1), 96)])
def test_pixels_that_are_not_square_count_as_they_are_shown_if_that_can_be_believed(shape, width):
    facts = probe(film(shape=shape, sound=False)).facts
    assert (facts["width"], facts["height"]) == (width, 64)


def test_a_film_tells_when_where_and_what():
    tags = {"title": "Hike", "creation_time": "2021-02-03T04:05:06Z", "location": "+48.1000+011.5000+500.000/", "comment": "hi"}
    found = probe(film(tags=tags, sound=False))
    assert {key: found.facts[key] for key in ("title", "taken_at", "latitude", "longitude", "altitude")} == {
        "title": "Hike", "taken_at": "2021-02-03T04:05:06.000000Z", "latitude": 48.1, "longitude": 11.5, "altitude": 500.0,
    }  # fmt: skip
    assert ("tag", "comment", "hi") in found.entries


@pytest.mark.parametrize("told", ["1904-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
def test_a_camera_without_a_clock_tells_no_time(told):
    assert "taken_at" not in probe(film(tags={"creation_time": told}, sound=False)).facts


@pytest.mark.parametrize(
    ("name", "mime_type"), [("matroska", "video/x-matroska"), ("avi", "video/x-msvideo"), ("mov", "video/quicktime")]
)
def test_each_common_container_is_read(name, mime_type):
    facts = probe(film(name=name), mime_type).facts
    assert (facts["width"], facts["height"], facts["has_audio"]) == (96, 64, True)


@pytest.mark.parametrize("index_first", [False, True])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
def test_a_truncated_film_is_unreadable(index_first, part, tmp_path):
    content = film(path=str(tmp_path / "film.mp4") if index_first else None)
    assert failure("video.probe", content[: int(len(content) * part)], "video/mp4").code is FailureCode.UNREADABLE


@pytest.mark.parametrize("mime_type", ["video/mp4", "video/webm", "video/x-msvideo", "video/mp2t", "video/mpeg", "video/x-flv"])
@pytest.mark.parametrize("content", [b"", b"\0" * 500, b"words and nothing but words " * 40])
def test_what_is_no_film_is_unreadable(mime_type, content):
    assert failure("video.probe", content, mime_type).code is FailureCode.UNREADABLE


def test_a_recording_without_pictures_is_no_film():
    assert failure("video.probe", song("ipod", "aac"), "video/mp4").code is FailureCode.UNREADABLE


PLAYLISTS = {
    "concat": "ffconcat version 1.0\nfile other.mp4\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://{host}/a.ts\n#EXT-X-ENDLIST\n",
    "dash": '<?xml version="1.0"?><MPD><Period><BaseURL>http://{host}/</BaseURL></Period></MPD>',
}


@pytest.mark.parametrize("name", PLAYLISTS)
@pytest.mark.parametrize(
    ("key", "mime_type"), [("video.probe", "video/mp4"), ("video.poster", "video/webm"), ("audio.probe", "audio/mpeg")]
)
def test_a_playlist_that_says_it_is_a_film_opens_nothing(name, key, mime_type, tmp_path, monkeypatch):
    (tmp_path / "other.mp4").write_bytes(film())
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        content = PLAYLISTS[name].format(host=f"127.0.0.1:{server.getsockname()[1]}")
        with closing_whoever_calls(server) as callers:
            fault = failure(key, content.encode(), mime_type)
    assert fault.code is FailureCode.UNREADABLE
    assert not callers


@contextmanager
def closing_whoever_calls(server):
    """Hangs up on every caller meanwhile, and lists them."""
    callers, over = [], threading.Event()

    def answer():
        while not over.is_set():
            with suppress(TimeoutError):
                caller, _ = server.accept()
                callers.append(caller.close())

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield callers
    finally:
        over.set()
        thread.join()
