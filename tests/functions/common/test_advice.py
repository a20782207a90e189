"""Every code that an applicant may meet has its advice, in both languages."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import get_args

import msgspec
import pytest
from sealed_ocr.analysis.messages import RejectionCode, new_rejection
from sealed_ocr.common.advice import PROBLEMS, REJECTIONS, Advice
from sealed_ocr.common.advice import RESULT_CODES as ADVICE_BY_RESULT_CODE
from sealed_ocr.ocr.errors import Rejected
from sealed_ocr.ocr.result_codes import GATEWAY_CODES, RESULT_CODES
from sealed_ocr.verification.problems import STATUSES, Problem

from local.processes.child import ROOT

pytestmark = pytest.mark.unit

TEXTS: dict[str, Advice] = {
    **REJECTIONS,
    **{str(code): advice for code, advice in ADVICE_BY_RESULT_CODE.items()},
    **PROBLEMS,
}
POLITE = re.compile(r"[가-힣]요\.")
SENTENCE = re.compile(r"[^.]+\.")


def test_every_rejection_has_its_advice() -> None:
    assert REJECTIONS.keys() == {*get_args(RejectionCode)}


def test_every_result_code_that_rejects_an_image_has_its_advice() -> None:
    rejecting = {code for code, (kind, _) in RESULT_CODES.items() if issubclass(kind, Rejected)}
    assert not [kind for kind, _ in GATEWAY_CODES.values() if issubclass(kind, Rejected)]
    assert ADVICE_BY_RESULT_CODE.keys() == rejecting


def test_every_problem_has_its_advice() -> None:
    assert PROBLEMS.keys() == STATUSES.keys()


@pytest.mark.parametrize("code", TEXTS)
def test_advice_is_short_and_polite_in_both_languages(code: str) -> None:
    advice = TEXTS[code]
    korean = SENTENCE.findall(advice.ko)
    assert "".join(korean) == advice.ko
    assert [sentence for sentence in korean if not POLITE.search(sentence)] == []
    assert advice.en.isascii()
    assert advice.en.endswith(".")
    assert "Please" in advice.en
    assert max(len(advice.ko), len(advice.en)) < 220


def test_only_a_locked_card_and_one_that_is_kept_from_it_are_final() -> None:
    assert {code for code, advice in TEXTS.items() if advice.final} == {"card-locked", "lock-guard"}


@pytest.mark.parametrize(
    ("code", "result_code", "expected"),
    [
        ("image-empty", None, REJECTIONS["image-empty"]),
        ("ocr-rejected", 4000121, ADVICE_BY_RESULT_CODE[4000121]),
        # The gateway's status 413 comes with codes that nobody lists.
        ("ocr-rejected", 4130000, REJECTIONS["ocr-rejected"]),
        ("image-too-large", 4131000, REJECTIONS["image-too-large"]),
    ],
)
def test_a_rejection_has_the_advice_of_its_result_code(
    code: RejectionCode, result_code: int | None, expected: Advice
) -> None:
    rejection = msgspec.to_builtins(new_rejection(code, "a reason", result_code))
    assert rejection["advice"] == {"ko": expected.ko, "en": expected.en}
    assert rejection["final"] is expected.final
    assert rejection.get("resultCode") == result_code


@pytest.mark.parametrize("kind", STATUSES)
def test_a_problem_has_its_advice(kind: str) -> None:
    body = Problem(kind, "a detail").body()
    assert (body["final"], body["advice"]) == (PROBLEMS[kind].final, {"ko": PROBLEMS[kind].ko, "en": PROBLEMS[kind].en})


def test_a_start_loads_no_text() -> None:
    program = "import sys, {}; assert 'sealed_ocr.common.advice' not in sys.modules"
    for module in ("sealed_ocr.analysis.analyzer", "sealed_ocr.verification.verifier", "sealed_ocr.verification.http"):
        environment = {"PYTHONPATH": str(ROOT / "functions")}
        subprocess.run([sys.executable, "-c", program.format(module)], env=environment, check=True)
