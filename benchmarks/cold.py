"""What a document costs that nobody has sent before: its first answer, against those that follow."""

import time
from statistics import median

import orjson

from benchmarks.bare import OPERATIONS
from benchmarks.rungs import Running

DOCUMENTS, ANSWERS = 9, 5


def cold(server: Running, operation: str, identifier: str) -> str:
    """Milliseconds that the first answer takes longer than later ones, as the median of several documents.

    Each has names of its own for the operation and for a field, so that neither text nor shape was seen before.
    """
    extra = median(longer(server, body(operation, number, identifier)) for number in range(DOCUMENTS))
    return f"{extra:.1f} ms more at first: reading, checking and planning it"


def body(operation: str, number: int, identifier: str) -> bytes:
    name = f"seen{operation}{time.time_ns()}n{number}"
    text = OPERATIONS[operation].replace("query ", f"query {name}", 1).replace(" title\n", f" {name}: title\n")
    return orjson.dumps({"query": text, "variables": {"id": identifier} if "$id" in text else {}})


def longer(server: Running, asked: bytes) -> float:
    first, *others = (taken(server, asked) for _ in range(1 + ANSWERS))
    return first - median(others)


def taken(server: Running, asked: bytes) -> float:
    start = time.perf_counter()
    server.ask(asked)
    return (time.perf_counter() - start) * 1e3
