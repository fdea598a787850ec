"""Scalars of the schema, and how each looks on the wire."""

from datetime import UTC, datetime
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain.text import KEPT_YEARS, rfc3339

BigInt = NewType("BigInt", int)
MediaFilterJSON = NewType("MediaFilterJSON", object)
"""A MediaFilter as JSON; `graphql_api/search/stored.py` makes a filter of it."""
URL = NewType("URL", str)
Upload = NewType("Upload", object)
LARGEST = 2**53 - 1


def big_int(value: object) -> int:
    """Raises ValueError for what is no whole number, or too large for a JSON number to hold."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise ValueError("A BigInt is a whole number below 2^53.")
    return value


def date_time(value: object) -> datetime:
    """Raises ValueError for what is no RFC 3339 time with an offset."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else None
    if found is not None and found.tzinfo is not None and found.year in KEPT_YEARS:
        found = found.astimezone(UTC)
    if found is None or found.tzinfo is None or found.year not in KEPT_YEARS:
        raise ValueError("A DateTime is an RFC 3339 text with an offset, such as 2026-01-31T12:00:00Z, of the years 2 to 9998.")
    return found


def as_it_is(value: object) -> object:
    return value


def upload(value: object) -> object:
    """Raises ValueError for what is not a file of a multipart request."""
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        raise ValueError("An Upload is a variable that a multipart request maps a file to.")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt", description="A signed whole number as a JSON number, safe below 2^53: bytes, and milliseconds in sums.",
        serialize=int, parse_value=big_int,
    ),
    URL: strawberry.scalar(name="URL", description="An absolute address (RFC 3986).", serialize=str, parse_value=str),
    datetime: strawberry.scalar(
        name="DateTime", description="A time as RFC 3339 text, always with an offset; answers are in UTC.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
        serialize=rfc3339, parse_value=date_time,
    ),
    MediaFilterJSON: strawberry.scalar(
        name="MediaFilterJSON",
        description="A MediaFilter in the JSON form of a variable: what is answered is taken unchanged as a MediaFilter.",
        serialize=as_it_is, parse_value=as_it_is,
    ),
    Upload: strawberry.scalar(
        name="Upload", description="A file of a multipart request, always given as a variable.",
        specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec", serialize=str, parse_value=upload,
    ),
}  # fmt: skip
