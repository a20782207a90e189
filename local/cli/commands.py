"""``python -m local``: the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from emulator.readers.registry import DEFAULT_READER, READERS
from local.cli import arguments
from local.cli.gallery import fill
from local.cli.run import Exit, Wishes, run
from local.cli.session import session
from local.cli.up import analyzed_example, describe, wait_for_the_end
from local.pipeline.images import KINDS, MisuseError, keyed, new_run, resident_specimen
from local.pipeline.options import Options
from local.processes.child import ROOT

_EXIT_CODES = (
    "Exit codes: 0 all analyzed · 1 some rejected, or without the verdict that was asked for · 2 misuse · "
    "3 a message did not come in time · 4 the pipeline itself did not start"
)
app = typer.Typer(
    help="The pipeline on this machine.",
    no_args_is_help=True,
    add_completion=False,
    # A trace shows variables, and those may be keys.
    pretty_exceptions_enable=False,
)

Images = Annotated[list[Path] | None, typer.Argument(metavar="[IMAGE]…", help="PNG or JPEG files; else specimens.")]
KindOption = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help=f"{', '.join(KINDS)}. Else each image's folder must be named so."),
]
Count = Annotated[int, typer.Option(min=1, help="How many specimens of every kind.")]
Verify = Annotated[bool, typer.Option("--verify", help="Ask whether the ID cards that allow it are authentic.")]
AsJson = Annotated[bool, typer.Option("--json", help="Lines of JSON alone on standard output.")]
Timeout = Annotated[float, typer.Option(min=0.1, help="Seconds to wait for the next message.")]
Endpoint = Annotated[str | None, typer.Option("--ocr-endpoint", metavar="URL", help="Not the emulator, but this.")]
AppKey = Annotated[str | None, typer.Option(metavar="KEY", help="Its appKey, or OCR_APP_KEY in the environment.")]
SecretKey = Annotated[str | None, typer.Option(metavar="KEY", help="Its secretKey, or OCR_SECRET_KEY.")]
Pictures = Annotated[bool, typer.Option(help="Draw what was read onto copies of the images, in out/.")]
Reader = Annotated[str, typer.Option(metavar="READER", help=f"The emulator's: {', '.join(sorted(READERS))}.")]
Slots = Annotated[int, typer.Option(min=1, max=64, help="Processes for each function, at most.")]
OnPage = Annotated[bool, typer.Option("--console", help="With a page in the browser that shows it at work.")]


@app.command("run", epilog=_EXIT_CODES)
def run_command(
    paths: Images = None,
    kind: KindOption = None,
    count: Count = 1,
    verify: Verify = False,
    as_json: AsJson = False,
    timeout: Timeout = 120,
    ocr_endpoint: Endpoint = None,
    app_key: AppKey = None,
    secret_key: SecretKey = None,
    pictures: Pictures = True,
    reader: Reader = DEFAULT_READER,
    slots: Slots = 2,
) -> None:
    """Start everything, upload images, show the message about each, stop everything."""
    prefix = new_run()
    try:
        options = _options(prefix, ocr_endpoint, app_key, secret_key, reader, slots)
        images = keyed(arguments.uploads(paths or [], kind, count), prefix)
    except MisuseError as error:
        _misuse(error)
    with session(options) as (pipeline, progress):
        code, messages = run(pipeline, images, Wishes(timeout, as_json, verify), progress)
        if pictures:
            progress.count("drawing")
            folder = ROOT / "out" / prefix
            if drawn := fill(folder, images, messages):
                progress.note(f"what was read where is drawn in {folder} ({drawn} pictures)")
        raise typer.Exit(code)


@app.command("up")
def up_command(
    ocr_endpoint: Endpoint = None,
    app_key: AppKey = None,
    secret_key: SecretKey = None,
    reader: Reader = DEFAULT_READER,
    slots: Slots = 2,
    console: OnPage = False,
) -> None:
    """Start everything, say where it is, and stay until Ctrl-C."""
    try:
        options = _options(new_run(), ocr_endpoint, app_key, secret_key, reader, slots)
    except MisuseError as error:
        _misuse(error)
    if console:
        from local.cli.up_console import stay  # its server is loaded for those who want it

        return stay(options)
    with session(options) as (pipeline, progress):
        progress.say("trying it with a specimen")
        # Never against another service, which may be paid for.
        example = analyzed_example(pipeline, resident_specimen()) if pipeline.emulated else None
        with progress.aside():
            describe(pipeline, options.logs, example)
        progress.say("running; Ctrl-C stops everything")
        try:
            wait_for_the_end()
        except KeyboardInterrupt:
            raise typer.Exit(Exit.ANALYZED) from None


def _options(
    run_prefix: str, endpoint: str | None, app_key: str | None, secret_key: str | None, reader: str, slots: int
) -> Options:
    return Options(
        logs=ROOT / ".local" / run_prefix,
        slots=slots,
        reader=arguments.reader(reader),
        ocr=arguments.ocr_service(endpoint, app_key, secret_key),
    )


def _misuse(error: MisuseError) -> NoReturn:
    typer.echo(f"python -m local: {error}.", err=True)
    raise typer.Exit(Exit.MISUSE)
