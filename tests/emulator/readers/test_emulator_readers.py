"""The pool of readers: its workers are bounded, and their failures do not affect the service."""

import os
import signal
import threading
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from emulator.domain.readings import DocumentReading, ReadField
from emulator.readers.registry import ReaderKind
from emulator.testing import Emulator
from tests.emulator.caller import Caller
from tests.emulator.images import specimen
from tests.support.polling import PATIENCE, until

IMAGE = specimen("credit-card")


def kind_of(reader: type, *, processes: bool = False, workers: int = 1) -> ReaderKind:
    return ReaderKind(f"{reader.__module__}:{reader.__name__}", processes=processes, workers=workers)


class BlockedReader:
    """Signals its start, then waits for permission to continue."""

    started: ClassVar[threading.Semaphore] = threading.Semaphore(0)
    may_continue: ClassVar[threading.Event] = threading.Event()

    def read(self, image: bytes, service: str) -> DocumentReading:
        self.started.release()
        self.may_continue.wait(PATIENCE)
        return DocumentReading("credit-card", ())


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch) -> None:
    """Let each test begin anew, in whichever order they come."""
    monkeypatch.setattr(BlockedReader, "started", threading.Semaphore(0))
    monkeypatch.setattr(BlockedReader, "may_continue", threading.Event())


class CrashingReader:
    """Dies of one image, fails on another, and reads the rest."""

    def read(self, image: bytes, service: str) -> DocumentReading:
        if image.endswith(b"die"):
            os.kill(os.getpid(), signal.SIGKILL)
        if image.endswith(b"fail"):
            raise RuntimeError("canary-value")
        return DocumentReading("credit-card", ())


class GreedyReader:
    """Needs 8 GB for one image."""

    def read(self, image: bytes, service: str) -> DocumentReading | None:
        if image.endswith(b"greedy"):
            bytearray(8 * 1024**3)
        return None


class AnnouncedReader(CrashingReader):
    """Leaves a file for each reader that was created."""

    def __init__(self) -> None:
        (Path(os.environ["CREATED_READERS"]) / str(os.getpid())).touch()


class UncreatableReader:
    def __init__(self) -> None:
        raise RuntimeError("no engine")


class IncompleteReader:
    """Reads a licence incompletely."""

    def read(self, image: bytes, service: str) -> DocumentReading:
        return DocumentReading("driver", (ReadField("name", "김철수", 0.5), ReadField("unknown", "x", 1.0)))


def test_every_worker_has_its_reader_before_the_first_image(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CREATED_READERS", str(tmp_path))
    with Emulator(reader=kind_of(AnnouncedReader, processes=True, workers=2)):
        until(lambda: len(list(tmp_path.iterdir())) == 2, "both readers")


def test_reading_does_not_block_other_calls_and_is_bounded() -> None:
    with Emulator(reader=kind_of(BlockedReader, workers=2)) as emulator, ThreadPoolExecutor(5) as threads:
        caller = Caller(emulator)
        analyses = [threads.submit(caller.analyze, "credit-card", IMAGE) for _ in range(5)]
        try:
            assert all(BlockedReader.started.acquire(timeout=PATIENCE) for _ in range(2))
            assert caller.public_key("credit-card")
            assert not BlockedReader.started.acquire(timeout=0.2)
        finally:
            BlockedReader.may_continue.set()
        assert [analysis.result()[0].code for analysis in analyses] == [0] * 5
    assert all(BlockedReader.started.acquire(blocking=False) for _ in range(3))


def test_an_image_that_is_not_read_in_time_is_refused_and_not_paid() -> None:
    with Emulator(reader=kind_of(BlockedReader), reading_seconds=1.5) as emulator:
        caller = Caller(emulator)
        try:
            assert [caller.analyze("credit-card", IMAGE)[0].code for _ in range(2)] == [5000503, 5000503]
            assert BlockedReader.started.acquire(timeout=PATIENCE)
            assert not BlockedReader.started.acquire(blocking=False)
            assert emulator.counters().paid.total == 0
        finally:
            BlockedReader.may_continue.set()
        assert caller.analyze("credit-card", IMAGE)[0].code == 0
        assert emulator.counters().paid.total == 1


def test_a_dead_reader_process_does_not_stop_the_service(caplog) -> None:
    with Emulator(reader=kind_of(CrashingReader, processes=True), reading_seconds=PATIENCE) as emulator:
        caller = Caller(emulator, timeout=PATIENCE)
        codes = [caller.analyze("credit-card", IMAGE + end)[0].code for end in (b"", b"fail", b"die", b"")]
        assert codes == [0, 5003013, 5003013, 0]
        assert caller.analyze("credit-card", b"no image")[0].code == 4000003
        assert emulator.counters().paid.total == 2
    assert "canary-value" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_an_image_beside_one_that_kills_its_worker_is_read(caplog) -> None:
    kind = kind_of(CrashingReader, processes=True, workers=2)
    with Emulator(reader=kind, reading_seconds=PATIENCE) as emulator, ThreadPoolExecutor(6) as threads:
        caller = Caller(emulator, timeout=PATIENCE)
        ends = (b"", b"die", b"", b"die", b"", b"")
        codes = list(threads.map(lambda end: caller.analyze("credit-card", IMAGE + end)[0].code, ends))
    assert codes == [0, 5003013, 0, 5003013, 0, 0]


def test_an_image_that_needs_too_much_memory_gets_a_final_answer() -> None:
    kind = replace(kind_of(GreedyReader, processes=True), max_memory=2 * 1024**3)
    with Emulator(reader=kind, reading_seconds=PATIENCE) as emulator:
        caller = Caller(emulator, timeout=PATIENCE)
        assert [caller.analyze("id-card", IMAGE + end)[0].code for end in (b"greedy", b"")] == [5003023, 4000121]


def test_a_reader_that_cannot_be_created_fails_the_start() -> None:
    with pytest.raises(BrokenExecutor), Emulator(reader=kind_of(UncreatableReader, processes=True)):
        pass


def test_unread_fields_are_empty_and_in_the_guides_order() -> None:
    with Emulator(reader=kind_of(IncompleteReader)) as emulator:
        response, sealed = Caller(emulator).analyze("id-card", IMAGE)
    pairs = [(pair["key"], sealed.open(pair["value"]), pair["conf"]) for pair in response.result["keyValues"]]
    assert pairs == [
        ("driverLicenseNumber", "", 0.0),
        ("licenseType", "", 0.0),
        ("name", "김철수", 0.5),
        ("residentNumber", "", 0.0),
        ("condition", "none", 0.0),
        ("serialNum", "", 0.0),
        ("issueDate", "", 0.0),
        ("issuer", "", 0.0),
    ]
    assert response.result["boxes"] == []


def test_a_card_without_an_expiry() -> None:
    with Emulator(reader=kind_of(CrashingReader)) as emulator:
        response, sealed = Caller(emulator).analyze("credit-card", IMAGE)
    result = response.result
    assert (result["cardNums"], result["cardNumBoxes"], result["validThruBox"]) == ([], [], None)
    assert [sealed.open(result["totalCardNum"]), sealed.open(result["validThru"]["value"])] == ["", ""]
