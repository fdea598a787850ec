"""What libraries are full of: words as people use them, names, places and cameras, some of each far more often than the rest."""

import random
from collections.abc import Iterable
from itertools import accumulate
from typing import TypeVar

WORDS = [
    "amber", "river", "stone", "night", "garden", "winter", "silver", "cloud", "mountain", "harbour", "city", "festival", "red",
    "window", "bridge", "forest", "ocean", "summer", "wedding", "trip", "lake", "island", "Größe", "東京", "café", 'a "quoted"',
    "back\\slash",
]  # fmt: skip
BEGINNINGS = tuple("bcdfghklmnprstvwz")
MIDDLES = ("a", "e", "i", "o", "u", "ai", "ea", "oo", "ou")
ENDINGS = ("n", "r", "l", "s", "t", "nd", "rk", "ll", "m", "st", "ck", "sh", "ve", "den", "ton", "ler", "ing")
VOCABULARY, PHRASES = 3_000, 20_000
CITIES = [
    (52.52, 13.40), (48.85, 2.35), (51.51, -0.13), (40.71, -74.01), (35.68, 139.69), (41.90, 12.50), (41.39, 2.17),
    (48.21, 16.37), (37.77, -122.42), (59.33, 18.07), (55.68, 12.57), (38.72, -9.14), (34.05, -118.24), (-33.87, 151.21),
    (19.43, -99.13), (-22.91, -43.17), (1.35, 103.82), (13.76, 100.50), (28.61, 77.21), (30.04, 31.24), (-33.92, 18.42),
    (64.15, -21.94), (41.01, 28.98), (50.08, 14.44), (45.44, 12.33), (-17.73, 179.99), (60.17, 24.94), (47.37, 8.54),
    (22.32, 114.17), (25.20, 55.27),
]  # fmt: skip
"""Degrees north and east; one of them lies beside the line where the day changes."""
CAMERAS = [
    ("Apple", "iPhone 14 Pro", ("back triple camera", "front camera")),
    ("Canon", "EOS R5", ("RF24-70mm F2.8 L", "RF85mm F1.2 L")),
    ("Sony", "ILCE-7M4", ("FE 24-105mm F4 G", "FE 35mm F1.8")),
    ("Nikon", "Z 6II", ("NIKKOR Z 24-70mm f/4 S", "NIKKOR Z 50mm f/1.8 S")),
    ("FUJIFILM", "X-T5", ("XF18-55mmF2.8-4 R", "XF35mmF1.4 R")),
    ("Google", "Pixel 7", ("back camera",)),
    ("Canon", "EOS 5D Mark III", ("EF24-70mm f/2.8L II",)),
    ("Leica", "Q2", ("SUMMILUX 1:1.7/28",)),
    ("DJI", "FC3582", ("24 mm",)),
    ("HASSELBLAD", "X1D II 50C", ("XCD 45",)),
]
CODECS = [("h264", "aac"), ("hevc", "aac"), ("vp9", "opus"), ("av1", "opus"), ("prores", "pcm_s16le")]
GENRES = [
    "Rock",
    "Pop",
    "Jazz",
    "Classical",
    "Folk",
    "Electronic",
    "Hip-Hop",
    "Soul",
    "Ambient",
    "Spoken Word",
    "Field Recording",
]
LANGUAGES = ["en", "de", "fr", "ja"]
SOFTWARE = ["Lightroom 7.2", "darktable 4.6", "Photos 9.0", "GIMP 2.10", "Capture One 23"]
Thing = TypeVar("Thing")


def zipf(things: Iterable[Thing], *, flat: float = 0.0, steep: float = 1.0) -> tuple[list[Thing], list[float]]:
    """Things and their cumulative weights, the first one most often; `flat` makes the first few more alike."""
    held = list(things)
    return held, list(accumulate(1 / (place + flat) ** steep for place in range(1, len(held) + 1)))


def spread(things: Iterable[Thing], chance: random.Random, size: int = 4096, *, flat: float = 0.0) -> list[Thing]:
    """A list to pick from by a random place: what is often in it is picked often."""
    held, weights = zipf(things, flat=flat)
    return chance.choices(held, cum_weights=weights, k=size)


def vocabulary(chance: random.Random) -> list[str]:
    """So many different words, those known first."""
    made = dict.fromkeys(WORDS)
    while len(made) < VOCABULARY:
        parts = range(chance.choice((1, 1, 2)))
        made["".join(chance.choice(BEGINNINGS) + chance.choice(MIDDLES) for _ in parts) + chance.choice(ENDINGS)] = None
    return list(made)


class Language:
    """Words and phrases to pick from, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        known = vocabulary(chance)
        self.words = spread(known, chance, 1 << 16, flat=20)
        self.phrases = [" ".join(chance.choices(self.words, k=chance.randrange(5, 11))) for _ in range(PHRASES)]
        names = [word.title() for word in known if len(word) > 3]
        self.people = [f"{one} {other}" for one, other in zip(chance.sample(names, 300), chance.sample(names, 300), strict=True)]
        self.albums = [" ".join(chance.sample(names, 2)) for _ in range(len(self.people) * 3)]
