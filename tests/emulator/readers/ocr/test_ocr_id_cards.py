from __future__ import annotations

import pytest

from emulator.readers.ocr import driver, resident
from emulator.readers.ocr.page import Page
from tests.emulator.readers.ocr.pages import line, name_line, page, values


def resident_card(number: str = "800101-1234567", title: str = "주민등록증", day: str = "2015.3.2.") -> Page:
    lines = [line(read, 90, 100 + 80 * at) for at, read in enumerate(("", "", number, "31", day, ""))]
    lines[1] = name_line(3, 90, 180)
    beside = line("(洪吉童)", 400, 190)
    hangul = ["주민등록증", "홍길동", "", "중앙로 31", "", "서울특별시 종로구청장 [ㅁ"]
    return page(*lines, beside, hangul=dict(zip(lines, [title, *hangul[1:]], strict=True)) | {beside: "롱를씀"})


def test_a_resident_card_is_read() -> None:
    assert values(resident.find(resident_card())) == {
        "name": "홍길동",
        "residentNumber": "800101-1234567",
        "issueDate": "2015.3.2.",
        "issuer": "서울특별시 종로구청장",
    }


@pytest.mark.parametrize("read", ["800101 1234567", "8001011234567", "800101–1234567", " 800101-1234567 "])
def test_a_resident_number_always_has_a_dash(read: str) -> None:
    assert values(resident.find(resident_card(read)))["residentNumber"] == "800101-1234567"


def test_a_masked_number_stays_masked() -> None:
    assert values(resident.find(resident_card("800101-1******")))["residentNumber"] == "800101-1******"


@pytest.mark.parametrize(
    "read", ["801301-1234567", "800132-1234567", "80010-11234567", "800101-123456", "", "1800101-1234567"]
)
def test_a_text_without_a_resident_number_is_not_a_card(read: str) -> None:
    assert resident.find(resident_card(read)) is None


def test_a_slightly_misread_title_is_accepted() -> None:
    undated = resident_card(title="주믄등록중", day="")
    assert values(resident.find(undated)) == {"name": "홍길동", "residentNumber": "800101-1234567"}


@pytest.mark.parametrize("title", ["주민등록표 등본", "가족관계증명서", "", "주민"])
def test_another_paper_with_the_same_fields_is_not_a_card(title: str) -> None:
    assert resident.find(resident_card(title=title)) is None


def test_a_number_without_title_is_not_a_card() -> None:
    assert resident.find(page(line("800101-1234567", 90, 200))) is None


@pytest.mark.parametrize("day", ["2015.13.2.", "1015.3.2.", "2015.3.", "2015.02.30", "2099.3.2."])
def test_an_invalid_date_is_not_an_issue_date(day: str) -> None:
    assert "issueDate" not in values(resident.find(resident_card(day=day)))


def licence(
    number: str,
    *,
    days: tuple[str, str] = ("7|:2033.01.01.~2033.12.31.", "2019.05.06"),
    hangul_number: str = "",
    condition: str = "",
    kinds: str = "1종보통",
    title: str = "자동차운전면허증",
) -> Page:
    reads = ["", "1", number, "", "800101-1234567", days[0], condition, days[1], ""]
    lines = [line(read, 330, 40 + 70 * at) for at, read in enumerate(reads)]
    lines[3] = name_line(3, 330, 250)
    hangul = [title, kinds, hangul_number, "홍길동", "", "갱신기간", "", "", "서울지방경찰청장"]
    serial = line("A1B2C3", 60, 450)
    return page(*lines, serial, hangul=dict(zip(lines, hangul, strict=True)))


def test_a_new_licence_is_read() -> None:
    assert values(driver.find(licence("11-38-123456-78"))) == {
        "driverLicenseNumber": "11-38-123456-78",
        "licenseType": "1종보통",
        "name": "홍길동",
        "residentNumber": "800101-1234567",
        "serialNum": "A1B2C3",
        "issueDate": "2019.05.06",
        "issuer": "서울지방경찰청장",
    }


@pytest.mark.parametrize("title", ["자동차보험 청약서", "", "자동차운전면허증 갱신 신청서 접수 안내문"])
def test_another_paper_with_a_licence_number_is_not_a_licence(title: str) -> None:
    assert driver.find(licence("11-38-123456-78", title=title)) is None


def test_the_end_of_a_term_is_not_the_issue_date() -> None:
    assert "issueDate" not in values(driver.find(licence("11-38-123456-78", days=("~2033.12.31.", ""))))


@pytest.mark.parametrize(("printed", "region"), [("서울 38-123456-78", "서울"), ("경기북부 38-123456-78", "경기북부")])
def test_an_old_licence_has_the_regions_name(printed: str, region: str) -> None:
    found = driver.find(licence("Hユ38-123456-78", hangul_number=printed))
    assert values(found)["driverLicenseNumber"] == f"{region} 38-123456-78"


def test_an_unread_region_is_not_guessed() -> None:
    assert driver.find(licence("Hユ38-123456-78", hangul_number="닿알 38-123456-78")) is None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("1종대형 1종보통", "1종대형/1종보통"), ("2종보통 2종소형", "2종보통/2종소형"), ("l종 특수", "1종특수")],
)
def test_classes_are_separated_by_slashes(printed: str, expected: str) -> None:
    assert values(driver.find(licence("11-38-123456-78", kinds=printed)))["licenseType"] == expected


@pytest.mark.parametrize(("read", "expected"), [("丕:A", "A"), ("丕건:A,B", "A, B"), ("丕 : C . D", "C, D")])
def test_the_condition_follows_its_label(read: str, expected: str) -> None:
    assert values(driver.find(licence("11-38-123456-78", condition=read)))["condition"] == expected


def test_a_date_on_a_paper_under_the_card_is_not_the_issue_date() -> None:
    card = licence("11-38-123456-78")
    letter = line("2021.03.12", 330, 700)
    assert (
        values(driver.find(page(*card.lines, letter, hangul={one: card.hangul(one).text for one in card.lines})))[
            "issueDate"
        ]
        == "2019.05.06"
    )


def test_two_dates_without_an_office_give_no_issue_date() -> None:
    card = resident_card()
    hangul = {one: text for one in card.lines if not (text := card.hangul(one).text).endswith("[ㅁ")}
    found = resident.find(page(*hangul, line("2021.03.12", 90, 560), hangul=hangul))
    assert "issueDate" not in values(found)


def test_a_licence_is_not_read_as_a_resident_card() -> None:
    assert resident.find(licence("11-38-123456-78")) is None or driver.find(licence("11-38-123456-78")) is not None
