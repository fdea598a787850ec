"""A file in the making, on a disk. Its name says which key it is to have, and its lock that somebody still works on it.

The name stays beside that of the key until whoever makes it knows that the rows are committed. A process that dies before
leaves both, and no lock: such a key is in doubt. So bytes can always be told from what nobody needs, without a row written before
each upload, and without guessing by age.
"""

import asyncio
import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import BinaryIO
from uuid import uuid4

from domain.errors import TooLarge
from domain.storage import CHUNK, HEAD, Chunks, Written
from persistence.storage.disk import MOVED, TEMPORARY, TRIES, name_for_good, server_key, sync_folder, writing


class LocalDraft:
    """A temporary file of one storage. `lock` keeps the end of a cancelled request from closing what a thread still writes to."""

    def __init__(self, root: Path, owner: str) -> None:
        self.root, self.owner = root, owner
        self.path = root / TEMPORARY / f"{owner}.{uuid4().hex}"
        self.key: str | None = None
        self.lock = Lock()
        self.file: BinaryIO | None = None
        self.is_over = False
        self.hash = sha256()
        self.size = 0
        self.head = b""

    async def write(self, chunks: Chunks, *, limit: int) -> Written:
        """Takes all chunks and syncs them.

        Raises:
            TooLarge: more than `limit` bytes came; `actual` is how many had come by then.
            Unavailable: the disk is full, broken or gone.
        """
        try:
            await asyncio.to_thread(self.begin)
            await self.take(chunks, limit)
            await asyncio.to_thread(self.sync)
        except BaseException:
            await asyncio.shield(asyncio.to_thread(self.discard))
            raise
        return Written(sha256=self.hash.hexdigest(), size=self.size, head=self.head)

    async def take(self, chunks: Chunks, limit: int) -> None:
        waiting = bytearray()
        async for chunk in chunks:
            waiting += chunk
            if (actual := self.size + len(waiting)) > limit:
                raise TooLarge(f"The file has more than {limit} bytes.", limit=limit, actual=actual)
            if len(waiting) >= CHUNK:
                await asyncio.to_thread(self.append, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(self.append, bytes(waiting))

    def open(self) -> BinaryIO:
        """The bytes at their start: another descriptor than the one they were written through."""
        return self.path.open("rb")

    async def keep(self, key: str) -> None:
        """Names the file and syncs the folders down to it; until the draft is over its own name says so too.

        Raises:
            FileExistsError: the key has bytes already; they stay as they are.
            Unavailable: the disk is full, broken or gone.
        """
        await asyncio.to_thread(self.named, server_key(key))

    def begin(self) -> None:
        with self.lock, writing():
            self.must_go_on()
            with suppress(FileExistsError):
                self.path.parent.mkdir()
            self.file = begun(self.path)

    def append(self, data: bytes) -> None:
        with self.lock, writing():
            view = memoryview(data)
            while view:
                view = view[os.write(self.must_go_on(), view) :]
        self.hash.update(data)
        self.size += len(data)
        self.head = (self.head + data[:HEAD])[:HEAD]

    def sync(self) -> None:
        with self.lock, writing():
            os.fsync(self.must_go_on())

    def named(self, key: str) -> None:
        with self.lock, writing():
            self.must_go_on()
            told = self.path.with_name(f"{self.path.name}.{key.replace('/', '.')}")
            self.path = self.path.rename(told)
            sync_folder(told.parent)
            name_for_good(told, self.root, key)
            self.key = key

    def must_go_on(self) -> int:
        """The descriptor; -1 before it is opened."""
        if self.is_over:
            raise OSError(errno.EBADF, "The draft is over.")
        return -1 if self.file is None else self.file.fileno()

    def discard(self, *, in_doubt: bool = False) -> None:
        """Removes what was not kept. What was kept stays, and so does, `in_doubt`, what tells of it."""
        with self.lock:
            if self.is_over:
                return
            with suppress(OSError):
                if not (in_doubt and self.key and (self.root / self.key).exists()):
                    forget(self.path)
            self.close()

    def close(self) -> None:
        self.is_over = True
        if self.file is not None:
            self.file.close()


def begun(path: Path) -> BinaryIO:
    """A new file that others see is worked on. Who takes it for given up, in the moment before it is locked, removes it."""
    for _ in range(TRIES):
        file = path.open("xb", buffering=0)
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()
    raise OSError(errno.EBUSY, "Drafts are taken away as they are begun.")


def forget(path: Path) -> None:
    """Removes a draft by whichever name it has."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + MOVED).unlink(missing_ok=True)


def drafts(root: Path) -> Iterator[tuple[Path, str, str | None]]:
    """All drafts below this root: where, whose, and the key each is to have if it has come to that."""
    with suppress(FileNotFoundError):
        for entry in sorted((root / TEMPORARY).iterdir()):
            owner, _, rest = entry.name.removesuffix(MOVED).partition(".")
            _, _, key = rest.partition(".")
            yield entry, owner, key.replace(".", "/") or None


def given_up(root: Path, owner: str) -> list[str]:
    """The keys of this owner's drafts that nobody works on; those that have none are removed."""
    known = [(locked(root, path, key), key) for path, whose, key in drafts(root) if whose == owner]
    return sorted({key for path, key in known if not is_worked_on(path, remove=key is None) and key})


def settled(root: Path, owner: str, wanted: str) -> None:
    """Removes the drafts of this owner for a key that nobody works on."""
    for path, whose, key in drafts(root):
        if (whose, key) == (owner, wanted) and not is_worked_on(locked(root, path, key), remove=False):
            path.unlink(missing_ok=True)


def locked(root: Path, path: Path, key: str | None) -> Path:
    """The file that has a draft's lock, which was moved where there are no links."""
    return root / key if key and path.name.endswith(MOVED) else path


def is_worked_on(path: Path, *, remove: bool) -> bool:
    """Whether somebody holds the lock of a draft; what nobody does can be removed while it is ours."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if remove:
                path.unlink()
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
