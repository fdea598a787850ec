"""What only a folder on a disk can get wrong."""

import asyncio
import errno
import os
import resource
import socket
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import Unavailable
from domain.ids import new_id
from domain.storage import Storage, StorageInfo
from persistence.storage import LocalStorage, disk, open_storage
from tests.persistence.test_storage import CONTENT, Make, everything, files, kept, local, raises_absent


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
        synced = Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path).parts
        steps.append("folder" if synced[:1] != ("tmp",) else "bytes" if synced[1:] else "draft")
        fsync(descriptor)

    def told_link(source: Path, target: Path) -> None:
        steps.append("name")
        link(source, target)

    monkeypatch.setattr(os, "fsync", told_sync)
    monkeypatch.setattr(os, "link", told_link)
    asyncio.run(kept(local(tmp_path), "ab/cd/abcd", CONTENT))
    assert steps == ["bytes", "draft", "name", "folder", "folder", "folder"]


def test_a_full_disk_is_told_as_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(CONTENT) // 2, hard))  # the system refuses to write more, as a full disk does
    try:
        with pytest.raises(Unavailable) as refused:
            asyncio.run(kept(local(tmp_path), "ab", CONTENT))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
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
