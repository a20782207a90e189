"""The state of one upload: its item, its messages, what runs, and how many more calls may be billed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from soak.exploration.queues import older_event
from soak.exploration.tables import DAY, Item

# How an analysis ends, each of which may have been billed as far as we know.
ANALYSIS_ENDS = ("read", "read, too large for a message", "rejected", "the engine failed", "no answer")


@dataclass(frozen=True)
class Limits:
    """What is limited. How often processes are killed, calls fail and dead letters are redriven is not.

    Attributes
    ----------
    copies
        How often S3 sends the upload's event.
    messages
        Messages of the upload at a time.
    functions, at_once
        Functions at a time, and functions and commands together. One command runs at a time.
    commands
        Whether operators run commands.
    decisions
        How often operators decide to pay again.
    erasures
        How often operators erase the document.
    slow
        Whether a command may take so long that what it hides becomes visible again.
    months
        Whether days pass.
    analysis_ends
        How an analysis that may be billed may end.
    """

    copies: int = 1
    messages: int = 2
    functions: int = 1
    at_once: int = 1
    commands: bool = False
    decisions: int = 0
    erasures: int = 0
    slow: bool = False
    months: bool = False
    analysis_ends: tuple[str, ...] = ANALYSIS_ENDS


class Message(NamedTuple):
    """A message in the uploads queue or its dead-letter queue. ``old`` if it will not be kept for another 13 days."""

    body: str
    attributes: tuple[tuple[str, str], ...] = ()
    old: bool = False


class Process(NamedTuple):
    """A running function or command.

    Attributes
    ----------
    point, number
        Where it stands, and the number by which its attempts are known.
    function
        Whether it is a function, and not a command.
    held
        The messages that it has received, and whether it still hides each from others.
    decided
        Whether it brings an operator's decision to pay again, which has had no effect yet.
    before_lease
        Whether it is a function that started before the present lease began. It then ends before the lease does.
    """

    point: int
    number: int
    function: bool
    held: tuple[tuple[Message, bool], ...] = ()
    decided: bool = False
    before_lease: bool = False


class State(NamedTuple):
    """All that there is.

    Attributes
    ----------
    document
        The document's item in the ledger.
    uploads, dead
        The visible messages of both queues.
    answered, delayed
        Whether a message in the results queue says how the upload ended, and whether one says that it is parked.
    allowed
        How many more calls may be billed.
    decisions
        How many decisions to pay again are left to the operators.
    disturbed
        Whether anything was killed, lost or refused, which allows a second call.
    processes
        What runs.
    erasures
        How many erasures are left to the operators.
    erased
        Whether a tombstone was written.
    broken
        The guarantee that the last step broke.
    """

    document: Item | None
    uploads: tuple[Message, ...]
    dead: tuple[Message, ...]
    answered: bool
    delayed: bool
    allowed: int
    decisions: int
    disturbed: bool
    processes: tuple[Process, ...]
    erasures: int = 0
    erased: bool = False
    broken: str = ""

    def messages(self) -> int:
        """Return how many messages of the upload there are in both queues."""
        held = sum(hidden for process in self.processes for _, hidden in process.held)
        return len(self.uploads) + len(self.dead) + held


def older(message: Message) -> Message:
    """Return a message 13 days later."""
    return message._replace(body=older_event(message.body, 13 * DAY, at_most=39 * DAY), old=True)


def returned(state: State, process: Process) -> State:
    """Return the state in which the messages that a process held are visible again."""
    held = [message for message, hidden in process.held if hidden]
    if process.function:
        return state._replace(uploads=more(state.uploads, *held))
    return state._replace(dead=more(state.dead, *held))


def more(messages: tuple[Message, ...], *more: Message) -> tuple[Message, ...]:
    """Return the messages with more of them."""
    return tuple(sorted((*messages, *more)))


def less(messages: tuple[Message, ...], message: Message) -> tuple[Message, ...]:
    """Return the messages without one of them."""
    place = messages.index(message)
    return messages[:place] + messages[place + 1 :]


def with_process(state: State, process: Process) -> State:
    """Return the state in which a process runs as well."""
    return state._replace(processes=tuple(sorted((*state.processes, process), key=lambda each: each[:2])))


def without_process(state: State, process: Process) -> State:
    """Return the state in which a process does not run."""
    return state._replace(processes=tuple(each for each in state.processes if each.number != process.number))


def decided(state: State, process: Process) -> State:
    """Return the state in which the decision that a process brings has had its effect: one call is allowed."""
    if not process.decided:
        return state
    after = with_process(without_process(state, process), process._replace(decided=False))
    second = disturbed(after)
    return second._replace(allowed=max(second.allowed, 1))


def disturbed(state: State) -> State:
    """Return the state after something was killed, lost or refused for the first time: a second call is allowed."""
    return state if state.disturbed else state._replace(disturbed=True, allowed=state.allowed + 1)
