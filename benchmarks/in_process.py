"""The limit without HTTP: calls an answer by hand again and again, and prints what it took as a line of JSON.

`python -m benchmarks.in_process DATABASE OPERATION SECONDS IDS`
"""

import gc
import sys
import time
from itertools import cycle
from pathlib import Path

import orjson

from benchmarks.by_hand import BY_HAND, connect, library_of
from benchmarks.process import memory


def main(path: str, operation: str, seconds: str, ids: str) -> None:
    db, answer, texts = connect(path), BY_HAND[operation], cycle(Path(ids).read_text("utf-8").split())
    library = library_of(db)
    gc.freeze()
    for _ in range(50):
        answer(db, library, next(texts))
    taken: list[float] = []
    cpu, begun = time.process_time(), time.perf_counter()
    while (now := time.perf_counter()) - begun < float(seconds):
        answer(db, library, next(texts))
        taken.append(time.perf_counter() - now)
    cpu, went = time.process_time() - cpu, time.perf_counter() - begun
    taken.sort()
    found = {
        "requests": len(taken), "rps": len(taken) / went, "p50_ms": taken[len(taken) // 2] * 1e3,
        "p99_ms": taken[len(taken) * 99 // 100] * 1e3, "wrong": 0, "cpu_ms": cpu / len(taken) * 1e3, "rss_mib": memory("self"),
    }  # fmt: skip
    print(orjson.dumps(found).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
