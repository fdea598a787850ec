"""Runs a recipe of Python against a server and prints what came of it: python run.py ENDPOINT NAME."""

import json
import sys
from datetime import datetime
from typing import Any

from library import connect, every_card, tag, upload


def plain(value: Any) -> Any:
    """What the clients make of answers, as JSON: models by their aliases, times as they were."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.model_dump(mode="json", by_alias=True)


endpoint, name = sys.argv[1:]
library = connect(endpoint)
cards = every_card(library)
first = cards[0]["id"] if isinstance(cards[0], dict) else cards[0].id
refused = tag(library, first, "x" * 51)
accepted = tag(library, first, name)
uploaded = upload(library, f"Words of {name}.".encode(), "words.txt")
json.dump({"cards": cards, "refused": refused, "accepted": accepted, "uploaded": uploaded}, sys.stdout, default=plain)
