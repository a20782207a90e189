from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from stdnum import luhn
from stdnum.kr import rrn

from emulator.specimens import DOCUMENTS, KINDS, VARIANTS, SpecimenKind, draw, extract
from emulator.specimens.files import Format, pad
from emulator.specimens.metadata import DocumentKind
from emulator.specimens.passport import td3

EVERY = [(kind, variant) for kind, variants in VARIANTS.items() for variant in variants]
# the guide's keyValues, in the guide's order
KEYS: dict[DocumentKind, list[str]] = {
    "credit-card": ["cardNum", "cardNum", "cardNum", "cardNum", "validThru"],
    "resident": ["name", "residentNumber", "issueDate", "issuer"],
    "driver": [
        "driverLicenseNumber", "licenseType", "name", "residentNumber", "condition", "serialNum", "issueDate", "issuer",
    ],
    "passport": [
        "passportType", "countryCode", "passportNo", "surName", "givenName", "nationality",
        "dateOfBirth", "dateOfBirthYMD", "sex", "dateOfIssue", "dateOfIssueYMD", "dateOfExpiry", "dateOfExpiryYMD",
        "koreanName", "personalNo", "MRZ1", "MRZ2",
    ],
}  # fmt: skip


def fields(kind: SpecimenKind, seed: int, variant: str | None = None) -> dict[str, str]:
    specimen = extract(draw(kind, seed, variant=variant, scale=0.1))
    assert specimen is not None
    return {field.key: field.value for field in specimen.fields}


@pytest.mark.parametrize(("kind", "variant"), EVERY)
def test_a_specimen_shows_its_fields(kind: SpecimenKind, variant: str) -> None:
    image = draw(kind, 7, variant=variant, fmt="jpeg")
    width, height = Image.open(io.BytesIO(image)).size
    assert min(width, height) >= 480
    assert max(width, height) >= 760
    specimen = extract(image)
    if kind == "negative":
        assert specimen is None
        return
    assert specimen is not None
    assert specimen.document == kind
    grey = np.asarray(Image.open(io.BytesIO(image)).convert("L"), np.int16)
    for field in specimen.fields:
        if field.box:
            (left, top), _, (right, bottom), _ = field.box
            assert 0 <= left < right <= width, field.key
            assert 0 <= top < bottom <= height, field.key
            assert np.ptp(grey[top:bottom, left:right]) > 80, f"the box of {field.key} is empty"


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_bytes(kind: SpecimenKind) -> None:
    for fmt in ("png", "jpeg"):
        assert draw(kind, 3, fmt=fmt, scale=0.3) == draw(kind, 3, fmt=fmt, scale=0.3)
    assert draw(kind, 3, scale=0.3) != draw(kind, 4, scale=0.3)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_fields_have_the_guides_names_and_order(kind: DocumentKind) -> None:
    groups = {"378282", "371449"}
    for seed in range(8):
        specimen = extract(draw(kind, seed, scale=0.1))
        assert specimen is not None
        keys = [field.key for field in specimen.fields]
        if kind == "credit-card" and "".join(field.value for field in specimen.fields)[:6] in groups:
            keys.insert(0, "cardNum")  # 4-6-5 digits instead of four groups
        assert keys == KEYS[kind]


def test_card_numbers_come_from_test_ranges() -> None:
    published = ("411111", "400000", "424242", "555555", "510510", "222300", "378282", "371449", "353011", "601111")
    for seed in range(20):
        specimen = extract(draw("credit-card", seed, scale=0.1))
        assert specimen is not None
        number = "".join(field.value for field in specimen.fields if field.key == "cardNum")
        assert number.startswith(published)
        assert luhn.is_valid(number)


@pytest.mark.parametrize("kind", ["resident", "driver"])
def test_resident_numbers_fail_their_checksum(kind: SpecimenKind) -> None:
    for seed in range(20):
        digits = fields(kind, seed)["residentNumber"].replace("-", "")
        assert len(digits) == 13
        assert rrn.calc_check_digit(digits[:12]) != digits[12]


def test_old_licences_print_the_regions_name_and_new_ones_its_number() -> None:
    assert fields("driver", 1, "old")["driverLicenseNumber"][:2].isalpha()
    assert fields("driver", 1, "new")["driverLicenseNumber"][:2].isdigit()


def test_the_mrz_matches_the_standards_example() -> None:
    """The example of ICAO 9303, part 4, appendix B, with another issuer and type."""
    first, second = td3("PM", "KOR", "ERIKSSON<<ANNA<MARIA", "L898902C3", "740812", "F", "120415", "ZE184226B")
    assert first == "PMKORERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    assert second == "L898902C36KOR7408122F1204159ZE184226B<<<<<10"


@pytest.mark.parametrize("fmt", ["png", "jpeg"])
def test_padding_changes_the_size_but_not_the_picture(fmt: Format) -> None:
    image = draw("resident", 2, fmt=fmt, scale=0.2)
    for more in (0, 12, 13, 100, 65_536, 65_537, 65_538, 65_539, 131_000, 131_075, 131_138, 131_139, 3_000_000):
        padded = pad(image, len(image) + more)
        assert len(padded) == len(image) + more
        assert extract(padded) == extract(image)
        assert Image.open(io.BytesIO(padded)).tobytes() == Image.open(io.BytesIO(image)).tobytes()
    assert len(draw("resident", 2, fmt=fmt, scale=0.2, size=21 * 2**20)) == 21 * 2**20


def test_invalid_arguments_raise_errors() -> None:
    with pytest.raises(ValueError, match="comes as old, new"):
        draw("driver", 1, variant="golden")
    with pytest.raises(ValueError, match="cannot become"):
        draw("driver", 1, scale=0.1, size=100)
