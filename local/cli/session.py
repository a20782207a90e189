"""Runs a pipeline for the duration of a command, and handles its logs, interruption and failures."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer
from botocore.exceptions import BotoCoreError, ClientError

from local.cli.exit_codes import ExitCode
from local.cli.progress import ProgressDisplay
from local.deploy.errors import DeployError
from local.pipeline.options import PipelineOptions
from local.pipeline.pipeline import Pipeline
from local.processes.aws_clients import isolate_aws_environment
from local.processes.child import ChildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_CODES_WITHOUT_LOGS = {ExitCode.ANALYZED, ExitCode.REJECTED}


@contextmanager
def session(options: PipelineOptions) -> Iterator[tuple[Pipeline, ProgressDisplay]]:
    """Yield the started pipeline. End the command when the block raises ``typer.Exit`` or is interrupted.

    The logs of the processes are kept if they may explain a failure.
    """
    isolate_aws_environment()
    options.logs.mkdir(parents=True)
    code: int = ExitCode.PIPELINE_FAILED
    with ProgressDisplay() as progress:
        try:
            _handle_signals(_interrupt)
            with Pipeline(options, progress.step) as pipeline:
                yield pipeline, progress
            code = ExitCode.ANALYZED
        except typer.Exit as ended:
            code = ended.exit_code
            raise
        except BrokenPipeError:
            # The reader of standard output has gone. The interpreter would report that again when it exits.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(code) from None
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
            raise typer.Exit(code) from None
        except (ChildError, DeployError, BotoCoreError, ClientError) as error:
            progress.note(f"the pipeline failed: {error}")
            raise typer.Exit(code) from None
        finally:
            # Everything is stopped. A second Ctrl-C must not change the exit code.
            _handle_signals(signal.SIG_IGN)
            if code in _CODES_WITHOUT_LOGS:
                shutil.rmtree(options.logs)
            else:
                progress.note(f"the logs are in {shlex.quote(str(options.logs))}")


def _handle_signals(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    # SIGINT too, because a shell that starts the command in the background lets it ignore SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
