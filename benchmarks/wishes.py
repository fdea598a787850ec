"""Arguments that ask for something, of any input type of the schema: filters, orders, searches, facets and what comes to be."""

from collections.abc import Mapping
from random import Random
from typing import Any

import graphql
from graphql import (
    ArgumentNode,
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NameNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)

PAGES = (0, 1, 1, 2, 2, 3, 5, 100)
DEEPEST = 2
"""Levels of filters within filters."""
OFTEN = {"filter": 0.5, "search": 0.35, "orderBy": 0.35, "trash": 0.15, "withDescendants": 0.4, "withChildren": 0.4,
         "bucket": 0.8, "timeZone": 0.8, "limit": 0.5, "namespaces": 0.4, "keys": 0.4, "maxChars": 0.7}  # fmt: skip
"""The share of fields that are given an argument, by its name."""
WORDS = ("ordinary", "words", "ord", "tag", "alias", "a", "x", "日本", "ISTANBUL", "ß", "line", "quoted", "%", "", "1", "folder")
TEXTS: dict[str, tuple[str, ...]] = {
    "query": ("ordinary", "words", "ordinary words", "ord", '"ordinary words"', "tag 1", "words -ordinary", "a OR x", "x"),
    "search": ("tag", "alias", "out", "inn", "e"), "prefix": ("t", "tag", "al", "ord", "in", "O", "a"),
    "timeZone": ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"), "namespaces": ("exif", "xmp", "iptc"),
    "namespace": ("exif", "xmp"), "key": ("key 0", "key 1", "key 2"), "keys": ("key 0", "key 1", "key 2"),
    "since": ("P7D", "P100Y", "PT1H"), "until": ("PT0S", "P7D", "P100Y"), "processor": ("image.read", "av.probe"),
}  # fmt: skip
"""Words by the name of the argument or the field of an input."""
TIMES = ("2024-02-29T12:00:00Z", "2001-01-01T00:00:00+14:00", "1999-12-31T23:59:59.999999-12:00", "2030-01-01T00:00:00Z")
NUMBERS = (0, 1, 2, 3, 5, 7, 48, 64, 90, 96, 1000, 2024, 2**31 - 1)
FLOATS = (0.0, -0.001, 0.5, 1.0, 1.5, 51.477, 25.0)
DEGREES = {"latitude": (51.477, 0.0, -90.0), "longitude": (-0.001, 179.9, 0.0), "radiusMeters": (1.0, 5e4, 1.9e7),
           "west": (-180.0, -1.0, 170.0), "south": (-90.0, 0.0), "east": (180.0, 1.0, -170.0), "north": (51.5, 90.0)}  # fmt: skip
OF_TYPES = {
    "TagFilterOnMedia": "tag", "TagFilter": "tag", "CollectionFilterOnMedia": "collection", "CollectionFilter": "collection",
}  # fmt: skip
"""Whose ids an input takes; others take any."""


class Wishes:
    """Makes arguments by chance; ids and words of the library among them."""

    def __init__(self, chance: Random, values: Mapping[str, list[str]]) -> None:
        self.chance, self.values = chance, values

    def luck(self, share: float) -> bool:
        return self.chance.random() < share

    def arguments(self, field: Any, known: set[str]) -> list[ArgumentNode]:
        """Some of those a field takes and was not given, all it cannot be without, and one size of its page."""
        wanted = [name for name, argument in field.args.items() if name not in known
                  and (graphql.is_required_argument(argument) or self.luck(OFTEN.get(name, 0)))]  # fmt: skip
        if "filter" not in wanted and "search" in wanted and self.luck(0.5):
            wanted = [name for name in wanted if name != "orderBy"]
        made = [argument(name, self.value(field.args[name].type, name, "", 0)) for name in wanted]
        if "first" in field.args and not known & {"first", "last"} and self.luck(0.8):
            backward = "last" in field.args and not known & {"after"} and (known & {"before"} or self.luck(0.25))
            end = "last" if backward else "first"
            made.append(argument(end, IntValueNode(value=str(self.chance.choice(PAGES)))))
        return made

    def value(self, kind: Any, word: str, of: str, depth: int) -> ValueNode:
        """A value of an input type, under this name, of this input."""
        kind = graphql.get_nullable_type(kind)
        if isinstance(kind, graphql.GraphQLList):
            many = self.chance.choice((0, 1, 1, 1, 2, 2, 3))
            return ListValueNode(values=tuple(self.value(kind.of_type, word, of, depth) for _ in range(many)))
        if isinstance(kind, graphql.GraphQLEnumType):
            names = [name for name in kind.values if name not in ("RELEVANCE", "RANDOM", "POSITION") or self.luck(0.1)]
            return EnumValueNode(value=self.chance.choice(names))
        if isinstance(kind, graphql.GraphQLInputObjectType):
            return self.input(kind, depth)
        return self.scalar(kind.name, word, of)

    def input(self, kind: graphql.GraphQLInputObjectType, depth: int) -> ObjectValueNode:
        """One or a few fields of an input, with those it must have; but one where it takes no more."""
        names = [name for name, field in kind.fields.items() if not graphql.is_required_input_field(field)]
        if depth >= DEEPEST:
            names = [name for name in names if name not in ("and", "or", "not")]
        needed = [name for name, field in kind.fields.items() if graphql.is_required_input_field(field)]
        least = 0 if needed else 1
        several = 1 if kind.is_one_of else self.chance.choice((least, 1, 1, 2, 3))
        chosen = [*needed, *self.chance.sample(names, min(several, len(names)))]
        fields = (
            ObjectFieldNode(name=NameNode(value=name), value=self.value(kind.fields[name].type, name, kind.name, depth + 1))
            for name in chosen if name != "seed"
        )  # fmt: skip
        return ObjectValueNode(fields=tuple(fields))

    def scalar(self, kind: str, word: str, of: str) -> ValueNode:
        match kind:
            case "Int" | "BigInt":
                return IntValueNode(value=str(self.chance.choice(PAGES if word == "limit" else NUMBERS)))
            case "Float":
                return FloatValueNode(value=str(self.chance.choice(DEGREES.get(word, FLOATS))))
            case "Boolean":
                return BooleanValueNode(value=self.luck(0.5))
            case "DateTime":
                return StringValueNode(value=self.chance.choice(TIMES))
            case "ID":
                held = [OF_TYPES[of]] if of in OF_TYPES else ["media", "tag", "collection"]
                return StringValueNode(value=self.chance.choice([one for name in held for one in self.values.get(name, ["x"])]))
            case _:
                return StringValueNode(value=self.chance.choice(TEXTS.get(word) or WORDS))


def argument(word: str, value: ValueNode) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=word), value=value)
