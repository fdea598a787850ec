"""The house keeps its shape: what may lie where, and that names agree from the schema to the tables."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType, GraphQLSchema, get_named_type
from sqlalchemy import Table

import domain
from domain.changelog import Change
from domain.media_types import MEDIA_TYPES
from domain.metadata import Chapter, MediaText, MetadataEntry
from domain.suggestion import Suggestion
from domain.summary import Bucket, Facet
from domain.timeline import TimeBucket
from graphql_api.core import core_of
from graphql_api.errors import Done
from graphql_api.fields import DECLARED, Computed, Either, Gathered, Linked, Part, Relation
from graphql_api.schema import schema
from persistence.reading import SOURCES
from persistence.tables import schema as tables

ROOT = Path(__file__).parent.parent
PACKAGES = ("domain", "persistence", "graphql_api")
TOP_LEVEL = {
    ".ci", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "LICENSE", "Makefile", "NOTICE", "README.md", "benchmarks",
    "docs", "domain", "examples", "graphql_api", "persistence", "pyproject.toml", "requirements.lock", "schema.graphql", "tests",
}  # fmt: skip
HARD_LIMIT = 400
FORBIDDEN_NAMES = re.compile(r"(Service|Manager|Helper|Utils?|Abstract|Mixin)$|^Base")
CORE: GraphQLSchema = core_of(schema)
ROOTS = {"Query", "Mutation"}
SEEN_AS: dict[str, tuple[type[Any], ...]] = {
    "Media": tuple(made.entity for made in MEDIA_TYPES.values()),
    "MediaMetadata": tuple(made.metadata for made in MEDIA_TYPES.values()),
    **{made.entity.__name__: (made.entity,) for made in MEDIA_TYPES.values()},
    **{made.metadata.__name__: (made.metadata,) for made in MEDIA_TYPES.values()},
    "GeoPoint": (domain.Media, MEDIA_TYPES[domain.MediaKind.IMAGE].metadata, MEDIA_TYPES[domain.MediaKind.VIDEO].metadata),
    "ImageExif": (MEDIA_TYPES[domain.MediaKind.IMAGE].metadata,),
    "Placeholder": (domain.Media,), "ImageRendition": (domain.Rendition,), "Tag": (domain.Tag,),
    "Collection": (domain.Collection,),
    "SmartRule": (domain.Collection,), "ProcessingRun": (domain.ProcessingRun,), "JobError": (domain.ProcessingRun,),
    "MediaStream": (domain.MediaStream,), "Chapter": (Chapter,), "MetadataEntry": (MetadataEntry,),
    "MediaAggregate": (domain.MediaAggregate,), "KindCount": (domain.KindCount,), "LibraryStats": (domain.Library,),
    "SearchResults": (domain.Library,),
    "Facet": (Facet,), "FacetBucket": (Bucket,), "TimeBucket": (TimeBucket,), "Suggestion": (Suggestion,),
    "Change": (Change,), "DuplicateGroup": (domain.DuplicateGroup,), "DuplicateMember": (domain.DuplicateMember,),
    "MediaUsage": (domain.MediaUsage,), "Consumer": (domain.MediaUsage,), "FocalPoint": (domain.MediaUsage,),
}  # fmt: skip
"""Which entities a GraphQL type is a view of."""


def sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py")) if "versions" not in path.parts]


def composite() -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    for kind in CORE.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not kind.name.startswith("__"):
            yield kind


def declared(field: Any) -> Any:
    return field.extensions["strawberry-definition"].metadata.get(DECLARED)


def test_the_top_level_holds_what_the_readme_says() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    assert {name.split("/")[0] for name in tracked if name} == TOP_LEVEL


@pytest.mark.parametrize("path", sources(*PACKAGES, "examples", "tests"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_says_first_what_it_is_for_and_has_at_most_400_lines(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert text.startswith('"""')
    assert text.count("\n") <= HARD_LIMIT


@pytest.mark.parametrize("path", sources(*PACKAGES, "examples"), ids=lambda path: str(path.relative_to(ROOT)))
def test_names_say_what_a_thing_is(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert [name for name in names if FORBIDDEN_NAMES.search(name) and name != "BaseSettings"] == []
    assert not FORBIDDEN_NAMES.search(path.stem.title())


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_outside_the_media_types_asks_for_the_kind(path: Path) -> None:
    if "media_types" in path.parts:
        return
    switches = re.findall(
        r"^\s*(?:if|elif|case)\b.*\b(?:kind|media_type)\b *(?:==|!=|\bis\b|\bin\b).*$", path.read_text("utf-8"), re.MULTILINE
    )
    assert [line for line in switches if "MediaKind.__members__" not in line] == []


@pytest.mark.parametrize("path", sources("persistence", "examples"), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_statement_of_a_repository_is_confined_to_its_library(path: Path) -> None:
    """A select, update or delete inside a repository's method is narrowed by `within`, or begins with `mine`."""
    for cls in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ClassDef)):
        if not any("Repository" in ast.unparse(base) or ast.unparse(base) == "Rows" for base in cls.bases):
            continue
        for method in (node for node in cls.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            text = ast.unparse(method)
            if re.search(r"\b(select|update|delete)\((?!self\.table\)\.where\(\*self)", text):
                assert "self.within(" in text, f"{path.name}: {cls.name}.{method.name}"


@pytest.mark.parametrize("path", sources("persistence", "examples"), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_database_ends_a_transaction(path: Path) -> None:
    assert not re.search(r"\.(commit|rollback)\(", path.read_text("utf-8"))


@pytest.mark.parametrize("path", sources("domain", "graphql_api"), ids=lambda path: str(path.relative_to(ROOT)))
def test_sql_is_written_in_persistence_only(path: Path) -> None:
    assert not re.search(r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b", path.read_text("utf-8"))


@pytest.mark.parametrize("path", sources("tests"), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_test_replaces_a_part_of_the_product(path: Path) -> None:
    if path != Path(__file__):
        assert not re.search(r"\b(mock|mocker|MagicMock|patch\()\b", path.read_text("utf-8"))


def test_every_table_says_whose_its_rows_are() -> None:
    assert all("library_id" in table.c for table in tables.tables.values())


def test_every_relation_that_a_view_names_is_answered() -> None:
    named = {
        found.name for kind in composite() for field in kind.fields.values() if isinstance(found := declared(field), Relation)
    }
    for kind in composite():
        pointed = (found for field in kind.fields.values() if isinstance(found := declared(field), Either))
        named |= {one.name for found in pointed for one in found.relations.values()}
        gathered = (found for field in kind.fields.values() if isinstance(found := declared(field), Gathered))
        named |= {one.relation.name for found in gathered for one in found.parts}
    assert named <= SOURCES.keys()


@pytest.mark.parametrize("kind", [kind for kind in composite() if kind.name in SEEN_AS], ids=lambda kind: kind.name)
def test_a_view_shows_what_its_entity_holds(kind: GraphQLNamedType) -> None:
    for name, field in kind.fields.items():  # type: ignore[attr-defined]
        needed = needs(field)
        for entity in SEEN_AS[kind.name]:
            held = {one.name for one in fields(entity)}
            assert kind.name in ("Media", "MediaMetadata") or needed <= held, f"{kind.name}.{name} of {entity.__name__}"


def needs(field: Any) -> set[str]:
    """The fields of the entity that a field of a view is made of."""
    definition, found = field.extensions["strawberry-definition"], declared(field)
    if isinstance(found, Computed | Part):
        return set(found.needs)
    if isinstance(found, Either):
        return {one.key for one in found.relations.values()}
    if isinstance(found, Relation):
        return {found.key}
    return set() if definition.base_resolver or isinstance(found, Linked) else {definition.python_name}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_an_entity_is_kept_in_columns_of_its_fields(name: str) -> None:
    kept = SOURCES[name].kept
    if name in ("library.aggregate", "library.kinds"):
        return  # sums over rows, not rows
    held = {one.name for entity in kept.entities for one in fields(entity)}
    assert isinstance(kept.table, Table)
    assert held <= set(kept.table.c.keys())


def test_every_item_of_the_schema_says_what_it_is() -> None:
    silent: list[str] = []
    for kind in CORE.type_map.values():
        if kind.name.startswith("__") or kind.name in ("String", "Int", "Float", "Boolean", "ID", "JSON"):
            continue
        silent += [] if kind.description else [kind.name]
        for name, item in {**getattr(kind, "fields", {}), **getattr(kind, "values", {})}.items():
            silent += [] if item.description else [f"{kind.name}.{name}"]
            silent += [f"{kind.name}.{name}({arg})" for arg, given in getattr(item, "args", {}).items() if not given.description]
    assert silent == []


def test_every_object_type_is_a_view_of_something_known() -> None:
    """A new type is either listed as a view of an entity, a page, a payload, an error or a registry's entry."""
    kinds = {kind.name for kind in composite()} - SEEN_AS.keys() - ROOTS
    others = re.compile(r"(Connection|Edge|Highlight|Payload|Error|PageInfo|Node|BulkItemResult|Processor)$")
    assert {name for name in kinds if not others.search(name)} == set()


def test_payloads_are_made_of_what_a_change_says() -> None:
    for kind in composite():
        if kind.name.endswith("Payload") and kind.name != "Payload":
            assert [get_named_type(kind.fields["userErrors"].type).name] == ["UserError"]
            assert kind.is_type_of is not None
    assert Done().user_errors == []


def test_the_words_of_a_document_are_kept_apart() -> None:
    assert {one.name for one in fields(MediaText)} == {"media_id", "text"}


RESOLVED_BY_HAND: set[str] = set()
"""Fields that a query can reach and that have a resolver of their own. A plan cannot read them: there are none."""


def readable(kind: Any = CORE.query_type) -> set[str]:
    """The names of the types that a query can reach."""
    seen, waiting = set[str](), [kind]
    while waiting:
        one = waiting.pop()
        if one.name not in seen and hasattr(one, "fields"):
            seen.add(one.name)
            waiting += [get_named_type(field.type) for field in one.fields.values()]
            waiting += CORE.get_possible_types(one) if isinstance(one, GraphQLInterfaceType) else ()
    return seen


def test_every_readable_field_is_data() -> None:
    """Plain, computed, a part, a link's or a relation: that is what two drivers can read (docs/adr/0002)."""
    found = {
        f"{kind.name}.{name}"
        for kind in composite()
        for name, field in kind.fields.items()
        if kind.name in readable() and field.extensions["strawberry-definition"].base_resolver and declared(field) is None
    }
    assert found == RESOLVED_BY_HAND
    assert {"Image", "MediaTagEdge", "JobError", "KindCount"} <= readable()
