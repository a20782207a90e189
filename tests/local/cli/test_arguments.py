"""The command line: which images under which keys, and which OCR service."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local.cli.arguments import OcrKeys, ocr_service
from local.cli.image_files import UsageError, load_images
from local.pipeline.images import assign_keys, specimens

PATHS = Path("/pictures")


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("credit-card", "credit-card"),
        ("id-card", "id-card"),
        ("id-card/stand-alone", "id-card/stand-alone"),
        ("mine/id-card", "id-card"),
        ("credit-card/id-card", "id-card"),
    ],
)
def test_the_kind_is_the_name_of_the_folder(tmp_path: Path, folder: str, kind: str) -> None:
    path = tmp_path / folder / "a.png"
    path.parent.mkdir(parents=True)
    path.touch()
    assert [image.kind for image in load_images([path], None)] == [kind]
    assert [image.kind for image in load_images([path], "credit-card")] == ["credit-card"]


@pytest.mark.parametrize("folder", ["id-card/2026", "stand-alone", "my-id-card", "ID-CARD"])
def test_no_other_folder_determines_the_kind(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "a.png"
    path.parent.mkdir(parents=True)
    path.touch()
    with pytest.raises(UsageError, match="--kind"):
        load_images([path], None)


def test_a_folder_stands_for_the_images_in_it_by_name(tmp_path: Path) -> None:
    for name in ["b.JPG", "a 2.png", "a 10.png", "c.jpeg", "._a 2.png", "notes.txt", "id-card/deeper.png", "f.png/x"]:
        (tmp_path / "id-card" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "id-card" / name).touch()
    loaded = load_images([tmp_path / "id-card", tmp_path / "id-card" / "b.JPG"], None)
    assert [image.name for image in loaded] == ["a 10.png", "a 2.png", "b.JPG", "c.jpeg", "b.JPG"]
    assert {image.kind for image in loaded} == {"id-card"}


def test_each_image_has_its_own_key_with_its_file_name(tmp_path: Path) -> None:
    names = ["one/a b+c%d.png", "two/a b+c%d.png", "three/a b+c%d.png", "홍길동 (1).png"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    by_key = assign_keys(load_images([tmp_path / name for name in names], "id-card"), "run")
    assert {key: image.read().decode() for key, image in by_key.items()} == {
        "id-card/run/a b+c%d.png": names[0],
        "id-card/run/2/a b+c%d.png": names[1],
        "id-card/run/3/a b+c%d.png": names[2],
        "id-card/run/홍길동 (1).png": names[3],
    }


def test_a_file_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.png")
    path.touch()
    with pytest.raises(UsageError, match="UTF-8"):
        load_images([path], "id-card")


def test_specimens_are_of_every_kind_and_all_different() -> None:
    drawn = specimens(2)
    assert [image.kind for image in drawn[:5]] == ["credit-card", *["id-card"] * 3, "id-card/stand-alone"]
    assert {image.name.partition("-0")[0] for image in drawn} == {"credit-card", "resident", "driver", "passport"}
    assert len(assign_keys(drawn, "run")) == 10
    assert len({image.read() for image in drawn[:4]} & {image.read() for image in drawn[5:]}) == 0


@pytest.mark.parametrize(
    "endpoint", ["https://ocr.example:8443", "http://127.0.0.1:80", "http://localhost:1", "http://[::1]:1"]
)
def test_allowed_endpoints(endpoint: str) -> None:
    service = ocr_service(endpoint, OcrKeys(None, "open", "sesame"))
    assert service is not None
    assert service.endpoint == endpoint
    assert "open" not in repr(service)
    assert "sesame" not in repr(service)
