"""Where strategies run: warm template processes that fork one confined child for each file. Imports no codec."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from domain.errors import FailureCode, ProcessingFailed, Unavailable
from domain.media import MediaKind
from domain.processing import PROCESSORS, Extraction, Processor, Subject
from domain.processors import BUILT_IN, confinement, wire

PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TZ")
"""The only variables a template sees: secrets of the server have no business in a decoder."""
START_SECONDS = 60
GRACE_SECONDS = 5
GIBIBYTE = 1 << 30
PROBE = Processor(
    key="sandbox.probe", kinds=(), mime_types=(), operations=(), version="1", reads_bytes=False, requires=(),
    strategy=confinement.nothing,
)  # fmt: skip
"""Not registered: it works on no media."""
NOTHING = Subject(kind=MediaKind.OTHER, mime_type="", filename="", size=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use.

    Attributes:
        wall_seconds: time on the clock, after which the child is killed.
        cpu_seconds: time on the processor.
        memory_bytes: address space above that of the warm template.
        result_bytes: facts, text and renditions together.
    """

    wall_seconds: float = 60
    cpu_seconds: int = 30
    memory_bytes: int = GIBIBYTE
    result_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Preload:
    """What a template imports before it forks: a child can open no file, so it can import nothing."""

    modules: frozenset[str] = frozenset()
    requires: frozenset[str] = frozenset()

    def covers(self, other: "Preload") -> bool:
        return other.modules <= self.modules and other.requires <= self.requires


def preload(made: Processor) -> Preload:
    """All that is registered now, and the processor that is to run."""
    known = [*PROCESSORS, made]
    return Preload(
        modules=frozenset((*BUILT_IN, confinement.__name__)) | {one.strategy.__module__ for one in known},
        requires=frozenset(name for one in known for name in one.requires),
    )


@dataclass(slots=True, eq=False)
class Template:
    """One template process and the socket to it. It serves one run at a time."""

    process: "subprocess.Popen[bytes]"
    channel: socket.socket
    loaded: Preload

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """Ends it and its child, which shares its group; after this neither is left."""
        with suppress(ProcessLookupError):
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    async def ask(self, frame: bytes, descriptor: int | None) -> bytes:
        """Sends a frame, with an open file, and gives the frame that comes back, its length taken off."""
        sent = socket.send_fds(self.channel, [frame], [] if descriptor is None else [descriptor])
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.channel, frame[sent:])
        return await self.receive(int.from_bytes(await self.receive(wire.LENGTH), "big"))

    async def receive(self, count: int) -> bytes:
        loop = asyncio.get_running_loop()
        parts = bytearray()
        while len(parts) < count:
            part = await loop.sock_recv(self.channel, min(count - len(parts), 1 << 20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


@dataclass(slots=True, eq=False)
class ForkingSandbox:
    """The Sandbox port on warm template processes.

    Each run is a fork of a template that already holds the codecs (milliseconds; a fresh interpreter takes a quarter of
    a second), and the fork can open nothing, connect nowhere and grow only so far. Nothing it says is unpickled.

    Attributes:
        limits: what each run may use.
        size: how many templates, and so runs at once; they start when first needed.
    """

    limits: Limits = field(default_factory=Limits)
    size: int = min(4, os.cpu_count() or 1)
    idle: list[Template] = field(default_factory=list[Template], init=False)
    live: set[Template] = field(default_factory=set[Template], init=False)
    turns: asyncio.Semaphore = field(init=False)
    closed: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.turns = asyncio.Semaphore(self.size)

    async def run(self, made: Processor, subject: Subject, file: BinaryIO | None) -> Extraction:
        """What the processor found in the file, which must have a descriptor; without a file it reads no bytes.

        Raises:
            ProcessingFailed: it refused the file, failed, took too long or died; the code says which.
            ProcessingSkipped: it had nothing to do.
        """
        frame = self.request(made, subject)
        async with self.turns:
            reply = await self.asked(preload(made), frame, None if file is None else file.fileno())
        return self.judged(reply)

    async def probe(self) -> None:
        """Forks a child that reads nothing, unless every place is taken by a run: runs end by themselves.

        Raises:
            Unavailable: it did not come back.
        """
        if self.turns.locked() and not self.closed:
            return
        try:
            await self.run(PROBE, NOTHING, None)
        except ProcessingFailed as error:
            raise Unavailable("Files cannot be processed: the sandbox does not work.") from error

    async def close(self) -> None:
        """Ends every process; runs under way fail as crashed, later ones as well."""
        self.closed = True
        # A socket that a run waits on is left to that run: it reads the end of it, and closes it.
        for template in self.live:
            template.kill()
        for template in [*self.idle]:
            self.discard(template)

    def request(self, made: Processor, subject: Subject) -> bytes:
        strategy = f"{made.strategy.__module__}:{made.strategy.__qualname__}"
        return wire.framed({"strategy": strategy, "subject": asdict(subject), "limits": asdict(self.limits)})

    async def asked(self, needed: Preload, frame: bytes, descriptor: int | None) -> bytes:
        """The template's reply. A template that did not come to its end, for whatever reason, is never used again."""
        try:
            template = await self.lease(needed)
        except (OSError, EOFError, TimeoutError) as error:
            raise crashed("The processor's process did not start.", retryable=True) from error
        try:
            async with asyncio.timeout(self.limits.wall_seconds + GRACE_SECONDS):
                reply = await template.ask(frame, descriptor)
        except (OSError, EOFError, TimeoutError) as error:
            self.discard(template)
            raise crashed("The processor's process was lost.", retryable=True) from error
        except BaseException:
            self.discard(template)
            raise
        self.idle.append(template)
        return reply

    async def lease(self, needed: Preload) -> Template:
        """An idle template that holds what is needed, else a new one."""
        if self.closed:
            raise crashed("The server is shutting down.", retryable=True)
        while self.idle:
            template = self.idle.pop()
            if template.is_alive and template.loaded.covers(needed):
                return template
            self.discard(template)
        return await self.started(needed)

    async def started(self, needed: Preload) -> Template:
        template = spawned(needed)
        self.live.add(template)
        try:
            async with asyncio.timeout(START_SECONDS):
                setup = {"modules": sorted(needed.modules), "requires": sorted(needed.requires)}
                await template.ask(wire.framed(setup), None)
        except BaseException:
            self.discard(template)
            raise
        return template

    def discard(self, template: Template) -> None:
        self.live.discard(template)
        if template in self.idle:
            self.idle.remove(template)
        template.kill()
        template.channel.close()

    def judged(self, reply: bytes) -> Extraction:
        """What the run came to: how its process ended counts for more than what it said."""
        try:
            ended, payload = wire.unframed(reply)
            if fault := fault_of(ended):
                raise fault
            return wire.unpacked(bytes(payload))
        except wire.Malformed as error:
            raise crashed("The processor's process gave no proper answer.") from error


def spawned(needed: Preload) -> Template:
    """A new template process; it is ready when it answers its first frame."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603
            # -P: the working directory of the server is no place to import from.
            [sys.executable, "-P", "-m", "domain.processors.child", str(theirs.fileno())],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment(),
            start_new_session=True,
        )  # fmt: skip
    ours.setblocking(False)
    return Template(process=process, channel=ours, loaded=needed)


def environment() -> dict[str, str]:
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    return {"PYTHONPATH": path} | {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def fault_of(ended: dict[str, Any]) -> ProcessingFailed | None:
    """What the way a child ended says against it; nothing where it left in order."""
    if ended.get("timed_out") is True:
        return ProcessingFailed(FailureCode.TIMEOUT, "The processor took too long.", retryable=True)
    if ended.get("exit") == -signal.SIGXCPU:
        return ProcessingFailed(FailureCode.TIMEOUT, "The processor used up its processor time.")
    if ended.get("overflowed") is True:
        return crashed("The processor's answer is too long.")
    return None if ended.get("exit") == 0 else crashed("The processor's process died.")


def crashed(message: str, *, retryable: bool = False) -> ProcessingFailed:
    return ProcessingFailed(FailureCode.CRASHED, message, retryable=retryable)
