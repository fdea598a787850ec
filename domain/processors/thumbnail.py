"""The processors that make a thumbnail: of a picture, of a film, of a record's cover, of a document's first page."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from domain.errors import FailureCode, ProcessingSkipped
from domain.media import MediaKind
from domain.processing import Extraction, ProcessingOperation, Still, Subject, processor
from domain.processors import audio, container, document, look, picture, video
from domain.processors.reading import reading

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL.Image import Image

LONGEST_SIDE = 300
QUALITY = 80
TENTH = 10
MOST_FRAMES = 120
"""How many pictures are decoded to come from a key frame to the wanted moment; then the one reached will do."""
BOTH = (ProcessingOperation.THUMBNAIL, ProcessingOperation.PLACEHOLDER)


def still(image: Image) -> Still:
    """A small upright picture as WebP. Of an image that `picture.reduced` made there is nothing left to tell but pixels."""
    file = BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return Still(content=file.getvalue(), mime_type="image/webp", width=image.width, height=image.height)


def stands_for(image: Image) -> Extraction:
    """The thumbnail of a media that is not a picture itself, and what it looks like."""
    return Extraction(facts=look.glance(image), renditions={"thumbnail": still(image)})


@processor("image.thumbnail", kinds=(MediaKind.IMAGE,), operations=(ProcessingOperation.THUMBNAIL,), requires=("PIL",))
def thumbnail_of_image(file: BinaryIO, subject: Subject) -> Extraction:
    """At most 300 x 300 pixels, the whole picture inside, never enlarged."""
    with picture.opened(file, subject.mime_type) as image:
        return Extraction(renditions={"thumbnail": still(picture.reduced(image, LONGEST_SIDE))})


@processor("video.poster", kinds=(MediaKind.VIDEO,), operations=BOTH, requires=("av", "PIL"))
def poster_of_video(file: BinaryIO, subject: Subject) -> Extraction:
    """The picture at a tenth of the film, where titles are over, as it is shown: pixels square, upright."""
    with container.opened(file, subject.mime_type, "video") as film:
        stream = video.film_of(film)
        return stands_for(shown(stream, frame_at_a_tenth(film, stream)))


def frame_at_a_tenth(film: InputContainer, stream: VideoStream) -> VideoFrame:
    """The first picture at or after that moment; an earlier one where there is none or it is far from a key frame."""
    moment = (film.start_time or 0) + (film.duration or 0) // TENTH
    with suppress(Exception):
        film.seek(moment)
        return nearest(film, stream, moment / 1_000_000)
    film.seek(0)
    return next(film.decode(stream))


def nearest(film: InputContainer, stream: VideoStream, seconds: float) -> VideoFrame:
    """The first picture at or after the moment, else the last one; StopIteration where there is none."""
    frames = islice(film.decode(stream), MOST_FRAMES)
    reached = next(frames)
    for frame in frames:
        if reached.pts is None or reached.time >= seconds:
            break
        reached = frame
    return reached


def shown(stream: VideoStream, frame: VideoFrame) -> Image:
    """Scaled by FFmpeg, which reads its own pixel formats; PyAV tells rotation counter-clockwise, as Pillow wants it."""
    width, height = fitting(*video.shown(stream, frame))
    image = cast("Image", frame.to_image(width=width, height=height))
    return image.rotate(round(frame.rotation / video.QUARTER) * video.QUARTER, expand=True)


def fitting(width: int, height: int) -> tuple[int, int]:
    """The size inside the square of a thumbnail, never larger than it was."""
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


@processor("audio.cover", kinds=(MediaKind.AUDIO,), operations=BOTH, requires=("tinytag", "PIL"))
def cover_of_audio(file: BinaryIO, subject: Subject) -> Extraction:
    """The front cover, else any picture the recording carries.

    Raises:
        ProcessingSkipped: it carries none.
    """
    del subject
    read = audio.read_tags(file, image=True)
    found = (read.images.front_cover or read.images.any) if read else None
    if found is None or not found.data:
        raise ProcessingSkipped(FailureCode.UNSUPPORTED, "The recording carries no picture.")
    with picture.decoded(BytesIO(found.data), picture.COVERS) as image:
        return stands_for(picture.reduced(image, LONGEST_SIDE))


@processor("document.preview", kinds=(MediaKind.DOCUMENT,), mime_types=("application/pdf",), operations=BOTH,
           requires=("pypdfium2", "PIL"))  # fmt: skip
def preview_of_pdf(file: BinaryIO, subject: Subject) -> Extraction:
    """The first page on white.

    Raises:
        ProcessingFailed: ENCRYPTED where it opens only with a password.
    """
    del subject
    with document.opened_pdf(file) as pdf, reading("document"):
        page: Any = pdf[0]
        width, height = page.get_size()
        image = page.render(scale=LONGEST_SIDE / max(width, height, 1), may_draw_forms=False).to_pil()
        return stands_for(picture.reduced(image, LONGEST_SIDE))
