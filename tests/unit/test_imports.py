"""Imports run one way: handlers, use cases, then the vendor's side and AWS's, which know nothing of each other."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "functions" / "sealed_ocr"
# The parts that both sides and the use cases may share.
SHARED = {"sealed_ocr.quiet", "sealed_ocr.renewal"}
AWS_LIBRARIES = {"boto3", "botocore", "aws_lambda_powertools", "types_boto3_s3", "types_boto3_secretsmanager"}
CRYPTOGRAPHY = {"cryptography", "urllib3"}


def files(*folders):
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


def imported(path):
    """Return every module that a file imports, also inside functions and for types alone; relative ones resolved."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports relatively"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def within(names, *packages):
    return {name for name in names if any(name == package or name.startswith(package + ".") for package in packages)}


@pytest.mark.parametrize("path", files("functions/sealed_ocr/ocr"), ids=lambda path: path.name)
def test_the_vendor_s_side_knows_nothing_of_aws(path):
    names = imported(path)
    assert not within(names, "sealed_ocr.aws", *AWS_LIBRARIES)
    assert within(names, "sealed_ocr") <= {"sealed_ocr"} | within(names, "sealed_ocr.ocr", *SHARED)


@pytest.mark.parametrize("path", files("functions/sealed_ocr/aws"), ids=lambda path: path.name)
def test_the_aws_side_knows_nothing_of_envelopes(path):
    names = imported(path)
    assert not within(names, "sealed_ocr.ocr", "cryptography")
    assert within(names, "sealed_ocr") <= {"sealed_ocr"} | within(names, "sealed_ocr.aws", *SHARED)


@pytest.mark.parametrize("path", files("functions"), ids=lambda path: path.name)
def test_what_runs_in_lambda_knows_nothing_of_how_it_is_developed(path):
    assert not within(imported(path), "emulator", "local", "infra", "bench", "tests", "ops", "app")


@pytest.mark.parametrize("path", files("functions/sealed_ocr"), ids=lambda path: path.name)
def test_no_use_case_imports_a_handler(path):
    assert not within(imported(path), "analyze", "verify")


@pytest.mark.parametrize("path", files("emulator"), ids=lambda path: path.name)
def test_the_emulator_shares_no_code_with_the_functions(path):
    assert not within(imported(path), "sealed_ocr", "analyze", "verify", "functions", "local", "infra")


@pytest.mark.parametrize(
    "name", ["claims", "claim_check", "messages", "environment", "settings", "schedule", "renewal"]
)
def test_pure_modules_stay_pure(name):
    names = imported(PACKAGE / f"{name}.py")
    assert not within(names, "sealed_ocr.aws", "sealed_ocr.ocr", "os", "time.sleep", *AWS_LIBRARIES, *CRYPTOGRAPHY)


def test_the_parser_sees_every_kind_of_import(tmp_path):
    source = tmp_path / "module.py"
    source.write_text("import a.b\nfrom c import d\ndef f():\n    from e.f import g as h\n    import i as j\n")
    assert imported(source) == {"a.b", "c", "c.d", "e.f", "e.f.g", "i"}
    assert within({"emulators", "emulator", "emulator.x"}, "emulator") == {"emulator", "emulator.x"}
