"""The committed schemas are current, and the OpenAPI description matches the handler."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from sealed_ocr.verification.claim_request import read_request
from sealed_ocr.verification.claim_validation import RULES
from sealed_ocr.verification.problems import STATUSES, Problem

from emulator.specimens import DocumentKind
from local.processes.child import ROOT
from schemas import advice_page
from schemas.generate import generated_files
from tests.support.problem_cases import PROBLEM_CASES, WITH_RETRY_AFTER, ProblemCase
from tests.support.verification_world import World
from tests.support.verify_function import VerifyProcess

SCHEMAS = ROOT / "schemas"
API = json.loads((SCHEMAS / "verification.openapi.json").read_text())
RESPONSES = API["paths"]["/documents/{documentId}/authenticity"]["post"]["responses"]


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema | {"components": API["components"]}, format_checker=FormatChecker())


def body_schema(status: str, media_type: str) -> Draft202012Validator:
    return validator(RESPONSES[status]["content"][media_type]["schema"])


CLAIM = validator({"$ref": "#/components/schemas/Claim"})


def test_the_committed_files_are_current() -> None:
    committed = {path.name: path.read_text() for path in SCHEMAS.glob("*.json")}
    assert committed == generated_files(), "update them with: make schemas"


def test_the_command_writes_them(tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path / "schemas", ignore=shutil.ignore_patterns("*.v1.json", "*.openapi.json"))
    (tmp_path / "functions").symlink_to(ROOT / "functions")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "messages.md").write_text("<!-- example: rejected -->\n<!-- end -->\n")
    (tmp_path / "docs" / "advice.md").write_text("<!-- advice: problems -->\n<!-- end -->\n")
    subprocess.run([sys.executable, "schemas/generate.py"], cwd=tmp_path, check=True)
    assert {path.name for path in (tmp_path / "schemas").glob("*.json")} == generated_files().keys()
    assert "document.rejected.v1" in (tmp_path / "docs" / "messages.md").read_text()
    assert "| `card-locked` | **yes** |" in (tmp_path / "docs" / "advice.md").read_text()


def test_the_page_for_applicants_is_current() -> None:
    page = advice_page.PAGE.read_text()
    assert page == advice_page.fill_tables(page), "update it with: make schemas"
    assert {*re.findall("<!-- advice: ([a-zA-Z]+) -->", page)} == advice_page.advice_file().keys()


def test_the_description_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(API).validate()


def test_the_documented_statuses_are_those_of_the_handler() -> None:
    documented = {
        (int(status), kind)
        for status, response in RESPONSES.items()
        if status != "200"
        for kind in response["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["type"]["enum"]
    }
    assert documented == {(status, kind) for kind, status in STATUSES.items()}
    assert {kind for _, kind in documented} == PROBLEM_CASES.keys()


@pytest.mark.parametrize("type_", PROBLEM_CASES)
def test_the_handlers_problem_matches_its_documentation(function: VerifyProcess, world: World, type_: str) -> None:
    response = PROBLEM_CASES[type_](ProblemCase(function, world, world.card()))
    documented = RESPONSES[str(response.status)]
    body_schema(str(response.status), "application/problem+json").validate(response.body)
    assert ("Retry-After" in documented.get("headers", {})) or type_ not in WITH_RETRY_AFTER
    sent = {name.title() for name in response.headers} & {"Retry-After", "Allow", "Attempts-Left"}
    assert sent <= documented.get("headers", {}).keys()
    validator({"$ref": "#/components/schemas/Problem"}).validate(response.body)


def test_retry_after_is_documented_exactly_where_it_is_sent() -> None:
    documented = {status for status, response in RESPONSES.items() if "Retry-After" in response.get("headers", {})}
    assert documented == {str(STATUSES[type_]) for type_ in WITH_RETRY_AFTER}


def test_the_handlers_verdict_matches_its_documentation(function: VerifyProcess, world: World) -> None:
    response = function.post(world.card())
    body_schema("200", "application/json").validate(response.body)
    left = RESPONSES["200"]["headers"]["Attempts-Left"]["schema"]
    validator(left).validate(int(response.headers["attempts-left"]))


def test_other_answers_violate_the_documentation() -> None:
    assert not body_schema("200", "application/json").is_valid({"documentId": "f" * 32})
    spent = Problem("request-key-spent", "").body()
    assert body_schema("409", "application/problem+json").is_valid(spent)
    assert not body_schema("410", "application/problem+json").is_valid(spent)


@pytest.mark.parametrize("document", RULES)
def test_the_documented_claims_are_those_that_the_handler_accepts(world: World, document: DocumentKind) -> None:
    claim = world.card(document).claim
    CLAIM.validate(claim)
    for name in claim:
        for edited in (claim | {name: "?"}, claim | {name: ""}, {k: v for k, v in claim.items() if k != name}):
            if name == "name" and edited.get("name"):
                continue
            assert CLAIM.is_valid(edited) == _accepted(edited), (name, edited)
    assert not CLAIM.is_valid(claim | {"another": "x"})


def _accepted(claim: dict[str, str]) -> bool:
    try:
        read_request(json.dumps(claim).encode())
    except Problem:
        return False
    return True
