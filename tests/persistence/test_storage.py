"""One contract for every storage."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import pytest

from domain.errors import TooLarge
from domain.storage import CHUNK, HEAD, Storage
from persistence.storage import LocalStorage, MemoryStorage

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
