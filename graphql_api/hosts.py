"""The names of this server: by which a request may ask for it."""

import re
from functools import lru_cache
from ipaddress import ip_address

from starlette.types import Scope

from graphql_api.refusal import Refused

HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.~!$&'()*+;=%-]+)(?::\d{0,5})?", re.ASCII | re.IGNORECASE)


class Hosts:
    """What this server is called: by an address, or by one of the known names."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known, self.is_any = known, "*" in known

    def check(self, scope: Scope) -> None:
        """Raises Refused where a request names another server: another site's name that leads here (DNS rebinding) would make
        its scripts ours.
        """
        name = name_in(scope)
        if name and not self.is_any and name not in self.known and not is_address(name):
            raise Refused(421, "This server is not known by that name: see MEDIAGRAPH_HOSTS.", "MISDIRECTED")


def name_in(scope: Scope) -> str:
    """What the request calls this server; nothing in HTTP/1.0, which need not. Starlette would put the server's own address in
    the place of what is no name.

    Raises:
        Refused: it has no name, several, or what is none (RFC 9112, 3.2); or it is of before there were headers.
    """
    names, version = [value for name, value in scope["headers"] if name == b"host"], scope["http_version"]
    if version == "1.0" and not names:
        return ""
    found = host_of(names[0]) if len(names) == 1 and version != "0.9" else None
    if found is None:
        raise Refused(400, "A request is HTTP/1.0 or later, and names one host.", "BAD_REQUEST", connection="close")
    return found


@lru_cache(maxsize=256)
def host_of(header: bytes) -> str | None:
    """The name in a `Host`, without its port; None for what is no name."""
    found = HOST.fullmatch(header.decode("latin-1"))
    return found and found[1].strip("[]").lower()


@lru_cache(maxsize=256)
def is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False
