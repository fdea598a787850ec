"""Where recipes are installed and built: packages in a cache outside the repository, the rest in a folder of the test's."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.needs import needs

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "schema.graphql"
CACHE = Path(os.environ.get("MEDIAGRAPH_TEST_CLIENTS", "~/.cache/mediagraph-clients")).expanduser()
NPM_INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--prefer-offline"]
UV = (sys.executable, "-m", "uv", "--no-config")
LONGEST = 300
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Recipe:
    """What a client is made of: its own folder, and those of the recipes it builds upon."""

    name: str
    upon: tuple[str, ...] = ()

    @property
    def folders(self) -> list[Path]:
        return [HERE / name for name in (*self.upon, self.name)]

    def laid_out(self, folder: Path) -> Path:
        """The recipe's files with the schema and the operations, as a project of somebody's."""
        for source in self.folders:
            shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for file in (HERE / "media.graphql", HERE / "run.mjs", HERE / "run.py", SCHEMA):
            if not (folder / file.name).exists():
                shutil.copy(file, folder)
        return folder


def run(folder: Path, *command: str | Path, check: bool = True) -> Done:
    """A command in this folder, to its end, with all it said in `stdout`."""
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONGEST
    )  # fmt: skip
    assert done.returncode == 0 or not check, done.stdout
    return done


def said(folder: Path, *command: str | Path) -> str:
    """What a command printed; what it warned of goes elsewhere."""
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, timeout=LONGEST)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def installed(manifest: Path, install: Callable[[Path], Done]) -> Path:
    """The folder where this manifest is installed: once, and anew when the manifest, or Python, has changed."""
    key = hashlib.sha256(manifest.read_bytes() + sys.version.encode()).hexdigest()[:16]
    folder = CACHE / f"{manifest.parent.name}-{key}"
    with alone(folder):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            shutil.copy(manifest, folder)
            done = install(folder)
            needs(f"the packages of {manifest.parent.name}, which cannot be had: {done.stdout[-2000:]}", done.returncode == 0)
            (folder / "ready").touch()
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one process at a time installs there."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def with_node_modules(recipe: Recipe, folder: Path) -> Path:
    """The recipe laid out, beside the packages it asks for."""
    needs("node and npm", bool(shutil.which("node") and shutil.which("npm")))
    packages = installed(HERE / recipe.name / "package.json", lambda making: run(making, *NPM_INSTALL, check=False))
    recipe.laid_out(folder)
    (folder / "node_modules").symlink_to(packages / "node_modules")
    return folder


def with_python(recipe: Recipe, folder: Path) -> tuple[Path, Path]:
    """The recipe laid out, and where the commands of its own environment are."""

    def install(making: Path) -> Done:
        run(making, *UV, "venv", "--quiet", "--python", sys.executable, "venv")
        return run(making, *UV, "pip", "install", "--quiet", "--python", "venv/bin/python", "-r", "requirements.txt", check=False)

    packages = installed(HERE / recipe.name / "requirements.txt", install)
    return recipe.laid_out(folder), packages / "venv/bin"
