"""What a filter says, in plain Python: the judge of its SQL."""

from datetime import UTC, datetime
from typing import Any

from domain.geo import distance
from domain.moment import Ago
from domain.search import All, AnyOf, Compare, Filter, Has, Inside, Not, Related
from domain.text import fold

Thing = dict[str, Any]


def holds(part: Filter, thing: Thing) -> bool:  # noqa: PLR0911 - one for each sort of filter
    """Whether it is so of a thing."""
    match part:
        case All(parts):
            return all(holds(one, thing) for one in parts)
        case AnyOf(parts):
            return any(holds(one, thing) for one in parts)
        case Not(inner):
            return not holds(inner, thing)
        case Has(relation, inner):
            return any(holds(inner, small) for small in thing[relation])
        case Related():
            return related(part, thing[part.relation] | (thing[f"above_{part.relation}"] if part.deep else set()))
        case Inside():
            return inside(part, thing["latitude"], thing["longitude"])
        case Compare():
            value = len(thing["tags"]) if part.field == "tag_count" else thing[part.field]
            return compared(part, value)


def related(part: Related, keys: set[bytes]) -> bool:
    if part.quantifier == "is_empty":
        return (not keys) is part.value
    wanted = set(part.value if isinstance(part.value, tuple) else ())
    return {"any": bool(keys & wanted), "all": keys >= wanted, "none": not keys & wanted}[part.quantifier]


def inside(part: Inside, latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None or part.box is None:
        return False
    if part.circle:
        return distance(part.circle.latitude, part.circle.longitude, latitude, longitude) <= part.circle.radius
    box = part.box
    wide = longitude >= box.west or longitude <= box.east if box.crosses else box.west <= longitude <= box.east
    return box.south <= latitude <= box.north and wide


def compared(part: Compare, value: Any) -> bool:
    if part.operator == "is_null":
        return (value is None) is part.value
    if value is None:
        return part.operator in ("ne", "not_in")
    value = fold(value) if part.folded else value
    other = part.value.before(datetime.now(UTC)) if isinstance(part.value, Ago) else part.value
    return bool(OPERATORS[part.operator](value, other))


OPERATORS: dict[str, Any] = {
    "eq": lambda one, other: one == other, "ne": lambda one, other: one != other,
    "in": lambda one, others: one in others, "not_in": lambda one, others: one not in others,
    "gt": lambda one, other: one > other, "gte": lambda one, other: one >= other,
    "lt": lambda one, other: one < other, "lte": lambda one, other: one <= other,
    "contains": lambda one, other: other in one, "starts_with": lambda one, other: one.startswith(other),
    "ends_with": lambda one, other: one.endswith(other),
}  # fmt: skip
