"""GraphiQL with the example queries in it; `python -m graphql_api.graphiql` brings its scripts along, for use offline."""

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from strawberry.http.ides import get_graphql_ide_html

HERE = Path(__file__).parent
EXAMPLES = HERE / "examples.graphql"
ASSETS = HERE / "assets"
DEFAULT_QUERY = re.compile(r"const EXAMPLE_QUERY = `.*?`;", re.DOTALL)
FROM_CDN = re.compile(r'https://[^/"]+/((?:@[\w-]+/)?[\w-]+@[\d.]+)/([\w./-]+)')
SHA512 = {
    "react@18.2.0": "/3IjMdb2L9QbBdWiW5e3P2/npwMBaU9mHCSCUzNln0ZCYbcfTsGbTJrU/kGemdH2IWmB2ioZ+zkxtmq6g09fGQ==",
    "react-dom@18.2.0": "6IMTriUmvsjHUjNtEDudZfuDQUoWXVxKHhlEGSk81n4YFS+r/Kl99wXiwlVXtPBtJenozv2P+hxDsw9eA7Xo6g==",
    "js-cookie@3.0.5": "cEiJEAEoIbWfCZYKWhVwFuvPX1gETRYPw6LlaTKoxD3s2AkXzkCjnp6h0V77ozyqj0jakteJ4YqDJT830+lVGw==",
    "graphiql@3.8.3": "cuPDYtXVKV86Pu5PHBX642Odi/uVEE2y1Jxq5rGO/Qy1G2lRp7ZZ7a/T30RzxhuLSWo9zUbzq0P3U49//H0Ugw==",
    "@graphiql/plugin-explorer@1.0.2": "9j+kg2UjtLZD5EBmGjeWHkoVVxtbShYg2DzbUVebibnZYZM/iMBEF4vaccXJIAm5KaomIPLx0aoNs4LbODyc3Q==",
}
"""The packages the page is made of, and the hash of each as it was looked at."""


def files() -> list[tuple[str, str]]:
    """The files the page loads, as (package@version, path)."""
    return sorted(set(FROM_CDN.findall(get_graphql_ide_html(graphql_ide="graphiql"))))


def page() -> str:
    """GraphiQL with the example queries in its first tab; from here where its scripts are here, else from the CDN."""
    examples = EXAMPLES.read_text("utf-8").replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    text = get_graphql_ide_html(graphql_ide="graphiql")
    text = DEFAULT_QUERY.sub(lambda _: f"const EXAMPLE_QUERY = `{examples}`;", text, count=1)
    text = text.replace("<title>Strawberry GraphiQL</title>", "<title>mediagraph · GraphiQL</title>")
    return FROM_CDN.sub(r"/assets/\1/\2", text) if is_here() else text


def is_here() -> bool:
    """Whether the page's scripts have been brought along."""
    return all((ASSETS / package / path).is_file() for package, path in files())


async def asset(http: Request) -> Response:
    """One of the page's scripts, and nothing else."""
    wanted = http.path_params["path"]
    for package, path in files():
        if wanted == f"{package}/{path}" and (file := ASSETS / package / path).is_file():
            return FileResponse(file, headers={"Cache-Control": "public, max-age=31536000, immutable"})
    return Response("Not found.\n", 404, media_type="text/plain")


def bring(package: str, folder: Path) -> Path:
    """The package's archive, once its hash is the one that was looked at.

    Raises:
        SystemExit: it is another one.
    """
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]  # noqa: S603 - ours
    archive = folder / name
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != SHA512[package]:
        raise SystemExit(f"{package} is not what it was.")
    return archive


def unpack(archive: Path, package: str) -> None:
    """Those files of an archive that the page loads; nothing else is written."""
    with tarfile.open(archive) as opened:
        for path in (path for owner, path in files() if owner == package):
            source = opened.extractfile(f"package/{path}")
            if source is None:
                raise SystemExit(f"{package} has no {path}.")
            target = ASSETS / package / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read())


def main() -> None:
    """Fetches, checks and unpacks what the page needs."""
    with tempfile.TemporaryDirectory() as folder:
        for package in sorted({package for package, _ in files()}):
            unpack(bring(package, Path(folder)), package)
    sys.stdout.write(f"GraphiQL's {len(files())} files are in {ASSETS.relative_to(Path.cwd())}.\n")


if __name__ == "__main__":
    main()
