"""ThumbHash: a picture in some 25 bytes, encoded after the published description of the format (evanw.github.io/thumbhash).

The picture is split into luminance L, two colour differences P (yellow against blue) and Q (red against green), and opacity A;
of each, the lowest frequencies of its cosine transform are kept in four bits.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Plane = list[list[float]]
Pixel = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waves:
    """A plane as frequencies: its mean, and the others over the largest of them, each from -1 to 1."""

    mean: float
    others: list[float]
    scale: float


def thumbhash(width: int, height: int, pixels: Sequence[Pixel]) -> bytes:
    """The hash of a picture given as rows of (red, green, blue, alpha), each 0 to 255."""
    opaque = all(pixel[3] == 255 for pixel in pixels)  # noqa: PLR2004
    light, yellow, red, alpha = planes(width, pixels)
    across, down = grid(width, height, 7 if opaque else 5)
    waves = [transformed(light, max(3, across), max(3, down)), transformed(yellow, 3, 3), transformed(red, 3, 3)]
    opacity = [] if opaque else [transformed(alpha, 5, 5)]
    sides = (down if width > height else across) | (width > height) << 15
    head = header(waves, sides=sides, opaque=opaque)
    return head + b"".join(nibbles(opacity_byte(one)) for one in opacity) + nibbles(quarters(waves + opacity))


def grid(width: int, height: int, most: int) -> tuple[int, int]:
    """How many frequencies each way: `most` along the longer side, in proportion along the other."""
    longest = max(width, height)
    return max(1, rounded(most * width / longest)), max(1, rounded(most * height / longest))


def planes(width: int, pixels: Sequence[Pixel]) -> tuple[Plane, Plane, Plane, Plane]:
    """L, P, Q and A of the picture laid upon its own average colour, so that what cannot be seen does not count."""
    weight = sum(pixel[3] for pixel in pixels) or 1
    mean = [sum(pixel[part] * pixel[3] for pixel in pixels) / weight / 255 for part in range(3)]
    four: tuple[list[float], ...] = ([], [], [], [])
    for pixel in pixels:
        alpha = pixel[3] / 255
        red, green, blue = (mean[part] * (1 - alpha) + alpha / 255 * pixel[part] for part in range(3))
        for plane, value in zip(four, ((red + green + blue) / 3, (red + green) / 2 - blue, red - green, alpha), strict=True):
            plane.append(value)
    light, yellow, rosy, opacity = ([plane[at : at + width] for at in range(0, len(plane), width)] for plane in four)
    return light, yellow, rosy, opacity


def transformed(plane: Plane, across: int, down: int) -> Waves:
    """The frequencies below the diagonal from (across, 0) to (0, down), row by row."""
    size = len(plane) * len(plane[0])
    cosines = [cosine(frequency, len(plane[0])) for frequency in range(across)]
    columns = [[sum(map(float.__mul__, row, wave)) for row in plane] for wave in cosines]
    found = [
        sum(map(float.__mul__, columns[x], cosine(y, len(plane)))) / size
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    ]
    scale = max((abs(value) for value in found[1:]), default=0.0)
    return Waves(mean=found[0], others=[value / scale if scale else 0.0 for value in found[1:]], scale=scale)


def cosine(frequency: int, length: int) -> list[float]:
    return [math.cos(math.pi / length * frequency * (at + 0.5)) for at in range(length)]


def header(waves: list[Waves], *, sides: int, opaque: bool) -> bytes:
    """24 bits: means, scale of L, whether it has opacity; 16 bits: shorter side of the grid, the other scales, landscape."""
    light, yellow, red = waves
    first = level(light.mean, 63) | level((yellow.mean + 1) / 2, 63) << 6 | level((red.mean + 1) / 2, 63) << 12
    first |= level(light.scale, 31) << 18 | (not opaque) << 23
    second = sides | level(yellow.scale, 63) << 3 | level(red.scale, 63) << 9
    return first.to_bytes(3, "little") + second.to_bytes(2, "little")


def opacity_byte(waves: Waves) -> list[int]:
    return [level(waves.mean, 15), level(waves.scale, 15)]


def quarters(waves: Iterable[Waves]) -> list[int]:
    return [level((value + 1) / 2, 15) for one in waves for value in one.others]


def nibbles(values: list[int]) -> bytes:
    """Numbers of four bits, the lower half of each byte first."""
    even = values + [0] * (len(values) % 2)
    return bytes(even[at] | even[at + 1] << 4 for at in range(0, len(even), 2))


def level(value: float, most: int) -> int:
    return min(most, max(0, rounded(value * most)))


def rounded(value: float) -> int:
    return math.floor(value + 0.5)
