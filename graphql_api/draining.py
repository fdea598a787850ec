"""Stopping without losing a request: a process goes on for a moment, tells everybody, and ends when all are answered."""

import asyncio
import ctypes
import os
import resource
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from typing import cast

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import ChangeReload, multiprocess

from graphql_api.settings import Settings
from graphql_api.waiting import SPARE, Serving

SETTLE = 0.2
"""Seconds in which connections that are made already are taken, after no more can be made."""
OTHER_FILES = SPARE + 312
"""Descriptors for files, the database and refused connections."""
SO_ATTACH_FILTER = 26
SYN_IS_DROPPED = (
    (0x30, 0, 0, 13),  # load the byte with TCP's flags
    (0x45, 0, 1, 0x02),  # is it a SYN?
    (0x06, 0, 0, 0),  # then drop it
    (0x06, 0, 0, 0xFFFFFFFF),  # else take it whole
)


def turn_away(descriptor: int) -> None:
    """Lets nobody new connect, while connections that are made already can still be accepted.

    Closing a listening socket resets those that wait in its queue, with whatever they have sent. The filter ignores new
    ones instead: such a client tries again after a second, and is refused properly. Linux only; elsewhere nothing happens.
    """
    if sys.platform != "linux":
        return
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in SYN_IS_DROPPED))
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as listening:
        filtered = struct.pack("HL", len(SYN_IS_DROPPED), ctypes.addressof(code))
        listening.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, filtered)


def room_for(connections: int) -> int:
    """How many connections fit into the process's descriptors, whose number is raised as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return connections
    wanted = max(soft, connections + OTHER_FILES)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return min(connections, max(1, most - OTHER_FILES))


class Config(uvicorn.Config):
    """uvicorn's settings of a process, and ours along with them: workers are handed both."""

    def __init__(self, settings: Settings, *, reload: bool, workers: int) -> None:
        super().__init__(
            "graphql_api.app:from_environment", factory=True, host=settings.host, port=settings.port, reload=reload,
            workers=workers, http="graphql_api.peers:Peer", access_log=False, log_level="warning", server_header=False,
            timeout_graceful_shutdown=30, proxy_headers=False, ws="none",
        )  # fmt: skip
        self.settings = settings.model_copy(update={"drain_seconds": 0}) if reload else settings


class Server(uvicorn.Server):
    """uvicorn's server of one process, which is left in order."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.server_state = self.serving = Serving(config.settings)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.serving.most = room_for(self.serving.settings.connections)
        await super().startup(sockets)
        self.lifespan.state["serving"] = self.serving  # what `/health/ready` looks at

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Goes on for a while, so that balancers and clients notice; then takes nobody new, and answers all it has."""
        self.serving.draining = True
        for connection in list(self.serving.connections):
            connection.shutdown()
        if signal.SIGINT not in self._captured_signals:  # Ctrl+C: nobody would notice
            await self.go_on(self.serving.settings.drain_seconds)
        if not sockets:  # else others listen there too, and their parent turns away
            for listening in (one for server in self.servers for one in server.sockets):
                turn_away(listening.fileno())
        await self.go_on(SETTLE)
        await super().shutdown(sockets)
        self._captured_signals.clear()  # uvicorn would raise them again; what was asked for is done, and the status is 0

    async def go_on(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.force_exit:  # noqa: ASYNC110 - uvicorn's handler of signals sets a flag
            await asyncio.sleep(0.05)


class Worker(multiprocess.Process):
    """One of several processes that listen on the same socket."""

    @property
    def server(self) -> uvicorn.Server:
        if self._server is None:
            self._server = Server(cast("Config", self.config))
        return self._server


class Workers(multiprocess.Multiprocess):
    """Starts the processes, and stops them together."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.seconds = config.settings.drain_seconds
        setattr(multiprocess, "Process", Worker)  # noqa: B010 - uvicorn has no other place to name the class

    def handle_int(self) -> None:
        self.seconds = 0  # as the workers, which the terminal tells too
        super().handle_int()

    def terminate_all(self) -> None:
        """Turns away who is new once the workers have gone on for a while; they take who is there, and then close."""
        super().terminate_all()
        time.sleep(self.seconds)
        for listening in self.sockets:
            turn_away(listening.fileno())
            listening.close()


def run(config: Config) -> None:
    """Serves until told to stop, in one process or several."""
    server = Server(config)
    with suppress(KeyboardInterrupt):
        if config.should_reload:
            ChangeReload(config, target=server.run, sockets=[config.bind_socket()]).run()
        elif config.workers > 1:
            Workers(config, [config.bind_socket()]).run()
        else:
            server.run()
            if not server.started:
                sys.exit(STARTUP_FAILURE)
