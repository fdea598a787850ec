"""Servers of others beside this one, in `peers/`: where their packages are installed, and how they are started. Needs npm."""

import shutil
from pathlib import Path

from tests.packages import NotInstalled, by_npm, installed

HERE = Path(__file__).parent / "peers"
SETTINGS = {"NODE_ENV": "production"}


def packages(name: str) -> Path:
    """The folder with a peer's packages, Node.js among them, installed now unless they are there.

    Raises:
        NotInstalled: without npm, or where it cannot bring them.
    """
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise NotInstalled(f"{program} is needed to install {name}, and is not here.")
    return installed(HERE / name / "package.json", by_npm)


def command(name: str, folder: Path) -> list[str]:
    """The words that start a peer, laid out in this folder beside its packages; the database and the port come behind.

    Raises:
        NotInstalled: as above.
    """
    brought = packages(name) / "node_modules"
    shutil.copytree(HERE, folder / "peers", ignore=shutil.ignore_patterns("node_modules"))
    (folder / "peers/node_modules").symlink_to(brought)
    return [str(brought / ".bin/node"), str(folder / "peers" / name / "server.mjs")]
