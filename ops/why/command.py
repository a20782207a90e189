"""The command ``why``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from sealed_ocr.aws.errors import AwsError

from ops.common.console import AsJson, print_line, print_report
from ops.common.options import find_stack
from ops.common.stack import DeployedStack
from ops.documents.status import ByKey, find_story
from ops.story.story import DocumentStory
from ops.why.answer import answer
from ops.why.log_lines import CloudWatchSource, FileSource, LogLine
from workstation.terminal import pluralize

DocumentArgument = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="A documentId, or an object's key if --key is given.")
]
# The functions' clocks and the ledger's agree within seconds.
_MARGIN_SECONDS = 300
_DAY = 86_400


class WhyReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``why --json`` prints. ``log`` is None if the logs could not be read."""

    document: DocumentStory
    answer: list[str]
    log: list[LogLine] | None


def why(ctx: typer.Context, document: DocumentArgument, by_key: ByKey = False, as_json: AsJson = False) -> None:
    """Say why a document was called for as often as it was, why it waits, or how it ended.

    The command joins what the ledger keeps of the last ten attempts with the lines of the functions' logs about the
    document, from the first of these attempts on. If the logs can't be read, it answers from the ledger alone, and says
    so. It never shows a value or an object key.

    Cost: CloudWatch Logs searches the log groups, which is free of charge and may take a minute in a busy stage.

    Exit code: 1 if the ledger does not know the document.
    """
    stack = find_stack(ctx)
    story = find_story(stack, document, by_key=by_key)
    lines: list[LogLine] | None = None
    try:
        lines = _source(stack).lines(story.document_id, _since(story, stack.clock()))
    except AwsError as error:
        print_line(f"The logs could not be read: {error}. This is the ledger's answer alone.", "yellow")
    sentences = answer(story, lines or [])
    print_line(f"Document {story.document_id}")
    for sentence in sentences:
        print_line(sentence)
    if lines is not None:
        print_line(f"The log has {pluralize(len(lines), 'line') + ' about it:' if lines else 'no line about it.'}")
    for line in lines or []:
        attempt = f" attempt {line.attempt_id[:8]}" if line.attempt_id else ""
        print_line(f"  {line.at} {attempt}  {': '.join(filter(None, (line.event or '-', line.text)))}")
    print_report(WhyReport(story, sentences, lines))
    if story.state is None:
        raise typer.Exit(1)


def _source(stack: DeployedStack) -> CloudWatchSource | FileSource:
    folder = stack.outputs.function_logs
    return FileSource(Path(folder)) if folder else CloudWatchSource(stack)


def _since(story: DocumentStory, now: float) -> float:
    """Return since when the logs are searched: the first attempt that the ledger knows, or the last day."""
    first = [datetime.fromisoformat(attempt.begun_at).timestamp() for attempt in story.attempts]
    return min(first, default=now - _DAY) - _MARGIN_SECONDS
