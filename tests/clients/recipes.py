"""Where recipes are installed and built: packages in a cache outside the repository, the rest in a folder of the test's."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import packages
from tests.needs import needs, needs_packages
from tests.packages import LONGEST, Done, by_npm, run

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "schema.graphql"
UV = (sys.executable, "-m", "uv", "--no-config")


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


def said(folder: Path, *command: str | Path) -> str:
    """What a command printed; what it warned of goes elsewhere."""
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, timeout=LONGEST)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def installed(manifest: Path, install: Callable[[Path], Done]) -> Path:
    """The folder where this manifest is installed; where that cannot be, the test has not what it needs."""
    with needs_packages():
        return packages.installed(manifest, install)


def with_node_modules(recipe: Recipe, folder: Path) -> Path:
    """The recipe laid out, beside the packages it asks for."""
    needs("node and npm", bool(shutil.which("node") and shutil.which("npm")))
    made = installed(HERE / recipe.name / "package.json", by_npm)
    recipe.laid_out(folder)
    (folder / "node_modules").symlink_to(made / "node_modules")
    return folder


def with_python(recipe: Recipe, folder: Path) -> tuple[Path, Path]:
    """The recipe laid out, and where the commands of its own environment are."""

    def install(making: Path) -> Done:
        run(making, *UV, "venv", "--quiet", "--python", sys.executable, "venv")
        return run(making, *UV, "pip", "install", "--quiet", "--python", "venv/bin/python", "-r", "requirements.txt", check=False)

    made = installed(HERE / recipe.name / "requirements.txt", install)
    return recipe.laid_out(folder), made / "venv/bin"
