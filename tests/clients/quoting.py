"""Puts the recipes' files into docs/clients.md, below the lines that name them: `python -m tests.clients.quoting`."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/clients.md"
QUOTED = re.compile(r"(\]\(\.\./(tests/clients/[^)]+)\)[^\n]*\n(?:[^\n`][^\n]*\n)*\n)```(\w+)\n.*?```\n", re.DOTALL)


def quoted(text: str) -> str:
    """The page with every quoted file as it is now."""
    return QUOTED.sub(lambda found: f"{found[1]}```{found[3]}\n{(PAGE.parents[1] / found[2]).read_text('utf-8')}```\n", text)


if __name__ == "__main__":
    PAGE.write_text(quoted(PAGE.read_text("utf-8")), "utf-8")
