"""What an applicant can do about each rejection and each problem, in Korean and English.

Imported only where a rejection or a problem is made: most documents have neither. The texts promise nothing that the
code does not mean; "Result codes" of the API's facts say what those of the vendor mean.
"""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """What an applicant can do.

    Attributes
    ----------
    final
        Whether neither another image nor another claim can succeed.
    """

    ko: str
    en: str
    final: bool = False


_INVALID_FILE = Advice(
    "이미지 파일이 손상되어 열 수 없어요. 사진을 다시 찍어 올려 주세요.",
    "The image file is damaged. Please take the picture again and upload it.",
)
_WRONG_TYPE = Advice(
    "PNG와 JPEG 이미지만 읽을 수 있어요. PNG나 JPEG 파일로 올려 주세요.",
    "Only PNG and JPEG images can be read. Please upload a PNG or a JPEG file.",
)
_EMPTY = Advice(
    "이미지 파일에 내용이 없어요. 사진을 다시 찍어 올려 주세요.",
    "The image file is empty. Please take the picture again and upload it.",
)
_TOO_LARGE = Advice(
    "이미지 파일이 너무 커요. 더 작은 파일로 올려 주세요.",
    "The image file is too large. Please upload a smaller one.",
)
_UPLOAD_AGAIN = Advice(
    "이미지를 읽을 수 없어요. 이미지를 다시 올려 주세요. 계속되면 서비스 운영자에게 알려 주세요.",
    "The image cannot be read. Please upload it again, and tell the operator of this service if that does not help.",
)
_TELL_THE_OPERATOR = Advice(
    "지금은 확인할 수 없어요. 서비스 운영자에게 알려 주세요.",
    "This cannot be verified at the moment. Please tell the operator of this service.",
)
_UNREADABLE = (
    "밝은 곳에서 빛이 반사되거나 흔들리지 않게 전체를 다시 찍어 주세요.",
    "Please take the picture again in good light, of the whole card, without glare and without moving.",
)

# By `rejection.code`.
REJECTIONS: dict[str, Advice] = {
    "unknown-document-kind": Advice(
        "이미지가 잘못된 위치에 올라왔어요. 서비스 운영자에게 알려 주세요.",
        "The image was uploaded to the wrong place. Please tell the operator of this service.",
    ),
    "image-deleted": Advice(
        "이미지가 읽히기 전에 삭제되었어요. 이미지를 다시 올려 주세요.",
        "The image was deleted before it was read. Please upload it again.",
    ),
    "image-overwritten": Advice(
        "그사이 새 이미지가 올라왔어요. 새 이미지의 결과를 기다려 주세요.",
        "A newer image was uploaded in its place. Please wait for the result of that one.",
    ),
    "image-archived": _UPLOAD_AGAIN,
    "image-unreadable-key": _UPLOAD_AGAIN,
    "image-empty": _EMPTY,
    "image-too-large": _TOO_LARGE,
    "image-type-unsupported": _WRONG_TYPE,
    "ocr-rejected": Advice(
        f"이미지를 읽지 못했어요. {_UNREADABLE[0]}", f"The image could not be read. {_UNREADABLE[1]}"
    ),
    "result-too-large": Advice(
        "이미지에서 읽은 내용이 너무 많아요. 카드만 나오도록 다시 찍어 주세요.",
        "Too much was read on the image. Please take the picture again, of the card alone.",
    ),
}

# By `rejection.resultCode`, which says more than the code `ocr-rejected`.
RESULT_CODES: dict[int, Advice] = {
    4000002: _INVALID_FILE,
    4000003: _WRONG_TYPE,
    4000004: _EMPTY,
    4000111: Advice(
        "사진에서 신용카드를 찾지 못했어요. 신용카드가 맞는지 확인하고, 복사본이 아닌 실물 전체가 나오도록 밝은 곳에서 "
        "다시 찍어 주세요.",
        "No credit card was found on the image. Please check that it is one, and take the picture again in good light, "
        "of the whole card itself, not of a copy.",
    ),
    4000121: Advice(
        "사진에서 신분증을 찾지 못했어요. 주민등록증, 운전면허증 또는 여권이 맞는지 확인하고, 복사본이 아닌 실물 "
        "전체가 나오도록 밝은 곳에서 다시 찍어 주세요.",
        "No ID card was found on the image. Please check that it is a resident registration card, a driver's licence "
        "or a passport, and take the picture again in good light, of the whole card itself, not of a copy.",
    ),
    4131000: _TOO_LARGE,
    413: _TOO_LARGE,
    5003013: Advice(
        f"신용카드를 읽지 못했어요. {_UNREADABLE[0]}", f"The credit card could not be read. {_UNREADABLE[1]}"
    ),
    5003023: Advice(f"신분증을 읽지 못했어요. {_UNREADABLE[0]}", f"The ID card could not be read. {_UNREADABLE[1]}"),
}

# By the type of a verification's problem.
PROBLEMS: dict[str, Advice] = {
    "invalid-claim": Advice(
        "입력한 내용의 형식이 맞지 않아요. 카드에 적힌 대로 고쳐 주세요.",
        "Some of the details have a wrong form. Please correct them as they are on the card.",
    ),
    "invalid-request": _TELL_THE_OPERATOR,
    "not-found": _TELL_THE_OPERATOR,
    "unknown-document": Advice(
        "이 신분증은 확인할 수 없거나 확인할 수 있는 시간이 지났어요. 신분증을 다시 찍어 올려 주세요.",
        "This card cannot be verified, or its time is over. Please take a new picture of it and upload it.",
    ),
    "method-not-allowed": _TELL_THE_OPERATOR,
    "verification-in-progress": Advice(
        "신분증을 확인하고 있어요. 잠시 기다려 주세요.",
        "The card is being verified. Please wait a moment.",
    ),
    "request-key-spent": Advice(
        "이 이미지로는 더 확인할 수 없어요. 다시 확인하려면 신분증을 새로 찍어 올려 주세요.",
        "This image cannot be used for another verification. Please upload a new picture of the card for another one.",
    ),
    "lock-guard": Advice(
        "입력한 내용이 신분증과 여러 번 달랐어요. 신분증이 잠기지 않도록 당분간 확인할 수 없어요. 더 시도하지 마시고 "
        "서비스 운영자에게 알려 주세요.",
        "The details were wrong several times. So that the card is not locked, it cannot be verified for some time. "
        "Please do not try again, and tell the operator of this service.",
        final=True,
    ),
    "request-key-expired": Advice(
        "확인할 수 있는 한 시간이 지났어요. 신분증을 다시 찍어 올려 주세요.",
        "The hour for the verification is over. Please take a new picture of the card and upload it.",
    ),
    "claim-too-large": Advice(
        "입력한 내용이 너무 길어요. 카드에 적힌 대로 고쳐 주세요.",
        "The details are too long. Please correct them as they are on the card.",
    ),
    "idempotency-key-reused": _TELL_THE_OPERATOR,
    "card-locked": Advice(
        "발급일자가 여러 번 틀려 신분증이 잠겼어요. 더 시도하지 마시고 발급 기관에 문의해 주세요.",
        "The card is locked after too many wrong issue dates. Please do not try again, and ask the authority that "
        "issued it.",
        final=True,
    ),
    "rate-limited": Advice(
        "지금은 요청이 많아요. 잠시 후 다시 시도해 주세요.",
        "There are too many requests at the moment. Please try again later.",
    ),
    "internal-error": _TELL_THE_OPERATOR,
    "ocr-error": _TELL_THE_OPERATOR,
    "temporarily-unavailable": Advice(
        "지금은 확인할 수 없어요. 잠시 후 다시 시도해 주세요.",
        "This cannot be verified at the moment. Please try again later.",
    ),
    "outcome-unknown": Advice(
        "확인 결과를 받지 못했어요. 잠시 기다려 주세요.",
        "The result of the verification did not arrive. Please wait a moment.",
    ),
}


def for_rejection(code: str, result_code: int | None) -> Advice:
    """Return the advice about a rejection; about its result code, if that says more."""
    found = RESULT_CODES.get(result_code) if result_code is not None else None
    return found or REJECTIONS[code]
