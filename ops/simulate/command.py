"""The command ``simulate``."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from ops.common.console import AsJson, print_line, print_report, progress_bar
from ops.common.errors import OpsError
from ops.common.options import find_stack
from ops.common.stack import DeployedStack
from ops.simulate.cases import Case, cases
from ops.simulate.documents import Ended, follow, upload
from ops.simulate.messages import MAX_LOOKS, SeenMessage, look
from ops.simulate.report import OutcomeReport, SimulateReport, lines, outcome_report
from ops.simulate.verdicts import ask

Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="OUTCOME", help="An outcome to drive, for every kind that has it. Repeat it."),
]
Timeout = Annotated[float, typer.Option(metavar="SECONDS", min=1, help="Seconds to wait for the last document.")]


class _Simulated(msgspec.Struct, rename="camel"):
    max_unknown_attempts: int


def simulate(ctx: typer.Context, only: Only = None, timeout: Timeout = 3600, as_json: AsJson = False) -> None:
    """Drive every outcome of a simulated stage, and check that each arrives. Nothing is paid for.

    The command uploads an image of one pixel for each outcome of each kind, below KIND/simulate/. It waits until the
    ledger knows how each document ended, asks for the verdicts that the outcomes name, and looks for the messages on
    the results queue. Then it prints what was expected of each outcome, what was seen, and where.

    The ledger records an end only after SQS has taken the message. So a message that a consumer was faster to take is
    shown as arrived by the ledger. The command deletes no message; a look hides them from consumers for seconds, and is
    one of a message's receives. There are at most two looks.

    Most outcomes take seconds, and those with a failure a minute. A reached limit (`limit`) takes a quarter of an hour,
    and so do last attempts if the lost answers have opened the circuit breaker.
    The outcomes ring the alarms that they would ring in production. A delayed document stays in the dead-letter queue:
    `redrive --pay-again` has it analyzed.

    Exit code: 1 if an outcome differs from what was expected.
    """
    stack = find_stack(ctx)
    if stack.outputs.simulated is None:
        raise OpsError(f"{stack.name} is not simulated: its setting simulate is false")
    limits = msgspec.json.decode(stack.outputs.simulated, type=_Simulated)
    chosen = _chosen(only)
    reports = _drive(stack, chosen, limits.max_unknown_attempts, timeout)
    report = SimulateReport(reports, sum(not each.as_expected for each in reports))
    for line, style in lines(report):
        print_line(line, style)
    print_report(report)
    if report.differences:
        raise typer.Exit(1)


def _chosen(only: list[str] | None) -> list[Case]:
    known = list(cases())
    if not only:
        return known
    unknown = [name for name in only if name not in {case.name for case in known}]
    if unknown:
        there_are = ", ".join(dict.fromkeys(case.name for case in known if "," not in case.name))
        raise OpsError(f"there is no outcome {', '.join(unknown)}; there are {there_are}")
    return [case for case in known if case.name in only]


def _drive(stack: DeployedStack, chosen: list[Case], max_unknown_attempts: int, timeout: float) -> list[OutcomeReport]:
    ended: list[tuple[Ended, list[str]]] = []
    with progress_bar() as progress:
        task = progress.add_task("uploading", total=len(chosen))
        uploads = []
        for case in chosen:
            uploads.append(upload(stack, case))
            progress.advance(task)
        progress.reset(task, description="waiting for the documents to end")
        for each in follow(stack, uploads, timeout):
            # While the Request-Key is valid.
            ended.append((each, _ask(stack, each)))
            progress.advance(task)
        progress.reset(task, description="looking for the messages")
        messages = _look(stack, {each.document_id for each, _ in ended if each.ended})
    places = {upload.key: place for place, upload in enumerate(uploads)}
    ended.sort(key=lambda pair: places[pair[0].uploaded.key])
    return [
        outcome_report(each, answers, messages.get(each.document_id), max_unknown_attempts) for each, answers in ended
    ]


def _ask(stack: DeployedStack, ended: Ended) -> list[str]:
    """Ask as often as answers are expected of the document."""
    case = ended.uploaded.case
    if not ended.ended:
        return []
    return [ask(stack, ended.document_id, case.claim(ended.uploaded.key)) for _ in case.answers]


def _look(stack: DeployedStack, document_ids: set[str]) -> dict[str, SeenMessage]:
    found: dict[str, SeenMessage] = {}
    for _ in range(MAX_LOOKS):
        missing = document_ids - found.keys()
        if missing:
            found |= look(stack.clients.sqs, stack.outputs.results_queue_url, missing)
    return found
