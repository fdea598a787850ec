"""More pictures: a coast, a desert, and abstract ones with transparent ground or that move."""

import math
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from graphql_api.demo.paint import Picture, clouds, disc, glow, gradient, ground, mixed, rgb, water, wave

Size = tuple[int, int]


def lighthouse(size: Size) -> Picture:
    """A striped lighthouse on a rock above a calm sea."""
    width, height = size
    picture = gradient(size, "#2f6fa8", "#7fb8d8", "#cfe8ee", "#f9efdc")
    clouds(picture, 14, (height * 0.12, height * 0.42), "#ffffff", 9)
    horizon = round(height * 0.7)
    ground(picture, wave(31, width, horizon - 30, 60, 1.3), "#7f9fb5")
    water(picture, horizon, "#2f7a96", 0.55)
    rock = [(x, y + (abs(x / width - 0.7) * 2.2) ** 3 * height * 0.5) for x, y in wave(44, width, height * 0.74, 40, 4)]
    ground(picture, rock, "#3b4a50")
    ground(picture, [(x, y + 40) for x, y in rock], "#2c383e")
    lamp_tower(picture, (width * 0.7, height * 0.75), height * 0.52)
    return picture


def lamp_tower(picture: Picture, foot: tuple[float, float], tall: float) -> None:
    draw, (x, y) = ImageDraw.Draw(picture), foot
    for n in range(7):
        low, high = n / 7, (n + 1) / 7
        wide, narrow = tall * (0.13 - low * 0.045), tall * (0.13 - high * 0.045)
        corners = [
            (x - wide, y - tall * low),
            (x + wide, y - tall * low),
            (x + narrow, y - tall * high),
            (x - narrow, y - tall * high),
        ]
        draw.polygon(corners, fill="#d63c3c" if n % 2 else "#fbfaf5")
        draw.polygon(
            [(x + wide * 0.45, corners[0][1]), *corners[1:3], (x + narrow * 0.45, corners[2][1])],
            fill="#b02f38" if n % 2 else "#dcdcda",
        )
    top = y - tall
    draw.rectangle((x - tall * 0.11, top - 14, x + tall * 0.11, top + 14), fill="#2c383e")
    glow(picture, (x, top - tall * 0.07), tall * 0.3, "#fff2b0")
    draw.rectangle((x - tall * 0.06, top - tall * 0.13, x + tall * 0.06, top - 14), fill="#ffe58a")
    draw.pieslice((x - tall * 0.08, top - tall * 0.21, x + tall * 0.08, top - tall * 0.05), 180, 360, fill="#b02f38")


def dunes(size: Size) -> Picture:
    """Waves of sand, lit from one side."""
    width, height = size
    picture = gradient(size, "#f7a072", "#fcd5b5", "#fff3e2")
    disc(picture, (width * 0.76, height * 0.24), height * 0.07, "#fffaf0")
    near, far = rgb("#8f3f2b"), rgb("#f4bb8a")
    for n in range(7):
        share = n / 6
        line = wave(60 + n, width, height * (0.42 + share * 0.5), height * (0.05 + share * 0.04), 0.7 + share * 0.5)
        ground(picture, line, mixed(far, near, share))
        shadow = [(x, y + height * 0.02 + abs(math.sin(x / width * 5 + n * 2)) * height * 0.1) for x, y in line]
        ground(picture, shadow, mixed(mixed(far, near, share), (60, 20, 40), 0.13))
    return picture


def ribbons(size: Size) -> Picture:
    """Bright ribbons on a transparent ground."""
    picture = Image.new("RGBA", size)
    for n in range(26):
        share = n / 25
        layer = Image.new("RGBA", size)
        crest = wave(5, size[0], size[1] * (0.25 + share * 0.3), size[1] * (0.2 - share * 0.1), 0.8 + share * 0.35)
        lower = [(x, y + size[1] * 0.12 * (1.1 - share)) for x, y in reversed(crest)]
        colour = mixed(mixed(rgb("#00c2d1"), rgb("#7b2ff7"), min(1, share * 2)), rgb("#ff5d8f"), max(0, share * 2 - 1))
        ImageDraw.Draw(layer).polygon([*crest, *lower], fill=(*colour, 60))
        picture.alpha_composite(layer)
    return picture


def paper_boat(size: Size) -> Picture:
    """A folded paper boat as a sticker: transparent around it."""
    picture = Image.new("RGBA", size)
    wide, tall = size

    def fold(colour: str, *points: tuple[float, float]) -> None:
        ImageDraw.Draw(picture).polygon([(x * wide, y * tall) for x, y in points], fill=colour)

    shadow = Image.new("RGBA", size)
    ImageDraw.Draw(shadow).ellipse((wide * 0.15, tall * 0.74, wide * 0.85, tall * 0.86), fill=(20, 40, 80, 120))
    picture.alpha_composite(shadow.filter(ImageFilter.GaussianBlur(26)))
    fold("#ff6b6b", (0.5, 0.14), (0.32, 0.55), (0.5, 0.6))
    fold("#e04f5f", (0.5, 0.14), (0.68, 0.55), (0.5, 0.6))
    fold("#ffd166", (0.08, 0.46), (0.5, 0.6), (0.5, 0.8), (0.26, 0.8))
    fold("#f4b740", (0.92, 0.46), (0.5, 0.6), (0.5, 0.8), (0.74, 0.8))
    fold("#fff0c4", (0.08, 0.46), (0.32, 0.55), (0.5, 0.6), (0.26, 0.62))
    fold("#ffe29a", (0.92, 0.46), (0.68, 0.55), (0.5, 0.6), (0.74, 0.62))
    return picture


def geometry(size: Size) -> Picture:
    """Quarter circles and discs on a grid, in five colours."""
    chance, side = Random(77), size[0] // 6
    picture = Image.new("RGB", size, "#f4efe6")
    draw = ImageDraw.Draw(picture)
    colours = ["#e4572e", "#17bebb", "#ffc914", "#2e282a", "#76b041", "#f4efe6"]
    for x in range(0, size[0], side):
        for y in range(0, size[1], side):
            ground_colour, shape, dot = chance.sample(colours, 3)
            draw.rectangle((x, y, x + side, y + side), fill=ground_colour)
            left, top = x - side * chance.randint(0, 1), y - side * chance.randint(0, 1)
            tile = Image.new("RGB", (side, side), ground_colour)
            ImageDraw.Draw(tile).ellipse((left - x, top - y, left - x + side * 2, top - y + side * 2), fill=shape)
            picture.paste(tile, (x, y))
            if chance.random() < 0.4:
                draw.circle((x + side / 2, y + side / 2), side * 0.2, fill=dot)
    return picture


def orbit(size: Size, frames: int = 24) -> list[Picture]:
    """Planets around a sun; the last frame leads into the first."""
    return [orbit_at(size, n / frames).reduce(2) for n in range(frames)]


def orbit_at(size: Size, time: float) -> Picture:
    picture, draw_at = gradient(size, "#10142e", "#23214f"), (size[0] / 2, size[1] / 2)
    draw = ImageDraw.Draw(picture)
    for n, (colour, rounds) in enumerate((("#f4a261", 3), ("#4cc9f0", 2), ("#f72585", 1))):
        radius, turn = size[1] * (0.17 + n * 0.12), math.tau * (time * rounds + n / 3)
        draw.circle(draw_at, radius, outline="#4a4a85", width=3)
        disc(
            picture,
            (draw_at[0] + radius * math.cos(turn), draw_at[1] + radius * math.sin(turn)),
            size[1] * (0.026 + n * 0.008),
            colour,
        )
    disc(picture, draw_at, size[1] * 0.085, "#ffd60a")
    disc(picture, draw_at, size[1] * 0.06, "#ffe97a")
    return picture
