"""Saves pictures with the recognised fields."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image as Pillow

from emulator.specimens import draw
from local.cli.gallery import save_pictures
from local.pipeline.images import ImageFile, assign_keys
from local.pipeline.messages import Message

if TYPE_CHECKING:
    from pathlib import Path


def message(key: str, kind: str = "analyzed") -> Message:
    result: dict[str, Any] = {"keyValues": [{"key": "name", "value": "홍길동", "conf": 0.9}]}
    return Message("", {"subject": key, "type": f"sealed-ocr.document.{kind}.v1", "data": {"result": result}})


def test_each_analyzed_image_has_its_own_picture(tmp_path: Path) -> None:
    image = draw("resident", 0, scale=0.3)
    images = assign_keys(
        [
            ImageFile("id-card", "a.png", image),
            ImageFile("id-card", "a.png", image),
            ImageFile("id-card/stand-alone", "a.png", image),
            ImageFile("credit-card", "b.jpg", image),
            ImageFile("id-card", "rejected.png", image),
            ImageFile("id-card", "unreadable.png", b"no image"),
        ],
        "run",
    )
    messages = [message(key, "rejected" if "rejected" in key else "analyzed") for key in images]
    assert save_pictures(tmp_path / "out" / "run", images, messages) == 4
    pictures = {path.name: path for path in (tmp_path / "out" / "run").iterdir()}
    assert pictures.keys() == {
        "id-card-a.png", "id-card-2-a.png", "id-card-stand-alone-a.png", "credit-card-b.jpg.png",
    }  # fmt: skip
    with Pillow.open(pictures["id-card-a.png"]) as drawn, Pillow.open(io.BytesIO(image)) as original:
        assert drawn.format == "PNG"
        assert drawn.height > original.height
    assert (tmp_path / "out" / "run").stat().st_mode & 0o077 == 0


def test_nothing_is_saved_if_nothing_was_analyzed(tmp_path: Path) -> None:
    assert save_pictures(tmp_path / "out", {}, [message("id-card/run/a.png", "rejected")]) == 0
    assert not (tmp_path / "out").exists()
