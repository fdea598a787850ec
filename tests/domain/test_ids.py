"""Keys sort by the time they were made, and read back from what clients see."""

import uuid
from base64 import b64encode

import pytest

from domain.ids import NOBODY, from_global_id, global_id, key_of, new_id


def test_a_key_is_a_uuid_of_version_seven() -> None:
    made = uuid.UUID(bytes=new_id())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_keys_are_unique_and_sort_by_their_millisecond() -> None:
    made = [new_id() for _ in range(5_000)]
    assert len(set(made)) == len(made)
    times = [key[:6] for key in made]
    assert times == sorted(times)


def test_a_key_reads_back_from_its_global_id() -> None:
    for _ in range(300):  # among them keys with a colon in their bytes
        key = new_id()
        assert from_global_id(global_id(b"Media", key)) == ("Media", key)
        assert key_of("Media", global_id(b"Media", key)) == key
    assert from_global_id(global_id(b"Tag", b":" * 16)) == ("Tag", b":" * 16)


BAD = [
    "",
    "x",
    "é",
    "TWVkaWE6",
    "TWVkaWE6AAAA",
    b64encode(b"1:" + NOBODY).decode(),
    b64encode(b":" + NOBODY).decode(),
    " TWVkaWE6",
]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_id_is_refused_and_finds_nobody(text: str) -> None:
    with pytest.raises(ValueError, match=r"Not an id|ASCII"):
        from_global_id(text)
    assert key_of("Media", text) == NOBODY


def test_the_id_of_another_thing_finds_nobody() -> None:
    assert key_of("Media", global_id(b"Tag", new_id())) == NOBODY


def test_a_name_that_is_not_ascii_is_no_id() -> None:
    assert key_of("Media", b64encode("Mé".encode() + b":" + NOBODY).decode()) == NOBODY
