# Generated from the schemas of Sealed OCR by `make schemas-test ARGS=--write`. Do not edit.

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, RootModel


class Withheld(BaseModel):
    omitted: Annotated[list[str], Field(description='Names of the fields whose values are left out.')]
    masked: Annotated[list[str], Field(description='Names of the fields that show a part of their values.')]


class ReviewFieldWhy(StrEnum):
    claim = 'claim'
    low_confidence = 'low-confidence'
    missing = 'missing'


class CreditCardDocument(BaseModel):
    documentId: Annotated[
        str, Field(description='Hash of bucket, key and version; the same for every repeat.', pattern='^[0-9a-f]{32}$')
    ]
    kind: Annotated[Literal['credit-card'], Field(description="The folder: the OCR API's path.")]
    bucket: Annotated[str, Field(description="The bucket's name.")]
    key: Annotated[str, Field(description="The object's key, decoded.")]
    versionId: Annotated[str | None, Field(description="The object's version, where the bucket keeps any.")] = None
    eTag: Annotated[str, Field(description="The object's ETag, without quotes.")]
    size: Annotated[int, Field(description='Bytes.', ge=0)]
    simulated: Annotated[
        bool | None, Field(description='True in a simulated stage: nothing was read, all values are invented.')
    ] = None


class IdCardDocument(BaseModel):
    documentId: Annotated[
        str, Field(description='Hash of bucket, key and version; the same for every repeat.', pattern='^[0-9a-f]{32}$')
    ]
    kind: Annotated[Literal['id-card'], Field(description="The folder: the OCR API's path.")]
    bucket: Annotated[str, Field(description="The bucket's name.")]
    key: Annotated[str, Field(description="The object's key, decoded.")]
    versionId: Annotated[str | None, Field(description="The object's version, where the bucket keeps any.")] = None
    eTag: Annotated[str, Field(description="The object's ETag, without quotes.")]
    size: Annotated[int, Field(description='Bytes.', ge=0)]
    simulated: Annotated[
        bool | None, Field(description='True in a simulated stage: nothing was read, all values are invented.')
    ] = None


class StandAloneIdCardDocument(BaseModel):
    documentId: Annotated[
        str, Field(description='Hash of bucket, key and version; the same for every repeat.', pattern='^[0-9a-f]{32}$')
    ]
    kind: Annotated[Literal['id-card/stand-alone'], Field(description="The folder: the OCR API's path.")]
    bucket: Annotated[str, Field(description="The bucket's name.")]
    key: Annotated[str, Field(description="The object's key, decoded.")]
    versionId: Annotated[str | None, Field(description="The object's version, where the bucket keeps any.")] = None
    eTag: Annotated[str, Field(description="The object's ETag, without quotes.")]
    size: Annotated[int, Field(description='Bytes.', ge=0)]
    simulated: Annotated[
        bool | None, Field(description='True in a simulated stage: nothing was read, all values are invented.')
    ] = None


class Recognised(BaseModel):
    value: Annotated[str | None, Field(description='The text, decrypted.')] = None
    conf: Annotated[float | None, Field(description="The OCR service's confidence, 0 to 1.")] = None


class Box(BaseModel):
    x1: Annotated[float, Field(description="Pixels from the image's left edge; corner 1.")]
    y1: Annotated[float, Field(description="Pixels from the image's upper edge; corner 1.")]
    x2: Annotated[float, Field(description="Pixels from the image's left edge; corner 2.")]
    y2: Annotated[float, Field(description="Pixels from the image's upper edge; corner 2.")]
    x3: Annotated[float, Field(description="Pixels from the image's left edge; corner 3.")]
    y3: Annotated[float, Field(description="Pixels from the image's upper edge; corner 3.")]
    x4: Annotated[float, Field(description="Pixels from the image's left edge; corner 4.")]
    y4: Annotated[float, Field(description="Pixels from the image's upper edge; corner 4.")]


class ResidentFieldName(StrEnum):
    name = 'name'
    residentNumber = 'residentNumber'
    issueDate = 'issueDate'
    issuer = 'issuer'


class ResidentField(BaseModel):
    value: Annotated[str | None, Field(description='The text, decrypted.')] = None
    conf: Annotated[float | None, Field(description="The OCR service's confidence, 0 to 1.")] = None
    key: Annotated[ResidentFieldName | str | None, Field(description="The field's name.")] = None
    bbox: Annotated[Box | None, Field(description="The field's box.")] = None


class DriverFieldName(StrEnum):
    driverLicenseNumber = 'driverLicenseNumber'
    licenseType = 'licenseType'
    name = 'name'
    residentNumber = 'residentNumber'
    condition = 'condition'
    serialNum = 'serialNum'
    issueDate = 'issueDate'
    issuer = 'issuer'


class DriverField(BaseModel):
    value: Annotated[str | None, Field(description='The text, decrypted.')] = None
    conf: Annotated[float | None, Field(description="The OCR service's confidence, 0 to 1.")] = None
    key: Annotated[DriverFieldName | str | None, Field(description="The field's name.")] = None
    bbox: Annotated[Box | None, Field(description="The field's box.")] = None


class PassportFieldName(StrEnum):
    passportType = 'passportType'
    countryCode = 'countryCode'
    passportNo = 'passportNo'
    surName = 'surName'
    givenName = 'givenName'
    nationality = 'nationality'
    dateOfBirth = 'dateOfBirth'
    dateOfBirthYMD = 'dateOfBirthYMD'
    sex = 'sex'
    dateOfIssue = 'dateOfIssue'
    dateOfIssueYMD = 'dateOfIssueYMD'
    dateOfExpiry = 'dateOfExpiry'
    dateOfExpiryYMD = 'dateOfExpiryYMD'
    koreanName = 'koreanName'
    personalNo = 'personalNo'
    MRZ1 = 'MRZ1'
    MRZ2 = 'MRZ2'


class PassportField(BaseModel):
    value: Annotated[str | None, Field(description='The text, decrypted.')] = None
    conf: Annotated[float | None, Field(description="The OCR service's confidence, 0 to 1.")] = None
    key: Annotated[PassportFieldName | str | None, Field(description="The field's name.")] = None
    bbox: Annotated[Box | None, Field(description="The field's box.")] = None


class OtherIdCardField(BaseModel):
    value: Annotated[str | None, Field(description='The text, decrypted.')] = None
    conf: Annotated[float | None, Field(description="The OCR service's confidence, 0 to 1.")] = None
    key: Annotated[str | None, Field(description="The field's name.")] = None
    bbox: Annotated[Box | None, Field(description="The field's box.")] = None


class OfferedResidentClaim(BaseModel):
    idType: Literal['resident']
    name: Annotated[str | None, Field(description='the name, 1 to 100 characters', pattern='^.{1,100}$')] = None
    residentNumber: Annotated[str | None, Field(description='13 digits', pattern='^[0-9]{13}$')] = None
    issueDate: Annotated[str | None, Field(description='a date that exists, as YYYYMMDD', pattern='^[0-9]{8}$')] = None


class OfferedDriverClaim(BaseModel):
    idType: Literal['driver']
    name: Annotated[str | None, Field(description='the name, 1 to 100 characters', pattern='^.{1,100}$')] = None
    residentNumber: Annotated[
        str | None, Field(description='the first 7 digits of the resident number', pattern='^[0-9]{7}$')
    ] = None
    driverLicenseNumber: Annotated[str | None, Field(description='12 digits', pattern='^[0-9]{12}$')] = None
    serialNum: Annotated[str | None, Field(description='5 or 6 letters and digits', pattern='^[0-9A-Za-z]{5,6}$')] = (
        None
    )


class OfferedPassportClaim(BaseModel):
    idType: Literal['passport']
    name: Annotated[str | None, Field(description='the name, 1 to 100 characters', pattern='^.{1,100}$')] = None
    issueDate: Annotated[str | None, Field(description='a date that exists, as YYYYMMDD', pattern='^[0-9]{8}$')] = None
    passportNumber: Annotated[
        str | None, Field(description='9 upper-case letters and digits', pattern='^[0-9A-Z]{9}$')
    ] = None
    birthDate: Annotated[str | None, Field(description='a date that exists, as YYYYMMDD', pattern='^[0-9]{8}$')] = None
    expirationDate: Annotated[
        str | None, Field(description='a date that exists, as YYYYMMDD', pattern='^[0-9]{8}$')
    ] = None


class Advice(BaseModel):
    ko: Annotated[str, Field(description='Korean.')]
    en: Annotated[str, Field(description='English.')]


class RejectionCode(StrEnum):
    image_archived = 'image-archived'
    image_deleted = 'image-deleted'
    image_empty = 'image-empty'
    image_overwritten = 'image-overwritten'
    image_too_large = 'image-too-large'
    image_type_unsupported = 'image-type-unsupported'
    image_unreadable_key = 'image-unreadable-key'
    ocr_rejected = 'ocr-rejected'
    result_too_large = 'result-too-large'
    unknown_document_kind = 'unknown-document-kind'


class DocumentKind(StrEnum):
    credit_card = 'credit-card'
    id_card = 'id-card'
    id_card_stand_alone = 'id-card/stand-alone'


class RejectedDocument(BaseModel):
    documentId: Annotated[
        str, Field(description='Hash of bucket, key and version; the same for every repeat.', pattern='^[0-9a-f]{32}$')
    ]
    kind: Annotated[DocumentKind | None, Field(description="The folder: the OCR API's path. Null for an unknown one.")]
    bucket: Annotated[str, Field(description="The bucket's name.")]
    key: Annotated[str, Field(description="The object's key, decoded.")]
    versionId: Annotated[str | None, Field(description="The object's version, where the bucket keeps any.")] = None
    eTag: Annotated[str, Field(description="The object's ETag, without quotes.")]
    size: Annotated[int, Field(description='Bytes.', ge=0)]
    simulated: Annotated[
        bool | None, Field(description='True in a simulated stage: nothing was read, all values are invented.')
    ] = None


class DelayCode(StrEnum):
    unknown_outcome = 'unknown-outcome'


class DelayedDocument(BaseModel):
    documentId: Annotated[
        str, Field(description='Hash of bucket, key and version; the same for every repeat.', pattern='^[0-9a-f]{32}$')
    ]
    kind: Annotated[DocumentKind, Field(description="The folder: the OCR API's path.")]
    bucket: Annotated[str, Field(description="The bucket's name.")]
    key: Annotated[str, Field(description="The object's key, decoded.")]
    versionId: Annotated[str | None, Field(description="The object's version, where the bucket keeps any.")] = None
    eTag: Annotated[str, Field(description="The object's ETag, without quotes.")]
    size: Annotated[int, Field(description='Bytes.', ge=0)]
    simulated: Annotated[
        bool | None, Field(description='True in a simulated stage: nothing was read, all values are invented.')
    ] = None


class SealedDocument(BaseModel):
    documentId: Annotated[str, Field(description='As in the message that is sealed.', pattern='^[0-9a-f]{32}$')]
    kind: Annotated[DocumentKind | None, Field(description="The folder: the OCR API's path. Null for an unknown one.")]
    simulated: Annotated[
        bool | None, Field(description='True in a simulated stage: nothing was read, all values are invented.')
    ] = None


class SealedDataOutcome(StrEnum):
    analyzed = 'analyzed'
    delayed = 'delayed'
    rejected = 'rejected'


class ErasedDocument(BaseModel):
    documentId: Annotated[
        str, Field(description='The documentId of all messages about the document.', pattern='^[0-9a-f]{32}$')
    ]


class Verification(BaseModel):
    expiresAt: Annotated[AwareDatetime, Field(description='When the offer ends (RFC 3339).')]
    request: Annotated[
        OfferedResidentClaim | OfferedDriverClaim | OfferedPassportClaim,
        Field(description='The claim, without the fields in missing and withheld.'),
    ]
    missing: Annotated[list[str], Field(description='Fields that the claim still needs from the person.')]
    withheld: Annotated[
        list[str] | None, Field(description="Fields that the claim has, but the stack's settings do not show.")
    ] = None
    sealedClaim: Annotated[
        str | None,
        Field(
            description='The complete claim, encrypted for the verify function. Send it in place of the fields.',
            pattern='^[A-Za-z0-9_-]{1,8192}$',
        ),
    ] = None


class ReviewField(BaseModel):
    name: Annotated[str, Field(description="The field's name in the result; for claim, in verification.request.")]
    confidence: Annotated[float | None, Field(description="The OCR service's, 0 to 1. Null if nothing was read.")]
    why: Annotated[ReviewFieldWhy, Field(description='What to decide by.')]


class CreditCardResult(BaseModel):
    cardNums: Annotated[list[Recognised | None] | None, Field(description='The groups of the number, as printed.')] = (
        None
    )
    totalCardNum: Annotated[str | list[str | None] | None, Field(description='The whole number.')] = None
    validThru: Annotated[Recognised | None, Field(description='The month and year of expiry.')] = None
    cardNumBoxes: Annotated[list[Box | None] | None, Field(description='A box for each group of the number.')] = None
    validThruBox: Annotated[Box | None, Field(description='The box of validThru.')] = None
    fileType: Annotated[str | None, Field(description="The image's type, for example png.")] = None
    resolution: Annotated[str | None, Field(description='normal (at least 760 x 480 pixels) or low.')] = None


class ResidentResult(BaseModel):
    idType: Annotated[Literal['resident'], Field(description='The kind of ID card.')]
    keyValues: Annotated[list[ResidentField | None] | None, Field(description='The fields.')] = None
    boxes: Annotated[list[Box | None] | None, Field(description='The boxes of the fields.')] = None
    fileType: Annotated[str | None, Field(description="The image's type, for example png.")] = None
    resolution: Annotated[str | None, Field(description='normal (at least 760 x 480 pixels) or low.')] = None


class DriverResult(BaseModel):
    idType: Annotated[Literal['driver'], Field(description='The kind of ID card.')]
    keyValues: Annotated[list[DriverField | None] | None, Field(description='The fields.')] = None
    boxes: Annotated[list[Box | None] | None, Field(description='The boxes of the fields.')] = None
    fileType: Annotated[str | None, Field(description="The image's type, for example png.")] = None
    resolution: Annotated[str | None, Field(description='normal (at least 760 x 480 pixels) or low.')] = None


class PassportResult(BaseModel):
    idType: Annotated[Literal['passport'], Field(description='The kind of ID card.')]
    keyValues: Annotated[list[PassportField | None] | None, Field(description='The fields.')] = None
    boxes: Annotated[list[Box | None] | None, Field(description='The boxes of the fields.')] = None
    fileType: Annotated[str | None, Field(description="The image's type, for example png.")] = None
    resolution: Annotated[str | None, Field(description='normal (at least 760 x 480 pixels) or low.')] = None


class OtherIdCardResult(BaseModel):
    idType: Annotated[str | None, Field(description='The kind of ID card.')] = None
    keyValues: Annotated[list[OtherIdCardField | None] | None, Field(description='The fields.')] = None
    boxes: Annotated[list[Box | None] | None, Field(description='The boxes of the fields.')] = None
    fileType: Annotated[str | None, Field(description="The image's type, for example png.")] = None
    resolution: Annotated[str | None, Field(description='normal (at least 760 x 480 pixels) or low.')] = None


class Rejection(BaseModel):
    code: Annotated[RejectionCode, Field(description='What to decide by.')]
    resultCode: Annotated[int | None, Field(description="The OCR service's, where it gave one.")] = None
    reason: Annotated[str, Field(description='A sentence for people; it may change.')]
    final: Annotated[bool | None, Field(description='Whether no other image can succeed either.')] = None
    advice: Annotated[Advice | None, Field(description='For the applicant; the texts may change.')] = None


class Delay(BaseModel):
    code: Annotated[DelayCode, Field(description='What to decide by.')]
    mayStillBeAnalyzed: Annotated[
        bool, Field(description='Whether an operator can have it analyzed. A message of another type follows then.')
    ]
    reason: Annotated[str, Field(description='A sentence for people; it may change.')]


class SealedData(BaseModel):
    document: SealedDocument
    outcome: Annotated[SealedDataOutcome, Field(description='What the message that is sealed says of the document.')]
    code: Annotated[str | None, Field(description='The code of a rejection or a delay.')] = None
    resultCode: Annotated[int | None, Field(description="The OCR service's, of a rejection that has one.")] = None
    sealed: Annotated[
        str,
        Field(
            description="The whole message: a JWE in compact form (RFC 7516), to the key that its header's kid names.",
            pattern='^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+){4}$',
        ),
    ]


class Sealed(BaseModel):
    specversion: Literal['1.0']
    id: Annotated[str, Field(description='That of the message that is sealed.')]
    source: Annotated[str, Field(description="The bucket's ARN.")]
    time: Annotated[AwareDatetime, Field(description='When the document was finished or delayed (RFC 3339).')]
    datacontenttype: Literal['application/json']
    type: Literal['sealed-ocr.document.sealed.v1']
    data: SealedData


class ErasedData(BaseModel):
    document: ErasedDocument


class Erased(BaseModel):
    specversion: Literal['1.0']
    id: Annotated[str, Field(description='The documentId and -erased: not the id of another message of the document.')]
    source: Annotated[str, Field(description="The bucket's ARN.")]
    time: Annotated[AwareDatetime, Field(description='When the document was erased (RFC 3339).')]
    datacontenttype: Literal['application/json']
    type: Literal['sealed-ocr.document.erased.v1']
    data: ErasedData


class Review(BaseModel):
    required: Annotated[bool, Field(description='Whether fields has members.')]
    fields: Annotated[list[ReviewField], Field(description='What to look at.')]


class CreditCardData(BaseModel):
    document: CreditCardDocument
    result: Annotated[CreditCardResult, Field(description="The OCR service's result, with its values decrypted.")]
    review: Review | None = None
    withheld: Withheld | None = None


class IdCardData(BaseModel):
    document: IdCardDocument
    result: Annotated[
        ResidentResult | DriverResult | PassportResult | OtherIdCardResult,
        Field(description="The OCR service's result, with its values decrypted."),
    ]
    verification: Verification | None = None
    review: Review | None = None
    withheld: Withheld | None = None


class StandAloneIdCardData(BaseModel):
    document: StandAloneIdCardDocument
    result: Annotated[
        ResidentResult | DriverResult | PassportResult | OtherIdCardResult,
        Field(description="The OCR service's result, with its values decrypted."),
    ]
    verification: Verification | None = None
    review: Review | None = None
    withheld: Withheld | None = None


class Analyzed(BaseModel):
    specversion: Literal['1.0']
    id: Annotated[str, Field(description='The documentId: a repeat is recognised by it.')]
    source: Annotated[str, Field(description="The bucket's ARN.")]
    subject: Annotated[str, Field(description="The object's key.")]
    time: Annotated[AwareDatetime, Field(description='When the document was finished (RFC 3339).')]
    datacontenttype: Literal['application/json']
    correlationid: Annotated[
        str | None, Field(description='What the uploader gave as x-amz-meta-correlation-id.', pattern='^[!-~]{1,128}$')
    ] = None
    type: Literal['sealed-ocr.document.analyzed.v1']
    data: CreditCardData | IdCardData | StandAloneIdCardData


class RejectedData(BaseModel):
    document: RejectedDocument
    rejection: Rejection


class Rejected(BaseModel):
    specversion: Literal['1.0']
    id: Annotated[str, Field(description='The documentId: a repeat is recognised by it.')]
    source: Annotated[str, Field(description="The bucket's ARN.")]
    subject: Annotated[str, Field(description="The object's key.")]
    time: Annotated[AwareDatetime, Field(description='When the document was finished (RFC 3339).')]
    datacontenttype: Literal['application/json']
    correlationid: Annotated[
        str | None, Field(description='What the uploader gave as x-amz-meta-correlation-id.', pattern='^[!-~]{1,128}$')
    ] = None
    type: Literal['sealed-ocr.document.rejected.v1']
    data: RejectedData


class DelayedData(BaseModel):
    document: DelayedDocument
    delay: Delay


class Delayed(BaseModel):
    specversion: Literal['1.0']
    id: Annotated[str, Field(description='The documentId and -delayed: not the id of a later message of the document.')]
    source: Annotated[str, Field(description="The bucket's ARN.")]
    subject: Annotated[str, Field(description="The object's key.")]
    time: Annotated[AwareDatetime, Field(description='When the document was delayed (RFC 3339).')]
    datacontenttype: Literal['application/json']
    correlationid: Annotated[
        str | None, Field(description='What the uploader gave as x-amz-meta-correlation-id.', pattern='^[!-~]{1,128}$')
    ] = None
    type: Literal['sealed-ocr.document.delayed.v1']
    data: DelayedData


class Message(RootModel[Analyzed | Rejected | Delayed | Sealed | Erased]):
    root: Annotated[
        Analyzed | Rejected | Delayed | Sealed | Erased,
        Field(description='Any message. `type` tells them apart.', title='Message'),
    ]
