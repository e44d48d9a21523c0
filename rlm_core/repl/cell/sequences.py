"""Lists that are made when somebody looks at them: the entries and the lines of all texts, one text at a time."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

KEPT = 4  # texts whose items are kept, for a loop over places


class LateList:
    """The items of several texts, in order: `len`, an index from either end, slices, loops, `in`, `+`.

    Nothing is read before somebody looks, and then a text at a time: the last item needs the last text alone.
    """

    def __init__(
        self, what: str, texts: Callable[[], Sequence[Any]], items: Callable[[Any], list[Any]],
        count: Callable[[Any], int],
    ) -> None:  # fmt: skip
        """what: as `ctx` calls it. items, count: those of one text, and how many they are, which may take less."""
        self.what = what
        self._texts, self._items, self._count = texts, items, count
        self._counts: dict[int, int] = {}
        self._held: dict[int, list[Any]] = {}

    def _of(self, number: int) -> list[Any]:
        """The items of the text of this number; those of the last few texts are kept."""
        found = self._held.pop(number, None)
        if found is None:
            found = self._items(self._texts()[number])
            self._counts[number] = len(found)
        self._held[number] = found
        if len(self._held) > KEPT:
            del self._held[next(iter(self._held))]
        return found

    def _number(self, number: int) -> int:
        """How many items the text of this number has."""
        if number not in self._counts:
            self._counts[number] = self._count(self._texts()[number])
        return self._counts[number]

    def __len__(self) -> int:
        return sum(map(self._number, range(len(self._texts()))))

    def __bool__(self) -> bool:
        return any(self._number(n) for n in range(len(self._texts())))

    def __iter__(self) -> Iterator[Any]:
        for number in range(len(self._texts())):
            items = self._held.get(number) or self._items(self._texts()[number])
            self._counts[number] = len(items)
            yield from items

    def __reversed__(self) -> Iterator[Any]:
        for number in range(len(self._texts()) - 1, -1, -1):
            yield from reversed(self._of(number))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return self._slice(key)
        if not isinstance(key, int):
            raise TypeError(f"an index of ctx.{self.what} is a number or a slice, not {type(key).__name__}")
        numbers = range(len(self._texts()))
        at = key
        for number in numbers if key >= 0 else reversed(numbers):
            size = self._number(number)
            if -size <= at < size:
                return self._of(number)[at]
            at += size if key < 0 else -size
        told = f"ctx.{self.what} goes to {len(self):,}, and none is at {key:,}"
        only = "; only texts of the archive have entries" if self.what == "entries" and not len(self) else ""
        raise IndexError(told + only)

    def _slice(self, key: slice) -> list[Any]:
        near = all(edge is None or edge >= 0 for edge in (key.start, key.stop)) and key.step in (None, 1)
        if near and key.stop is not None:  # the beginning: later texts are not looked at
            found: list[Any] = []
            start, before = key.start or 0, 0
            for number in range(len(self._texts())):
                if before >= key.stop:
                    break
                size = self._number(number)
                if before + size > start:
                    found += self._of(number)[max(start - before, 0) : key.stop - before]
                before += size
            return found
        if key.start is not None and key.start < 0 and key.stop is None and key.step in (None, 1):  # the end
            tail: list[Any] = []
            for number in range(len(self._texts()) - 1, -1, -1):
                tail = self._of(number) + tail
                if len(tail) >= -key.start:
                    break
            return tail[key.start :]
        return list(self)[key]

    def __contains__(self, item: object) -> bool:
        return any(item == one for one in self)

    def __add__(self, other: Any) -> list[Any]:
        return [*self, *other]

    def __radd__(self, other: Any) -> list[Any]:
        return [*other, *self]

    def __call__(self) -> LateList:
        """Itself: `ctx.entries()` means the same."""
        return self

    def index(self, item: object) -> int:
        """The place of the first item that is equal. Raises ValueError for none."""
        for number, one in enumerate(self):
            if one == item:
                return number
        raise ValueError(f"{item!r} is not in ctx.{self.what}")

    def count(self, item: object) -> int:
        """How many items are equal."""
        return sum(one == item for one in self)

    def __repr__(self) -> str:
        return f"<ctx.{self.what}: {len(self):,} items>"
