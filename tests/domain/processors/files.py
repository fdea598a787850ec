"""Makes the files that the tests of processors read: nothing here comes from elsewhere."""

import io
import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image
from PIL.TiffImagePlugin import IFDRational as Rational

RED, BLUE = (250, 10, 10), (10, 10, 250)
GREEN, WHITE = (10, 200, 10), (255, 255, 255)
ORIENTATION = 0x0112


def corners(width=80, height=60):
    """A picture that looks different in every orientation: red, blue, green and white quarters."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height // 2))
    image.paste(GREEN, (0, height // 2, width // 2, height))
    image.paste(WHITE, (width // 2, height // 2, width, height))
    return image


def encoded(image, name="JPEG", **options):
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def stored(orientation, width=80, height=60):
    """`corners` as a camera held that way would store it: turned back, with the tag that says so."""
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    image = corners(width, height)
    if orientation in back:
        image = image.transpose(Image.Transpose(back[orientation]))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(image, quality=95, exif=exif)


def camera_exif():
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Mak\0er", "Model 1", "Soft"
    exif[0x010E], exif[0x013B], exif[0x8298] = "Seen from the hill", "Ann", "CC0"
    exif[0x9C9B] = "Über".encode("utf-16-le") + b"\0\0"
    exif[0x011A] = 72.0
    exif._ifds[0x8769] = {
        0x829A: Rational(1, 125), 0x829D: Rational(28, 10), 0x8827: 400, 0x9003: "2021:06:05 14:03:02",
        0x9011: "+02:00", 0x9291: "25",
        0x9209: 0x19, 0x920A: Rational(50, 1), 0xA405: 75, 0xA434: "Lens 50", 0xA001: 1, 0x9204: Rational(0, 0), 0xA431: "S/N 7",
    }  # fmt: skip
    exif._ifds[0x8825] = {
        1: "S", 2: (33.0, 30.0, 0.0), 3: "W", 4: (70.0, 15.0, 36.0), 5: b"\x01", 6: Rational(125, 10),
    }  # fmt: skip
    return exif


def bomb(width=40_000, height=30_000):
    """A small PNG that claims far more pixels than fit."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * 100), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def film(*, size=(96, 64), shape=None, rotation=0, sound=True, name="mp4", codec="mpeg4", tags=None, seconds=2, path=None):
    """Two seconds at ten pictures a second: quarters first, black in the second half. With a path, its index comes first."""
    file = io.BytesIO()
    with av.open(path or file, "w", format=name, options={"movflags": "faststart"} if path else {}) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        if shape:
            stream.codec_context.sample_aspect_ratio = Fraction(*shape)
        if rotation:
            stream.set_display_rotation(rotation)
        voice = container.add_stream("aac", rate=44_100, layout="mono") if sound else None
        pictures = (corners(*size), Image.new("RGB", size))
        for at in range(seconds * 10):
            frame = av.VideoFrame.from_image(pictures[at >= seconds * 5])
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if voice:
            sing(container, voice, seconds)
    return Path(path).read_bytes() if path else file.getvalue()


def sing(container, stream, seconds, layout="mono"):
    rate, step = stream.rate, 1_024
    for at in range(0, rate * seconds, step):
        frame = av.AudioFrame(format=stream.format.name, layout=layout, samples=step)
        frame.sample_rate, frame.pts = rate, at
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def song(name="mp3", codec="mp3", *, tags=None, seconds=1, chapters=()):
    file = io.BytesIO()
    with av.open(file, "w", format=name) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=44_100, layout="stereo")
        if chapters:
            container.set_chapters(list(chapters))
        sing(container, stream, seconds, "stereo")
    return file.getvalue()


def with_cover(content, picture):
    """The MP3 with an ID3v2.3 tag before it that holds the picture."""
    body = b"\0image/png\0\x03\0" + picture
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frame + content


def pdf(pages=("Hello brave world", "second page"), *, info="", catalog="", box="0 0 200 100"):
    """A document by hand, a line of Helvetica on each page."""
    objects = [f"<</Type /Catalog /Pages 2 0 R {catalog}>>"]
    kids = " ".join(f"{5 + at * 2} 0 R" for at in range(len(pages)))
    objects.append(f"<</Type /Pages /Kids [{kids}] /Count {len(pages)}>>")
    objects.append(f"<<{info}>>")
    objects.append("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>")
    for at, line in enumerate(pages):
        drawing = f"1 0 0 rg 0 0 100 50 re f 0 g BT /F 12 Tf 10 70 Td ({line}) Tj ET"
        objects.append(
            f"<</Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents {6 + at * 2} 0 R /Resources <</Font <</F 4 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(drawing)}>> stream\n{drawing}\nendstream")
    return assembled(objects)


def assembled(objects):
    out, places = b"%PDF-1.6\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    return out + f"{head}trailer <</Size {len(places) + 1} /Root 1 0 R /Info 3 0 R>>\nstartxref\n{len(out)}\n%%EOF\n".encode()


def locked(content, user, owner="owner"):
    """The document encrypted (RC4, which pypdf does by itself)."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(user_password=user, owner_password=owner, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
