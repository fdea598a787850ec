"""The demo's films: four seconds each, something moving, with sound."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageDraw

from graphql_api.demo.paint import Picture, disc, glow, gradient, ground, wave
from graphql_api.demo.sound import add_sound, encode, melody

FRAME_RATE = 24
SECONDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A moving scene: `draw` takes the size and the time, 0 to 1, and paints one frame.

    Widths are multiples of 64: behind shorter rows the encoder reads what memory held, and no two runs are the same.
    """

    path: str
    size: tuple[int, int]
    draw: Callable[[tuple[int, int], float], Picture]
    title: str
    made: str
    place: str
    tones: tuple[int | None, ...]


def sailing(size: tuple[int, int], time: float) -> Picture:
    """A boat crossing a swell."""
    width, height = size
    picture = evening(size).copy()
    boat_at = (width * (-0.1 + time * 1.2), height * 0.66 + 7 * math.sin(time * 20))
    for n, colour in enumerate(("#2f6690", "#3a7ca5", "#16425b")):
        if n == 1:
            boat(picture, boat_at, height * 0.2)
        rolled = [
            (x, y + 6 * math.sin(x / 45 + time * 25 * (1 + n * 0.3))) for x, y in wave(n, width, height * (0.64 + n * 0.11), 9)
        ]
        ground(picture, rolled, colour)
    return picture


@cache
def evening(size: tuple[int, int]) -> Picture:
    picture = gradient(size, "#355c7d", "#c06c84", "#f8b195", "#ffe5b4")
    glow(picture, (size[0] * 0.7, size[1] * 0.5), size[1] * 0.5, "#fff4d0")
    disc(picture, (size[0] * 0.7, size[1] * 0.5), size[1] * 0.09, "#fff8e1")
    return picture


def boat(picture: Picture, foot: tuple[float, float], tall: float) -> None:
    draw, (x, y) = ImageDraw.Draw(picture), foot
    draw.polygon([(x, y - tall * 1.5), (x, y - tall * 0.2), (x + tall * 0.75, y - tall * 0.2)], fill="#fdfcf7")
    draw.polygon([(x - 5, y - tall * 1.3), (x - 5, y - tall * 0.2), (x - tall * 0.5, y - tall * 0.2)], fill="#e9dfd0")
    draw.polygon([(x - tall * 0.7, y - tall * 0.12), (x + tall * 0.85, y - tall * 0.12), (x + tall * 0.5, y + tall * 0.2),
                  (x - tall * 0.5, y + tall * 0.2)], fill="#9b2226")  # fmt: skip


def lanterns(size: tuple[int, int], time: float) -> Picture:
    """Paper lanterns rising into the night."""
    width, height = size
    picture = night(size).copy()
    light = lantern()
    chance = Random(3)
    for n in range(26):
        scale = 0.22 + 0.75 * (n / 25) ** 2
        y = height * 1.12 - ((time * (0.15 + scale * 0.5) + chance.random()) % 1) * height * 1.2
        x = (n * 0.382 % 1) * width + 16 * math.sin(time * 6 + n)
        small = light.resize((round(light.width * scale), round(light.height * scale)))
        picture.paste(small, (round(x - small.width / 2), round(y - small.height / 2)), small)
    return picture


@cache
def night(size: tuple[int, int]) -> Picture:
    picture = gradient(size, "#070b24", "#1b1b4b", "#4a2c6d")
    ground(picture, wave(2, size[0], size[1] * 0.9, 26, 1.5), "#0a0a1f")
    return picture


@cache
def lantern() -> Picture:
    picture = Image.new("RGB", (160, 160), "#ff9d3c")
    glow(picture, (80, 80), 70, "#ffd98a")
    mask = Image.new("L", (160, 160))
    glow_mask = Image.new("RGB", (160, 160))
    glow(glow_mask, (80, 80), 80, "#707070")
    mask.paste(glow_mask.convert("L"))
    ImageDraw.Draw(mask).rounded_rectangle((54, 44, 106, 116), 18, fill=245)
    picture.putalpha(mask)
    return picture


FILMS = (
    Film(path="Videos/sailing.mp4", size=(640, 360), draw=sailing, title="Sailing home", made="2025-05-18T18:12:00Z",
         place="+38.6970-009.2060/", tones=(3, 10, 15, 10, 8, 15, 19, 15)),
    Film(path="Videos/lanterns.mp4", size=(384, 680), draw=lanterns, title="Lanterns at night", made="2025-10-30T11:40:00Z",
         place="+35.0116+135.7681/", tones=(0, 7, 12, 16, 14, 12, 7, 4)),
)  # fmt: skip


def make_films(folder: Path) -> list[Callable[[], Path]]:
    """The steps that shoot one film each and tell where it is."""
    return [lambda film=film: shoot(folder, film) for film in FILMS]


def shoot(folder: Path, film: Film) -> Path:
    path = folder / film.path
    with av.open(str(path), "w", options={"movflags": "faststart"}) as file:
        file.metadata.update({"title": film.title, "creation_time": film.made, "location": film.place})
        pictures = file.add_stream("libx264", rate=FRAME_RATE, options={"preset": "veryfast", "crf": "23"})
        pictures.width, pictures.height, pictures.pix_fmt = *film.size, "yuv420p"
        sound = add_sound(file, "aac")
        expose(file, pictures, film)
        encode(file, sound, melody(film.tones, SECONDS / (len(film.tones) + 2), (1, 0.3, 0.15)))
    return path


def expose(file: OutputContainer, stream: VideoStream, film: Film) -> None:
    for n in range(FRAME_RATE * SECONDS):
        frame = VideoFrame.from_image(film.draw(film.size, n / (FRAME_RATE * SECONDS)))
        frame.pts = n
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))
