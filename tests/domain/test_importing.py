"""Which files of a folder are taken: regular ones, in order; never hidden ones, links or pipes."""

import os
from pathlib import Path

import pytest

from domain.errors import Invalid
from domain.importing import candidates, opened


def made(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_files_come_sorted_with_the_name_of_their_folder(tmp_path: Path) -> None:
    made(tmp_path / "shelf", "b.jpg", "a/z.jpg", "a/b/c.jpg", "c.jpg")
    found = list(candidates([tmp_path / "shelf"]))
    assert [one.path for one in found] == ["shelf/a/b/c.jpg", "shelf/a/z.jpg", "shelf/b.jpg", "shelf/c.jpg"]
    assert [one.folder for one in found] == ["shelf/a/b", "shelf/a", "shelf", "shelf"]


def test_hidden_files_and_links_are_passed_over(tmp_path: Path) -> None:
    made(tmp_path, "shelf/seen.jpg", "shelf/.hidden.jpg", "shelf/.git/config", "outside/secret.jpg")
    (tmp_path / "shelf" / "link.jpg").symlink_to(tmp_path / "outside" / "secret.jpg")
    (tmp_path / "shelf" / "folder").symlink_to(tmp_path / "outside")
    (tmp_path / "shelf" / "loop").symlink_to(tmp_path / "shelf")
    (tmp_path / "shelf" / "broken").symlink_to(tmp_path / "nowhere")
    assert [one.path for one in candidates([tmp_path / "shelf"])] == ["shelf/seen.jpg"]


def test_a_pipe_is_neither_listed_nor_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert list(candidates([tmp_path])) == []
    with pytest.raises(Invalid):
        opened(tmp_path / "pipe")


def test_a_file_that_is_named_is_taken_by_its_name(tmp_path: Path) -> None:
    made(tmp_path, "one.jpg")
    (found,) = candidates([tmp_path / "one.jpg"])
    assert (found.path, found.folder) == ("one.jpg", "")
    with opened(found.file) as file:
        assert file.read() == b"x"


def test_a_file_that_is_gone_or_is_a_folder_cannot_be_opened(tmp_path: Path) -> None:
    for wrong in (tmp_path / "nothing", tmp_path):
        with pytest.raises((Invalid, OSError)):
            opened(wrong)
