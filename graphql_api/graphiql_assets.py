"""The scripts and styles GraphiQL is made of; `python -m graphql_api.graphiql_assets` brings them here, for use offline."""

import base64
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from strawberry.http.ides import get_graphql_ide_html

from graphql_api.refusal import Refused

ASSETS = Path(__file__).parent / "assets"
LOADED = re.compile(r'(?:src|href)="(https://[^/"]+/((?:@[\w-]+/)?[\w-]+@[\d.]+)/([\w./-]+))"\s+integrity="([^"]+)"')
LEFT_OUT = re.compile(r"js-cookie@")  # we keep nothing in cookies
SHA512 = {
    "react@18.2.0": "/3IjMdb2L9QbBdWiW5e3P2/npwMBaU9mHCSCUzNln0ZCYbcfTsGbTJrU/kGemdH2IWmB2ioZ+zkxtmq6g09fGQ==",
    "react-dom@18.2.0": "6IMTriUmvsjHUjNtEDudZfuDQUoWXVxKHhlEGSk81n4YFS+r/Kl99wXiwlVXtPBtJenozv2P+hxDsw9eA7Xo6g==",
    "graphiql@3.8.3": "cuPDYtXVKV86Pu5PHBX642Odi/uVEE2y1Jxq5rGO/Qy1G2lRp7ZZ7a/T30RzxhuLSWo9zUbzq0P3U49//H0Ugw==",
    "@graphiql/plugin-explorer@1.0.2": "9j+kg2UjtLZD5EBmGjeWHkoVVxtbShYg2DzbUVebibnZYZM/iMBEF4vaccXJIAm5KaomIPLx0aoNs4LbODyc3Q==",
}
"""The packages the page is made of, and the hash of each as it was looked at."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of a package (name@version), its address on the CDN, and the hash browsers check it by."""

    url: str
    package: str
    path: str
    integrity: str

    @property
    def file(self) -> Path:
        return ASSETS / self.package / self.path

    @property
    def is_style(self) -> bool:
        return self.path.endswith(".css")


@cache
def assets() -> tuple[Asset, ...]:
    """What the page loads, in this order: the versions are those Strawberry pins and tests its own page with."""
    found = LOADED.findall(get_graphql_ide_html(graphql_ide="graphiql"))
    return tuple(Asset(*one) for one in found if not LEFT_OUT.match(one[1]))


def are_here() -> bool:
    """Whether the page needs no CDN."""
    return all(one.file.is_file() for one in assets())


async def asset(http: Request) -> Response:
    """One of the page's files, and nothing else."""
    wanted = http.path_params["path"]
    for one in assets():
        if wanted == f"{one.package}/{one.path}" and one.file.is_file():
            kept = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
            return FileResponse(one.file, headers=kept)
    raise Refused(404, "There is no such file.", "NOT_FOUND")


def bring() -> None:
    """Fetches, checks and unpacks what the page needs.

    Raises:
        SystemExit: a package is not the one that was looked at.
        OSError: there is no npm.
        subprocess.CalledProcessError: npm cannot fetch.
    """
    with tempfile.TemporaryDirectory() as folder:
        for package in sorted({one.package for one in assets()}):
            unpack(fetched(package, Path(folder)), package)


def fetched(package: str, folder: Path) -> Path:
    """The package's archive, once its hash is the one that was looked at."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]  # noqa: S603 - ours
    archive = folder / name
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != SHA512[package]:
        raise SystemExit(f"{package} is not what it was.")
    return archive


def unpack(archive: Path, package: str) -> None:
    """Those files of an archive that the page loads; nothing else is written."""
    with tarfile.open(archive) as opened:
        for one in (one for one in assets() if one.package == package):
            source = opened.extractfile(f"package/{one.path}")
            if source is None:
                raise SystemExit(f"{package} has no {one.path}.")
            one.file.parent.mkdir(parents=True, exist_ok=True)
            part = one.file.with_suffix(f".{os.getpid()}")  # a server beside us sees whole files only
            part.write_bytes(source.read())
            part.replace(one.file)


def main() -> None:
    bring()
    sys.stdout.write(f"GraphiQL's {len(assets())} files are in {os.path.relpath(ASSETS)}.\n")


if __name__ == "__main__":
    main()
