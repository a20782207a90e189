"""What Korean names consist of: surnames, and the readings of Chinese characters."""

from __future__ import annotations

_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구라나민진지엄채원천방공현함변염여추도소"
    "석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예봉사부가복태목형피두감음빈동온호범좌팽승간상시갈단견당화창"
    "류리림려량렴룡로계경궁필황곡포순후탄운묵미뢰누양빙삼"
)
_LONG_SURNAMES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "망절", "어금")
_MAX_GIVEN = 3
# The readings of Chinese characters.
_READINGS = frozenset(
    "가각간갈감갑강개객갱갸거건걸검겁게격견결겸경계고곡곤골공과곽관괄광괘괴굉교구국군굴궁권궐궤귀규균귤극근글금급긍기긴길김나낙난날남납낭내"
    "냉녀년념녕노농뇌뇨누눈눌뉴늑능니다단달담답당대댁덕도독돈돌동두둔득등라락란람랍랑래랭략량려력련렬렴렵령례로록론롱뢰료룡루류륙륜률륭륵"
    "름릉리린림립마막만말망매맥맹면멸명모목몰몽묘무묵문물미민밀박반발방배백번벌범법벽변별병보복본볼봉부북분불붕비빈빙사삭산살삼삽상새색생서석"
    "선설섬섭성세소속손솔송쇄쇠수숙순술숭슬습승시식신실심십쌍씨아악안알암압앙애액앵야약양어억언얼엄업에여역연열염엽영예오옥온올옹와완왈왕왜외"
    "요욕용우욱운울웅원월위유육윤율융은을음읍응의이익인일임입잉자작잔잠잡장재쟁저적전절점접정제조족존졸종좌죄주죽준줄중즉즐즙증지직진질짐집징"
    "차착찬찰참창채책처척천철첨첩청체초촉촌총최추축춘출충취측층치칙친칠침칩칭쾌타탁탄탈탐탑탕태택탱토통퇴투특파판팔패팽편평폐포폭표품풍피필하"
    "학한할함합항해핵행향허헌헐험혁현혈협형혜호혹혼홀홍화확환활황회획횡효후훈훤훼휘휴휼흉흑흔흘흠흡흥희힐"
)
# Common syllables of names in Korean words.
_WORDS = frozenset("늘람봄빛샘")


def is_korean_name(name: str) -> bool:
    """Return whether a name is a Korean surname with one to three syllables that Korean names have.

    Other syllables are those of naturalised citizens. The engine takes them for similar ones.
    """
    surname = next((long for long in _LONG_SURNAMES if name.startswith(long)), name[:1])
    given = name[len(surname) :]
    return (
        (len(surname) > 1 or surname in _SURNAMES)
        and 1 <= len(given) <= _MAX_GIVEN
        and (_READINGS | _WORDS).issuperset(given)
    )
