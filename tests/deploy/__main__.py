"""``make deploy-test``: the stack on an emulated AWS that is independent of moto, from bootstrap to removal."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from local.processes.aws_clients import isolate_aws_environment
from local.processes.child import ROOT
from tests.deploy.clients import try_clients
from tests.deploy.deployment import Deployment
from tests.deploy.emulators import emulated_account
from tests.deploy.interpreters import NoInterpreter, arm64_handler_python, native_handler_python
from tests.deploy.operations import create_user, delete_users, doctor, fill_secret, redrive
from tests.deploy.pipeline import Pipeline
from tests.deploy.report import Report, Unmet

STEPS = ("start", "bootstrap", "deploy", "diff", "drift", "secret", "upload", "message", "verdict", "clients", "doctor",
         "redrive", "logs", "removal")  # fmt: skip


def main() -> int:
    """Run all steps. Return 1 if one fails, 2 if there is no interpreter for the handlers."""
    arguments = _parser().parse_args()
    isolate_aws_environment()
    folder = Path(tempfile.mkdtemp(prefix="deploy-test-"))
    report = Report(STEPS)
    try:
        with ExitStack() as resources:
            _run(report, folder, arguments, resources)
    except NoInterpreter as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except BaseException as error:
        report.print_table()
        sys.stdout.write(f"The log of ministack is in {folder}.\n")
        if not isinstance(error, Unmet | AssertionError):
            raise
        sys.stdout.write(f"{error}\n")
        return 1
    report.print_table()
    sys.stdout.write(_limits())
    shutil.rmtree(folder)
    return 0


def _run(report: Report, folder: Path, arguments: argparse.Namespace, resources: ExitStack) -> None:
    with report.step("start") as step:
        handler_python = (
            arm64_handler_python(folder, arguments.tools, step)
            if arguments.arm64
            else native_handler_python(folder, arguments.tools, step, arguments.python)
        )
        account = resources.enter_context(emulated_account(arguments.tools, handler_python, folder))
    deployment = Deployment(account)
    for name, action in (
        ("bootstrap", deployment.bootstrap),
        ("deploy", deployment.deploy),
        ("diff", deployment.diff),
        ("drift", deployment.drift),
        ("secret", partial(fill_secret, account)),
    ):
        with report.step(name) as step:
            action(step)
    users = [create_user(account, name) for name in ("Uploader", "Consumer", "Verifier")]
    pipeline = Pipeline(account, *users)
    for name, action in (
        ("upload", pipeline.upload),
        ("message", pipeline.receive),
        ("verdict", pipeline.verify),
        ("clients", partial(try_clients, pipeline)),
        ("doctor", partial(doctor, pipeline)),
        ("redrive", partial(redrive, pipeline)),
        ("logs", pipeline.search_logs),
    ):
        with report.step(name) as step:
            action(step)
    delete_users(account, *users)
    with report.step("removal") as step:
        deployment.remove(step, pipeline.bucket)


def _limits() -> str:
    """Return what a passed run does not prove, as the documentation lists it."""
    page = (ROOT / "docs" / "reliability.md").read_text()
    return page[page.index("What a passed run does not prove") :].partition("\n## ")[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("make deploy-test", description=__doc__)
    parser.add_argument("--tools", type=Path, required=True, help="environment with ministack and the AWS CLI")
    parser.add_argument("--arm64", action="store_true", help="run the handlers under Debian's arm64 CPython (qemu)")
    parser.add_argument("--python", help="CPython 3.13 for the handlers; default: this machine's, else Debian's")
    return parser


if __name__ == "__main__":
    sys.exit(main())
