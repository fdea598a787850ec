"""Processors that count bytes and calls: strategies as an installation would add them, in a file of their own."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from domain.media import MediaKind
from domain.processing import PROCESSORS, Extraction, ProcessingOperation, Subject, processor

BYTES, ADDRESSES = "fake.bytes", "fake.address"


def count_bytes(file: BinaryIO, subject: Subject) -> Extraction:
    """Says how many bytes it read."""
    return Extraction(
        extra={"counted": len(file.read()), "told": subject.size}, entries=(("fake", "Filename", subject.filename),)
    )


def read_address(file: BinaryIO | None, subject: Subject) -> Extraction:
    """Says where the media is; for one registered by its address there is nothing to read."""
    return Extraction(extra={"address": subject.source_url, "bytes": len((file or io.BytesIO()).read())})


@contextmanager
def registered() -> Iterator[None]:
    """Both processors are known within."""
    every = tuple(MediaKind)
    processor(BYTES, kinds=every, operations=(ProcessingOperation.PROBE,))(count_bytes)
    processor(ADDRESSES, kinds=every, operations=(ProcessingOperation.EXTRACT_METADATA,), reads_bytes=False)(read_address)
    try:
        yield
    finally:
        for key in (BYTES, ADDRESSES):
            del PROCESSORS.known[key]
