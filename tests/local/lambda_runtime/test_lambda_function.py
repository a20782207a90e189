"""A function under awslambdaric in its own processes, as Lambda runs it."""

from __future__ import annotations

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.lambda_runtime.lambda_function import LambdaFunction
from local.lambda_runtime.process import PORTABLE_CLIENT, FunctionConfiguration
from tests.support.polling import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Start = Callable[..., LambdaFunction]

HANDLERS = Path(__file__).parent / "handlers"


@pytest.fixture(params=["native", "portable"])
def client(request: pytest.FixtureRequest) -> tuple[Path, ...]:
    """The folders of the Runtime API's client: awslambdaric's own, or the one for systems that it is not built on."""
    return () if request.param == "native" else (PORTABLE_CLIENT,)


@pytest.fixture
def start(tmp_path: Path, client: tuple[Path, ...]) -> Iterator[Start]:
    started: list[LambdaFunction] = []

    def start(handler: str = "trial.handler", *, timeout: float = 30, slots: int = 1) -> LambdaFunction:
        configuration = FunctionConfiguration(
            name="trial",
            arn="arn:aws:lambda:ap-northeast-2:123456789012:function:trial",
            handler=handler,
            timeout=timeout,
            environment={"PATH": os.environ["PATH"], "SETTING": "a value"},
            task_root=HANDLERS,
            libraries=client,
        )
        started.append(LambdaFunction(configuration, slots, tmp_path))
        return started[-1]

    yield start
    for function in started:
        function.close()


def invoke(function: LambdaFunction, **event: Any) -> Any:
    result = function.invoke(json.dumps(event).encode())
    assert result.error_type is None, result
    return json.loads(result.payload)


def answering(function: LambdaFunction) -> int:
    """Return the id of the process that answers; a loaded machine may need more than one invocation's time."""

    def pid() -> int | None:
        outcome = function.invoke(b'{"do": "answer"}')
        return None if outcome.error_type else int(json.loads(outcome.payload)["pid"])

    return until(pid) or 0


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_one_process_handles_one_event_after_another(start: Start) -> None:
    function = start(timeout=300)
    first, second = (invoke(function, do="answer", text="홍길동") for _ in range(2))
    assert first["pid"] == second["pid"]
    assert first["echo"]["text"] == "홍길동"
    assert 250_000 < first["remaining"] <= 300_000


def test_the_environment_is_the_template_s_and_nothing_is_inherited(
    start: Start, client: tuple[Path, ...], monkeypatch: Any
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    environment = invoke(start(), do="environment")
    assert environment["SETTING"] == "a value"
    assert environment["PYTHONPATH"] == os.pathsep.join(map(str, [HANDLERS, *client]))
    assert "AWS_PROFILE" not in environment


def test_an_exception_is_the_result_and_the_process_survives(start: Start) -> None:
    function = start()
    before = invoke(function, do="answer")["pid"]
    result = function.invoke(b'{"do": "raise"}')
    assert result.error_type == "ValueError"
    assert json.loads(result.payload)["errorMessage"] == "as requested"
    assert invoke(function, do="answer")["pid"] == before


def test_a_process_that_runs_out_of_time_is_killed_and_replaced(start: Start) -> None:
    function = start(timeout=1)
    before = answering(function)
    result = function.invoke(b'{"do": "sleep", "seconds": 600}')
    assert result.error_type == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in json.loads(result.payload)["errorMessage"]
    assert gone(before)
    assert answering(function) != before


@pytest.mark.parametrize("how", ["exit", "exit during the response"])
def test_a_process_that_crashes_is_the_result_and_is_replaced(start: Start, how: str) -> None:
    function = start()
    before = invoke(function, do="answer")["pid"]
    result = function.invoke(json.dumps({"do": how}).encode())
    assert result.error_type == "Runtime.ExitError"
    assert json.loads(result.payload)["errorMessage"].endswith(": 3")
    assert invoke(function, do="answer")["pid"] != before


@pytest.mark.parametrize(
    ("handler", "error_type", "message"),
    [
        ("broken.handler", "RuntimeError", "no start"),
        ("nowhere.handler", "Runtime.ImportModuleError", "No module named 'nowhere'"),
        ("trial.nothing", "Runtime.HandlerNotFound", "Handler 'nothing' missing on module 'trial'"),
    ],
)
def test_a_function_that_cannot_start_reports_why_for_each_event(
    start: Start, handler: str, error_type: str, message: str
) -> None:
    function = start(handler)
    for _ in range(2):
        result = function.invoke(b"{}")
        assert result.error_type == error_type
        assert message in json.loads(result.payload)["errorMessage"]


def test_two_slots_work_concurrently_and_a_third_event_waits(start: Start) -> None:
    function = start(slots=2)
    with ThreadPoolExecutor(4) as pool:
        pids = list(pool.map(lambda _: invoke(function, do="sleep", seconds=0.4), range(4)))
    assert len(pids) == 4
    assert len(set(pids)) == 2


def test_the_output_of_a_function_goes_to_its_log(start: Start, tmp_path: Path, capfd: Any) -> None:
    invoke(start(), do="print", text="hello from inside")
    assert "hello from inside" in (tmp_path / "trial-1.log").read_text()
    assert capfd.readouterr().out == ""


def test_closing_kills_a_process_during_an_event(start: Start, tmp_path: Path) -> None:
    function = start()
    pid = invoke(function, do="answer")["pid"]
    ended: list[str | None] = []
    thread = threading.Thread(
        target=lambda: ended.append(function.invoke(b'{"do": "sleep", "seconds": 600}').error_type)
    )
    thread.start()
    until(lambda: "asleep" in (tmp_path / "trial-1.log").read_text())
    function.close()
    thread.join(PATIENCE)
    assert ended == ["Runtime.ExitError"]
    assert gone(pid)
