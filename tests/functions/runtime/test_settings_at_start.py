"""Settings are validated when the function starts, and every fault is named."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sealed_ocr.common.settings import SettingsError
from sealed_ocr.runtime.settings import AnalyzeSettings

from emulator.testing import Emulator
from tests.support.analyze_function import AnalyzeProcess, settings
from tests.support.documents import NAME, draw
from tests.support.polling import until
from tests.support.stage import Stage

Start = Callable[..., AnalyzeProcess]
CARD = f"credit-card/{NAME}"


@pytest.mark.parametrize("function_seconds", [31, 60, 900])
def test_documents_are_read_with_the_longest_allowed_call_timeout(
    start: Start, stage: Stage, emulator: Emulator, function_seconds: int
) -> None:
    longest = {
        "FUNCTION_TIMEOUT_SECONDS": str(function_seconds),
        "OCR_CALL_TIMEOUT_SECONDS": str(function_seconds - 30),
        # The shortest call timeout is one second, which a busy machine may exceed. The document is then retried.
        "MAX_UNKNOWN_ATTEMPTS": "10",
    }
    function = start(timeout=function_seconds, settings=settings(stage, emulator.url) | longest)
    stage.announce(stage.upload(draw("credit-card"), f"{CARD}.png"))

    def is_read() -> bool:
        stage.show_hidden()
        return function.deliver()[1] == 0

    until(is_read)
    assert len(stage.collect()) == 1


@pytest.mark.parametrize(("function_seconds", "call_seconds"), [("31", "2"), ("120", "91"), ("30", "1")])
def test_a_call_timeout_that_never_fits_fails_at_start(
    start: Start, stage: Stage, emulator: Emulator, function_seconds: str, call_seconds: str
) -> None:
    wrong = {"FUNCTION_TIMEOUT_SECONDS": function_seconds, "OCR_CALL_TIMEOUT_SECONDS": call_seconds}
    outcome = start(settings=settings(stage, emulator.url) | wrong).start().invoke(b'{"Records": []}')
    assert outcome.error_type == "SettingsError"


def test_all_missing_settings_are_named_at_once(start: Start, stage: Stage) -> None:
    outcome = start(settings={"MAX_IMAGE_BYTES": " "}).start().invoke(b"{}")
    assert outcome.error_type == "SettingsError"
    message = json.loads(outcome.payload)["errorMessage"]
    assert all(f"{name} must be " in message for name in settings(stage, ""))
    assert message.count("; it is missing") == len(settings(stage, ""))


WRONG = {
    "BATCH_SIZE": ["0", "ten", "1001"],
    "DOCUMENTS_TABLE": ["two words"],
    "MAX_IMAGE_BYTES": ["0", "20MB"],
    "MAX_UNKNOWN_ATTEMPTS": ["0", "11"],
    "OCR_ENDPOINT": ["ftp://ocr.example", "http://ocr.example", "https://ocr.example/v2.0", "https://a@ocr.example"],
    "UPLOADS_QUEUE_URL": ["uploads"],
}


def test_wrong_settings_are_named_without_their_values(stage: Stage) -> None:
    right = settings(stage, "https://ocr.example")
    for turn in range(4):
        wrong = {name: values[turn] for name, values in WRONG.items() if turn < len(values)}
        with pytest.raises(SettingsError) as fault:
            AnalyzeSettings.from_environment(right | wrong)
        assert str(fault.value).count("; it is something else") == len(wrong)
        assert all(f"{name} must be " in str(fault.value) for name in wrong)
        assert not any(value in str(fault.value) for value in wrong.values() if len(value) > 4)
    assert AnalyzeSettings.from_environment(right).endpoint == "https://ocr.example"
