"""The seam at which readers are run: in bounded workers, which may fail without harm to the service."""

import os
import signal
import threading
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from typing import ClassVar

import pytest

from emulator.domain.readings import ReadField, Reading
from emulator.readers.registry import ReaderKind
from emulator.testing import Emulator
from tests.emulator.caller import Caller
from tests.emulator.images import specimen
from tests.support.polling import PATIENCE

IMAGE = specimen("credit-card")


def kind_of(reader: type, *, processes: bool = False, workers: int = 1) -> ReaderKind:
    return ReaderKind(f"{reader.__module__}:{reader.__name__}", processes=processes, workers=workers)


class HeldReader:
    """Says that it has begun, and reads nothing before it may."""

    begun: ClassVar[threading.Semaphore] = threading.Semaphore(0)
    may_go_on: ClassVar[threading.Event] = threading.Event()

    def read(self, image: bytes, service: str) -> Reading:
        self.begun.release()
        self.may_go_on.wait(PATIENCE)
        return Reading("credit-card", ())


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch):
    """Let each test begin anew, in whichever order they come."""
    monkeypatch.setattr(HeldReader, "begun", threading.Semaphore(0))
    monkeypatch.setattr(HeldReader, "may_go_on", threading.Event())


class FatalReader:
    """Dies of one image, fails on another, and reads the rest."""

    def read(self, image: bytes, service: str) -> Reading:
        if image.endswith(b"die"):
            os.kill(os.getpid(), signal.SIGKILL)
        if image.endswith(b"fail"):
            raise RuntimeError("canary-value")
        return Reading("credit-card", ())


class UnmakableReader:
    def __init__(self) -> None:
        raise RuntimeError("no engine")


class UncertainReader:
    """Reads a licence in part."""

    def read(self, image: bytes, service: str) -> Reading:
        return Reading("driver", (ReadField("name", "김철수", 0.5), ReadField("outlandish", "x", 1.0)))


def test_reading_keeps_nobody_else_waiting_and_is_bounded():
    with Emulator(reader=kind_of(HeldReader, workers=2)) as emulator, ThreadPoolExecutor(5) as threads:
        caller = Caller(emulator)
        analyses = [threads.submit(caller.analyze, "credit-card", IMAGE) for _ in range(5)]
        try:
            assert all(HeldReader.begun.acquire(timeout=PATIENCE) for _ in range(2))
            assert caller.public_key("credit-card")
            assert not HeldReader.begun.acquire(timeout=0.2)
        finally:
            HeldReader.may_go_on.set()
        assert [analysis.result()[0].code for analysis in analyses] == [0] * 5
    assert all(HeldReader.begun.acquire(blocking=False) for _ in range(3))


def test_an_image_that_is_not_read_in_time_is_refused_unbilled_while_its_worker_stays_taken():
    with Emulator(reader=kind_of(HeldReader), reading_seconds=1.5) as emulator:
        caller = Caller(emulator)
        try:
            assert [caller.analyze("credit-card", IMAGE)[0].code for _ in range(2)] == [5000503, 5000503]
            assert HeldReader.begun.acquire(timeout=PATIENCE)
            assert not HeldReader.begun.acquire(blocking=False)
            assert emulator.counters().paid.total == 0
        finally:
            HeldReader.may_go_on.set()
        assert caller.analyze("credit-card", IMAGE)[0].code == 0
        assert emulator.counters().paid.total == 1


def test_a_reader_in_a_process_may_die_without_ending_the_service(caplog):
    with Emulator(reader=kind_of(FatalReader, processes=True)) as emulator:
        caller = Caller(emulator)
        codes = [caller.analyze("credit-card", IMAGE + end)[0].code for end in (b"", b"fail", b"die", b"")]
        assert codes == [0, -1, -1, 0]
        assert caller.analyze("credit-card", b"no image")[0].code == 4000003
        assert emulator.counters().paid.total == 2
    assert "canary-value" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_reader_that_cannot_be_made_keeps_the_service_from_starting():
    with pytest.raises(BrokenExecutor), Emulator(reader=kind_of(UnmakableReader, processes=True)):
        pass


def test_what_was_not_read_is_empty_and_in_the_guides_order():
    with Emulator(reader=kind_of(UncertainReader)) as emulator:
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


def test_a_card_without_an_expiry():
    with Emulator(reader=kind_of(FatalReader)) as emulator:
        response, sealed = Caller(emulator).analyze("credit-card", IMAGE)
    result = response.result
    assert (result["cardNums"], result["cardNumBoxes"], result["validThruBox"]) == ([], [], None)
    assert [sealed.open(result["totalCardNum"]), sealed.open(result["validThru"]["value"])] == ["", ""]
