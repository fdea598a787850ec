"""Uploads: bytes become media, once."""

from io import BytesIO

from PIL import Image

from tests.conftest import Site


def picture(color: str = "red", size: tuple[int, int] = (40, 30), form: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", size, color).save(file, form)
    return file.getvalue()


async def test_a_picture_becomes_an_image_with_its_facts(site: Site) -> None:
    media = await site.uploaded(picture(), "red.png", title="Red")
    assert (media["__typename"], media["status"], media["title"], media["mimeType"]) == ("Image", "READY", "Red", "image/png")
    assert {run["state"] for run in media["processing"]} == {"SUCCEEDED"}


async def test_the_same_bytes_again_return_the_media_that_has_them(site: Site) -> None:
    first = await site.uploaded(picture(), "one.png")
    again = await site.uploaded(picture(), "two.png")
    assert again["id"] == first["id"]
    assert (await site.ask("{media {totalCount}}"))["media"]["totalCount"] == 1
