"""Where one request ends and the next begins: httptools' parser, without its way out of HTTP."""

from typing import Any

from httptools import HttpParserUpgrade, HttpRequestParser

FRAMING = (b"content-length", b"transfer-encoding")
ASKED = ("get_http_version", "get_method", "should_keep_alive", "should_upgrade")
CALLBACKS = (
    "on_message_begin", "on_url", "on_header", "on_headers_complete", "on_body", "on_message_complete",
)  # fmt: skip


class Parser:
    """Reads requests for a peer, and calls it back as httptools does.

    A client may offer another protocol with `Upgrade`, and a server may pass that over (RFC 9110, 7.8). httptools cannot: it
    stops where the headers end, and what was the body would be read as the next request, for whoever hides one there. So
    another parser goes on behind such headers; of them it is told only how long the body is.
    """

    def __init__(self, peer: Any) -> None:
        self.peer = peer
        self.read_with(fresh(peer))

    def read_with(self, inner: Any) -> None:
        """Its methods are taken as they are: each request calls a handful of them."""
        self.inner = inner
        for name in ASKED:
            setattr(self, name, getattr(inner, name))

    def feed_data(self, data: bytes) -> None:
        """Raises HttpParserError for what is no HTTP."""
        try:
            self.inner.feed_data(data)
        except HttpParserUpgrade as offer:
            self.go_on()
            if rest := data[offer.args[0] :]:
                self.feed_data(rest)

    def go_on(self) -> None:
        """Reads on with a parser that is in the midst of the request, or before the next one where this has no body."""
        lines = framing(self.peer.headers)
        told = Told(self.peer)
        self.read_with(fresh(told))
        if lines:
            told.is_deaf = True
            self.inner.feed_data(b"\r\n".join([b"POST / HTTP/1.1", *lines, b"", b""]))
            told.is_deaf = False

    @property
    def skips_body(self) -> bool:
        """Whether the request is taken for complete though its body is still to come."""
        return bool(self.inner.should_upgrade() and framing(self.peer.headers))


class Told:
    """The peer, to whom nothing is told while `is_deaf`."""

    def __init__(self, peer: Any) -> None:
        self.is_deaf = False
        for name in CALLBACKS:
            setattr(self, name, self.passed_on(getattr(peer, name)))

    def passed_on(self, callback: Any) -> Any:
        def told(*given: bytes) -> None:
            if not self.is_deaf:
                callback(*given)

        return told


def fresh(told: Any) -> Any:
    parser: Any = HttpRequestParser(told)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it: requests sent ahead are answered
    return parser


def framing(headers: list[tuple[bytes, bytes]]) -> list[bytes]:
    """The lines that say how long a body is; none where there is no body."""
    return [b": ".join(one) for one in headers if one[0] in FRAMING and one != (b"content-length", b"0")]
