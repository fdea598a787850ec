"""The other ends of connections: how long each is waited for, how much it may send, and how it is told."""

import asyncio
import socket
import struct
from math import inf
from typing import Any, cast

from starlette.responses import Response
from uvicorn._types import ASGI3Application  # what the overridden method takes
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from graphql_api.framing import Parser
from graphql_api.http import request_id
from graphql_api.lane import LARGEST, AtOnce
from graphql_api.refusal import Refused, refused
from graphql_api.waiting import SPARE, Patience, Serving

TICK = 0.5
"""Seconds between two looks at a connection, at most: what is due earlier is looked at when it is due."""
LINGER = 2.0
"""Seconds a peer that was answered early is still read: closing over unread bytes would take the answer away."""
MOST_PIPELINED = 16
NOW = struct.pack("ii", 1, 0)
"""SO_LINGER: what a peer would not read is not kept for it by the kernel either."""
SETTLED = 1.0
"""Seconds after which a connection that waits may be cut off to make room: an honest client has sent its headers by then."""


class Peer(HttpToolsProtocol):
    """One connection. Time counts against a peer only while it is the peer that is waited for.

    It is waited for between requests, for a request's head, for its body, and until it has read its answer.
    """

    def __init__(
        self, config: Config, server_state: Serving, app_state: dict[str, Any], _loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.parser: Any = Parser(self)
        self.serving, self.settings = server_state, server_state.settings
        self.running: RequestResponseCycle | None = None
        self.starting: ASGI3Application | None = None  # has a request once all that came with it is read
        self.at_once: AtOnce | None = getattr(cast("Any", self).app, "at_once", None)
        self.in_head = self.in_body = False
        self.deaf = False  # what comes is dropped: the peer was refused, or sent more than it may
        self.refusal: Refused | None = None
        self.read_now = 0  # bytes that came last
        self.unframed, self.got_on = 0, False  # bytes since a head was complete or a body grew; whether either happened
        self.unread = 0  # bytes of answers that wait here for the peer, when last looked
        self.looked = self.loop.time()
        self.ticking: asyncio.TimerHandle | None = None
        self.head = self.idle = self.patience(self.settings.header_timeout)
        self.body = self.answer = self.patience(inf)
        self.lingering: Patience | None = None

    def patience(self, seconds: float, rate: float = inf) -> Patience:
        """Starts now, which is some time after the last look."""
        return Patience(seconds, rate, self.loop.time() - self.looked)

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way, or waits behind one that is."""
        return bool(self.pipeline) or (self.running is not None and not self.running.response_complete)

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        surplus = len(self.connections) - self.serving.most
        if surplus > SPARE:
            transport.abort()
            return
        if surplus > 0 and not self.made_room():
            told = "There are too many connections just now."
            self.refusal = Refused(503, told, "TOO_MANY_CONNECTIONS", retry_after="5", connection="close")
        if self.serving.draining:
            self.idle = self.patience(self.serving.idle_seconds)
        self.serving.waiting[self] = self.loop.time()
        self.tick()

    def made_room(self) -> bool:
        """Whether a connection that waited for long was cut off for this one."""
        oldest, since = next(iter(self.serving.waiting.items()), (None, inf))
        if oldest is None or self.loop.time() - since < SETTLED:
            return False
        oldest.abort()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.leave()
        super().connection_lost(exc)
        self.give_up()

    def leave(self) -> None:
        """Nobody looks after this connection any more."""
        self.forget()
        if self.ticking:
            self.ticking.cancel()

    def give_up(self) -> None:
        """Tells the application that nobody waits for its answer; requests behind it are dropped."""
        self.pipeline.clear()
        if self.running and not self.running.response_complete:
            self.running.disconnected = True
            self.running.message_event.set()
        self.flow.resume_writing()

    def forget(self) -> None:
        self.serving.waiting.pop(self, None)
        self.serving.unread.pop(self, None)

    def abort(self) -> None:
        """Closes the connection now, whatever the peer has not read."""
        self.forget()
        if self.transport.get_write_buffer_size():
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
        self.transport.abort()

    def shutdown(self) -> None:
        """The server is to stop: what is under way is answered, what waits is closed after a while of grace."""
        if self.is_busy and not self.cycle.response_started:
            self.cycle.keep_alive = False
        if self.idle.seconds > self.serving.idle_seconds:
            self.idle = self.patience(self.serving.idle_seconds)

    # Waiting

    def tick(self) -> None:
        """Counts the time that went by against what is waited for, and ends what is over."""
        now = self.loop.time()
        gone, self.looked = now - self.looked, now
        left = TICK
        for patience in self.waited_for():
            left = min(left, patience.wait(gone))
        if left <= 0:
            self.over()
        self.ticking = self.loop.call_later(left if left > 0 else TICK, self.tick)

    def waited_for(self) -> list[Patience]:
        """What the peer keeps us waiting for, just now."""
        if self.lingering:
            return [self.lingering]
        unread = self.transport.get_write_buffer_size()
        found: list[Patience] = []
        if unread and (self.flow.write_paused or not self.is_busy or self.transport.is_closing()):
            self.answer.earn(self.unread - unread)  # nobody writes now: what has become less was read
            self.unread = unread
            found.append(self.answer)
        if self.in_body:
            held = self.flow.read_paused or self.cycle.waiting_for_100_continue
            return found if held else [*found, self.body]
        return found if self.is_busy or unread else [*found, self.head if self.in_head else self.idle]

    def over(self) -> None:
        """The peer took too long. It is told so where it began a request and that is not answered."""
        asked = self.in_head or (self.in_body and not self.cycle.response_complete)
        if self.lingering or self.answer.left <= 0 or not asked:
            self.abort()
        else:
            what = "headers" if self.in_head else "body"
            self.refuse(Refused(408, f"The {what} of the request took too long.", "REQUEST_TIMEOUT", connection="close"))

    def pause_writing(self) -> None:
        """The peer is behind. Where all of those who are hold too much memory, the first of them is cut off."""
        super().pause_writing()
        self.unread = self.serving.unread[self] = self.transport.get_write_buffer_size()
        while self.serving.is_holding_too_much():
            next(iter(self.serving.unread)).abort()

    def resume_writing(self) -> None:
        unread = self.transport.get_write_buffer_size()
        self.answer.earn(self.unread - unread)
        self.unread = unread
        self.serving.unread.pop(self, None)
        super().resume_writing()

    # Refusing

    def refuse(self, refusal: Refused) -> None:
        """Answers in the application's place, and closes once the peer could read that."""
        running, self.deaf = self.running, True
        between = running is None or running.response_complete
        alone = running is self.cycle and not self.pipeline and running is not None and not running.response_started
        self.give_up()
        if self.transport.is_closing() or not (between or alone):
            self.abort()  # in the midst of an answer there is no place for another
            return
        self.serving.waiting.pop(self, None)
        found = request_id()
        self.write(refused(refusal, found), found)
        self.lingering = self.patience(LINGER)
        self.transport.write_eof()
        self.flow.resume_reading()

    def write(self, response: Response, found: str) -> None:
        headers = [*self.serving.default_headers, *response.raw_headers, (b"x-request-id", found.encode())]
        lines = [b": ".join(header) + b"\r\n" for header in headers]
        self.transport.write(b"".join([STATUS_LINE[response.status_code], *lines, b"\r\n", bytes(response.body)]))

    def send_400_response(self, msg: str) -> None:
        self.refuse(Refused(400, msg, "BAD_REQUEST", connection="close"))

    # What comes

    def data_received(self, data: bytes) -> None:
        if self.deaf:
            return
        if not (self.in_head or self.in_body or self.is_busy):
            self.begin_head()  # also by line ends, which the parser skips without a word
        self.got_on, self.read_now = False, len(data)
        super().data_received(data)
        self.unframed = 0 if self.got_on else self.unframed + len(data)
        if self.unframed > self.settings.header_limit:
            self.refusal = too_large(self.settings.header_limit)
        if self.refusal and not self.deaf and (self.got_on or self.unframed > self.settings.header_limit):
            self.refuse(self.refusal)
        if self.starting and not self.waits_for_body():
            self.start(self.starting)

    def begin_head(self) -> None:
        """The first request's time began with the connection."""
        self.in_head = True
        if self.cycle:
            self.head = self.patience(self.settings.header_timeout)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head = True

    def on_headers_complete(self) -> None:
        self.got_on, self.in_head = True, False
        limit = self.settings.header_limit
        if self.unframed + self.read_now > limit and len(self.url) + sum(map(length, self.headers)) > limit:
            self.refusal = too_large(limit)
        if len(self.pipeline) >= MOST_PIPELINED:  # those are answered, and the client may send the rest again
            self.pipeline[0][0].keep_alive, self.deaf = False, True
        if self.refusal or self.deaf:
            return
        super().on_headers_complete()
        self.headers = list(self.headers)  # trailers are put to these; the application has the others
        self.in_body, self.body = True, self.patience(self.settings.body_timeout, self.settings.least_rate)
        self.serving.waiting.pop(self, None)
        if self.cycle and self.serving.draining:
            self.cycle.keep_alive = False

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self.running, self.answer = cycle, self.patience(self.settings.answer_timeout, self.settings.least_rate)
        if cycle is self.cycle and cycle.more_body:
            self.starting = app
        else:
            super()._start_asgi_task(cycle, app)

    def start(self, app: ASGI3Application) -> None:
        """Has a request answered: at once, where all of it is there and whoever answers can; else by a task."""
        self.starting, cycle = None, self.running
        if cycle is None or cycle.disconnected:
            return
        if self.at_once and self.is_ready(cycle) and (found := self.at_once(cast("Any", cycle.scope), bytes(cycle.body))):
            self.respond(cycle, *found)
        else:
            super()._start_asgi_task(cycle, app)

    def waits_for_body(self) -> bool:
        """Whether the rest of a small body is to be there first: most clients send it in a packet of its own."""
        if self.at_once is None or not self.cycle.more_body or self.cycle.waiting_for_100_continue:
            return False
        lengths = [int(value) for name, value in self.headers if name == b"content-length"]
        return bool(lengths) and lengths[0] <= LARGEST

    def is_ready(self, cycle: RequestResponseCycle) -> bool:
        """Whether the request is there whole, and its answer can be written now, with nothing to be done after it."""
        return cycle.keep_alive and not (cycle.more_body or self.flow.write_paused or self.transport.is_closing())

    def respond(self, cycle: RequestResponseCycle, status: int, rest: bytes) -> None:
        """Writes a response in one piece."""
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        usual = [b"%b: %b\r\n" % header for header in self.serving.default_headers]
        self.transport.write(b"".join([STATUS_LINE[status], *usual, rest]))
        self.on_response_complete()

    def on_body(self, body: bytes) -> None:
        self.got_on = True
        self.body.earn(len(body))
        if not self.refusal and not self.deaf:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.skips_body:
            return
        self.got_on, self.in_body = True, False
        if not self.refusal and not self.deaf:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """As uvicorn's, but for its clock: our own counts what that forgets, bytes that are no request."""
        self.serving.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        if self.is_busy:
            return
        self.serving.waiting[self] = self.loop.time()
        self.idle = self.patience(self.serving.idle_seconds)
        if self.in_head:
            self.head = self.patience(self.settings.header_timeout)
        if self.in_body:  # it was answered before it came whole
            self.body = self.patience(LINGER)


def length(header: tuple[bytes, bytes]) -> int:
    return len(header[0]) + len(header[1])


def too_large(limit: int) -> Refused:
    told = f"The line and headers of a request have at most {limit:,} bytes."
    return Refused(431, told, "HEADERS_TOO_LARGE", connection="close")
