"""What is kept because it was used of late, bounded in number and in weight."""

from collections import OrderedDict
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Values by their keys; those that were not asked for the longest are forgotten first."""

    def __init__(self, most: int, heaviest: int) -> None:
        """Keeps so many, which weigh so much in all."""
        self.most, self.heaviest = most, heaviest
        self.weight = 0
        self.kept: OrderedDict[Any, tuple[T, int]] = OrderedDict()

    def get(self, key: Any) -> T | None:
        found = self.kept.get(key)
        if found is None:
            return None
        self.kept.move_to_end(key)
        return found[0]

    def keep(self, key: Any, value: T, weight: int) -> None:
        """Keeps a value of this weight, unless there is no room for it at all."""
        _, before = self.kept.pop(key, (None, 0))
        self.weight -= before
        if weight > self.heaviest:
            return
        self.kept[key] = value, weight
        self.weight += weight
        while len(self.kept) > self.most or self.weight > self.heaviest:
            _, (_, gone) = self.kept.popitem(last=False)
            self.weight -= gone
