"""Keys: UUIDv7 as 16 raw bytes inside; outside base64url of the interface's name and those bytes, fit for an address."""

import os
import time
from binascii import Error as BadBase64
from binascii import a2b_base64, b2a_base64

Id = bytes
TO_URL, FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_+/", b"+/!!")
RANDOM_BYTES, DRAWN = 10, 256
NOBODY: Id = bytes(16)
"""A key that no row has: what a malformed id is read as where a key must be compared."""


random_ones: list[bytes] = []
"""Drawn and not used yet. Every request has an id, and to ask the system for each takes longer than to find its operation."""
os.register_at_fork(after_in_child=random_ones.clear)  # two processes never use the same


def random() -> bytes:
    """Ten random bytes."""
    try:
        return random_ones.pop()
    except IndexError:
        drawn = os.urandom(RANDOM_BYTES * DRAWN)
        first, *others = (drawn[at : at + RANDOM_BYTES] for at in range(0, len(drawn), RANDOM_BYTES))
        random_ones.extend(others)
        return first


def new_id() -> Id:
    """A key that sorts by the time it was made (RFC 9562, version 7), in milliseconds."""
    raw = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + random())
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    return bytes(raw)


def global_id(name: bytes, key: Id) -> str:
    """The key as clients see it, for a thing whose interface or type is called `name`."""
    return coded(name + b":", key)


def coded(prefix: bytes, key: Id) -> str:
    """A global id of what it begins with, colon included; it is made for every thing of every answer."""
    return b2a_base64(prefix + key, newline=False).translate(TO_URL, b"=").decode()


def from_global_id(text: str) -> tuple[str, Id]:
    """The name and the key inside a global id.

    Raises:
        ValueError: it is no id of ours.
    """
    try:
        coded = text.encode("ascii").translate(FROM_URL)
        name, _, key = a2b_base64(coded + b"=" * (-len(coded) % 4), strict_mode=True).partition(b":")
    except (BadBase64, UnicodeEncodeError) as error:
        raise ValueError("Not an id.") from error
    if len(key) != len(NOBODY) or not name.isalpha():
        raise ValueError("Not an id.")
    return name.decode("ascii"), key


def key_of(name: str, text: str) -> Id:
    """The key in a global id of a `name`; NOBODY where the text is anything else, so that it finds nothing."""
    try:
        found, key = from_global_id(text)
    except ValueError:
        return NOBODY
    return key if found == name else NOBODY
