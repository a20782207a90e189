"""``python -m local up``: start the pipeline and keep it running until Ctrl-C."""

from __future__ import annotations

import threading
import webbrowser
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from local.cli.endpoints import print_endpoints
from local.cli.exit_codes import ExitCode
from local.cli.image_files import UsageError
from local.cli.output import print_line
from local.cli.run import upload
from local.cli.sealing import missing_key
from local.cli.session import session
from local.pipeline.images import ImageFile, assign_keys, new_run_id, resident_specimen
from local.pipeline.messages import Message, receive_messages

if TYPE_CHECKING:
    from local.cli.progress import ProgressDisplay
    from local.pipeline.options import PipelineOptions
    from local.pipeline.pipeline import Pipeline
    from workstation.sealed_messages import Opener

_EXAMPLE_SECONDS = 60


def up(options: PipelineOptions, opener: Opener | None) -> None:
    """Run the pipeline until Ctrl-C."""
    with session(options) as (pipeline, progress):
        example = None
        if why := missing_key(pipeline.sealed_to, opener):
            progress.note(why)
        elif pipeline.emulated:
            # Only against the emulator: calls to another service may be billed.
            progress.step("analyzing a specimen")
            example = _analyze_example(pipeline, resident_specimen(), opener)
        with progress.paused():
            print_endpoints(pipeline, options.logs, example)
        _wait_for_interrupt(progress)


def up_with_console(options: PipelineOptions, port: int, opener: Opener | None, *, open_page: bool) -> None:
    """Run the pipeline with the browser console until Ctrl-C.

    Raises
    ------
    UsageError
        If the port cannot be used.
    """
    # Imported here because it loads a web server that the other commands do not need.
    from local.console.server import Console

    try:
        console = Console(port)
    except OSError as error:
        raise UsageError(f"port {port} of this machine cannot be used: {error.strerror}") from None
    with (
        session(replace(options, observer=console.observer)) as (pipeline, progress),
        console.attach(pipeline, options.logs, opener),
    ):
        if why := missing_key(pipeline.sealed_to, opener):
            progress.note(why)
        with progress.paused():
            print_endpoints(pipeline, options.logs, None)
            print_line()
            print_line("# The console. Anyone who knows this address can use it:")
            print_line(console.url)
        if open_page and not webbrowser.open(console.single_use_url):
            progress.note("no browser could be started; open the address yourself")
        _wait_for_interrupt(progress)


def _analyze_example(pipeline: Pipeline, image: ImageFile, opener: Opener | None) -> Message | None:
    """Run one image through the pipeline, so that there is a document to verify. Return None if no message arrives."""
    folder = "simulate/analyzed-resident/" if pipeline.simulated else ""
    by_key = assign_keys([image], folder + new_run_id())
    upload(pipeline, by_key)
    queue = pipeline.output("ResultsQueueUrl")
    return next(receive_messages(pipeline.aws.sqs, queue, by_key, _EXAMPLE_SECONDS, opener), None)


def _wait_for_interrupt(progress: ProgressDisplay) -> None:
    progress.step("running; Ctrl-C stops everything")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.ANALYZED) from None
