"""What `image.probe` finds in a picture, and what it refuses."""

import pytest
from PIL import Image

from domain.errors import FailureCode, ProcessingSkipped

from .files import bomb, camera_exif, corners, encoded, stored
from .reading import failure, fields_of, run


def probe(content, mime_type="image/jpeg"):
    return run("image.probe", content, mime_type)


def test_a_photo_tells_its_camera_its_time_and_its_place():
    found = probe(encoded(corners(), exif=camera_exif(), dpi=(300, 300)))
    assert found.facts == {
        "width": 80, "height": 60, "orientation": 1, "has_alpha": False, "is_animated": False, "color_space": "sRGB",
        "make": "Maker", "model": "Model 1", "lens": "Lens 50", "exposure_time": 0.008, "f_number": 2.8, "iso": 400,
        "focal_length": 50.0, "focal_length_35mm": 75.0, "flash_fired": True, "artist": "Ann", "copyright": "CC0",
        "software": "Soft", "title": "Über", "description": "Seen from the hill",
        "taken_at_local": "2021-06-05T14:03:02.250000", "utc_offset": "+02:00", "taken_at": "2021-06-05T12:03:02.250000Z",
        "latitude": -33.5, "longitude": -70.26, "altitude": -12.5,
    }  # fmt: skip
    assert set(found.facts) <= fields_of("IMAGE")


def test_what_has_no_field_is_kept_as_an_entry_and_nonsense_is_dropped():
    entries = probe(encoded(corners(), exif=camera_exif())).entries
    assert ("exif", "BodySerialNumber", "S/N 7") in entries
    assert "ExposureBiasValue" not in {key for _, key, _ in entries}
    assert "Make" not in {key for _, key, _ in entries}


def test_entries_are_bounded_in_number_and_length():
    exif = Image.Exif()
    exif[0x013C] = "h" * 5_000
    found = probe(encoded(corners(), exif=exif))
    assert [len(value) for _, key, value in found.entries if key == "HostComputer"] == [1_000]


def test_a_time_without_an_offset_is_utc():
    exif = Image.Exif()
    exif[0x0132] = "2020:02:29 23:59:59"
    facts = probe(encoded(corners(), exif=exif)).facts
    assert facts["taken_at"] == "2020-02-29T23:59:59.000000Z"
    assert facts["taken_at_local"] == "2020-02-29T23:59:59"
    assert "utc_offset" not in facts


@pytest.mark.parametrize("told", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2020:13:45 99:00:00", "", "yesterday"])
def test_a_time_that_is_none_is_left_out(told):
    exif = Image.Exif()
    exif[0x0132] = told
    assert "taken_at" not in probe(encoded(corners(), exif=exif)).facts


def test_a_place_out_of_this_world_is_left_out():
    exif = camera_exif()
    exif._ifds[0x8825][2] = (133.0, 0.0, 0.0)
    assert "latitude" not in probe(encoded(corners(), exif=exif)).facts


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_as_seen_in_every_orientation(orientation):
    facts = probe(stored(orientation)).facts
    assert (facts["width"], facts["height"], facts["orientation"]) == (80, 60, orientation)


def test_damaged_exif_does_not_harm_the_picture():
    facts = probe(encoded(corners(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff garbage")).facts
    assert (facts["width"], facts["orientation"]) == (80, 1)


def test_a_gif_of_two_pictures_is_animated():
    frames = [Image.new("P", (8, 8), 0), Image.new("P", (8, 8), 1)]
    frames[1].putpalette([0, 0, 0, 255, 255, 255])
    content = encoded(frames[0].convert("RGB"), "GIF", save_all=True, append_images=[frames[1].convert("RGB")])
    found = probe(content, "image/gif")
    assert found.facts["is_animated"] is True
    assert found.extra["frames"] == 2
    assert probe(encoded(corners(), "GIF"), "image/gif").facts["is_animated"] is False


@pytest.mark.parametrize(("mode", "alpha"), [("RGBA", True), ("LA", True), ("RGB", False), ("L", False)])
def test_a_picture_with_an_alpha_channel_has_alpha(mode, alpha):
    assert probe(encoded(Image.new(mode, (4, 4)), "PNG"), "image/png").facts["has_alpha"] is alpha


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"])
def test_each_common_format_is_read(name):
    found = probe(encoded(corners(), name), f"image/{name.lower()}")
    assert (found.facts["width"], found.facts["height"], found.extra["format"]) == (80, 60, name)


def test_heic_is_read_where_the_extra_is_installed():
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    facts = probe(encoded(corners(), "HEIF"), "image/heic").facts
    assert (facts["width"], facts["height"]) == (80, 60)


def test_xmp_gives_the_title_and_an_entity_in_it_gives_nothing():
    body = '<x xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    packet = f"{body}<dc:title><r:Alt><r:li>Hill</r:li></r:Alt></dc:title></x>"
    assert probe(encoded(corners(), xmp=packet.encode())).facts["title"] == "Hill"
    trick = f'<!DOCTYPE x [<!ENTITY a "b">]>{packet}'
    assert "title" not in probe(encoded(corners(), xmp=trick.encode())).facts


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.97])
def test_a_truncated_picture_is_unreadable(name, part):
    noise = Image.effect_noise((200, 160), 80).convert("RGB")
    content = encoded(noise, name)
    fault = failure("image.probe", content[: int(len(content) * part)], f"image/{name.lower()}")
    assert fault.code is FailureCode.UNREADABLE
    assert not fault.retryable


def test_a_png_without_its_last_chunk_is_unreadable():
    assert failure("image.probe", encoded(corners(), "PNG")[:-12], "image/png").code is FailureCode.UNREADABLE


@pytest.mark.parametrize("content", [b"", b"\0", b"not a picture at all", b"%PDF-1.4", b"\xff\xd8\xff\xe0"])
def test_what_is_no_picture_is_unreadable(content):
    assert failure("image.probe", content, "image/jpeg").code is FailureCode.UNREADABLE


def test_only_the_decoder_of_the_type_sees_the_bytes():
    assert failure("image.probe", encoded(corners(), "PNG"), "image/jpeg").code is FailureCode.UNREADABLE
    assert failure("image.probe", encoded(corners(), "EPS"), "image/x-eps").code is FailureCode.UNSUPPORTED


@pytest.mark.parametrize("key", ["image.probe", "image.look", "image.thumbnail"])
@pytest.mark.parametrize("size", [(12_000, 9_000), (40_000, 30_000)])
def test_a_small_file_with_too_many_pixels_is_too_large(key, size):
    content = bomb(*size)
    assert len(content) < 5_000
    assert failure(key, content, "image/png").code is FailureCode.TOO_LARGE


def test_a_drawing_is_skipped():
    fault = failure("image.probe", b"<svg/>", "image/svg+xml")
    assert isinstance(fault, ProcessingSkipped)
    assert fault.code is FailureCode.UNSUPPORTED
