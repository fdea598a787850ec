"""Collections that hold what a rule finds: one of each kind that people make, from two columns to a tree of tags."""

from json import dumps
from typing import Any

from benchmarks.words import CITIES
from domain import Id, global_id

Rule = dict[str, Any]
NEWEST = [{"field": "TAKEN_AT", "direction": "DESC"}]
NORTH, EAST = CITIES[0]


def rules(tags: list[Id]) -> list[str]:
    """The texts of rules, as the server keeps them."""
    root, usual, other, seldom = (global_id(b"Tag", key) for key in (tags[0], tags[3], tags[40], tags[-1]))
    box = {"west": EAST - 0.15, "south": NORTH - 0.15, "east": EAST + 0.15, "north": NORTH + 0.15}
    return [
        rule({"kind": {"eq": "VIDEO"}, "rating": {"gte": 4}}),
        rule({"tags": {"any": [root], "withDescendants": True}}, NEWEST),
        rule({"tags": {"all": [usual]}, "isFavorite": True}, NEWEST),
        rule({"tags": {"any": [seldom]}}),
        rule({"folder": {"startsWith": "2019/"}}, [{"field": "FILENAME"}]),
        rule({"camera": {"eq": "Canon EOS R5"}}, NEWEST),
        rule({"location": {"within": box}}, NEWEST),
        rule({"isFavorite": True}, [{"field": "RATING", "direction": "DESC"}, *NEWEST], 500),
        rule({"takenAt": {"gte": "2020-01-01T00:00:00Z"}, "kind": {"in": ["IMAGE", "VIDEO"]}}, [{"field": "TITLE"}]),
        rule({"or": [{"kind": {"eq": "AUDIO"}}, {"tags": {"any": [other]}}]}),
        rule({"title": {"contains": "river"}}, NEWEST),
        rule({"not": {"kind": {"eq": "IMAGE"}}, "size": {"gt": 100_000_000}}, [{"field": "SIZE", "direction": "DESC"}]),
    ]


def rule(found: Rule, order: list[Rule] | None = None, limit: int | None = None) -> str:
    kept = {"filter": found, "orderBy": order or [], "limit": limit}
    return dumps(kept, ensure_ascii=False, separators=(",", ":"))
