"""The file type, by content; the resolution, by 760*480 pixels in either orientation."""

import pytest

from emulator.domain.image_properties import inspect_image
from tests.emulator.images import specimen


@pytest.mark.parametrize(("file_type", "shown"), [("PNG", "png"), ("JPEG", "jpg")])
def test_the_file_type_depends_on_the_content(caller, file_type, shown) -> None:
    response, _ = caller.analyze("credit-card", specimen("credit-card", file_type=file_type))
    assert response.result["fileType"] == shown


@pytest.mark.parametrize(
    ("size", "resolution"),
    [
        ((760, 480), "normal"),
        ((480, 760), "normal"),
        ((759, 480), "low"),
        ((760, 479), "low"),
        ((479, 760), "low"),
        ((2000, 300), "low"),
        ((3000, 2000), "normal"),
    ],
)
def test_the_resolution(size, resolution) -> None:
    assert inspect_image(specimen("credit-card", size)).resolution == resolution
