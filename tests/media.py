"""Small real files to upload and import: each decodes, or is broken in one known way."""

from functools import cache
from io import BytesIO

from PIL import Image

from tests.domain.processors import files

bomb = cache(files.bomb)


@cache
def png(color: str = "red", size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture of one colour."""
    file = BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


def pngs(count: int) -> list[bytes]:
    """So many pictures, no two with the same bytes."""
    return [png(f"#{number:06x}", (4, 3)) for number in range(count)]


@cache
def photo() -> bytes:
    """A JPEG of 640 x 480 with the tags of a camera and a place in Chile."""
    return files.encoded(files.corners(640, 480), quality=90, exif=files.camera_exif())


def truncated_photo() -> bytes:
    """A JPEG whose end is missing."""
    return photo()[: len(photo()) // 2]


@cache
def song() -> bytes:
    """A second of MP3 with tags."""
    tags = {"title": "Blue", "artist": "Ann", "album": "Seas", "genre": "Folk", "date": "1971", "track": "3"}
    return files.song(tags=tags)


@cache
def wav() -> bytes:
    """A second of uncompressed sound."""
    return files.song("wav", "pcm_s16le")


@cache
def film(size: tuple[int, int] = (96, 64)) -> bytes:
    """Two seconds of MP4 with sound."""
    return files.film(size=size)


@cache
def pdf() -> bytes:
    """Two pages with words, a title and an author."""
    return files.pdf(info="/Title (Report) /Author (Bea)")


@cache
def locked_pdf() -> bytes:
    """A document that opens only with a password."""
    return files.locked(files.pdf(), "secret")


def svg() -> bytes:
    """A picture that would run a script in a browser."""
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>alert(1)</script></svg>'


def html() -> bytes:
    return b"<!doctype html><html><body><script>alert(1)</script></body></html>"


def binary(seed: int = 0, size: int = 64) -> bytes:
    """Bytes of no known type: no processor takes them."""
    return bytes((seed * 7 + at * 31 + 128) % 256 for at in range(size - 4)) + seed.to_bytes(4, "big")


EACH_KIND = {"IMAGE": photo, "VIDEO": film, "AUDIO": song, "DOCUMENT": pdf, "OTHER": binary}
NAMES = {"IMAGE": "photo.jpg", "VIDEO": "film.mp4", "AUDIO": "song.mp3", "DOCUMENT": "paper.pdf", "OTHER": "data.bin"}
