"""The template process: loads and warms the codecs once, then forks a confined child for each file it is given."""

import array
import ctypes
import gc
import json
import logging
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from typing import Any, BinaryIO, NoReturn, cast

from domain.media import MediaKind
from domain.processing import Strategy, Subject
from domain.processors import wire
from domain.processors.warm import warm

FILE_COUNT = 1
CHUNK = 1 << 18
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
OPEN_MOST = 65_536
LIBC = ctypes.CDLL(None)

# A child can open no file, so it cannot import the text encodings that tags and documents may be in.
ENCODINGS = (
    "ascii", "latin_1", "utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "cp437", "cp850", "cp1250", "cp1251",
    "cp1252", "iso8859_2", "iso8859_5", "iso8859_15", "koi8_r", "mac_roman", "shift_jis", "euc_jp", "gbk", "gb18030", "big5",
    "euc_kr", "idna", "unicode_escape", "raw_unicode_escape", "charmap", "hex_codec",
)  # fmt: skip


def main(channel: socket.socket) -> None:
    """Serves runs until the server closes its end."""
    with suppress(EOFError, OSError):
        # What codecs log of damaged files is for nobody; whether a file can be read is in its run.
        logging.disable(logging.CRITICAL)
        setup, _ = asked(channel)
        load((*setup["modules"], *setup["requires"], *(f"encodings.{name}" for name in ENCODINGS)))
        warm()
        # Pages that a child only reads are shared with the template; a collection would write to all of them.
        gc.freeze()
        gc.disable()
        answer(channel, {"ready": True}, b"")
        while True:
            serve(channel, *asked(channel))


def load(names: Iterable[str]) -> None:
    """Imports what is there; a processor whose module is broken fails when it is run, alone."""
    for name in names:
        with suppress(Exception):
            import_module(name)


def asked(channel: socket.socket) -> tuple[dict[str, Any], int | None]:
    """The next request and the descriptor that came with it."""
    size = array.array("i").itemsize
    first, ancillary, _, _ = channel.recvmsg(wire.LENGTH, socket.CMSG_SPACE(FILE_COUNT * size))
    if not first:
        raise EOFError
    first += wire.received(channel, wire.LENGTH - len(first))
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data[: len(data) - len(data) % size])
    header = json.loads(wire.received(channel, int.from_bytes(first, "big")))
    return header, descriptors[0] if descriptors else None


def answer(channel: socket.socket, ended: dict[str, Any], payload: bytes) -> None:
    frame = wire.framed(ended, payload)
    channel.sendall(len(frame).to_bytes(wire.LENGTH, "big"))
    channel.sendall(frame)


def serve(channel: socket.socket, order: dict[str, Any], source: int | None) -> None:
    """One run: forks, reads what the child says within its limits, and tells how it ended."""
    result, entry = os.pipe()
    template = os.getpid()
    pid = os.fork()
    if pid == 0:
        become_child(order, source, entry, template)
    os.close(entry)
    if source is not None:
        os.close(source)
    limits = order["limits"]
    try:
        payload, ended = collected(channel, result, time.monotonic() + limits["wall_seconds"], limits["result_bytes"])
    finally:
        os.close(result)
        # At the end of its answer the child is already leaving, and its exit status stands: this only stops the others.
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    answer(channel, {"exit": os.waitstatus_to_exitcode(status), **ended}, payload)


def collected(channel: socket.socket, result: int, deadline: float, most: int) -> tuple[bytes, dict[str, bool]]:
    """What the child writes until it ends, the clock runs out or it is too much.

    Raises:
        EOFError: the server is gone; nobody waits for this.
    """
    payload = bytearray()
    poll = select.poll()
    poll.register(result, select.POLLIN)
    poll.register(channel, 0)
    while (left := deadline - time.monotonic()) > 0:
        ready = dict(poll.poll(left * 1000))
        if channel.fileno() in ready:
            raise EOFError
        if result in ready:
            part = os.read(result, CHUNK)
            payload += part
            if not part:
                return bytes(payload), {}
            if len(payload) > most:
                return b"", {"overflowed": True}
    return b"", {"timed_out": True}


def become_child(order: dict[str, Any], source: int | None, entry: int, template: int) -> NoReturn:
    """Does the work and leaves; whatever happens, this process never returns to the template's loop."""
    try:
        die_with(template)
        file = opened(source)
        isolate({entry} if source is None else {entry, file.fileno()})
        confine(order["limits"])
        write(entry, outcome(order, file))
        os._exit(0)
    finally:
        os._exit(70)


def die_with(template: int) -> None:
    """A child whose template is killed dies too; where the system cannot promise it, the limits end it."""
    with suppress(OSError, AttributeError):
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != template:
        os._exit(70)


def opened(source: int | None) -> BinaryIO:
    """The file at its start. Opened anew where possible: a passed descriptor shares its position with other runs."""
    if source is None:
        return BytesIO()
    try:
        return open(f"/proc/self/fd/{source}", "rb")  # noqa: PTH123
    except OSError:
        file = os.fdopen(source, "rb")
        file.seek(0)
        return file


def isolate(kept: set[int]) -> None:
    """Closes every descriptor but these; standard input, output and errors lead nowhere."""
    for standard in (1, 2):
        os.dup2(0, standard)
    start = 3
    for descriptor in sorted(kept):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], OPEN_MOST))


def confine(limits: dict[str, Any]) -> None:
    """Takes away what a decoder has no need of: opening and connecting first of all."""
    used = address_space()
    cpu = limits["cpu_seconds"]
    if used:
        limit(resource.RLIMIT_AS, used + limits["memory_bytes"])
    limit(resource.RLIMIT_CPU, cpu, cpu + 1)
    limit(resource.RLIMIT_FSIZE, 0)
    limit(resource.RLIMIT_CORE, 0)
    # Zero rather than the lowest free descriptor: with that, closing one would make room for another.
    limit(resource.RLIMIT_NOFILE, 0)


def limit(which: int, soft: int, hard: int | None = None) -> None:
    with suppress(OSError, ValueError):  # macOS refuses some
        resource.setrlimit(which, (soft, soft if hard is None else hard))


def address_space() -> int:
    """How many bytes this process has mapped; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as status:  # noqa: PTH123
            return int(status.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def outcome(order: dict[str, Any], file: BinaryIO) -> bytes:
    """What the strategy found, or why it did not, as bytes."""
    try:
        found = strategy_of(order["strategy"])(file, subject_of(order["subject"]))
        return wire.packed(found)
    except BaseException as error:  # noqa: BLE001
        return wire.refusal(error)


def strategy_of(name: str) -> Strategy:
    module, _, path = name.partition(":")
    found: Any = sys.modules[module]
    for part in path.split("."):
        found = getattr(found, part)
    return cast("Strategy", found)


def subject_of(told: dict[str, Any]) -> Subject:
    values: dict[str, Any] = {**told, "kind": MediaKind(told["kind"])}
    return Subject(**values)


def write(entry: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(entry, view) :]


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
