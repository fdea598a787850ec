"""A small library to look at: pictures, songs, films and papers, all of them made by code."""

from collections.abc import Callable
from pathlib import Path

from graphql_api.demo.film import FILMS, make_films
from graphql_api.demo.paper import make_papers
from graphql_api.demo.pictures import make_pictures
from graphql_api.demo.sound import SONGS, make_sounds

FOLDERS = (
    "Pictures/2024/Garden", "Pictures/2024/Nairobi", "Pictures/2025/Kyoto", "Pictures/2025/Lisbon", "Pictures/2025/Reykjavik",
    "Pictures/Art", "Videos", "Documents", *{str(Path(song.path).parent): None for song in SONGS},
)  # fmt: skip

__all__ = ["FILMS", "FOLDERS", "SONGS", "make_files"]


def make_files(folder: Path, progress: Callable[[int, int], None] | None = None) -> list[Path]:
    """Draws, plays, films and writes the demo's files; the same ones each time.

    Args:
        folder: where to; its subfolders are made, files of an earlier run are written anew.
        progress: told after each file how many are done, and of how many.

    Returns:
        The files, sorted by path.
    """
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    steps = [*make_pictures(folder), *make_sounds(folder), *make_films(folder), *make_papers(folder)]
    made: list[Path] = []
    for step in steps:
        made.append(step())
        if progress:
            progress(len(made), len(steps))
    return sorted(made)
