"""One contract for every storage, and what only a folder on a disk can get wrong."""

import asyncio
import errno
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from domain.errors import TooLarge, Unavailable
from domain.ids import new_id
from domain.storage import CHUNK, HEAD, Storage, StorageInfo
from persistence.storage import LocalStorage, MemoryStorage, disk, open_storage

PLENTY = 10_000_000
CONTENT = bytes(range(256)) * 1000
OUTSIDE = ["../secret", "a/../../secret", "/etc/passwd", "a//b", "./a", "a/.", "", "a/", "A", "a.b", "ä", "a\n", "a\0b", "tmp/x"]


def local(folder: Path) -> Storage:
    return LocalStorage(folder, read_only=False)


def memory(_folder: Path) -> Storage:
    return MemoryStorage()


each_storage = pytest.mark.parametrize("make", [local, memory])
Make = Callable[[Path], Storage]


async def sent(content: bytes, step: int = 50_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), step):
        yield content[start : start + step]


async def kept(storage: Storage, key: str, content: bytes) -> None:
    async with storage.draft() as draft:
        await draft.write(sent(content), limit=PLENTY)
        await draft.keep(key)


async def everything(storage: Storage, key: str, start: int = 0, length: int = PLENTY) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key, start, length)])


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def raises_absent(work: Awaitable[object]) -> None:
    async def awaited() -> None:
        with pytest.raises(FileNotFoundError):
            await work

    asyncio.run(awaited())


@each_storage
def test_what_was_kept_is_read_back(make: Make, tmp_path: Path) -> None:
    async def story() -> None:
        storage = make(tmp_path)
        await kept(storage, "ab/cd/abcd_0-1", CONTENT)
        assert await everything(storage, "ab/cd/abcd_0-1") == CONTENT
        assert await storage.size("ab/cd/abcd_0-1") == len(CONTENT)
        with await storage.open("ab/cd/abcd_0-1") as file:
            assert os.pread(file.fileno(), 300, 0) == CONTENT[:300]
            assert file.read() == CONTENT

    asyncio.run(story())


@each_storage
def test_a_draft_tells_hash_size_and_head_and_can_be_read_before_it_has_a_name(make: Make, tmp_path: Path) -> None:
    async def story() -> None:
        async with make(tmp_path).draft() as draft:
            written = await draft.write(sent(CONTENT, 777), limit=len(CONTENT))
            assert written.sha256 == sha256(CONTENT).hexdigest()
            assert (written.size, written.head) == (len(CONTENT), CONTENT[:HEAD])
            with draft.open() as file:
                assert os.pread(file.fileno(), len(CONTENT), 0) == file.read() == CONTENT

    asyncio.run(story())


@each_storage
@pytest.mark.parametrize(
    ("start", "length"), [(0, 1), (1, CHUNK), (CHUNK - 1, CHUNK * 2), (255_999, 1), (255_990, 99), (300_000, 5), (5, 0)]
)
def test_a_range_is_read_in_chunks(make: Make, tmp_path: Path, start: int, length: int) -> None:
    async def story() -> None:
        storage = make(tmp_path)
        await kept(storage, "a", CONTENT)
        chunks = [chunk async for chunk in storage.read("a", start, length)]
        assert b"".join(chunks) == CONTENT[start : start + length]
        assert all(0 < len(chunk) <= CHUNK for chunk in chunks)

    asyncio.run(story())


@each_storage
def test_a_file_without_bytes_is_a_file(make: Make, tmp_path: Path) -> None:
    async def story() -> None:
        storage = make(tmp_path)
        await kept(storage, "empty", b"")
        assert await storage.size("empty") == 0
        assert await everything(storage, "empty") == b""

    asyncio.run(story())


@each_storage
def test_too_many_bytes_are_refused_and_leave_nothing(make: Make, tmp_path: Path) -> None:
    async def story() -> None:
        async with make(tmp_path).draft() as draft:
            with pytest.raises(TooLarge) as refused:
                await draft.write(sent(CONTENT), limit=len(CONTENT) - 1)
            assert refused.value.limit == len(CONTENT) - 1
            assert refused.value.actual is not None
            assert refused.value.actual > refused.value.limit
            assert files(tmp_path) == []

    asyncio.run(story())


@each_storage
def test_reading_stops_at_the_limit_and_not_at_the_end_of_the_request(make: Make, tmp_path: Path) -> None:
    taken: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            taken.append(1)
            yield b"x" * 1000

    async def story() -> None:
        async with make(tmp_path).draft() as draft:
            with pytest.raises(TooLarge):
                await draft.write(endless(), limit=10_000)

    asyncio.run(story())
    assert len(taken) == 11


@each_storage
def test_a_draft_that_is_left_leaves_nothing(make: Make, tmp_path: Path) -> None:
    async def story() -> None:
        storage = make(tmp_path)
        async with storage.draft() as draft:
            await draft.write(sent(CONTENT), limit=PLENTY)
        with pytest.raises(ZeroDivisionError):
            async with storage.draft() as draft:
                await draft.write(sent(CONTENT), limit=PLENTY)
                raise ZeroDivisionError
        assert files(tmp_path) == []
        with pytest.raises(FileNotFoundError):
            await storage.size("a")

    asyncio.run(story())


@each_storage
def test_a_sender_that_breaks_off_leaves_nothing(make: Make, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield CONTENT
        raise ConnectionResetError

    async def story() -> None:
        with pytest.raises(ConnectionResetError):
            async with make(tmp_path).draft() as draft:
                await draft.write(broken(), limit=PLENTY)
        assert files(tmp_path) == []

    asyncio.run(story())


@each_storage
def test_a_cancelled_request_leaves_nothing(make: Make, tmp_path: Path) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield CONTENT
        await asyncio.sleep(60)

    async def taking(storage: Storage) -> None:
        async with storage.draft() as draft:
            await draft.write(slow(), limit=PLENTY)

    async def story() -> None:
        task = asyncio.create_task(taking(make(tmp_path)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
    assert files(tmp_path) == []


@each_storage
def test_a_key_is_never_overwritten(make: Make, tmp_path: Path) -> None:
    async def story() -> None:
        storage = make(tmp_path)
        await kept(storage, "ab/first", b"first")
        with pytest.raises(FileExistsError):
            await kept(storage, "ab/first", b"second")
        assert await everything(storage, "ab/first") == b"first"

    asyncio.run(story())
    assert files(tmp_path) in ([], ["ab/first"])


@each_storage
def test_removing_twice_is_removing_once(make: Make, tmp_path: Path) -> None:
    async def story() -> None:
        storage = make(tmp_path)
        await kept(storage, "ab/cd/abcd", CONTENT)
        await kept(storage, "ab/ef/abef", CONTENT)
        await storage.remove("ab/cd/abcd")
        await storage.remove("ab/cd/abcd")
        with pytest.raises(FileNotFoundError):
            await storage.open("ab/cd/abcd")
        assert await everything(storage, "ab/ef/abef") == CONTENT

    asyncio.run(story())


@each_storage
def test_a_key_without_bytes_is_not_found(make: Make, tmp_path: Path) -> None:
    storage = make(tmp_path)
    for work in (storage.open("ab/none"), storage.size("ab/none"), everything(storage, "none")):
        raises_absent(work)


@each_storage
def test_many_drafts_at_once_do_not_meet(make: Make, tmp_path: Path) -> None:
    async def story() -> None:
        storage = make(tmp_path)
        contents = {f"{n % 3}/{n}": bytes([n]) * (CHUNK + n) for n in range(24)}
        await asyncio.gather(*(kept(storage, key, content) for key, content in contents.items()))
        assert [await everything(storage, key) for key in contents] == list(contents.values())

    asyncio.run(story())


@each_storage
def test_of_many_drafts_for_one_key_one_wins(make: Make, tmp_path: Path) -> None:
    async def story() -> None:
        storage = make(tmp_path)
        ends = await asyncio.gather(*(kept(storage, "a/b", bytes([n])) for n in range(16)), return_exceptions=True)
        assert ends.count(None) == 1
        assert all(end is None or isinstance(end, FileExistsError) for end in ends)
        assert await everything(storage, "a/b") == bytes([ends.index(None)])

    asyncio.run(story())


@each_storage
@pytest.mark.parametrize("key", OUTSIDE)
def test_no_text_but_a_key_of_the_server_is_taken(make: Make, tmp_path: Path, key: str) -> None:
    async def story() -> None:
        storage = make(tmp_path)
        for work in (
            kept(storage, key, b"x"),
            storage.open(key),
            storage.size(key),
            storage.remove(key),
            everything(storage, key),
        ):
            with pytest.raises(ValueError, match="Not a key"):
                await work
        assert files(tmp_path) == []

    asyncio.run(story())


@each_storage
def test_a_storage_that_is_there_passes_its_probe_and_keeps_nothing_of_it(make: Make, tmp_path: Path) -> None:
    asyncio.run(make(tmp_path).probe())
    assert files(tmp_path) == []


def test_removing_takes_the_empty_folders_along_and_no_others(tmp_path: Path) -> None:
    async def story() -> None:
        storage = local(tmp_path)
        await kept(storage, "ab/cd/abcd", b"1")
        await kept(storage, "ab/ef/abef", b"2")
        await storage.remove("ab/cd/abcd")
        assert (tmp_path / "ab/ef").is_dir()
        assert not (tmp_path / "ab/cd").exists()
        await storage.remove("ab/ef/abef")
        assert not (tmp_path / "ab").exists()
        assert tmp_path.is_dir()

    asyncio.run(story())


def test_keeping_and_removing_in_one_folder_do_not_trip_each_other(tmp_path: Path) -> None:
    async def churn(storage: Storage, name: int) -> None:
        for _ in range(30):
            await kept(storage, f"ab/cd/{name}", b"x")
            await storage.remove(f"ab/cd/{name}")

    async def story() -> None:
        storage = local(tmp_path)
        await asyncio.gather(*(churn(storage, name) for name in range(4)))

    asyncio.run(story())
    assert files(tmp_path) == []


def test_bytes_are_synced_before_they_are_named_and_folders_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, link = os.fsync, os.link

    def told_sync(descriptor: int) -> None:
        steps.append(
            (Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path).parts[:1] == ("tmp",) and "bytes") or "folder"
        )
        fsync(descriptor)

    def told_link(source: Path, target: Path) -> None:
        steps.append("name")
        link(source, target)

    monkeypatch.setattr(os, "fsync", told_sync)
    monkeypatch.setattr(os, "link", told_link)
    asyncio.run(kept(local(tmp_path), "ab/cd/abcd", CONTENT))
    assert steps == ["bytes", "name", "folder", "folder", "folder"]


def test_a_full_disk_is_told_as_unavailable_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Unavailable) as refused:
        asyncio.run(kept(local(tmp_path), "ab", CONTENT))
    assert str(tmp_path) not in refused.value.message
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_synced_leaves_its_key_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(disk, "sync_folder", broken)
    with pytest.raises(Unavailable):
        asyncio.run(kept(local(tmp_path), "ab/cd", CONTENT))
    assert files(tmp_path) == []


def test_a_file_system_without_links_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_source: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    async def story() -> None:
        storage = local(tmp_path)
        await kept(storage, "ab/cd", b"1")
        with pytest.raises((FileExistsError, Unavailable)):
            await kept(storage, "ab/cd", b"2")
        assert await everything(storage, "ab/cd") == b"1"

    monkeypatch.setattr(os, "link", refused)
    asyncio.run(story())
    assert files(tmp_path) == ["ab/cd"]


def test_a_writable_storage_follows_no_link(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (root / "ab").symlink_to(outside)
    (root / "cd").symlink_to(outside / "secret")
    raises_absent(local(root).open("ab/secret"))
    raises_absent(local(root).open("cd"))


def imported(folder: Path) -> Storage:
    return LocalStorage(folder, read_only=True)


def test_a_read_only_storage_reads_paths_of_any_script(tmp_path: Path) -> None:
    (tmp_path / "Fotos 2025").mkdir()
    (tmp_path / "Fotos 2025" / "Čeština.JPG").write_bytes(CONTENT)
    os.symlink("Fotos 2025", tmp_path / "newest")
    assert asyncio.run(everything(imported(tmp_path), "Fotos 2025/Čeština.JPG")) == CONTENT
    assert asyncio.run(everything(imported(tmp_path), "newest/Čeština.JPG")) == CONTENT


def test_no_path_leads_out_of_a_read_only_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "inner").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "root-of-others").write_bytes(b"secret")
    (root / "file-link").symlink_to(tmp_path / "secret")
    (root / "folder-link").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    outside = ["../secret", "inner/../../secret", str(tmp_path / "secret"), "file-link", "folder-link/secret", "loop", "loop/x"]
    for key in [*outside, "", ".", "..", "inner", "inner/", "inner//x", "a\0b", "x" * 5000, "\udfff", "../root-of-others"]:
        for work in (imported(root).open(key), imported(root).size(key), everything(imported(root), key)):
            raises_absent(work)


def test_a_folder_swapped_for_a_link_after_the_check_leads_nowhere(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "swapped").symlink_to(tmp_path)
    with pytest.raises(OSError, match="directory|symbolic"):
        disk.regular_file(root, ("swapped", "secret"))


def test_only_regular_files_are_read_and_none_blocks(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "device").symlink_to("/dev/zero")
    os.mknod(tmp_path / "zero", 0o20666, os.makedev(1, 5))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        started = time.monotonic()
        for storage, key in [(imported(tmp_path), key) for key in ("fifo", "device", "zero", "socket")] + [
            (local(tmp_path), "fifo")
        ]:
            raises_absent(storage.open(key))
    assert time.monotonic() - started < 1


def test_a_read_only_storage_takes_and_removes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    for work in (kept(imported(tmp_path), "b", b"b"), imported(tmp_path).remove("a")):
        with pytest.raises(Unavailable):
            asyncio.run(awaited(work))
    asyncio.run(imported(tmp_path).probe())
    assert files(tmp_path) == ["a"]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


async def awaited(work: Awaitable[object]) -> None:
    await work


@pytest.mark.parametrize("make", [local, imported])
def test_a_root_that_is_gone_or_no_folder_is_unavailable_and_not_made_anew(make: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for root in (tmp_path / "gone", tmp_path / "file"):
        storage = make(root)
        for work in (storage.probe(), storage.open("a"), storage.size("a"), storage.remove("a"), kept(storage, "a", b"a")):
            with pytest.raises(Unavailable) as refused:
                asyncio.run(awaited(work))
            assert str(tmp_path) not in refused.value.message
    assert not (tmp_path / "gone").exists()


def test_a_root_whose_drafts_cannot_be_written_fails_its_probe(tmp_path: Path) -> None:
    (tmp_path / "tmp").write_bytes(b"in the way")
    with pytest.raises(Unavailable):
        asyncio.run(local(tmp_path).probe())


def described(protocol: str, root: str | None = None) -> StorageInfo:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    return StorageInfo(
        id=new_id(), key="s", name="S", protocol=protocol, root=root, is_read_only=False, is_default=True, created_at=made
    )


def test_a_storage_is_opened_by_its_protocol(tmp_path: Path) -> None:
    assert isinstance(open_storage(described("file", str(tmp_path))), LocalStorage)
    remembered = described("memory")
    assert open_storage(remembered) is open_storage(remembered)
    assert open_storage(remembered) is not open_storage(described("memory"))
    for info in (described("gopher"), described("file")):
        with pytest.raises(Unavailable):
            open_storage(info)
