"""The places: each draws itself on a canvas of the given size, twice as large as the picture to be."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
import math
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from graphql_api.demo.paint import Picture, clouds, disc, glow, gradient, ground, mixed, peaks, petals, rgb, stars, water, wave

Size = tuple[int, int]


def river_bridge(size: Size) -> Picture:
    """A suspension bridge before the evening sun."""
    width, height = size
    picture = gradient(size, "#2b3a67", "#8a5a83", "#f08a5d", "#ffd08a", "#ffe3b3")
    horizon = round(height * 0.66)
    clouds(picture, 4, (height * 0.1, height * 0.4), "#ffb38a")
    glow(picture, (width * 0.62, horizon - 90), height * 0.5, "#fff0c2")
    disc(picture, (width * 0.62, horizon - 90), height * 0.055, "#fff7de")
    ground(picture, wave(3, width, horizon - 50, 42, 2), "#7a4a66")
    bridge(picture, horizon, "#43243d")
    water(picture, horizon, "#5b3f66", 0.28)
    return picture


def bridge(picture: Picture, horizon: int, colour: str) -> None:
    draw = ImageDraw.Draw(picture)
    width, deck, top = picture.width, horizon - 110, horizon - 560
    draw.rectangle((0, deck, width, deck + 22), fill=colour)
    for tower in (0.24, 0.78):
        for side in (-32, 18):
            draw.rectangle((width * tower + side, top, width * tower + side + 14, horizon), fill=colour)
        for y in range(top, horizon, 92):
            draw.rectangle((width * tower - 32, y, width * tower + 32, y + 10), fill=colour)
    for x in range(0, width, 5):
        y = cable(x / width, top, deck)
        draw.line((x, y, x + 5, cable((x + 5) / width, top, deck)), fill=colour, width=9)
        if x % 60 == 0:
            draw.line((x, y, x, deck), fill=colour, width=3)


def cable(place: float, top: float, deck: float) -> float:
    """A parabola between the towers, and its ends outside of them."""
    across = abs(place - 0.51) / 0.27
    return deck - (deck - top) * min(across**2, 1) if across <= 1 else top + (deck - top) * min((across - 1) * 1.35, 1)


def hill_houses(size: Size) -> Picture:
    """White and pastel houses climbing a hill."""
    width, height = size
    picture = gradient(size, "#3f8fd2", "#8cc6ee", "#dff1fa")
    clouds(picture, 9, (height * 0.05, height * 0.3), "#ffffff")
    chance = Random(12)
    for row in range(9):
        far = 1 - row / 9
        base = height * (0.42 + row * 0.075)
        x = -100.0
        while x < width:
            wide = chance.uniform(150, 270) * (1.25 - far * 0.5)
            tall = chance.uniform(230, 330) * (1.3 - far * 0.6)
            lift = math.sin(x / width * math.pi) * height * 0.09 * far
            house(picture, (x, base - tall - lift), (wide, height), chance, far * 0.28)
            x += wide
    return picture


def house(picture: Picture, corner: tuple[float, float], size: tuple[float, float], chance: Random, haze: float) -> None:
    x, y, wide = *corner, size[0]
    draw, sky = ImageDraw.Draw(picture), rgb("#cfe6f4")
    wall = mixed(rgb(chance.choice(("#fbf4e6", "#f6d9b8", "#f3c1ae", "#fff9ef", "#f4e2a0", "#c8dbe8", "#f7ece0"))), sky, haze)
    roof = mixed(rgb(chance.choice(("#c8553d", "#b5452f", "#d2694a"))), sky, haze)
    draw.rectangle((x, y, x + wide, y + size[1]), fill=wall)
    draw.rectangle((x + wide * 0.93, y, x + wide, y + size[1]), fill=mixed(wall, (60, 50, 80), 0.16))
    draw.polygon(
        [(x - 10, y), (x + wide * 0.2, y - wide * 0.26), (x + wide * 0.8, y - wide * 0.26), (x + wide + 10, y)], fill=roof
    )
    pane = mixed(rgb("#3f5a73"), sky, haze)
    for row in range(3):
        for n in range(3):
            left, top = x + wide * (0.13 + n * 0.27), y + 38 + row * wide * 0.44
            draw.rectangle(
                (left - 4, top - 4, left + wide * 0.14 + 4, top + wide * 0.24 + 4), fill=mixed(wall, (255, 255, 255), 0.6)
            )
            draw.rectangle((left, top, left + wide * 0.14, top + wide * 0.24), fill=pane)


def shrine_gate(size: Size) -> Picture:
    """A red gate in the water before misty hills."""
    width, height = size
    picture = gradient(size, "#f6c9b0", "#fbe3cf", "#fdf1e4")
    disc(picture, (width * 0.5, height * 0.36), height * 0.2, "#f58a6a")
    horizon = round(height * 0.7)
    for n, colour in enumerate(("#dcb8b4", "#b98f9b", "#8b6c86", "#5d5172")):
        ground(picture, wave(20 + n, width, horizon - 330 + n * 95, 130 - n * 20, 1.6 + n * 0.5), colour)
    draw = ImageDraw.Draw(picture)
    middle, red, dark = width * 0.5, "#d1352b", "#3b1f2b"
    for side in (-1, 1):
        x = middle + side * 290
        draw.polygon([(x - 30, horizon + 60), (x - 22, horizon - 560), (x + 22, horizon - 560), (x + 30, horizon + 60)], fill=red)
        draw.rectangle((x - 40, horizon + 10, x + 40, horizon + 60), fill=dark)
    draw.rectangle((middle - 370, horizon - 440, middle + 370, horizon - 396), fill=red)
    draw.rectangle((middle - 24, horizon - 560, middle + 24, horizon - 440), fill=red)
    lintel = [(middle + x, horizon - 600 - (abs(x) / 460) ** 2 * 50) for x in range(-460, 461, 20)]
    draw.polygon([*lintel, (middle + 430, horizon - 545), (middle - 430, horizon - 545)], fill=red)
    draw.line([(x, y - 14) for x, y in lintel], fill=dark, width=38, joint="curve")
    water(picture, horizon, "#a88fa6", 0.25)
    return picture


def bamboo(size: Size) -> Picture:
    """Stems of a bamboo grove with light between them."""
    width, height = size
    picture = gradient(size, "#dff2b8", "#a9d18e", "#4f8a5b")
    glow(picture, (width * 0.5, height * 0.25), height * 0.55, "#fffce0")
    chance = Random(5)
    for depth in range(5):
        near = depth / 4
        for _ in range(9 - depth):
            stem(picture, chance, near)
        if depth < 4:
            picture = picture.filter(ImageFilter.BoxBlur(7 - depth * 1.7))
    return picture


def stem(picture: Picture, chance: Random, near: float) -> None:
    draw = ImageDraw.Draw(picture)
    x, half = chance.random() * picture.width, 10 + 46 * near**1.6
    colour = mixed(rgb("#b9dc93"), rgb(chance.choice(("#2f6b3a", "#3d7f44", "#27592f"))), 0.2 + 0.75 * near)
    for n in range(-1, 9):
        top = (n + chance.random() * 0.2) * picture.height / 8
        draw.rectangle((x - half, top, x + half, top + picture.height / 7), fill=colour)
        draw.rectangle((x - half * 0.5, top, x - half * 0.1, top + picture.height / 7), fill=mixed(colour, (255, 255, 220), 0.25))
        draw.rectangle((x - half - 3, top, x + half + 3, top + 7), fill=mixed(colour, (20, 40, 20), 0.35))


def northern_lights(size: Size) -> Picture:
    """Green and violet curtains over snowy peaks."""
    width, height = size
    picture = gradient(size, "#060b26", "#0b1c42", "#123a5a", "#1d5a6a")
    stars(picture, 650, height * 0.7, 3)
    for n, colour in enumerate(("#5cf2a4", "#38d9a9", "#9d6bff", "#7cffc0")):
        curtain(picture, 40 + n, height * (0.42 - n * 0.05), colour)
    ground(picture, peaks(9, width, height * 0.84, height * 0.22), "#274a6b")
    ridge = peaks(8, width, height * 0.86, height * 0.3)
    ground(picture, ridge, "#c3d8e8")
    ground(picture, [(x, max(y + 30, height * 0.66 + 34 * math.sin(x / 23) * math.sin(x / 61))) for x, y in ridge], "#1c3352")
    ground(picture, wave(6, width, height * 0.83, 30, 4), "#101d36")
    water(picture, round(height * 0.85), "#0a1730", 0.4)
    return picture


def curtain(picture: Picture, seed: int, base: float, colour: str) -> None:
    """Vertical rays standing on a waving line, brightest at the foot."""
    scale, chance = 12, Random(seed)
    small = Image.new("L", (picture.width // scale, picture.height // scale))
    draw = ImageDraw.Draw(small)
    line = wave(seed, picture.width, base, picture.height * 0.1, 1.1)
    for x, foot in line:
        tall = picture.height * chance.uniform(0.16, 0.3)
        for step in range(14):
            y = (foot - tall * step / 14) / scale
            draw.rectangle((x / scale, y - tall / 14 / scale, x / scale + 1, y), fill=round(150 * (1 - step / 14) ** 1.4))
    picture.paste(rgb(colour), (0, 0), small.filter(ImageFilter.GaussianBlur(2)).resize(picture.size, Image.Resampling.BICUBIC))


def savanna(size: Size) -> Picture:
    """Acacias before a large low sun."""
    width, height = size
    picture = gradient(size, "#7d1f2e", "#d9472b", "#f98e2b", "#ffcf5c", "#ffe9a3")
    clouds(picture, 2, (height * 0.1, height * 0.45), "#b5342f", 5)
    glow(picture, (width * 0.36, height * 0.6), height * 0.6, "#fff3b0")
    disc(picture, (width * 0.36, height * 0.6), height * 0.15, "#fff6c9")
    ground(picture, wave(11, width, height * 0.74, 24, 2), "#8c3b23")
    ground(picture, wave(13, width, height * 0.8, 18, 3), "#3a1618")
    for x, y, scale in ((0.7, 0.815, 1.0), (0.16, 0.8, 0.5), (0.9, 0.79, 0.36), (0.48, 0.79, 0.26)):
        acacia(picture, (width * x, height * y), height * 0.5 * scale)
    grass(picture, Random(7))
    return picture


def acacia(picture: Picture, foot: tuple[float, float], tall: float) -> None:
    draw, chance, dark = ImageDraw.Draw(picture), Random(round(tall)), "#26100f"
    x, y = foot
    for lean in (-0.55, -0.3, -0.08, 0.2, 0.45):
        tip = (x + lean * tall, y - tall * 0.86)
        draw.line(
            [(x, y), (x + lean * tall * 0.1, y - tall * 0.4), tip], fill=dark, width=max(3, round(tall * 0.028)), joint="curve"
        )
    for _ in range(90):
        across = chance.uniform(-1, 1)
        cx, cy = x + across * tall * 0.75, y - tall * (0.86 + 0.1 * (1 - across**2) * chance.random())
        draw.ellipse((cx - tall * 0.12, cy - tall * 0.035, cx + tall * 0.12, cy + tall * 0.03), fill=dark)


def grass(picture: Picture, chance: Random) -> None:
    draw = ImageDraw.Draw(picture)
    for _ in range(900):
        x, tall = chance.random() * picture.width, chance.uniform(30, 130)
        foot = picture.height * chance.uniform(0.9, 1.05)
        draw.line(
            (x, foot, x + chance.uniform(-25, 25), foot - tall), fill=chance.choice(("#1d0b0c", "#2a1011", "#4a1d17")), width=4
        )


def night_city(size: Size) -> Picture:
    """Towers with lit windows under the moon."""
    width, height = size
    picture = gradient(size, "#0d1030", "#2a2560", "#6a3f86", "#e0778a")
    stars(picture, 260, height * 0.5, 8)
    glow(picture, (width * 0.78, height * 0.2), height * 0.3, "#d9dcff", 0.7)
    disc(picture, (width * 0.78, height * 0.2), height * 0.06, "#fdf8e4")
    for row, colour in enumerate(("#57407f", "#372b62", "#17153a")):
        chance, x = Random(30 + row), -40.0
        while x < width:
            wide, tall = chance.uniform(110, 220), height * chance.uniform(0.2, 0.52) * (1.1 - row * 0.2)
            tower(picture, (x, height * 0.88 - tall), wide, colour, chance)
            x += wide + chance.uniform(0, 26)
    water(picture, round(height * 0.86), "#120f33", 0.3)
    return picture


def tower(picture: Picture, corner: tuple[float, float], wide: float, colour: str, chance: Random) -> None:
    draw, (x, y) = ImageDraw.Draw(picture), corner
    draw.rectangle((x, y, x + wide, picture.height), fill=colour)
    if chance.random() < 0.3:
        draw.line((x + wide / 2, y - wide * 0.7, x + wide / 2, y), fill=colour, width=7)
    for top in range(round(y) + 18, picture.height, 34):
        for left in range(round(x) + 12, round(x + wide) - 18, 28):
            if chance.random() < 0.42:
                draw.rectangle((left, top, left + 13, top + 17), fill=chance.choice(("#ffd98a", "#ffe9bf", "#f7b267", "#8f86c9")))


def meadow(size: Size) -> Picture:
    """Flowers from above, large before small."""
    picture = gradient(size, "#3f7d4e", "#2f6845", "#24543b")
    chance = Random(17)
    draw = ImageDraw.Draw(picture)
    for _ in range(1500):
        x, y, tall = chance.random() * size[0], chance.random() * size[1], chance.uniform(50, 160)
        shade = mixed(rgb("#2a6a41"), rgb("#9bcf6a"), chance.random() * 0.75)
        draw.line((x, y, x + chance.uniform(-50, 50), y - tall), fill=shade, width=7)
    picture = picture.filter(ImageFilter.GaussianBlur(5))
    draw = ImageDraw.Draw(picture)
    for near in (70, 110, 170, 230):
        for _ in range(26 - near // 12):
            colour = rgb(chance.choice(("#ef476f", "#f78da7", "#9b5de5", "#fee440", "#ffffff", "#f15bb5", "#ff8c42")))
            centre = chance.random() * size[0], chance.random() * size[1]
            draw.circle((centre[0] + 10, centre[1] + 16), near * 0.8, fill="#1f4a35")
            petals(draw, centre, near, chance.choice((6, 8, 11)), colour)
    return picture
