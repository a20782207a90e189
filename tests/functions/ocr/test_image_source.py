"""An image whose source fails or has another length leaves the request incomplete."""

import pytest
from sealed_ocr.ocr.errors import Transient

from tests.emulator.images import specimen
from tests.functions.ocr.callers import Image, caller_of
from tests.support.polling import until

CARD = specimen("credit-card")
LARGE_CARD = CARD + bytes(900_000)


class Failing(Image):
    """An image whose source fails after `after` chunks."""

    failure = OSError("the source's own")
    after = 2

    def chunks(self):
        for number, chunk in enumerate(super().chunks()):
            if number == self.after:
                raise self.failure
            yield chunk


@pytest.mark.parametrize(
    "failure",
    [
        OSError("the source's own"),
        ConnectionResetError(104, "the source's own"),
        BrokenPipeError(32, "the source's own"),
        TimeoutError("the source's own"),
        ValueError("the source's own"),
        LookupError("the source's own"),
    ],
    ids=lambda failure: type(failure).__name__,
)
@pytest.mark.parametrize("after", [0, 1, 219])
def test_an_error_of_the_source_leaves_the_request_incomplete_and_is_raised(
    any_emulator, client_tls, failure, after
) -> None:
    caller = caller_of(any_emulator, context=client_tls)
    image = Failing(LARGE_CARD)
    image.failure, image.after = failure, after
    assert -(-image.size // image.chunk_bytes) > 219
    with pytest.raises(type(failure)) as raised:
        caller.analyze(image)
    assert raised.value is failure
    assert raised.value.__context__ is None
    until(lambda: any_emulator.counters().incomplete_bodies, "an incomplete request")
    assert any_emulator.counters().paid.total == 0
    caller.analyze(CARD)


@pytest.mark.parametrize("difference", [-5000, -16, 16, 5000])
def test_an_image_with_a_wrong_length_is_not_sent_completely(caller, emulator, difference) -> None:
    class Lying(Image):
        @property
        def size(self):
            return len(self.content) + difference

    with pytest.raises(Transient, match="than announced"):
        caller.analyze(Lying(LARGE_CARD))
    assert emulator.counters().paid.total == 0
    caller.analyze(CARD)
