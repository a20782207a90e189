"""``python -m local``: the commands and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from emulator.domain.api_versions import API_VERSIONS, ApiVersion
from emulator.readers.registry import DEFAULT_READER, READERS
from local.cli import arguments
from local.cli.exit_codes import ExitCode
from local.cli.gallery import save_pictures
from local.cli.image_files import UsageError, quoted
from local.cli.run import RunOptions, run
from local.cli.sealing import PrivateKey, missing_key, opener
from local.cli.session import session
from local.cli.stage_settings import stage_settings
from local.cli.up import up, up_with_console
from local.pipeline.images import KINDS, assign_keys, new_run_id
from local.pipeline.options import OcrServiceConfig, PipelineOptions
from local.processes.child import ROOT
from workstation.command_line import PlainCommand, PlainGroup
from workstation.terminal import pluralize, visible

_EXIT_CODES = (
    "Exit codes: 0 all analyzed; 1 some rejected, or without a requested verdict; 2 usage error; 3 a message did not "
    "arrive in time; 4 the pipeline itself failed; 130 interrupted. (make exits with 2 for each of them.)"
)
app = typer.Typer(
    cls=PlainGroup,
    help="The pipeline on this machine.",
    no_args_is_help=True,
    add_completion=False,
    # Tracebacks show variables, which may hold keys.
    pretty_exceptions_enable=False,
)

Images = Annotated[
    list[Path] | None,
    typer.Argument(metavar="IMAGE", help="PNG or JPEG files, or folders of them. Without any: specimens."),
]
KindOption = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help=f"{', '.join(KINDS)}. Without it: the name of each image's folder."),
]
Count = Annotated[int, typer.Option(metavar="NUMBER", min=1, help="Number of specimens of each kind.")]
Verify = Annotated[bool, typer.Option("--verify", help="Request a verdict on each ID card that can be verified.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print only lines of JSON to standard output.")]
Timeout = Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="Seconds to wait for the next message.")]
Endpoint = Annotated[
    str | None, typer.Option("--ocr-endpoint", metavar="URL", help="Use this OCR service, not the emulator.")
]
OauthEndpoint = Annotated[
    str | None, typer.Option(metavar="URL", help="Its token host, for an access key. Default: the vendor's.")
]
Credentials = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Its credentials: JSON in one of the secret's two forms.")
]
AppKey = Annotated[
    str | None, typer.Option(metavar="KEY", help="Its appKey for API v2.0, or OCR_APP_KEY in the environment.")
]
SecretKey = Annotated[str | None, typer.Option(metavar="KEY", help="Its secretKey, or OCR_SECRET_KEY.")]
Api = Annotated[
    str | None, typer.Option(metavar="VERSION", help=f"The emulator's API: {', '.join(API_VERSIONS)}. Default: v2.0.")
]
Pictures = Annotated[bool, typer.Option(help="Save copies of the images with the recognised fields in out/.")]
Reader = Annotated[str, typer.Option(metavar="READER", help=f"The emulator's reader: {', '.join(sorted(READERS))}.")]
Slots = Annotated[int, typer.Option(metavar="NUMBER", min=1, max=64, help="Maximum number of processes per function.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting of the stage (docs/deployment.md). Can be repeated."),
]
WithConsole = Annotated[bool, typer.Option("--console", help="Serve a page that shows the pipeline at work.")]
Port = Annotated[
    int | None,
    typer.Option(metavar="PORT", min=1, max=65535, help="Its port on 127.0.0.1. Without it: any free port."),
]
Open = Annotated[bool, typer.Option("--open", help="Open the page in the browser.")]


@app.command("run", cls=PlainCommand, epilog=_EXIT_CODES)
def run_command(
    paths: Images = None,
    kind: KindOption = None,
    count: Count = 1,
    verify: Verify = False,
    as_json: AsJson = False,
    timeout: Timeout = 120,
    ocr_endpoint: Endpoint = None,
    oauth_endpoint: OauthEndpoint = None,
    credentials: Credentials = None,
    app_key: AppKey = None,
    secret_key: SecretKey = None,
    api: Api = None,
    pictures: Pictures = True,
    reader: Reader = DEFAULT_READER,
    slots: Slots = 2,
    settings: Set = None,
    private_key: PrivateKey = None,
) -> None:
    """Start the pipeline, upload images, show the message about each, and stop the pipeline."""
    run_id = new_run_id()
    try:
        ocr = arguments.ocr_service(ocr_endpoint, arguments.OcrKeys(credentials, app_key, secret_key), oauth_endpoint)
        options = _options(run_id, ocr, arguments.api(api, ocr_endpoint), reader, slots, settings)
        images = assign_keys(arguments.uploads(paths or [], kind, count), run_id)
        opening = opener(private_key)
    except UsageError as error:
        _exit_with_usage_error(error)
    with session(options) as (pipeline, progress):
        if why := missing_key(pipeline.sealed_to, opening):
            progress.note(f"nothing was uploaded: {why}")
            raise typer.Exit(ExitCode.USAGE_ERROR)
        code, messages = run(pipeline, images, RunOptions(timeout, as_json, verify, opening), progress)
        if pictures:
            progress.update("drawing")
            folder = ROOT / "out" / run_id
            if count := save_pictures(folder, images, messages):
                progress.note(f"the recognised fields are drawn in {quoted(folder)} ({pluralize(count, 'picture')})")
        raise typer.Exit(code)


@app.command("up", cls=PlainCommand)
def up_command(
    ocr_endpoint: Endpoint = None,
    oauth_endpoint: OauthEndpoint = None,
    credentials: Credentials = None,
    app_key: AppKey = None,
    secret_key: SecretKey = None,
    api: Api = None,
    reader: Reader = DEFAULT_READER,
    slots: Slots = 2,
    settings: Set = None,
    private_key: PrivateKey = None,
    console: WithConsole = False,
    port: Port = None,
    open_page: Open = False,
) -> None:
    """Start the pipeline, print its endpoints, and keep it running until Ctrl-C."""
    try:
        ocr = arguments.ocr_service(ocr_endpoint, arguments.OcrKeys(credentials, app_key, secret_key), oauth_endpoint)
        options = _options(new_run_id(), ocr, arguments.api(api, ocr_endpoint), reader, slots, settings)
        arguments.check_page_options(console=console, port=port, open_page=open_page)
        if console:
            up_with_console(options, port or 0, opener(private_key), open_page=open_page)
        else:
            up(options, opener(private_key))
    except UsageError as error:
        _exit_with_usage_error(error)


def _options(
    run_id: str, ocr: OcrServiceConfig | None, api: ApiVersion, reader: str, slots: int, settings: list[str] | None
) -> PipelineOptions:
    return PipelineOptions(
        logs=ROOT / ".local" / run_id,
        slots=slots,
        reader=arguments.reader(reader),
        api=api,
        ocr=ocr,
        settings=stage_settings(settings or []),
    )


def _exit_with_usage_error(error: UsageError) -> NoReturn:
    typer.echo(visible(f"python -m local: {error}."), err=True)
    raise typer.Exit(ExitCode.USAGE_ERROR)
