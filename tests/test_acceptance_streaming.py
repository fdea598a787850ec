"""Acceptance: size limits hold while bytes come in, and memory stays flat, of a server in a process of its own."""

import random
import re
import socket
from collections.abc import Iterator
from pathlib import Path

from tests.graphql_api.served import serving

MIB = 1 << 20
HEAD = (
    b'--edge\r\ncontent-disposition: form-data; name="operations"\r\n\r\n'
    b'{"query": "mutation($f: Upload!) { uploadMedia(input: {file: $f}) { media { size } userErrors { code } } }", '
    b'"variables": {"f": null}}\r\n--edge\r\ncontent-disposition: form-data; name="map"\r\n\r\n{"0": ["variables.f"]}\r\n'
    b'--edge\r\ncontent-disposition: form-data; name="0"; filename="a.bin"\r\n\r\n'
)
END = b"\r\n--edge--\r\n"


def chunks(size: int) -> Iterator[bytes]:
    """So many MiB nobody has seen before, a MiB at a time."""
    yield HEAD
    for _ in range(size):
        yield random.randbytes(MIB)
    yield END


def sent(port: int, size: int) -> tuple[int, bytes]:
    """How many MiB of an upload the server took before it closed, and its answer."""
    length = len(HEAD) + len(END) + size * MIB
    head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=edge\r\n"
    head += f"graphql-require-preflight: 1\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    taken = 0
    with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
        peer.sendall(head.encode())
        try:
            for chunk in chunks(size):
                peer.sendall(chunk)
                taken += len(chunk)
        except OSError:
            return taken // MIB, b""
        return taken // MIB, b"".join(iter(lambda: peer.recv(MIB), b""))


def peak(pid: int) -> int:
    """The most memory that a process has had, in MiB."""
    (found,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))
    return int(found) // 1024


def test_15_size_limits_hold_while_streaming_and_memory_stays_flat(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder, MEDIAGRAPH_UPLOAD_LIMIT=str(96 * MIB)) as (process, client):
        port = client.base_url.port or 0
        assert b'"size":1048576' in sent(port, 1)[1]
        before = peak(process.pid)
        assert b'"size":94371840' in sent(port, 90)[1]
        taken, _ = sent(port, 400)
        assert taken < 150
        assert peak(process.pid) - before < 40
        assert client.post("/graphql", json={"query": "{ media { totalCount } }"}).json()["data"]["media"]["totalCount"] == 2
        assert sum(path.stat().st_size for path in (folder / "files").rglob("*") if path.is_file()) == 91 * MIB
