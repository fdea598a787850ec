"""What a sandboxed child can and cannot do: strategies for no media, run by probes."""

import mmap
import os
import resource
import socket
from collections.abc import Callable
from typing import BinaryIO

from domain.processing import Extraction, Subject

HELD = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE")


def nothing(file: BinaryIO, subject: Subject) -> Extraction:
    """Comes to its end."""
    del file, subject
    return Extraction()


def confinement(file: BinaryIO, subject: Subject) -> Extraction:
    """Tries what is forbidden. `extra` names the limits that are not set, and what worked though it should not."""
    del file, subject
    unset = [name for name in HELD if limit(name) == resource.RLIM_INFINITY]
    return Extraction(extra={"unset": unset, "escapes": [name for name, act in FORBIDDEN.items() if works(act)]})


def limit(name: str) -> int:
    return resource.getrlimit(getattr(resource, name))[0]


def works(act: Callable[[], object]) -> bool:
    try:
        act()
    except (OSError, MemoryError):
        return False
    return True


def take_memory() -> None:
    """Maps as much as the limit allows in all, beside what is mapped already."""
    most = limit("RLIMIT_AS")
    if most == resource.RLIM_INFINITY:
        raise MemoryError  # that there is no limit is told already
    mmap.mmap(-1, most).close()


FORBIDDEN: dict[str, Callable[[], object]] = {
    "open a file": lambda: os.open(os.devnull, os.O_RDONLY),
    "open a socket": socket.socket,
    "take more memory": take_memory,
}
