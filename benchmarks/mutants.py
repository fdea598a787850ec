"""Faults put into the planner, one at a time, to see that the tests find each: `python -m benchmarks.mutants`, perhaps with a
word of those to try.

Each is a change of one line in a copy of the project, over which the tests of plans are run on SQLite. Prints a table of which
test found it, and exits with 1 if one was not found.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("domain", "persistence", "graphql_api", "benchmarks", "tests")
TESTS = ("tests/graphql_api/planning", "tests/graphql_api/test_at_once.py", "tests/graphql_api/filtering/test_orders.py")
SECONDS = 300


@dataclass(frozen=True)
class Fault:
    """What is done wrong, and by which change of which file."""

    name: str
    file: str
    old: str
    new: str


def planning(name: str, file: str, old: str, new: str) -> Fault:
    return Fault(name, f"graphql_api/execution/{file}.py", old, new)


FAULTS = [
    planning("a filter is dropped", "nodes", "load = load_of(self.relation, wish)",
             "load = load_of(self.relation, replace(wish, filter=Wish().filter))"),
    planning("aliases are swapped", "writer", "for key, value in parts.items())",
             "for key, value in zip(reversed(parts), parts.values(), strict=True))"),
    planning("a null is lost", "aside", "return no() if value is None else value", "return value"),
    planning("a null in a column is lost", "leaves",
             'f"({value} if {value} is not None else no())" if of_row', "value if of_row"),
    planning("any number is an Int", "leaves", 'f"{LEAST} <= {{0}} | 0 <= {MOST}"', '"True"'),
    planning("infinity is a Float", "leaves", "{0} - {0} == 0", "True"),
    planning("a plan keeps the library of its first request", "nodes", "return (root,)",
             "self.known_root = getattr(self, 'known_root', root); return (self.known_root,)"),
    planning("the variables of the first request are remembered", "calls",
             "is_constant = not uses_variables(node) and", "is_constant = True and"),
    planning("groups are not cut to their page", "nodes", "del groups[key][first:]", "pass"),
    planning("hasNextPage is always false", "pages", 'f"k in more{node.number}", f', '"False", f'),
    planning("hasPreviousPage is that of no cursor", "nodes", "load, order, wish.after is not None",
             "load, order, wish.after is None"),
    planning("what a page backward has at its ends is that of one forward", "pages", 'f"({here} if pages',
             'f"({there} if pages'),
    planning("a page backward stays as it was read", "nodes", "            group.reverse()", "            pass"),
    planning("endCursor is that of the first row", "pages", "g[-1][", "g[0]["),
    planning("a cursor is of no order", "nodes", "order_name(self.relation, wish)",
             "order_name(self.relation, Wish())"),
    planning("a type condition is ignored", "planner", "if {word} in {self.writer.constant(words)} else", "if True else"),
    planning("a fragment on one type follows the rows of all", "nodes", "if on is None or self.types is None:", "if True:"),
    planning("a fragment on a second type is not followed", "nodes", "self.types.add(on)", "self.types = self.types or {on}"),
    planning("totalCount forgets the filter", "pages", "self.sets.of(node.parent, counting(relation), node.call)",
             "self.sets.of(node.parent, counting(relation), NO_WISH)"),
    planning("totalCount of an empty parent is that of none", "pages", "made}({key}, ()))", "made}(None, ()))"),
    planning("nodes are told in the order of the database", "aside", "for pair in pairs]", "for pair in sorted(pairs, key=str)]"),
    planning("an id is looked for among things of every type", "nodes", "if pair and pair[0] == self.thing", "if pair"),
    planning("a page that says whether there are more reads no more", "pages", "node.peeks = True", "pass"),
    planning("a variable goes to another argument", "calls", "python: variables.coerced[name] for name, python in plain.items()",
             "python: variables.coerced[name] for name, python in zip(reversed(plain), plain.values(), strict=True)"),
    planning("a variable of any type is taken as it comes", "plans",
             "type(given.get(name)) is not wanted for name, wanted in types.items()", "name not in given for name in types"),
    planning("equal aliases are read twice", "sets", "if same not in self.known:", "if True:"),
    planning("lists of other arguments are one", "calls", "same = (made, spelled(node), above)", "same = (made, above)"),
    planning("a plan is made once for every outcome", "plans",
             "tuple([values.coerced.get(name) for name in plans.decided_by])", "()"),
    planning("plans are kept without bound", "plans", "if len(plans.known) > MOST_PLANS:", "if False:"),
    planning("a plan never rests", "plans", "if plans.resting:", "if False:"),
    planning("the names of clients are source", "writer", "self.constant(key)", "key!r"),
    planning("a summary forgets the filter", "nodes", "whole_of(wish), summary.shape)", "Wish(first=1), summary.shape)"),
    planning("summaries with other arguments are one", "sets", "relation.ruled, wish, summary)",
             "relation.ruled, wish, bool(summary))"),
    planning("what is counted as arguments say is told as the field has it", "relations", "if details[0].node.arguments:",
             "if False:"),
    planning("what a field has is counted", "relations", "if details[0].node.arguments:", "if True:"),
    planning("all rules are the first", "nodes", "by_rule.setdefault(row[rule], {})",
             "by_rule.setdefault(next((one for one in by_rule if one), row[rule]), {})"),
    planning("of those that share a rule only the first has rows", "nodes", "for parent in self.parents for row in rows]",
             "for parent in self.parents[:1] for row in rows]"),
    planning("each that shares a rule is read by itself", "nodes", "by_rule.setdefault(row[rule], {})[row[own]] = None",
             "by_rule.setdefault(row[rule] and row[rule] + ' ' * len(by_rule), {})[row[own]] = None"),
    planning("those without a rule are left out", "nodes", "if plain and not ruled.held:", "if False:"),
    planning("cursors of a rule are of no order", "nodes", "return self.orders[parent] if self.wish else self.order",
             "return self.order"),
    planning("what a field has is told of those with a rule", "relations", "is None else {number})",
             "is not None else {number})"),
    planning("of either only the first is looked for", "relations", "else {find(key)})",
             "else {find(key) if value == 'None' else None})"),
    planning("what only a search needs is read without one", "nodes", "if self.of_search and self.parent and", "if False and"),
    planning("the search of the list is not told", "relations", "(pages[{at.set.number}].sought, {name}", "(None, {name}"),
    planning("a list is read on the loop's thread", "sets", "return all(node.names", "return any(node.names"),
    planning("a dear request is answered on the loop's thread", "running", "begun.cost <= SHORT", "True"),
    planning("nothing is answered at once", "running", "begun.cost <= SHORT", "False"),
    Fault("a rule holds more than its limit", "graphql_api/smart.py", "    if limit is not None:\n        found",
          "    if False:\n        found"),
    Fault("a cursor is of every seed", "graphql_api/fields.py", '"" if key.seed is None else f":{key.seed}"', '""'),
    Fault("pages of many parents are those of one", "persistence/raw.py", "for key in KEYS[: made.size] for name in names]",
          "for key in KEYS[:1] * made.size for name in names]"),
    Fault("a truth of SQLite stays a number", "persistence/types.py", "None if value is None else bool(value)", "value"),
    Fault("rows beyond those read at once are lost", "persistence/raw.py", "if made.at_once and len(rows) >= MOST_AT_ONCE:",
          "if False:"),
    Fault("statements for many parents lose the last", "persistence/raw.py", "some = keys[start : start + SIZES[-1]]",
          "some = keys[start : start + SIZES[-1] - (len(keys) > 1)]"),
]  # fmt: skip


def copied(folder: Path) -> None:
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "schema.graphql", folder)


def ran(folder: Path) -> tuple[bool, str]:
    """Whether all tests passed, and the first that did not."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", "sqlite or not postgresql", *TESTS]
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": ""}, capture_output=True, text=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False, "(took too long)"
    failed = re.search(r"^_+ (?:ERROR at setup of )?(test_\w+)", done.stdout, re.MULTILINE)
    return done.returncode == 0, failed[1] if failed else done.stdout[-200:].replace("\n", " ")


def tried(fault: Fault, folder: Path) -> tuple[bool, str]:
    path = folder / fault.file
    whole = path.read_text("utf-8")
    if whole.count(fault.old) != 1:
        return True, f"(the line is there {whole.count(fault.old)} times)"
    path.write_text(whole.replace(fault.old, fault.new), "utf-8")
    try:
        return ran(folder)
    finally:
        path.write_text(whole, "utf-8")


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="mediagraph-mutants-"))
    faults, missed = [fault for fault in FAULTS if all(word in fault.name for word in sys.argv[1:])], 0
    try:
        copied(folder)
        passed, told = ran(folder)
        if not passed:
            sys.exit(f"Without a fault: {told}")
        for fault in faults:
            started = time.perf_counter()
            passed, told = tried(fault, folder)
            missed += passed
            print(f"| {fault.name} | {'MISSED' if passed else 'found'} | {told} |"
                  f" {time.perf_counter() - started:.0f} s |", flush=True)  # fmt: skip
    finally:
        shutil.rmtree(folder)
    print(f"{len(faults) - missed} of {len(faults)} found")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
