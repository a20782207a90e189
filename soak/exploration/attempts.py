"""The ids of attempts, by names that stay few, and the ways in which a write may end.

Each attempt has a random id. Two states that differ only in such ids are the same, so the explorer names an attempt
after the number of its process. A number is used again as soon as nobody knows an attempt by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from soak.exploration.replay import OWN, REFUSED, Answer, Points
from soak.exploration.tables import NOW, Item, freeze, write

GONE = "gone"
# One process writes both.
_IDS = ("attemptId", "invocationId")
_GONE_NUMBER = -1


class Running(Protocol):
    """A process at a point of its program."""

    @property
    def point(self) -> int:
        """Where it stands."""

    @property
    def number(self) -> int:
        """The number by which its attempts are known."""

    @property
    def before_lease(self) -> bool:
        """Whether it is a function that started before the present lease began."""


class WriteEnd(NamedTuple):
    """How a write may end: in words, what the process is told (None if nothing yet), and the item then.

    ``written`` if it took effect, ``failed`` if AWS failed.
    """

    text: str
    answer: Answer | None
    item: Item | None
    written: bool
    failed: bool


def updates(item: Item | None, target: str, detail: tuple[Any, ...], number: int) -> Iterator[WriteEnd]:
    """Yield how an UpdateItem of process ``number`` may end."""
    expression, condition, values = detail
    given = tuple((name, _renamed(value, OWN, f"{number}.")) for name, value in values)
    held, after = write(item, target.partition("/")[2], (expression, condition, given))
    answer = Answer((held, inside(after, number) if after else None))
    yield WriteEnd("written" if held else "the condition fails", answer, after, held, failed=False)
    yield WriteEnd("refused", REFUSED, item, written=False, failed=True)
    if held:
        yield WriteEnd("written, the answer is lost", REFUSED, after, written=True, failed=True)
        yield WriteEnd("written, the answer is lost, and boto3 repeats it", None, after, written=True, failed=True)


def inside(item: Item, number: int) -> Item:
    """Return an item with the attempts of process ``number`` as the process names them."""
    return tuple((name, _renamed(value, f"{number}.", OWN)) for name, value in item)


def is_alive(processes: Sequence[Running], item: dict[str, Any]) -> bool:
    """Whether the process of the item's attempt still runs."""
    return not _numbers(item).isdisjoint({process.number for process in processes})


def may_end(processes: Sequence[Running], item: dict[str, Any]) -> bool:
    """Whether the lease may end now. A function ends before any lease that began after its own start."""
    return (
        holds_lease(item) and not is_alive(processes, item) and not any(process.before_lease for process in processes)
    )


def holds_lease(item: dict[str, Any]) -> bool:
    """Whether the item has a lease that has not ended."""
    return int(item.get("leaseUntil", 0)) >= NOW


def lease_begins(before: Item | None, after: Item | None) -> bool:
    """Whether a write began a lease."""
    old, new = dict(before or ()), dict(after or ())
    return holds_lease(new) and old.get("attemptId") != new["attemptId"]


def free_number(points: Points, processes: Sequence[Running], item: Item | None) -> int:
    """Return the first number by which nobody knows an attempt."""
    used = {process.number for process in processes} | _numbers(dict(item or ()))
    for process in processes:
        used |= _known(points, process)
    return next(number for number in range(len(used) + 1) if number not in used)


def forget(points: Points, processes: Sequence[Running], number: int, item: Item | None) -> Item | None:
    """Return the item after process ``number`` ended, with a common name for its attempt if nobody else knows it."""
    known = {_GONE_NUMBER, number}
    if number not in _numbers(dict(item or ())) or any(known & _known(points, process) for process in processes):
        return item
    return freeze(dict(item or ()) | {name: GONE for name in _IDS if name in dict(item or ())})


def _known(points: Points, process: Running) -> set[int]:
    """Return the numbers of the other processes whose attempts a process has seen."""
    numbers: set[int] = set()
    for answer in points.answers(process.point):
        match answer.value:
            case (bool(), tuple() as item):
                numbers |= _numbers(dict(item))
            case ((str(), _), *_) as item:
                numbers |= _numbers(dict(item))
    return numbers


def _numbers(item: dict[str, Any]) -> set[int]:
    """Return the numbers of the processes whose ids an item has."""
    ids = [str(item[name]) for name in _IDS if name in item and not str(item[name]).startswith(OWN)]
    return {_GONE_NUMBER if each == GONE else int(each.partition(".")[0]) for each in ids}


def _renamed(value: Any, old: str, new: str) -> Any:
    return new + value.removeprefix(old) if isinstance(value, str) and value.startswith(old) else value
