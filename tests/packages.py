"""Packages of other languages, installed in a cache outside the repository: once, and anew when what is asked for changes."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE = Path(os.environ.get("MEDIAGRAPH_TEST_CLIENTS", "~/.cache/mediagraph-clients")).expanduser()
NPM_INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--prefer-offline"]
LONGEST = 300
Done = subprocess.CompletedProcess[str]


class NotInstalled(Exception):
    """Packages cannot be had here."""


def run(folder: Path, *command: str | Path, check: bool = True) -> Done:
    """A command in this folder, to its end, with all it said in `stdout`."""
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONGEST
    )  # fmt: skip
    assert done.returncode == 0 or not check, done.stdout
    return done


def by_npm(making: Path) -> Done:
    """Installs what the manifest in this folder asks for; no script of a package runs."""
    return run(making, *NPM_INSTALL, check=False)


def installed(manifest: Path, install: Callable[[Path], Done]) -> Path:
    """The folder where this manifest is installed: once, and anew when the manifest, or Python, has changed.

    Raises:
        NotInstalled: with what the program said that installs.
    """
    key = hashlib.sha256(manifest.read_bytes() + sys.version.encode()).hexdigest()[:16]
    folder = CACHE / f"{manifest.parent.name}-{key}"
    with alone(folder):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            shutil.copy(manifest, folder)
            done = install(folder)
            if done.returncode:
                raise NotInstalled(f"The packages of {manifest.parent.name} cannot be had: {done.stdout[-2000:]}")
            (folder / "ready").touch()
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one process at a time installs there."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
