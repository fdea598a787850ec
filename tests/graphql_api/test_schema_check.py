"""The check of the schema finds what it looks for: each rule is broken once, in a schema that is good otherwise."""

import subprocess
from pathlib import Path

import pytest
from graphql import build_schema

from graphql_api import schema_check

GOOD = """"A thing with an id." interface Node { "Its id." id: ID! }
"Where a page stands." type PageInfo { "More." hasNextPage: Boolean! }
"A thing." type Thing implements Node { "Its id." id: ID!  "Its words." words: [String!]!  "Its size." size(
  "In this unit." unit: Unit): Int }
"A page." type ThingConnection { "Where." pageInfo: PageInfo!  "Places." edges: [ThingEdge!]!  "Things." nodes: [Thing!]! }
"A place." type ThingEdge { "Its place." cursor: String!  "The thing." node: Thing! }
"Units." enum Unit { "A byte." BYTE }
"What is wrong." interface Payload { "Wrong." faults: [String!]! }
"A change." type ThingPayload implements Payload { "Wrong." faults: [String!]! }
"Which." input ThingInput { "Its name." name: String }
"Questions." type Query { "Things." things("How many." first: Int  "Behind." after: String): ThingConnection! }
"Changes." type Mutation { "Make one." makeThing("What." input: ThingInput!): ThingPayload! }
"""
FAULTS = {
    '"A thing." type': ("type", "Thing has no description"),
    '"Its words." words': ("words", "Thing.words has no description"),
    '"In this unit." unit': ("unit", "Thing.size(unit:) has no description"),
    '"A byte." BYTE': ("BYTE", "Unit.BYTE has no description"),
    '"Its name." name': ("name", "ThingInput.name has no description"),
    "words: [String!]!": ("words: [String]!", "Thing.words may hold null"),
    "words:": ("Words:", "Thing.Words is no name for a field"),
    "unit: Unit": ("the_unit: Unit", "Thing.size(the_unit:) is no name for a field"),
    '{ "A byte." BYTE': ('{ "A byte." byte', "Unit.byte is no name for a value"),
    "pageInfo: PageInfo!": ("pageInfo: PageInfo", "ThingConnection.pageInfo is not there, or not PageInfo!"),
    "nodes: [Thing!]!": ("things: [Thing!]!", "ThingConnection.nodes is not there, or not \\[\\w+!\\]!"),
    "edges: [ThingEdge!]!": ("edges: [Thing!]!", "ThingConnection.edges is not there, or not \\[\\w+Edge!\\]!"),
    "cursor: String!": ("cursor: String", "ThingEdge.cursor is not there, or not String!"),
    "node: Thing!": ("thing: Thing!", "ThingEdge.node is not there, or not \\w+!?"),
    '"Behind." after: String': ("", "Query.things gives a connection and takes no `first` and `after`"),
    "type Thing implements Node": ("type Thing", "Thing.id is no node's"),
    "input: ThingInput!": ("thing: ThingInput!", "Mutation.makeThing takes no `input` alone"),
    "type ThingPayload implements Payload": ("type ThingPayload", "Mutation.makeThing answers no Payload"),
}  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("right", FAULTS)
def test_a_broken_rule_is_named(right: str) -> None:
    wrong, named = FAULTS[right]
    assert right in GOOD
    assert schema_check.problems(build_schema(GOOD.replace(right, wrong, 1))) == [named]


def test_a_good_schema_has_no_problems_and_ours_has_only_those_that_are_known() -> None:
    assert schema_check.problems(build_schema(GOOD)) == []
    found = schema_check.problems(build_schema((ROOT / schema_check.NAME).read_text("utf-8")))
    assert set(found) == schema_check.KNOWN.keys()


SMALLER = GOOD.replace('"Its words." words: [String!]!', "")
LOST = "FIELD_REMOVED Field Thing.words was removed."


@pytest.mark.parametrize(
    ("base", "stays"), [("HEAD", True), ("v0.9.0", True), ("v1.0.0", False), ("2.10.3", False), ("v1.0.0-rc1", True)]
)
def test_only_what_breaks_a_stable_release_is_refused(base: str, stays: bool) -> None:
    told, good = schema_check.report(SMALLER, base, GOOD, acknowledged="")
    assert good is stays
    assert told == [f"{'changes' if stays else 'breaks'} {base}: {LOST}"]


def test_what_is_acknowledged_may_break() -> None:
    told, good = schema_check.report(SMALLER, "v1.0.0", GOOD, acknowledged=f"{LOST}\n")
    assert (told, good) == ([f"changes v1.0.0: {LOST}"], True)


def test_a_new_value_may_surprise_and_stays() -> None:
    told, good = schema_check.report(GOOD.replace("BYTE", 'BYTE "A bit." BIT'), "v1.0.0", GOOD, acknowledged="")
    assert (len(told), good) == (1, True)
    assert told[0].startswith("may surprise users of v1.0.0: VALUE_ADDED_TO_ENUM")


def repository(folder: Path, *tags: str) -> None:
    """A repository whose last commit has a schema that each tag has, too."""
    (folder / schema_check.NAME).write_text(GOOD, "utf-8")
    person = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for words in (["init", "-q"], ["add", "."], [*person, "commit", "-qm", "One"], *(["tag", tag] for tag in tags)):
        subprocess.run(["git", *words], cwd=folder, check=True)


@pytest.mark.parametrize(
    ("tags", "base", "code"),
    [([], "HEAD", 0), (["v0.2.0", "v0.10.0"], "v0.10.0", 0), (["v1.0.0", "v2.0.0-rc1", "first"], "v1.0.0", 1)],
)
def test_the_command_compares_with_the_newest_release(
    tags: list[str], base: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository(tmp_path, *tags)
    (tmp_path / schema_check.NAME).write_text(SMALLER, "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        schema_check.main()
    assert end.value.code == code
    assert f"{base}: {LOST}" in capsys.readouterr().out


def test_without_git_the_form_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / schema_check.NAME).write_text(GOOD.replace('"Its words." ', ""), "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        schema_check.main()
    assert (end.value.code, capsys.readouterr().out) == (1, "not in form: Thing.words has no description\n")
