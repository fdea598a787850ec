"""Requests byte by byte, for experiments that must know exactly what was sent, and what became of it."""

import asyncio
import os
from pathlib import Path

import orjson

ASK = orjson.dumps({"query": "{ media(first: 20) { totalCount nodes { id title tags { nodes { name } } } } }"})
UPLOAD = "mutation($f: Upload!) { uploadMedia(input: {file: $f}) { media { status processing { state } } userErrors { code } } }"
SECONDS = 60


def post(body: bytes, *headers: str) -> bytes:
    lines = ["POST /graphql HTTP/1.1", "host: localhost", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def asking() -> bytes:
    return post(ASK, "content-type: application/json")


def uploading(content: bytes, name: str = "a.png") -> bytes:
    """A multipart request with one file."""
    operations = orjson.dumps({"query": UPLOAD, "variables": {"f": None}}).decode()
    parts = [f'name="operations"\r\n\r\n{operations}', 'name="map"\r\n\r\n{"0": ["variables.f"]}']
    head = "".join(f"--edge\r\ncontent-disposition: form-data; {part}\r\n" for part in parts).encode()
    file = f'--edge\r\ncontent-disposition: form-data; name="0"; filename="{name}"\r\n\r\n'.encode()
    body = head + file + content + b"\r\n--edge--\r\n"
    return post(body, "content-type: multipart/form-data; boundary=edge", "graphql-require-preflight: 1")


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a whole answer.

    Raises:
        EOFError, OSError, TimeoutError: it did not come whole.
    """
    async with asyncio.timeout(SECONDS):
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
        return int(first.split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


def family(pid: int) -> set[int]:
    """The processes a process has started, and theirs."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text("utf-8").rpartition(")")[2].split()[1])
        except OSError:  # gone meanwhile
            continue
    found = {pid}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[:1]
