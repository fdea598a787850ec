"""What docs/clients.md shows is what these tests run: file by file, to the letter."""

import json
import re
import subprocess

from tests.clients.quoting import PAGE, QUOTED, quoted
from tests.clients.recipes import HERE

TEXT = PAGE.read_text("utf-8")
EXACT = re.compile(r"\d+\.\d+\.\d+")


def test_every_file_that_is_quoted_is_as_it_is_run() -> None:
    assert quoted(TEXT) == TEXT, "Run: python -m tests.clients.quoting"


def test_all_code_is_quoted_but_for_commands() -> None:
    languages = re.findall(r"^```(\w+)$", TEXT, re.MULTILINE)
    assert len(QUOTED.findall(TEXT)) == len([language for language in languages if language != "sh"]) > 0


def test_no_file_of_a_recipe_is_left_out() -> None:
    listed = subprocess.run(["git", "ls-files", "*/*"], cwd=HERE, capture_output=True, text=True, check=True).stdout.split()
    names = {name for name in listed if "/run." not in name}
    assert {name for name in names if f"](../tests/clients/{name})" not in TEXT} == set()


def test_packages_are_pinned_and_nothing_that_was_installed_is_kept() -> None:
    for path in HERE.glob("*/package.json"):
        manifest = json.loads(path.read_text("utf-8"))
        versions = [
            version for kind in ("dependencies", "devDependencies", "overrides") for version in manifest.get(kind, {}).values()
        ]
        assert [version for version in versions if not EXACT.fullmatch(version)] == [], path
    for path in HERE.glob("*/requirements.txt"):
        assert all(EXACT.fullmatch(line.split("==")[1]) for line in path.read_text("utf-8").split()), path
    kept = [path for path in HERE.rglob("*") if path.name in ("node_modules", "package-lock.json", "built", "venv")]
    assert kept == []
