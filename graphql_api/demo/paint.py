"""Brushes: gradients, glows, ridges and water, painted at twice the size and then reduced."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageOps

Picture = Image.Image
Point = tuple[float, float]
Colour = tuple[int, int, int]


def rgb(name: str) -> Colour:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """The colour a share (0 to 1) of the way from the first to the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def gradient(size: tuple[int, int], *stops: str) -> Picture:
    """Colours from top to bottom, evenly spaced."""
    colours = [rgb(stop) for stop in stops]
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        place = y / size[1] * (len(colours) - 1)
        column.putpixel((0, y), mixed(colours[int(place)], colours[int(place) + 1], place % 1))
    return column.resize(size)


def glow(picture: Picture, centre: Point, radius: float, colour: str, strength: float = 1) -> None:
    """Light that fades with the distance from its centre."""
    side = round(radius * 2)
    fading = [max(0, (value - 74) * 255 / 181) ** 1.6 / 28 * strength for value in range(256)]
    light = ImageOps.invert(Image.radial_gradient("L")).point(fading).resize((side, side), Image.Resampling.BICUBIC)
    picture.paste(rgb(colour), (round(centre[0] - radius), round(centre[1] - radius)), light)


def disc(picture: Picture, centre: Point, radius: float, colour: str | Colour) -> None:
    ImageDraw.Draw(picture).circle(centre, radius, fill=colour)


def wave(seed: int, width: int, base: float, height: float, waves: float = 3) -> list[Point]:
    """A line across the width: five sines, each finer than the one before."""
    chance = Random(seed)
    parts = [(waves * 1.9**n, chance.random() * math.tau, 0.52**n) for n in range(5)]
    return [
        (x, base - height * sum(share * math.sin(turns * x / width * math.tau + phase) for turns, phase, share in parts))
        for x in range(0, width + 12, 12)
    ]


def peaks(seed: int, width: int, base: float, height: float, rounds: int = 6) -> list[Point]:
    """A jagged ridge by midpoint displacement."""
    chance = Random(seed)
    line = [base - height * share for share in (0.1, 0.55, 0.25, 1.0, 0.35, 0.7, 0.3, 0.85, 0.2)]
    for step in range(rounds):
        between = [(a + b) / 2 + chance.uniform(-1, 1) * height * 0.2 * 0.55**step for a, b in pairwise(line)]
        line = [y for pair in zip(line, between, strict=False) for y in pair] + line[-1:]
    return [(width * n / (len(line) - 1), y) for n, y in enumerate(line)]


def ground(picture: Picture, line: Sequence[Point], colour: str | Colour) -> None:
    """Fills everything below a line."""
    ImageDraw.Draw(picture).polygon([*line, (picture.width + 12, picture.height), (0, picture.height)], fill=colour)


def water(picture: Picture, horizon: int, tint: str, share: float = 0.35) -> None:
    """Mirrors what is above the horizon, blurred and tinted, with bright ripples."""
    depth = picture.height - horizon
    above = picture.crop((0, max(0, horizon - depth), picture.width, horizon))
    mirrored = ImageOps.flip(above).resize((picture.width, depth)).filter(ImageFilter.BoxBlur((6, 22)))
    picture.paste(Image.blend(mirrored, Image.new("RGB", mirrored.size, tint), share), (0, horizon))
    ripples(picture, horizon, Random(horizon))


def ripples(picture: Picture, horizon: int, chance: Random) -> None:
    draw = ImageDraw.Draw(picture, "RGBA")
    for _ in range(420):
        depth = chance.random() ** 1.7
        y = horizon + 4 + depth * (picture.height - horizon)
        x, length = chance.random() * picture.width, (20 + 130 * depth) * chance.uniform(0.4, 1)
        shade = (255, 255, 255, 26) if chance.random() < 0.6 else (0, 0, 30, 26)
        draw.ellipse((x, y, x + length, y + 2 + 5 * depth), fill=shade)


def stars(picture: Picture, count: int, below: float, seed: int) -> None:
    chance = Random(seed)
    draw = ImageDraw.Draw(picture, "RGBA")
    for _ in range(count):
        centre = chance.random() * picture.width, chance.random() * below
        draw.circle(centre, chance.choice((1.5, 2, 2, 3.4)), fill=(255, 255, 255, chance.randint(70, 230)))


def clouds(picture: Picture, seed: int, band: tuple[float, float], colour: str, count: int = 7) -> None:
    """Soft long clouds between two heights."""
    chance = Random(seed)
    small = Image.new("L", (picture.width // 8, picture.height // 8))
    draw = ImageDraw.Draw(small)
    for _ in range(count):
        x, y, length = chance.random() * small.width, chance.uniform(*band) / 8, chance.uniform(0.1, 0.32) * small.width
        for n in range(9):
            left, up = x + length * (n / 9 - 0.5), chance.uniform(0, length / 22)
            draw.ellipse((left, y - up, left + length / 3, y + length / 34), fill=chance.randint(60, 150))
    picture.paste(rgb(colour), (0, 0), small.filter(ImageFilter.GaussianBlur(5)).resize(picture.size, Image.Resampling.BICUBIC))


def petals(draw: ImageDraw.ImageDraw, centre: Point, radius: float, count: int, colour: Colour) -> None:
    """A flower seen from above: petals in two shades around its heart."""
    for ring, share in ((1.0, 0.0), (0.72, 0.3)):
        shade = mixed(colour, (255, 255, 255), share)
        for n in range(count):
            draw.polygon(petal(centre, radius * ring, math.tau * (n + share) / count, 2.1 / count), fill=shade)
    draw.circle(centre, radius * 0.24, fill=(247, 190, 60))
    draw.circle(centre, radius * 0.14, fill=(214, 138, 36))


def petal(centre: Point, radius: float, angle: float, half: float) -> list[Point]:
    outline = [(t / 12, half * math.sin(math.pi * (t / 12) ** 0.8)) for t in range(13)]
    turns = [*((far, angle + side) for far, side in outline), *((far, angle - side) for far, side in reversed(outline))]
    return [(centre[0] + radius * far * math.cos(turn), centre[1] + radius * far * math.sin(turn)) for far, turn in turns]
