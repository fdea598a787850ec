"""Checks schema.graphql: its form, and what it changes for those who built on a release. `python -m graphql_api.schema_check`."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_specified_scalar_type,
)
from graphql.utilities import find_breaking_changes, find_dangerous_changes

NAME = "schema.graphql"
ACKNOWLEDGED = Path("docs/breaking.txt")
RELEASE = re.compile(r"v?\d+\.\d+\.\d+")
STABLE = re.compile(r"v?[1-9]\d*\.\d+\.\d+")
FORMS = {
    "type": re.compile(r"[A-Z][A-Za-z0-9]*"),
    "field": re.compile(r"[a-z][A-Za-z0-9]*"),
    "value": re.compile(r"[A-Z][A-Z0-9_]*"),
}
KNOWN = {
    "Query.nodes may hold null": "Relay asks for null where an id names nothing",
    "Mutation.deleteCollections takes no `input` alone": "to be mended before 1.0",
    "MetadataEntry.id is no node's": "its own, which no node has",
}
"""What is not as it should be, and why it stays; the list is to shrink."""

Composite = GraphQLObjectType | GraphQLInterfaceType


def problems(schema: GraphQLSchema) -> list[str]:
    """What is not in the form all of the schema has, one line each."""
    found: list[str] = []
    for kind in schema.type_map.values():
        if kind.name.startswith("__") or is_specified_scalar_type(kind):
            continue
        found += [*silent(kind), *misnamed(kind)]
        if isinstance(kind, Composite):
            found += [*unpaged(kind), *loose(kind), *anonymous(schema, kind)]
    return [*found, *irregular(schema)]


def items(kind: GraphQLNamedType) -> Iterator[tuple[str, str, Any]]:
    """Everything a type is made of, as (`field` or `value`, where it stands, what it is)."""
    if isinstance(kind, GraphQLEnumType):
        yield from (("value", f"{kind.name}.{name}", value) for name, value in kind.values.items())
    elif isinstance(kind, Composite | GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield "field", f"{kind.name}.{name}", field
            for given, argument in field.args.items() if isinstance(field, GraphQLField) else ():
                yield "field", f"{kind.name}.{name}({given}:)", argument


def silent(kind: GraphQLNamedType) -> Iterator[str]:
    """Whatever does not say what it is."""
    if not kind.description:
        yield f"{kind.name} has no description"
    yield from (f"{place} has no description" for _, place, item in items(kind) if not item.description)


def misnamed(kind: GraphQLNamedType) -> Iterator[str]:
    """Names of another form than TypeName, fieldName, ENUM_VALUE."""
    if not FORMS["type"].fullmatch(kind.name):
        yield f"{kind.name} is no name for a type"
    for sort, place, _ in items(kind):
        name = re.split(r"[.(]", place.rstrip(":)"))[-1]
        if not FORMS[sort].fullmatch(name):
            yield f"{place} is no name for a {sort}"


def unpaged(kind: Composite) -> Iterator[str]:
    """Connections and edges that are not Relay's, and fields that give a connection without a way to page."""
    if kind.name.endswith("Connection"):
        wanted = {"pageInfo": r"PageInfo!", "edges": r"\[\w+Edge!\]!", "nodes": r"\[\w+!\]!"}
        yield from unlike(kind, wanted)
    if kind.name.endswith("Edge"):
        yield from unlike(kind, {"cursor": r"String!", "node": r"\w+!?"})
    for name, field in kind.fields.items():
        if named(field).endswith("Connection") and not {"first", "after"} <= field.args.keys():
            yield f"{kind.name}.{name} gives a connection and takes no `first` and `after`"


def unlike(kind: Composite, wanted: dict[str, str]) -> Iterator[str]:
    for name, form in wanted.items():
        if name not in kind.fields or not re.fullmatch(form, written(kind.fields[name])):
            yield f"{kind.name}.{name} is not there, or not {form}"


def loose(kind: Composite) -> Iterator[str]:
    """Lists of what may be null."""
    yield from (
        f"{kind.name}.{name} may hold null" for name, field in kind.fields.items() if re.search(r"[^!]\]", str(field.type))
    )


def anonymous(schema: GraphQLSchema, owner: Composite) -> Iterator[str]:
    """An `id` on what is no node: stores of clients keep things by their ids, and would mix it up with the node of that id."""
    node = schema.get_type("Node")
    if "id" in owner.fields and owner is not node and node not in owner.interfaces:
        yield f"{owner.name}.id is no node's"


def irregular(schema: GraphQLSchema) -> Iterator[str]:
    """Mutations that do not take an `input` and nothing else, or do not answer a Payload."""
    payload, mutation = schema.get_type("Payload"), schema.get_type("Mutation")
    for name, field in mutation.fields.items() if isinstance(mutation, GraphQLObjectType) else ():
        if list(field.args) != ["input"]:
            yield f"Mutation.{name} takes no `input` alone"
        answer = schema.get_type(named(field))
        if not isinstance(answer, GraphQLObjectType) or payload not in answer.interfaces:
            yield f"Mutation.{name} answers no Payload"


def named(field: GraphQLField) -> str:
    """The type of a field without its lists and marks."""
    return written(field).strip("[]!")


def written(field: GraphQLField) -> str:
    """The type of a field as the schema writes it."""
    return str(cast("object", field.type))  # pyright: ignore[reportUnknownMemberType]


def changes(old: GraphQLSchema, new: GraphQLSchema) -> tuple[list[str], list[str]]:
    """What breaks those who built on the old schema, and what may surprise them."""
    breaking = [f"{one.type.name} {one.description}" for one in find_breaking_changes(old, new)]
    return breaking, [f"{one.type.name} {one.description}" for one in find_dangerous_changes(old, new)]


def base() -> tuple[str, str]:
    """What is compared with, and its schema: the newest release, else the last commit.

    Raises:
        OSError: there is no git.
        subprocess.CalledProcessError: this is no clone, or the release had no schema.
    """
    tags = git("tag", "--list", "--merged", "HEAD", "--sort=-version:refname").split()
    name = next((tag for tag in tags if RELEASE.fullmatch(tag)), "HEAD")
    return name, git("show", f"{name}:{NAME}")


def git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout  # noqa: S603, S607 - ours


def report(text: str, name: str, old: str, acknowledged: str) -> tuple[list[str], bool]:
    """What to tell of a schema beside an older one, and whether it may stay so.

    Args:
        text: the schema.
        name: what the older one is called: a tag, or HEAD.
        old: the older schema.
        acknowledged: the breaking changes that are meant, one a line.
    """
    schema = build_schema(text)
    wrong = [one for one in problems(schema) if one not in KNOWN]
    breaking, dangerous = changes(build_schema(old), schema)
    meant = set(acknowledged.splitlines())
    refused = [one for one in breaking if one not in meant] if STABLE.fullmatch(name) else []
    told = [f"not in form: {one}" for one in wrong]
    told += [f"{'breaks' if one in refused else 'changes'} {name}: {one}" for one in breaking]
    told += [f"may surprise users of {name}: {one}" for one in dangerous]
    return told, not wrong and not refused


def main() -> None:
    """Tells what it finds; exits with 1 where something is out of form, or breaks a stable release and is not meant to."""
    text = Path(NAME).read_text("utf-8")
    try:
        name, old = base()
    except (OSError, subprocess.CalledProcessError):
        name, old = "nothing", text  # an unpacked archive: the form is checked all the same
    acknowledged = ACKNOWLEDGED.read_text("utf-8") if ACKNOWLEDGED.exists() else ""
    told, good = report(text, name, old, acknowledged)
    sys.stdout.write("".join(f"{line}\n" for line in told))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
