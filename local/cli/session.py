"""A pipeline for as long as a command lasts: its logs, its interruption, its failure to start."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer
from botocore.exceptions import BotoCoreError, ClientError

from local.cli.progress import Progress
from local.cli.run import Exit
from local.deploy.errors import DeployError
from local.pipeline.options import Options
from local.pipeline.pipeline import Pipeline
from local.processes.aws_clients import shut_out_real_accounts
from local.processes.child import ChildError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_LOGS_ARE_NO_NEWS = {Exit.ANALYZED, Exit.REJECTED}


@contextmanager
def session(options: Options) -> Iterator[tuple[Pipeline, Progress]]:
    """Yield the pipeline, started; end the command when the block raises ``typer.Exit`` or is interrupted.

    The logs of the processes are kept when something went wrong that they may explain.
    """
    shut_out_real_accounts()
    # SIGINT too: a shell that starts the command in the background has it ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    options.logs.mkdir(parents=True)
    code: int = Exit.BROKEN
    with Progress() as progress:
        try:
            with Pipeline(options, progress.say) as pipeline:
                yield pipeline, progress
            code = Exit.ANALYZED
        except typer.Exit as ended:
            code = ended.exit_code
            raise
        except BrokenPipeError:
            # Whoever read standard output has gone; the interpreter would complain once more on its way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(code) from None
        except KeyboardInterrupt:
            code = Exit.INTERRUPTED
            raise typer.Exit(code) from None
        except (ChildError, DeployError, BotoCoreError, ClientError) as error:
            progress.note(f"the pipeline broke down: {error}")
            raise typer.Exit(code) from None
        finally:
            if code in _LOGS_ARE_NO_NEWS:
                shutil.rmtree(options.logs)
            else:
                progress.note(f"the logs are in {options.logs}")


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
