"""What a disk does one step at a time, all of it blocking: names that cannot lead out, renames that cannot overwrite."""

import errno
import os
import re
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from domain.errors import Unavailable
from domain.storage import CHUNK

TEMPORARY = "tmp"
ASIDE = "aside"
MOVED = "~"
SERVER_KEY = re.compile(r"[0-9a-z_-]+(/[0-9a-z_-]+)*")
ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ENAMETOOLONG}
WITHOUT_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
TRIES = 8
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
REGULAR = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def server_key(key: str) -> str:
    """The key, if the server could have made it.

    Raises:
        ValueError: it has other characters, or names a folder that no key leads to.
    """
    if not SERVER_KEY.fullmatch(key) or key.split("/", maxsplit=1)[0] in (TEMPORARY, ASIDE):
        raise ValueError("Not a key of the server.")
    return key


@contextmanager
def writing(message: str = "The storage cannot be written to just now.") -> Generator[None]:
    """Turns every failure of the disk into Unavailable. That a key is taken is no failure of the disk."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise Unavailable(message) from error


@contextmanager
def reading(root: Path) -> Generator[None]:
    """Turns what stands for `no such file` into FileNotFoundError, and all else into Unavailable."""
    try:
        yield
    except (OSError, RuntimeError, UnicodeError) as error:
        is_absent = not isinstance(error, OSError) or error.errno in ABSENT
        if is_absent and root.is_dir():
            raise FileNotFoundError(errno.ENOENT, "No such key.") from error
        raise Unavailable("The storage cannot be read just now.") from error


def regular_file(root: Path, parts: tuple[str, ...]) -> BinaryIO:
    """Opens name by name, no symbolic link followed: a folder swapped after the check leads nowhere."""
    folder = os.open(root, FOLDER)
    try:
        for part in parts[:-1]:
            inner = os.open(part, FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        descriptor = os.open(parts[-1] if parts else ".", REGULAR, dir_fd=folder)
    finally:
        os.close(folder)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise FileNotFoundError(errno.ENOENT, "No such key.")


def piece(file: BinaryIO, start: int, length: int) -> bytes:
    with writing("The storage cannot be read just now."):
        return os.pread(file.fileno(), min(CHUNK, length), start)


def name_for_good(source: Path, root: Path, key: str) -> None:
    """Gives a synced file its key beside the name it has, and syncs the folders down to it; on failure the key is free again.

    Raises:
        FileExistsError: the key has bytes already.
    """
    target = root / key
    link_into_place(source, root, target)
    try:
        for folder in target.relative_to(root).parents:
            sync_folder(root / folder)
    except OSError:
        target.unlink(missing_ok=True)
        raise


def link_into_place(source: Path, root: Path, target: Path) -> None:
    """Names a file without overwriting; tries again where a removal took the folder away in between."""
    for left in reversed(range(TRIES)):
        try:
            make_folders(root, target)
            link(source, target)
        except FileNotFoundError:
            if not left:
                raise
        else:
            return


def make_folders(root: Path, target: Path) -> None:
    """Makes what lies between the root and the file, never the root itself."""
    for folder in reversed(target.relative_to(root).parents[:-1]):
        with suppress(FileExistsError):
            os.mkdir(root / folder)


def link(source: Path, target: Path) -> None:
    """A second name, where the file system has that: unlike a rename it never overwrites.

    Where it has not, the first name goes, and another file says that it was there.
    """
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in WITHOUT_LINKS or target.exists():
            raise
        source.with_name(source.name + MOVED).touch()
        sync_folder(source.parent)
        os.rename(source, target)


def unlink_and_prune(root: Path, key: str) -> bool:
    """Removes a file, if it is there, and the folders that are empty then; whether it was there."""
    is_gone, folder = True, (root / key).parent
    try:
        os.unlink(root / key)
    except OSError as error:
        if error.errno not in ABSENT or not root.is_dir():
            raise
        is_gone = False
    while folder != root and emptied(folder):
        folder = folder.parent
    with suppress(FileNotFoundError, NotADirectoryError):
        sync_folder(folder)
    return is_gone


def emptied(folder: Path) -> bool:
    """Whether the folder was empty and is gone."""
    try:
        folder.rmdir()
    except OSError as error:
        return error.errno == errno.ENOENT
    return True


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, FOLDER)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
