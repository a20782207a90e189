"""Runs the code under test one step at a time, by replay.

A process is its program, its arguments and the answers that it has had. The code is deterministic, so running it again
with the same answers brings it to the same point: its first request without an answer. The request is the next step,
and what answers it may have is for the explorer to decide. Each such point is run only once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, NoReturn

from botocore.exceptions import ClientError

OWN = "own."


class Request(NamedTuple):
    """A call with an effect outside of the process."""

    operation: str
    target: str
    detail: tuple[Any, ...] = ()


class Answer(NamedTuple):
    """What a process is told. ``failed`` without an error code of its own is a call that AWS refused."""

    value: Any = None
    error: str = ""


REFUSED = Answer(error="ServiceUnavailable")


class Ended(NamedTuple):
    """A process ran to its end."""

    result: Hashable


class Paused(BaseException):
    """Leaves the code at a request without an answer. No ``except Exception`` may catch it."""


class Script:
    """What a process talks to: answers its requests from the past, and pauses it at the first new one."""

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        self._answers = iter(answers)
        self._own_names: dict[str, str] = {}
        self.pending: Request | None = None

    def ask(self, operation: str, target: str, *detail: Any) -> Any:
        """Return the value of the answer; raise the ``ClientError`` that it holds."""
        # While a paused process unwinds, its ``finally`` clauses may ask as well. They never run in a killed process.
        answer = None if self.pending else next(self._answers, None)
        if answer is None:
            self.pending = self.pending or Request(operation, target, detail)
            raise Paused
        if answer.error:
            raise_client_error(answer.error, operation)
        return answer.value

    def own_name(self, attribute: str, unique: str) -> None:
        """Name an id that this process has made, which differs each time the code runs."""
        self._own_names.setdefault(unique, f"{OWN}{attribute}{len(self._own_names)}")

    def outside(self, value: Any) -> Any:
        """Return ``value``, or the name of the attempt id that it is."""
        return self._own_names.get(value, value)

    def inside(self, value: Any) -> Any:
        """Return the attempt id with the name ``value``, or ``value``."""
        return next((unique for unique, name in self._own_names.items() if name == value), value)


Program = Callable[..., Hashable]


class _Point(NamedTuple):
    program: str
    arguments: tuple[Any, ...]
    answers: tuple[Answer, ...]


class Points:
    """The points that processes have reached, numbered, with what each does next."""

    def __init__(self, programs: Mapping[str, Program]) -> None:
        """``programs`` are called with a ``Script`` and their arguments."""
        self._programs = programs
        self._numbers: dict[_Point, int] = {}
        self._points: list[_Point] = []
        self._next: list[Request | Ended] = []

    def __len__(self) -> int:
        return len(self._points)

    def start(self, program: str, *arguments: Any) -> int:
        """Return the point at which a new process of the program stands."""
        return self._reach(_Point(program, arguments, ()))

    def resume(self, number: int, answer: Answer) -> int:
        """Return the point that a process reaches with an answer to its request."""
        point = self._points[number]
        return self._reach(point._replace(answers=(*point.answers, answer)))

    def program(self, number: int) -> str:
        """Return the program of a process that stands at this point."""
        return self._points[number].program

    def answers(self, number: int) -> tuple[Answer, ...]:
        """Return the answers that have led to this point."""
        return self._points[number].answers

    def pending(self, number: int) -> Request | Ended:
        """Return what a process at this point does next."""
        return self._next[number]

    def _reach(self, point: _Point) -> int:
        number = self._numbers.setdefault(point, len(self._points))
        if number == len(self._points):
            self._points.append(point)
            self._next.append(self._run(point))
        return number

    def _run(self, point: _Point) -> Request | Ended:
        script = Script(point.answers)
        try:
            result = self._programs[point.program](script, *point.arguments)
        except Paused:
            result = None
        return script.pending or Ended(result)


def raise_client_error(code: str, operation: str, **more: Any) -> NoReturn:
    """Raise what boto3 raises when AWS answers with an error."""
    raise ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 503}, **more},  # type: ignore[typeddict-item]
        operation,
    )
