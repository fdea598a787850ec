"""Tiny files of each kind, made and decoded in the template: what a codec loads at first use is loaded before any fork."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from io import BytesIO

from domain.media import MediaKind
from domain.processing import PROCESSORS, Subject
from domain.processors import BUILT_IN

PDF = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] /Contents 4 0 R
/Resources <</Font <<
/A <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> /B <</Type /Font /Subtype /TrueType /BaseFont /X>>
>>>>>> endobj
4 0 obj <</Length 56>> stream
BT /A 20 Tf 5 40 Td (Ag) Tj /B 20 Tf 0 -20 Td (Ag) Tj ET
endstream endobj
trailer <</Root 1 0 R>>
"""
PIXELS = 16


def warm() -> None:
    """Runs each built-in strategy once on a file of its kind; one that fails here will say why when it is needed."""
    for kind, mime_type, content in samples():
        subject = Subject(kind=kind, mime_type=mime_type, filename="", size=len(content))
        for made in PROCESSORS.of(kind, mime_type):
            with suppress(Exception):
                if made.strategy.__module__ in BUILT_IN:
                    made.strategy(BytesIO(content), subject)


def samples() -> Iterator[tuple[MediaKind, str, bytes]]:
    """A file of each kind, with its type."""
    with suppress(ImportError):
        for name in ("JPEG", "PNG", "WEBP", "GIF"):
            yield MediaKind.IMAGE, f"image/{name.lower()}", picture(name)
    with suppress(ImportError):
        yield MediaKind.VIDEO, "video/mp4", film()
        yield MediaKind.AUDIO, "audio/wav", sound()
    yield MediaKind.DOCUMENT, "application/pdf", PDF
    yield MediaKind.DOCUMENT, "text/plain", b"words"
    with suppress(ImportError):
        # Reading HEIC needs this module; decoding a sample would need its encoder, too.
        import_module("pillow_heif").register_heif_opener()


def picture(name: str) -> bytes:
    from PIL import Image, ImageCms  # noqa: PLC0415

    Image.init()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = BytesIO()
    Image.new("RGB", (PIXELS, PIXELS), "#a52").save(file, name, icc_profile=profile)
    return file.getvalue()


def film() -> bytes:
    import av  # noqa: PLC0415

    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=1)
        stream.width = stream.height = PIXELS
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame(PIXELS, PIXELS, "yuv420p")))
        container.mux(stream.encode())
    return file.getvalue()


def sound() -> bytes:
    import av  # noqa: PLC0415

    file = BytesIO()
    with av.open(file, "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=8_000, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=PIXELS)
        frame.sample_rate = 8_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()
