"""Invented persons with impossible resident numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from stdnum.kr import rrn

if TYPE_CHECKING:
    from random import Random

SURNAMES = {
    "김": "KIM", "이": "LEE", "박": "PARK", "최": "CHOI", "정": "JUNG", "강": "KANG", "조": "CHO", "윤": "YOON",
    "장": "JANG", "임": "LIM", "한": "HAN", "오": "OH", "서": "SEO", "신": "SHIN", "권": "KWON", "황": "HWANG",
    "안": "AHN", "송": "SONG", "류": "RYU", "홍": "HONG", "고": "KO", "문": "MOON", "배": "BAE", "남궁": "NAMGUNG",
}  # fmt: skip
SYLLABLES = {
    "민": "MIN", "서": "SEO", "준": "JUN", "지": "JI", "우": "WOO", "현": "HYUN", "수": "SU", "연": "YEON",
    "영": "YOUNG", "진": "JIN", "호": "HO", "은": "EUN", "정": "JEONG", "희": "HEE", "경": "KYUNG", "훈": "HOON",
    "혜": "HYE", "성": "SUNG", "재": "JAE", "윤": "YUN", "하": "HA", "림": "RIM", "태": "TAE", "미": "MI",
    "선": "SUN", "철": "CHUL", "숙": "SOOK", "길": "GIL", "동": "DONG", "별": "BYUL", "솔": "SOL", "빈": "BIN",
    "규": "KYU", "예": "YE", "찬": "CHAN", "주": "JU", "나": "NA", "아": "A", "름": "REUM", "건": "GUN",
}  # fmt: skip
CITIES = {
    "서울특별시": ("종로구", "중구", "용산구", "마포구", "강남구", "송파구", "영등포구", "관악구"),
    "부산광역시": ("해운대구", "수영구", "동래구"),
    "대구광역시": ("수성구", "달서구"),
    "인천광역시": ("연수구", "남동구"),
    "경기도": ("수원시", "성남시", "고양시", "용인시", "파주시"),
    "강원도": ("춘천시", "강릉시"),
    "제주특별자치도": ("제주시", "서귀포시"),
}


@dataclass(frozen=True)
class Person:
    """The holder of a specimen. `resident_number` has the printed form ``800101-1234567``."""

    name: str
    surname: str
    given_name: str
    born: date
    sex: str
    resident_number: str
    city: str
    district: str


def random_person(rng: Random) -> Person:
    """Return an adult whose resident number has a wrong check digit."""
    surname = rng.choice(list(SURNAMES))
    given = rng.sample(list(SYLLABLES), rng.choices((2, 1, 3), (12, 1, 1))[0])
    born = date(1940, 1, 1) + timedelta(days=rng.randrange(67 * 365))
    sex = rng.choice("MF")
    city = rng.choice(list(CITIES))
    return Person(
        name=surname + "".join(given),
        surname=SURNAMES[surname],
        given_name=" ".join(SYLLABLES[syllable] for syllable in given) if rng.random() < 0.3
        else "".join(SYLLABLES[syllable] for syllable in given),
        born=born,
        sex=sex,
        resident_number=resident_number(born, sex, rng),
        city=city,
        district=rng.choice(CITIES[city]),
    )  # fmt: skip


def resident_number(born: date, sex: str, rng: Random) -> str:
    """Return 13 digits with a dash and a wrong check digit."""
    century = 1 if born.year < 2000 else 3
    digits = f"{born:%y%m%d}{century + (sex == 'F')}{rng.randrange(100_000):05d}"
    wrong = (int(rrn.calc_check_digit(digits)) + rng.randint(1, 9)) % 10
    return f"{digits[:6]}-{digits[6:]}{wrong}"


def random_date(rng: Random, first: int, last: int) -> date:
    """Return a date from year `first` to year `last`, both included."""
    return date(first, 1, 1) + timedelta(days=rng.randrange((last - first + 1) * 365))
