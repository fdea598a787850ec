"""What is out of reach just now: callers are told that it is, the operator has to know why."""

import logging

from domain.errors import Fault, Unavailable


def note(fault: Fault, request_id: str) -> None:
    """Logs the cause, if it is one of these."""
    if isinstance(fault, Unavailable):
        logging.getLogger("mediagraph").warning("%s id=%s", fault, request_id, exc_info=fault.__cause__)
