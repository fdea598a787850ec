"""The thumbnails of each kind: their size, their shape, and that they tell nothing but pixels."""

import io

import pytest
from PIL import Image, ImageCms

from domain.errors import FailureCode, ProcessingSkipped

from .files import BLUE, GREEN, RED, WHITE, camera_exif, corners, encoded, film, locked, pdf, song, stored, with_cover
from .reading import failure, run


def thumbnail(key, content, mime_type):
    still = run(key, content, mime_type).renditions["thumbnail"]
    image = Image.open(io.BytesIO(still.content))
    assert (image.size, still.mime_type) == ((still.width, still.height), "image/webp")
    return image.convert("RGB") if image.mode != "RGBA" else image


def quarters(image):
    """The colours in the middles of the four quarters: upper left, upper right, lower left, lower right."""
    width, height = image.size
    return [image.getpixel((int(width * x), int(height * y)))[:3] for y in (0.25, 0.75) for x in (0.25, 0.75)]


def alike(left, right, most=40):
    return all(abs(a - b) <= most for one, other in zip(left, right, strict=True) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_thumbnail_is_upright_in_every_orientation(orientation):
    image = thumbnail("image.thumbnail", stored(orientation), "image/jpeg")
    assert image.size == (80, 60)
    assert alike(quarters(image), [RED, BLUE, GREEN, WHITE])


@pytest.mark.parametrize(
    ("size", "small"), [((900, 600), (300, 200)), ((200, 800), (75, 300)), ((300, 300), (300, 300)), ((31, 17), (31, 17))]
)
def test_a_thumbnail_fits_inside_and_is_never_enlarged(size, small):
    assert thumbnail("image.thumbnail", encoded(corners(*size), "PNG"), "image/png").size == small


def test_a_thumbnail_tells_neither_place_nor_camera():
    content = encoded(corners(), exif=camera_exif(), xmp=b"<x>secret</x>", comment=b"secret")
    still = run("image.thumbnail", content, "image/jpeg").renditions["thumbnail"]
    image = Image.open(io.BytesIO(still.content))
    assert not dict(image.getexif())
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
    assert not any(word in still.content for word in (b"EXIF", b"XMP ", b"secret", b"Maker", b"ICCP"))


def test_a_thumbnail_is_in_srgb_whatever_profile_the_picture_has():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    image = ImageCms.profileToProfile(Image.new("RGB", (20, 20), RED), ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
    content = encoded(image, "TIFF", icc_profile=lab.tobytes())
    assert alike([thumbnail("image.thumbnail", content, "image/tiff").getpixel((9, 9))], [RED])


def test_a_thumbnail_keeps_transparency():
    image = thumbnail("image.thumbnail", encoded(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG"), "image/png")
    assert image.getpixel((4, 4))[3] == 0


@pytest.mark.parametrize(("rotation", "size", "colors"), [
    (0, (96, 64), [RED, BLUE, GREEN, WHITE]),
    (90, (64, 96), [BLUE, WHITE, RED, GREEN]),
    (-90, (64, 96), [GREEN, RED, WHITE, BLUE]),
    (180, (96, 64), [WHITE, GREEN, BLUE, RED]),
])  # fmt: skip
def test_a_poster_is_turned_as_the_film_is_shown(rotation, size, colors):
    image = thumbnail("video.poster", film(rotation=rotation, sound=False), "video/mp4")
    assert image.size == size
    assert alike(quarters(image), colors, 60)


@pytest.mark.parametrize(("options", "size"), [
    ({"size": (640, 480)}, (300, 225)),
    ({"size": (720, 576), "shape": (64, 45)}, (300, 169)),
    ({"size": (96, 64), "shape": (2, 1)}, (192, 64)),
    ({"size": (640, 480), "rotation": 90}, (225, 300)),
    ({"size": (96, 64), "shape": (2, 1), "rotation": -90}, (64, 192)),
])  # fmt: skip
def test_a_poster_keeps_the_aspect_ratio_of_the_film(options, size):
    assert thumbnail("video.poster", film(**options, sound=False), "video/mp4").size == size


def test_a_poster_is_taken_at_a_tenth_of_the_film():
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for at in range(40):
            color = WHITE if at == 4 else (0, 0, 0)
            frame = av.VideoFrame.from_image(Image.new("RGB", (64, 64), color))
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert min(thumbnail("video.poster", file.getvalue(), "video/mp4").getpixel((32, 32))) > 200


def test_a_film_of_one_picture_has_a_poster():
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", (64, 64), RED))))
        container.mux(stream.encode())
    assert alike([thumbnail("video.poster", file.getvalue(), "video/mp4").getpixel((32, 32))], [RED], 60)


def test_what_stands_for_a_film_has_a_placeholder_and_a_colour():
    facts = run("video.poster", film(sound=False), "video/mp4").facts
    assert set(facts) == {"thumbhash", "dominant_color"}


def test_a_cover_is_taken_out_of_the_tags():
    content = with_cover(song(), encoded(corners(600, 600), "PNG"))
    image = thumbnail("audio.cover", content, "audio/mpeg")
    assert image.size == (300, 300)
    assert alike(quarters(image), [RED, BLUE, GREEN, WHITE])


def test_a_recording_without_a_cover_is_skipped():
    assert isinstance(failure("audio.cover", song(), "audio/mpeg"), ProcessingSkipped)


def test_a_cover_that_is_no_picture_is_unreadable():
    fault = failure("audio.cover", with_cover(song(), b"no picture"), "audio/mpeg")
    assert (fault.code, isinstance(fault, ProcessingSkipped)) == (FailureCode.UNREADABLE, False)


def test_a_preview_shows_the_first_page_on_white():
    image = thumbnail("document.preview", pdf(), "application/pdf")
    assert image.size == (300, 150)
    assert alike([image.getpixel((75, 140))], [(255, 0, 0)])
    assert alike([image.getpixel((290, 10))], [(255, 255, 255)])


@pytest.mark.parametrize("box", ["0 0 100000 10", "0 0 1 1", "0 0 3 14000"])
def test_a_page_of_any_shape_has_a_preview(box):
    assert max(thumbnail("document.preview", pdf(box=box), "application/pdf").size) <= 300


def test_a_locked_document_has_no_preview():
    assert failure("document.preview", locked(pdf(), "secret"), "application/pdf").code is FailureCode.ENCRYPTED
