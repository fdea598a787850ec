"""The demo's pictures: which scene goes where, and what its camera would have written into it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from graphql_api.demo import art, scenes
from graphql_api.demo.paint import Picture

EXIF, GPS = 0x8769, 0x8825
SIDEWAYS = 6
"""The orientation of a camera held upright."""
SOFTWARE = "mediagraph demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """What every picture of a camera says."""

    make: str
    model: str
    lens: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture as taken. Size in pixels as seen; exposure in seconds, focal length in millimetres, place in degrees."""

    path: str
    scene: Callable[[tuple[int, int]], Picture]
    size: tuple[int, int]
    title: str
    camera: Camera
    taken: str
    offset: str | None = None
    exposure: tuple[int, int] = (1, 250)
    f_number: float = 8.0
    iso: int = 100
    focal_length: int = 35
    place: tuple[float, float, float] | None = None
    orientation: int = 1


MIRRORLESS = Camera(make="FUJIFILM", model="X-T5", lens="XF16-55mmF2.8 R LM WR")
REFLEX = Camera(make="Canon", model="Canon EOS 6D Mark II", lens="EF24-105mm f/4L IS II USM")
PHONE = Camera(make="Google", model="Pixel 8", lens="Pixel 8 back camera 6.9mm f/1.68")

SHOTS = (
    Shot(path="Pictures/2025/Lisbon/bridge-at-sunset.jpg", scene=scenes.river_bridge, size=(1620, 1080),
         title="Bridge over the Tagus at sunset", camera=MIRRORLESS, taken="2025:05:17 20:41:09", offset="+01:00",
         exposure=(1, 125), f_number=5.6, iso=200, focal_length=23, place=(38.6916, -9.1774, 12)),
    Shot(path="Pictures/2025/Lisbon/alfama-roofs.jpg", scene=scenes.hill_houses, size=(1200, 1500),
         title="The roofs of Alfama", camera=PHONE, taken="2025:05:18 11:05:44", offset="+01:00",
         exposure=(1, 1600), f_number=1.7, iso=50, focal_length=7, place=(38.7118, -9.1300, 78), orientation=6),
    Shot(path="Pictures/2025/Kyoto/gate-in-the-mist.jpg", scene=scenes.shrine_gate, size=(1620, 1080),
         title="Gate in the mist", camera=MIRRORLESS, taken="2025:10:29 06:32:51", offset="+09:00",
         exposure=(1, 60), f_number=7.1, iso=400, focal_length=35, place=(34.9671, 135.7727, 54)),
    Shot(path="Pictures/2025/Kyoto/bamboo-grove.jpg", scene=scenes.bamboo, size=(1080, 1440),
         title="Bamboo grove of Arashiyama", camera=MIRRORLESS, taken="2025:10:30 08:15:00", offset="+09:00",
         exposure=(1, 40), f_number=4.0, iso=800, focal_length=16, place=(35.0170, 135.6713, 61)),
    Shot(path="Pictures/2025/Reykjavik/northern-lights.jpg", scene=scenes.northern_lights, size=(1620, 1080),
         title="Northern lights", camera=REFLEX, taken="2025:02:08 23:12:30", offset="+00:00",
         exposure=(6, 1), f_number=4.0, iso=1600, focal_length=24, place=(64.1466, -21.9426, 15)),
    Shot(path="Pictures/2025/Reykjavik/lighthouse.jpg", scene=art.lighthouse, size=(1500, 1000),
         title="Lighthouse on the point", camera=REFLEX, taken="2025:02:09 12:48:03", offset="+00:00",
         exposure=(1, 320), f_number=9.0, focal_length=50, place=(64.1640, -22.0118, 6)),
    Shot(path="Pictures/2024/Nairobi/acacias.jpg", scene=scenes.savanna, size=(1620, 1080),
         title="Acacias at dusk", camera=REFLEX, taken="2024:08:22 18:28:17", offset="+03:00",
         exposure=(1, 500), f_number=6.3, iso=320, focal_length=105, place=(-1.3733, 36.8580, 1670)),
    Shot(path="Pictures/2024/Nairobi/city-at-night.jpg", scene=scenes.night_city, size=(1440, 1080),
         title="City at night", camera=PHONE, taken="2024:08:24 20:55:39", offset="+03:00",
         exposure=(1, 10), f_number=1.7, iso=1250, focal_length=7, place=(-1.2864, 36.8172, 1680)),
    Shot(path="Pictures/2024/Garden/flowers.jpg", scene=scenes.meadow, size=(1500, 1200),
         title="Flowers in the grass", camera=MIRRORLESS, taken="2024:06:02 14:20:11", focal_length=55, f_number=4.5),
    Shot(path="Pictures/2024/Garden/dunes.jpg", scene=art.dunes, size=(1680, 1050),
         title="Dunes", camera=MIRRORLESS, taken="2024:09:14 19:02:00", focal_length=45, f_number=11.0),
)  # fmt: skip


def make_pictures(folder: Path) -> list[Callable[[], Path]]:
    """The steps that draw one picture each and tell where it is."""
    photographs = [lambda shot=shot: photograph(folder, shot) for shot in SHOTS]
    return [*photographs, lambda: ribbons(folder), lambda: boat(folder), lambda: geometry(folder), lambda: orbit(folder)]


def photograph(folder: Path, shot: Shot) -> Path:
    wide, tall = shot.size
    picture = shot.scene((wide * 2, tall * 2)).reduce(2)
    if shot.orientation == SIDEWAYS:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    path = folder / shot.path
    picture.save(path, quality=85, exif=exif_of(shot))
    return path


def exif_of(shot: Shot) -> Image.Exif:
    """The tags of EXIF 3.0 for a shot; XPTitle is what Windows shows."""
    exif = Image.Exif()
    camera = shot.camera
    exif.update({0x010F: camera.make, 0x0110: camera.model, 0x0112: shot.orientation, 0x0131: SOFTWARE, 0x0132: shot.taken})
    exif.update({0x010E: shot.title, 0x9C9B: (shot.title + "\0").encode("utf-16-le")})
    exif[EXIF] = lens_tags(shot) | ({0x9011: shot.offset} if shot.offset else {})
    if shot.place:
        exif[GPS] = place_tags(*shot.place)
    return exif


def lens_tags(shot: Shot) -> dict[int, object]:
    return {
        0x829A: IFDRational(*shot.exposure),
        0x829D: IFDRational(round(shot.f_number * 10), 10),
        0x8827: shot.iso,
        0x9000: b"0300",
        0x9003: shot.taken,
        0x920A: IFDRational(shot.focal_length),
        0x9209: 16,
        0xA434: shot.camera.lens,
    }


def place_tags(latitude: float, longitude: float, altitude: float) -> dict[int, object]:
    return {
        1: "N" if latitude >= 0 else "S",
        2: sixtieths(latitude),
        3: "E" if longitude >= 0 else "W",
        4: sixtieths(longitude),
        5: b"\0",
        6: IFDRational(round(altitude * 10), 10),
    }


def sixtieths(angle: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and seconds to a hundredth."""
    minutes, hundredths = divmod(round(abs(angle) * 360_000), 6000)
    return IFDRational(minutes // 60), IFDRational(minutes % 60), IFDRational(hundredths, 100)


def ribbons(folder: Path) -> Path:
    path = folder / "Pictures/Art/ribbons.png"
    art.ribbons((2400, 1500)).reduce(2).save(path)
    return path


def boat(folder: Path) -> Path:
    path = folder / "Pictures/Art/paper-boat.png"
    art.paper_boat((2000, 2000)).reduce(2).save(path)
    return path


def geometry(folder: Path) -> Path:
    path = folder / "Pictures/Art/geometry.webp"
    art.geometry((2880, 1920)).reduce(2).save(path, quality=85)
    return path


def orbit(folder: Path) -> Path:
    path = folder / "Pictures/Art/orbit.gif"
    first, *rest = (frame.quantize(96, Image.Quantize.MAXCOVERAGE) for frame in art.orbit((960, 960)))
    first.save(path, save_all=True, append_images=rest, duration=70, loop=0)
    return path
