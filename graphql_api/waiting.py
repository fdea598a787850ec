"""What the connections of a process share, and how long one of them is waited for."""

from dataclasses import dataclass
from math import inf
from typing import Any

from uvicorn.server import ServerState

from graphql_api.settings import Settings

SPARE = 200
"""Connections over the limit that are told so; those beyond are cut off without a word."""
GRACE = 0.5
"""Seconds an idle connection of a server that stops is kept at least."""


class Serving(ServerState):
    """What the connections of one process share: the limits, who waits for whom, and whether the server is to stop."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.draining = False
        self.most = settings.connections
        self.waiting: dict[Any, float] = {}
        """Peers without a request under way, those that wait longest first, and since when."""
        self.unread: dict[Any, int] = {}
        """Peers that do not read what is written to them, those that began first, and the bytes kept for each."""

    @property
    def idle_seconds(self) -> float:
        """How long a connection without a request is kept. A client that is just sending one is answered, also at the end."""
        return max(self.settings.drain_seconds, GRACE) if self.draining else self.settings.idle_timeout

    def is_holding_too_much(self) -> bool:
        return sum(self.unread.values()) > self.settings.unread_limit


@dataclass(slots=True)
class Patience:
    """How long a peer is waited for: some seconds, and another for every `rate` bytes it moves, up to those it had at first.

    So a large file over a slow line may take its time, while a trickle, or a line that has gone quiet, does not.
    """

    seconds: float
    rate: float = inf
    left: float = 0

    def __post_init__(self) -> None:
        self.left += self.seconds

    def wait(self, seconds: float) -> float:
        """What is left of it after this time."""
        self.left -= seconds
        return self.left

    def earn(self, moved: int) -> None:
        self.left = max(self.left, min(self.seconds, self.left + moved / self.rate))
