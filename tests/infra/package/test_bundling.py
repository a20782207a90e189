from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import cryptography
import msgspec
import pytest
from moto.server import ThreadedMotoServer

from infra.package.asset import uploaded_folder, zipped_bytes
from infra.package.bundling import assemble, build, gather

if TYPE_CHECKING:
    from collections.abc import Iterator


BUDGET_BYTES = 7_000_000
AARCH64 = 183


@pytest.fixture(scope="module")
def sources(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that edits during the test have no effect."""
    return shutil.copytree(project / "functions", tmp_path_factory.mktemp("sources") / "functions")


@pytest.fixture(scope="module")
def package(deployed: Path) -> Path:
    """The folder that is uploaded, and not the one that it was copied from."""
    return uploaded_folder(deployed)


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def run_with_package(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package without byte code, with this machine's compiled modules instead of those for arm64."""
    folder = tmp_path_factory.mktemp("run")
    gather(sources, folder / "package")
    for module in (cryptography, msgspec):
        built = Path(module.__path__[0])
        (folder / built.name).symlink_to(built)
    (cffi,) = Path(cryptography.__path__[0]).parent.glob("_cffi_backend*.so")
    (folder / cffi.name).symlink_to(cffi)
    return folder


def run(path: Path, code: str, **environment: str) -> str:
    first = f"import runpy, sys; sys.path[:0] = [{str(path)!r}, {str(path / 'package')!r}]; "
    # -S: the installed modules must not replace what the package lacks.
    ended = subprocess.run(
        [sys.executable, "-S", "-c", first + code],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_package_is_reproducible(sources: Path, package: Path, tmp_path: Path) -> None:
    former = os.umask(0o077)
    try:
        assemble(sources, tmp_path / "again")
    finally:
        os.umask(former)
    assert contents(tmp_path / "again") == contents(package)


def test_the_package_is_small(package: Path) -> None:
    assert zipped_bytes(package) < BUDGET_BYTES


def test_compiled_modules_are_for_arm64(package: Path) -> None:
    compiled = list(package.rglob("*.so"))
    assert compiled
    for path in compiled:
        # e_machine of the ELF header.
        assert struct.unpack_from("<H", path.read_bytes(), 18) == (AARCH64,), path.name


def test_the_package_contains_only_what_runs(package: Path) -> None:
    names = {str(path.relative_to(package)) for path in package.rglob("*")}
    assert {"analyze.py", "verify.py", "sealed_ocr/analysis/backoff.py"} <= names
    left = [name for name in names if name.endswith((".dist-info", ".pyi")) or {"tests", "bin"} & set(name.split("/"))]
    assert not left
    assert not {"requirements.in", "requirements.txt"} & names


def test_every_module_has_byte_code_for_lambda(package: Path) -> None:
    sources = {path.relative_to(package) for path in package.rglob("*.py")}
    assert {path.parts[0].removesuffix(".py") for path in sources} == {"analyze", "verify", "sealed_ocr"}
    assert {package / path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc" for path in sources} == set(
        package.rglob("__pycache__/*")
    )
    assert {"botocore/client.pyc", "aws_lambda_powertools/logging/logger.pyc", "six.pyc"} <= contents(package).keys()
    for path in package.rglob("*.pyc"):
        # Python 3.13's magic number, and the flag of a hash that is not checked against a source (PEP 552).
        assert struct.unpack_from("<HHI", path.read_bytes()) == (3571, 0x0A0D, 1), path.name


def resources_for_calls(aws: str) -> dict[str, str]:
    """Create the resources that ``package_calls.py`` uses, and return the variables that name them."""
    session = boto3.Session("testing", "testing", region_name="ap-northeast-2")
    s3, sqs = session.client("s3", endpoint_url=aws), session.client("sqs", endpoint_url=aws)
    dynamodb = session.client("dynamodb", endpoint_url=aws)
    secrets = session.client("secretsmanager", endpoint_url=aws)
    kms = session.client("kms", endpoint_url=aws)
    s3.create_bucket(Bucket="images", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    s3.put_object(Bucket="images", Key="a", Body=b"image")
    queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="before")
    dynamodb.create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return {
        "QUEUE_URL": queue,
        "RECEIPT_HANDLE": sqs.receive_message(QueueUrl=queue)["Messages"][0]["ReceiptHandle"],
        "SECRET": secrets.create_secret(Name="secret", SecretString="value")["ARN"],
        "HMAC_KEY": kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"],
    }


def test_every_call_works_with_the_trimmed_botocore(run_with_package: Path, aws: str) -> None:
    script = Path(__file__).with_name("package_calls.py")
    output = run(
        run_with_package,
        f"runpy.run_path({str(script)!r})",
        AWS_ENDPOINT_URL=aws,
        AWS_DEFAULT_REGION="ap-northeast-2",
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        **resources_for_calls(aws),
    )
    assert output.split()[:5] == ["image", "True", "1", "value", "True"]
    assert output.split()[5].startswith(str(run_with_package / "package"))


def function_settings(handler: str, aws: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": aws,
        "AWS_DEFAULT_REGION": "ap-northeast-2",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "OCR_ENDPOINT": "https://ocr.example.com",
        "OCR_OAUTH_ENDPOINT": "https://oauth.example.com",
        "OCR_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:ocr",
        "REQUEST_KEYS_TABLE": "request-keys",
        "POWERTOOLS_SERVICE_NAME": handler,
        "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/test",
        "FUNCTION_TIMEOUT_SECONDS": "120",
        "OCR_CALL_TIMEOUT_SECONDS": "40",
        "UPLOADS_QUEUE_URL": "https://sqs/uploads",
        "UPLOADS_DLQ_URL": "https://sqs/dead",
        "RESULTS_QUEUE_URL": "https://sqs/results",
        "DOCUMENTS_TABLE": "documents",
        "BATCH_SIZE": "10",
        "MAX_IMAGE_BYTES": "20971520",
        "MAX_UNKNOWN_ATTEMPTS": "2",
        "CLAIM_HMAC_KEY_ID": "arn:aws:kms:ap-northeast-2:123456789012:key/claims",
        "LOCK_GUARD_DAYS": "30",
    }


@pytest.mark.parametrize("handler", ["analyze", "verify"])
def test_a_handler_starts_with_only_the_package(run_with_package: Path, handler: str, aws: str) -> None:
    started = f"import {handler}; print({handler}.handler.__name__)"
    assert run(run_with_package, started, **function_settings(handler, aws)).strip() == "handler"


@pytest.mark.parametrize("handler", ["analyze", "verify"])
def test_a_package_without_the_simulator_cannot_be_simulated(
    run_with_package: Path, handler: str, aws: str, package: Path
) -> None:
    """The simulator is not in the package of a stage that is not simulated, and a variable does not bring it."""
    assert not list(package.rglob("simulation*"))
    started = f"""
try:
    import {handler}
except Exception as refused:
    print(type(refused).__name__, refused)
"""
    output = run(run_with_package, started, **function_settings(handler, aws), SIMULATE="true")
    assert output.strip() == (
        "SettingsError SIMULATE is set, and the package has no simulator; deploy the stage with the setting simulate"
    )


def test_a_simulated_stage_has_the_simulator_in_a_package_of_its_own(project: Path, tmp_path: Path) -> None:
    sources = small_sources(project, tmp_path)
    for module in ("runtime/wiring.py", "simulation/service.py"):
        (sources / "sealed_ocr" / module).parent.mkdir(parents=True)
        (sources / "sealed_ocr" / module).write_text("loaded = True\n")
    built, simulated = build(tmp_path), build(tmp_path, simulation=True)
    modules = {path.relative_to(simulated) for path in simulated.rglob("*.py")}
    assert modules - {path.relative_to(built) for path in built.rglob("*.py")} == {
        Path("sealed_ocr/simulation/service.py")
    }
    # Each is up to date beside the other.
    (built / "mark").touch()
    build(tmp_path, simulation=True)
    assert (build(tmp_path) / "mark").exists()


def small_sources(project: Path, folder: Path) -> Path:
    sources = folder / "functions"
    sources.mkdir()
    # One small wheel is enough to see when it is rebuilt.
    pinned = (project / "functions" / "requirements.txt").read_text()
    (sources / "requirements.txt").write_text(pinned[pinned.index("\nsix==") :].partition("    # via")[0])
    (sources / "analyze.py").write_text("first = True\n")
    return sources


def test_a_package_is_rebuilt_only_when_it_is_stale(project: Path, tmp_path: Path) -> None:
    sources = small_sources(project, tmp_path)
    built = build(tmp_path)
    (built / "mark").touch()
    assert (build(tmp_path) / "mark").exists()
    (sources / "analyze.py").write_text("second = True\n")
    assert not (build(tmp_path) / "mark").exists()
    assert (built / "analyze.py").read_text() == "second = True\n"


def test_only_the_package_of_a_stage_that_seals_has_the_library(sources: Path, tmp_path: Path) -> None:
    gather(sources, tmp_path / "without")
    gather(sources, tmp_path / "with", sealing=True)
    assert not (tmp_path / "without" / "joserfc").exists()
    assert (tmp_path / "with" / "joserfc" / "jwe.py").is_file()
    assert not (tmp_path / "with" / "joserfc" / "drafts").exists()
