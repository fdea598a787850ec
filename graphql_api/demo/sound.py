"""The demo's music: short melodies, synthesized, encoded and tagged."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from graphql_api.demo import art

RATE = 44_100
ECHO = RATE * 13 // 1000
"""Samples by which the right ear hears later: what makes one voice sound wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A melody in half tones above A3 (None rests), `beat` seconds each, and the tags of its file."""

    path: str
    codec: str
    melody: tuple[int | None, ...]
    beat: float
    overtones: tuple[float, ...]
    title: str
    artist: str
    album: str
    year: int
    genre: str
    track: int
    has_cover: bool = False


MORNING, EVENING = "Small Hours", "Long Shadows"
SONGS = (
    Song(path="Music/Small Hours/01 First Light.mp3", codec="libmp3lame", melody=(3, 7, 10, 15, 14, 10, 7, 10, 8, 12, 15, 12, 10, 7, 3, 3),
         beat=0.38, overtones=(1, 0.5, 0.22, 0.1), title="First Light", artist="The Paper Boats", album=MORNING, year=2024,
         genre="Ambient", track=1, has_cover=True),
    Song(path="Music/Small Hours/02 Kettle.flac", codec="flac", melody=(0, 12, 7, 4, 0, 12, 9, 5, 2, 14, 11, 7, 4, 16, 12, 12),
         beat=0.33, overtones=(1, 0, 0.35, 0, 0.12), title="Kettle", artist="The Paper Boats", album=MORNING, year=2024,
         genre="Electronic", track=2),
    Song(path="Music/Long Shadows/01 Ferry Home.m4a", codec="aac", melody=(-2, 5, 10, 13, 12, 10, 5, None, -4, 3, 8, 12, 10, 8, 3, 3),
         beat=0.42, overtones=(1, 0.3, 0.3, 0.05), title="Ferry Home", artist="Quiet Harbour", album=EVENING, year=2025,
         genre="Jazz", track=1),
    Song(path="Music/Long Shadows/02 Field Recording.wav", codec="pcm_s16le", melody=(7, None, 7, 9, 10, 9, 7, 5, 3, None, 3, 5, 7, 3, 2, 0),
         beat=0.36, overtones=(1, 0.15), title="Field Recording", artist="Quiet Harbour", album=EVENING, year=2025,
         genre="Folk", track=2),
)  # fmt: skip


def make_sounds(folder: Path) -> list[Callable[[], Path]]:
    """The steps that write one song each and tell where it is."""
    return [lambda song=song: record(folder, song) for song in SONGS]


def record(folder: Path, song: Song) -> Path:
    path = folder / song.path
    with av.open(str(path), "w") as file:
        file.metadata.update(tags(song))
        stream = add_sound(file, song.codec)
        cover = file.add_stream("mjpeg", rate=1) if song.has_cover else None
        if cover:
            attach(file, cover)
        encode(file, stream, melody(song.melody, song.beat, song.overtones))
    return path


def tags(song: Song) -> dict[str, str]:
    return {
        "title": song.title,
        "artist": song.artist,
        "album": song.album,
        "date": str(song.year),
        "genre": song.genre,
        "track": str(song.track),
    }


def attach(file: OutputContainer, cover: VideoStream) -> None:
    """Adds a cover: a video of one frame that is marked as an attached picture."""
    cover.width, cover.height, cover.pix_fmt = 600, 600, "yuvj420p"
    cover.disposition = Disposition.attached_pic
    frame = VideoFrame.from_image(art.geometry((1200, 1200)).reduce(2)).reformat(format="yuvj420p")
    frame.pts = 0
    file.mux([*cover.encode(frame), *cover.encode(None)])


def add_sound(file: OutputContainer, codec: str) -> AudioStream:
    stream = file.add_stream(codec, rate=RATE)
    if not isinstance(stream, AudioStream):
        raise TypeError(f"{codec} is no audio codec.")
    stream.codec_context.layout = "stereo"
    return stream


def melody(tones: tuple[int | None, ...], beat: float, overtones: tuple[float, ...]) -> "array[float]":
    """Samples of one voice, -1 to 1: every note rings over the next."""
    step = round(RATE * beat)
    mixed = array("d", bytes(8 * step * (len(tones) + 2)))
    for place, tone in enumerate(tones):
        if tone is not None:
            for n, sample in enumerate(note(tone, step * 3, overtones), place * step):
                mixed[n] += sample
    loudest = max(map(abs, mixed))
    return array("d", (sample * 0.8 / loudest for sample in mixed))


@cache
def note(tone: int, length: int, overtones: tuple[float, ...]) -> "array[float]":
    """A plucked tone: one period of the wave, read again and again while it fades."""
    period = array("d", (sum(a * math.sin(math.tau * k * n / 2048) for k, a in enumerate(overtones, 1)) for n in range(2048)))
    step, fade = 220 * 2 ** (tone / 12) / RATE * 2048, 0.0008 ** (1 / length)
    samples, loud, place = array("d"), 1.0, 0.0
    for n in range(length):
        samples.append(period[int(place) & 2047] * loud * (n / 400 if n < 400 else 1))
        loud *= fade
        place += step
    return samples


def encode(file: OutputContainer, stream: AudioStream, voice: "array[float]") -> None:
    """Writes a voice in stereo, in frames of 1,024 samples."""
    pairs = interleaved(voice)
    for start in range(0, len(voice), 1024):
        piece = pairs[start * 2 : (start + 1024) * 2]
        frame = AudioFrame(format="s16", layout="stereo", samples=len(piece) // 2)
        frame.sample_rate, frame.pts = RATE, start
        frame.planes[0].update(piece.tobytes())
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def interleaved(voice: "array[float]") -> "array[int]":
    pairs = array("h", bytes(4 * len(voice)))
    whole = array("h", (int(sample * 32_000) for sample in voice))
    pairs[::2] = whole
    pairs[1 + 2 * ECHO :: 2] = whole[:-ECHO]
    return pairs
