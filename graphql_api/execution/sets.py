"""The sets of a plan as they are found: each once, however many aliases ask for it."""

from typing import Any

from graphql_api.execution.calls import NO_WISH, Call
from graphql_api.execution.nodes import SetNode
from graphql_api.fields import Relation


class Sets:
    """What one plan reads."""

    def __init__(self) -> None:
        self.all: list[SetNode] = []
        self.known: dict[Any, SetNode] = {}

    def of(self, parent: SetNode | None, relation: Relation, wish: Call, summary: Call | None = None) -> SetNode:
        """The set a relation leads to from the rows of another one, or from the library; or what it comes to."""
        same = (parent, relation.name, relation.key, relation.trash, relation.counted, relation.ruled, wish, summary)
        if same not in self.known:
            self.known[same] = self.added(SetNode(len(self.all), relation, wish, parent, summary))
        return self.known[same]

    def of_things(self, names: Call, thing: str, relation: Relation) -> SetNode:
        """The set of the things called so that arguments name."""
        made = SetNode(len(self.all), relation, NO_WISH, names=names, thing=thing, types=None, is_single=True)
        return self.added(made)

    def added(self, node: SetNode) -> SetNode:
        self.all.append(node)
        return node

    def levels(self) -> list[list[SetNode]]:
        """The sets by how many others must be read before them."""
        depths: dict[SetNode, int] = {}
        levels: list[list[SetNode]] = []
        for node in self.all:  # a parent comes before what is followed from it
            depth = depths[node] = depths[node.parent] + 1 if node.parent else 0
            if depth == len(levels):
                levels.append([])
            levels[depth].append(node)
        return levels

    def names_only(self) -> bool:
        return all(node.names for node in self.all if node.parent is None)
