"""The placeholder, the colour and the perceptual hash of a picture."""

import base64
import math
import random

import pytest
from PIL import Image

from .files import BLUE, GREEN, RED, corners, encoded, stored
from .reading import fields_of, run


def look(content, mime_type="image/png"):
    return run("image.look", content, mime_type).facts


def decode(text):
    """A decoder of ThumbHash written from its description: the function of a point (0 to 1 each way) to RGBA, and the mean."""
    data = base64.b64decode(text)
    head, sides = int.from_bytes(data[:3], "little"), int.from_bytes(data[3:5], "little")
    has_alpha, landscape = bool(head >> 23), bool(sides >> 15)
    longer = 5 if has_alpha else 7
    across, down = (longer, sides & 7) if landscape else (sides & 7, longer)
    means = [(head & 63) / 63, (head >> 6 & 63) / 31.5 - 1, (head >> 12 & 63) / 31.5 - 1]
    scales = [(head >> 18 & 31) / 31, (sides >> 3 & 63) / 63, (sides >> 9 & 63) / 63]
    grids = [(max(3, across), max(3, down)), (3, 3), (3, 3)]
    at = 5
    if has_alpha:
        means.append((data[5] & 15) / 15)
        scales.append((data[5] >> 4) / 15)
        grids.append((5, 5))
        at = 6
    halves = iter([half for byte in data[at:] for half in (byte & 15, byte >> 4)])
    channels = []
    for mean, scale, (nx, ny) in zip(means, scales, grids, strict=True):
        waves = [(0, 0, mean)]
        for y in range(ny):
            for x in range(0 if y else 1, nx):
                if x * ny < nx * (ny - y):
                    waves.append((x, y, (next(halves) / 7.5 - 1) * scale))
        channels.append(waves)
    assert len(list(halves)) <= 1

    def value(waves, u, v):
        return sum(f * (1 if x == y == 0 else 2 if x * y == 0 else 4) * math.cos(math.pi * x * u) * math.cos(math.pi * y * v)
                   for x, y, f in waves)  # fmt: skip

    def color(light, yellow, red):
        blue = light - 2 / 3 * yellow
        red_part = (3 * light - blue + red) / 2
        return tuple(round(255 * min(1, max(0, part))) for part in (red_part, red_part - red, blue))

    def point(u, v):
        parts = [value(waves, u, v) for waves in channels]
        return (*color(*parts[:3]), round(255 * parts[3]) if has_alpha else 255)

    return point, color(*means[:3]), (across, down)


def near(left, right, most):
    return all(abs(a - b) <= most for a, b in zip(left, right, strict=False))


@pytest.mark.parametrize("color", [(250, 10, 10), (10, 10, 250), (128, 128, 128), (0, 0, 0), (255, 255, 255), (240, 200, 20)])
def test_the_placeholder_of_a_plain_picture_decodes_to_its_colour(color):
    _, mean, _ = decode(look(encoded(Image.new("RGB", (60, 40), color), "PNG"))["thumbhash"])
    assert near(mean, color, 8)


def test_the_placeholder_shows_the_colours_where_they_are():
    point, mean, _ = decode(look(encoded(corners(300, 200), "PNG"))["thumbhash"])
    assert near(mean, tuple((a + b + c + 255) / 4 for a, b, c in zip(RED, BLUE, GREEN, strict=True)), 12)
    assert near(point(0.2, 0.2), RED, 70)
    assert near(point(0.8, 0.2), BLUE, 70)
    assert near(point(0.2, 0.8), GREEN, 70)
    assert min(point(0.8, 0.8)) > 190


@pytest.mark.parametrize(("size", "grid"), [((300, 200), (7, 5)), ((200, 300), (5, 7)), ((90, 90), (7, 7)), ((400, 20), (7, 1))])
def test_the_placeholder_keeps_the_shape(size, grid):
    across, down = decode(look(encoded(corners(*size), "PNG"))["thumbhash"])[2]
    assert (across, down) == grid


def test_the_placeholder_keeps_what_is_transparent():
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    image.paste((20, 200, 20, 255), (0, 0, 30, 60))
    point, mean, _ = decode(look(encoded(image, "PNG"))["thumbhash"])
    assert near(mean, (20, 200, 20), 12)
    assert point(0.1, 0.5)[3] > 200
    assert point(0.9, 0.5)[3] < 60


def test_the_dominant_colour_is_that_of_the_largest_part():
    image = Image.new("RGB", (60, 60), "#3366cc")
    image.paste((255, 255, 0), (0, 0, 20, 20))
    assert look(encoded(image, "PNG"))["dominant_color"] == "#3366cc"


def test_a_wholly_transparent_picture_has_no_colour():
    assert look(encoded(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG"))["dominant_color"] is None


def scene(seed, size=(320, 240)):
    rng = random.Random(seed)
    small = Image.new("L", (9, 7))
    small.putdata([rng.randrange(256) for _ in range(63)])
    return small.resize(size, Image.Resampling.BICUBIC).convert("RGB")


def distance(left, right):
    return (int(left, 16) ^ int(right, 16)).bit_count()


def test_copies_have_nearly_the_same_hash_and_others_do_not():
    first = look(encoded(scene(1), "PNG"))["phash"]
    assert len(first) == 16
    assert distance(first, look(encoded(scene(1).resize((160, 120)), "JPEG", quality=40), "image/jpeg")["phash"]) <= 6
    assert all(distance(first, look(encoded(scene(seed), "PNG"))["phash"]) >= 16 for seed in range(2, 10))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_copy_looks_the_same(orientation):
    upright, turned = (look(stored(one), "image/jpeg") for one in (1, orientation))
    assert distance(upright["phash"], turned["phash"]) <= 6
    assert near(decode(upright["thumbhash"])[1], decode(turned["thumbhash"])[1], 8)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_can_be_looked_at(mode):
    facts = look(encoded(corners().convert("L").convert(mode), "PNG"))
    assert set(facts) == {"thumbhash", "dominant_color", "phash"}
    assert set(facts) <= fields_of("IMAGE")


def test_sixteen_bits_of_grey_are_seen_as_bright_as_they_are():
    image = Image.new("I;16", (20, 20), 0x8000)
    assert look(encoded(image, "PNG"))["dominant_color"] == "#808080"
