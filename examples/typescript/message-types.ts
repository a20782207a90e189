// Generated from the schemas of Sealed OCR by `make schemas-test ARGS=--write`. Do not edit.

/**
 * Any message. `type` tells them apart.
 */
export type Message = Analyzed | Rejected | Delayed | Sealed | Erased;
/**
 * What to decide by.
 */
export type ReviewFieldWhy = "claim" | "low-confidence" | "missing";
/**
 * A field of the guide.
 */
export type ResidentFieldName = "name" | "residentNumber" | "issueDate" | "issuer";
/**
 * A field of the guide.
 */
export type DriverFieldName =
  | "driverLicenseNumber"
  | "licenseType"
  | "name"
  | "residentNumber"
  | "condition"
  | "serialNum"
  | "issueDate"
  | "issuer";
/**
 * A field of the guide.
 */
export type PassportFieldName =
  | "passportType"
  | "countryCode"
  | "passportNo"
  | "surName"
  | "givenName"
  | "nationality"
  | "dateOfBirth"
  | "dateOfBirthYMD"
  | "sex"
  | "dateOfIssue"
  | "dateOfIssueYMD"
  | "dateOfExpiry"
  | "dateOfExpiryYMD"
  | "koreanName"
  | "personalNo"
  | "MRZ1"
  | "MRZ2";
export type DocumentKind = "credit-card" | "id-card" | "id-card/stand-alone";
/**
 * What to decide by.
 */
export type RejectionCode =
  | "image-archived"
  | "image-deleted"
  | "image-empty"
  | "image-overwritten"
  | "image-too-large"
  | "image-type-unsupported"
  | "image-unreadable-key"
  | "ocr-rejected"
  | "result-too-large"
  | "unknown-document-kind";
/**
 * The folder: the OCR API's path.
 */
export type DocumentKind1 = "credit-card" | "id-card" | "id-card/stand-alone";
/**
 * What to decide by.
 */
export type DelayCode = "unknown-outcome";
/**
 * What the message that is sealed says of the document.
 */
export type SealedDataOutcome = "analyzed" | "delayed" | "rejected";

/**
 * A document was read.
 */
export interface Analyzed {
  specversion: "1.0";
  /**
   * The documentId: a repeat is recognised by it.
   */
  id: string;
  /**
   * The bucket's ARN.
   */
  source: string;
  /**
   * The object's key.
   */
  subject: string;
  /**
   * When the document was finished (RFC 3339).
   */
  time: string;
  datacontenttype: "application/json";
  /**
   * What the uploader gave as x-amz-meta-correlation-id.
   */
  correlationid?: string;
  type: "sealed-ocr.document.analyzed.v1";
  data: CreditCardData | IdCardData | StandAloneIdCardData;
}
/**
 * The document, and what was read.
 */
export interface CreditCardData {
  document: CreditCardDocument;
  result: CreditCardResult;
  review?: Review;
  withheld?: Withheld;
}
/**
 * Which upload a message speaks of.
 */
export interface CreditCardDocument {
  /**
   * Hash of bucket, key and version; the same for every repeat.
   */
  documentId: string;
  /**
   * The folder: the OCR API's path.
   */
  kind: "credit-card";
  /**
   * The bucket's name.
   */
  bucket: string;
  /**
   * The object's key, decoded.
   */
  key: string;
  /**
   * The object's version, where the bucket keeps any.
   */
  versionId?: string;
  /**
   * The object's ETag, without quotes.
   */
  eTag: string;
  /**
   * Bytes.
   */
  size: number;
  /**
   * True in a simulated stage: nothing was read, all values are invented.
   */
  simulated?: boolean;
}
/**
 * The OCR service's result, with its values decrypted.
 */
export interface CreditCardResult {
  /**
   * The groups of the number, as printed.
   */
  cardNums?: (Recognised | null)[] | null;
  /**
   * The whole number.
   */
  totalCardNum?: string | (string | null)[] | null;
  /**
   * The month and year of expiry.
   */
  validThru?: Recognised | null;
  /**
   * A box for each group of the number.
   */
  cardNumBoxes?: (Box | null)[] | null;
  /**
   * The box of validThru.
   */
  validThruBox?: Box | null;
  /**
   * The image's type, for example png.
   */
  fileType?: string | null;
  /**
   * normal (at least 760 x 480 pixels) or low.
   */
  resolution?: string | null;
}
/**
 * One recognised value and its confidence, 0 to 1.
 */
export interface Recognised {
  /**
   * The text, decrypted.
   */
  value?: string | null;
  /**
   * The OCR service's confidence, 0 to 1.
   */
  conf?: number | null;
}
/**
 * The corners of a value, clockwise from the top left, in pixels of the image.
 */
export interface Box {
  /**
   * Pixels from the image's left edge; corner 1.
   */
  x1: number;
  /**
   * Pixels from the image's upper edge; corner 1.
   */
  y1: number;
  /**
   * Pixels from the image's left edge; corner 2.
   */
  x2: number;
  /**
   * Pixels from the image's upper edge; corner 2.
   */
  y2: number;
  /**
   * Pixels from the image's left edge; corner 3.
   */
  x3: number;
  /**
   * Pixels from the image's upper edge; corner 3.
   */
  y3: number;
  /**
   * Pixels from the image's left edge; corner 4.
   */
  x4: number;
  /**
   * Pixels from the image's upper edge; corner 4.
   */
  y4: number;
}
/**
 * Whether a person must look at the result. Present if the stack's setting reviewBelow covers the kind.
 */
export interface Review {
  /**
   * Whether fields has members.
   */
  required: boolean;
  /**
   * What to look at.
   */
  fields: ReviewField[];
}
/**
 * A field that a person must look at.
 */
export interface ReviewField {
  /**
   * The field's name in the result; for claim, in verification.request.
   */
  name: string;
  /**
   * The OCR service's, 0 to 1. Null if nothing was read.
   */
  confidence: number | null;
  why: ReviewFieldWhy;
}
/**
 * What was read and is not passed on. Present if the stack's omitFields or maskFields cover the card.
 */
export interface Withheld {
  /**
   * Names of the fields whose values are left out.
   */
  omitted: string[];
  /**
   * Names of the fields that show a part of their values.
   */
  masked: string[];
}
/**
 * The document, and what was read.
 */
export interface IdCardData {
  document: IdCardDocument;
  /**
   * The OCR service's result, with its values decrypted.
   */
  result: ResidentResult | DriverResult | PassportResult | OtherIdCardResult;
  verification?: Verification;
  review?: Review;
  withheld?: Withheld;
}
/**
 * Which upload a message speaks of.
 */
export interface IdCardDocument {
  /**
   * Hash of bucket, key and version; the same for every repeat.
   */
  documentId: string;
  /**
   * The folder: the OCR API's path.
   */
  kind: "id-card";
  /**
   * The bucket's name.
   */
  bucket: string;
  /**
   * The object's key, decoded.
   */
  key: string;
  /**
   * The object's version, where the bucket keeps any.
   */
  versionId?: string;
  /**
   * The object's ETag, without quotes.
   */
  eTag: string;
  /**
   * Bytes.
   */
  size: number;
  /**
   * True in a simulated stage: nothing was read, all values are invented.
   */
  simulated?: boolean;
}
/**
 * The OCR service's result for this kind of ID card, its values decrypted.
 */
export interface ResidentResult {
  /**
   * The kind of ID card.
   */
  idType: "resident";
  /**
   * The fields.
   */
  keyValues?: (ResidentField | null)[] | null;
  /**
   * The boxes of the fields.
   */
  boxes?: (Box | null)[] | null;
  /**
   * The image's type, for example png.
   */
  fileType?: string | null;
  /**
   * normal (at least 760 x 480 pixels) or low.
   */
  resolution?: string | null;
}
/**
 * One field of an ID card.
 */
export interface ResidentField {
  /**
   * The text, decrypted.
   */
  value?: string | null;
  /**
   * The OCR service's confidence, 0 to 1.
   */
  conf?: number | null;
  /**
   * The field's name.
   */
  key?: ResidentFieldName | string | null;
  /**
   * The field's box.
   */
  bbox?: Box | null;
}
/**
 * The OCR service's result for this kind of ID card, its values decrypted.
 */
export interface DriverResult {
  /**
   * The kind of ID card.
   */
  idType: "driver";
  /**
   * The fields.
   */
  keyValues?: (DriverField | null)[] | null;
  /**
   * The boxes of the fields.
   */
  boxes?: (Box | null)[] | null;
  /**
   * The image's type, for example png.
   */
  fileType?: string | null;
  /**
   * normal (at least 760 x 480 pixels) or low.
   */
  resolution?: string | null;
}
/**
 * One field of an ID card.
 */
export interface DriverField {
  /**
   * The text, decrypted.
   */
  value?: string | null;
  /**
   * The OCR service's confidence, 0 to 1.
   */
  conf?: number | null;
  /**
   * The field's name.
   */
  key?: DriverFieldName | string | null;
  /**
   * The field's box.
   */
  bbox?: Box | null;
}
/**
 * The OCR service's result for this kind of ID card, its values decrypted.
 */
export interface PassportResult {
  /**
   * The kind of ID card.
   */
  idType: "passport";
  /**
   * The fields.
   */
  keyValues?: (PassportField | null)[] | null;
  /**
   * The boxes of the fields.
   */
  boxes?: (Box | null)[] | null;
  /**
   * The image's type, for example png.
   */
  fileType?: string | null;
  /**
   * normal (at least 760 x 480 pixels) or low.
   */
  resolution?: string | null;
}
/**
 * One field of an ID card.
 */
export interface PassportField {
  /**
   * The text, decrypted.
   */
  value?: string | null;
  /**
   * The OCR service's confidence, 0 to 1.
   */
  conf?: number | null;
  /**
   * The field's name.
   */
  key?: PassportFieldName | string | null;
  /**
   * The field's box.
   */
  bbox?: Box | null;
}
/**
 * The OCR service's result for this kind of ID card, its values decrypted.
 */
export interface OtherIdCardResult {
  /**
   * The kind of ID card.
   */
  idType?: string | null;
  /**
   * The fields.
   */
  keyValues?: (OtherIdCardField | null)[] | null;
  /**
   * The boxes of the fields.
   */
  boxes?: (Box | null)[] | null;
  /**
   * The image's type, for example png.
   */
  fileType?: string | null;
  /**
   * normal (at least 760 x 480 pixels) or low.
   */
  resolution?: string | null;
}
/**
 * One field of an ID card.
 */
export interface OtherIdCardField {
  /**
   * The text, decrypted.
   */
  value?: string | null;
  /**
   * The OCR service's confidence, 0 to 1.
   */
  conf?: number | null;
  /**
   * The field's name.
   */
  key?: string | null;
  /**
   * The field's box.
   */
  bbox?: Box | null;
}
/**
 * A claim, ready to be sent to /documents/{documentId}/authenticity.
 */
export interface Verification {
  /**
   * When the offer ends (RFC 3339).
   */
  expiresAt: string;
  /**
   * The claim, without the fields in missing and withheld.
   */
  request: OfferedResidentClaim | OfferedDriverClaim | OfferedPassportClaim;
  /**
   * Fields that the claim still needs from the person.
   */
  missing: string[];
  /**
   * Fields that the claim has, but the stack's settings do not show.
   */
  withheld?: string[];
  /**
   * The complete claim, encrypted for the verify function. Send it in place of the fields.
   */
  sealedClaim?: string;
}
export interface OfferedResidentClaim {
  idType: "resident";
  /**
   * the name, 1 to 100 characters
   */
  name?: string;
  /**
   * 13 digits
   */
  residentNumber?: string;
  /**
   * a date that exists, as YYYYMMDD
   */
  issueDate?: string;
}
export interface OfferedDriverClaim {
  idType: "driver";
  /**
   * the name, 1 to 100 characters
   */
  name?: string;
  /**
   * the first 7 digits of the resident number
   */
  residentNumber?: string;
  /**
   * 12 digits
   */
  driverLicenseNumber?: string;
  /**
   * 5 or 6 letters and digits
   */
  serialNum?: string;
}
export interface OfferedPassportClaim {
  idType: "passport";
  /**
   * the name, 1 to 100 characters
   */
  name?: string;
  /**
   * a date that exists, as YYYYMMDD
   */
  issueDate?: string;
  /**
   * 9 upper-case letters and digits
   */
  passportNumber?: string;
  /**
   * a date that exists, as YYYYMMDD
   */
  birthDate?: string;
  /**
   * a date that exists, as YYYYMMDD
   */
  expirationDate?: string;
}
/**
 * The document, and what was read.
 */
export interface StandAloneIdCardData {
  document: StandAloneIdCardDocument;
  /**
   * The OCR service's result, with its values decrypted.
   */
  result: ResidentResult | DriverResult | PassportResult | OtherIdCardResult;
  verification?: Verification;
  review?: Review;
  withheld?: Withheld;
}
/**
 * Which upload a message speaks of.
 */
export interface StandAloneIdCardDocument {
  /**
   * Hash of bucket, key and version; the same for every repeat.
   */
  documentId: string;
  /**
   * The folder: the OCR API's path.
   */
  kind: "id-card/stand-alone";
  /**
   * The bucket's name.
   */
  bucket: string;
  /**
   * The object's key, decoded.
   */
  key: string;
  /**
   * The object's version, where the bucket keeps any.
   */
  versionId?: string;
  /**
   * The object's ETag, without quotes.
   */
  eTag: string;
  /**
   * Bytes.
   */
  size: number;
  /**
   * True in a simulated stage: nothing was read, all values are invented.
   */
  simulated?: boolean;
}
/**
 * A document was refused, by the OCR service or before it was sent; it is not tried again.
 */
export interface Rejected {
  specversion: "1.0";
  /**
   * The documentId: a repeat is recognised by it.
   */
  id: string;
  /**
   * The bucket's ARN.
   */
  source: string;
  /**
   * The object's key.
   */
  subject: string;
  /**
   * When the document was finished (RFC 3339).
   */
  time: string;
  datacontenttype: "application/json";
  /**
   * What the uploader gave as x-amz-meta-correlation-id.
   */
  correlationid?: string;
  type: "sealed-ocr.document.rejected.v1";
  data: RejectedData;
}
/**
 * The document, and why it was rejected.
 */
export interface RejectedData {
  document: RejectedDocument;
  rejection: Rejection;
}
/**
 * Which upload a message speaks of.
 */
export interface RejectedDocument {
  /**
   * Hash of bucket, key and version; the same for every repeat.
   */
  documentId: string;
  /**
   * The folder: the OCR API's path. Null for an unknown one.
   */
  kind: DocumentKind | null;
  /**
   * The bucket's name.
   */
  bucket: string;
  /**
   * The object's key, decoded.
   */
  key: string;
  /**
   * The object's version, where the bucket keeps any.
   */
  versionId?: string;
  /**
   * The object's ETag, without quotes.
   */
  eTag: string;
  /**
   * Bytes.
   */
  size: number;
  /**
   * True in a simulated stage: nothing was read, all values are invented.
   */
  simulated?: boolean;
}
/**
 * Why a document will never be read.
 */
export interface Rejection {
  code: RejectionCode;
  /**
   * The OCR service's, where it gave one.
   */
  resultCode?: number;
  /**
   * A sentence for people; it may change.
   */
  reason: string;
  /**
   * Whether no other image can succeed either.
   */
  final?: boolean;
  advice?: Advice;
}
/**
 * For the applicant; the texts may change.
 */
export interface Advice {
  /**
   * Korean.
   */
  ko: string;
  /**
   * English.
   */
  en: string;
}
/**
 * A document waits for an operator, because each of its calls may have been billed and no answer arrived.
 */
export interface Delayed {
  specversion: "1.0";
  /**
   * The documentId and -delayed: not the id of a later message of the document.
   */
  id: string;
  /**
   * The bucket's ARN.
   */
  source: string;
  /**
   * The object's key.
   */
  subject: string;
  /**
   * When the document was delayed (RFC 3339).
   */
  time: string;
  datacontenttype: "application/json";
  /**
   * What the uploader gave as x-amz-meta-correlation-id.
   */
  correlationid?: string;
  type: "sealed-ocr.document.delayed.v1";
  data: DelayedData;
}
/**
 * The document, and why it is delayed.
 */
export interface DelayedData {
  document: DelayedDocument;
  delay: Delay;
}
/**
 * Which upload a message speaks of.
 */
export interface DelayedDocument {
  /**
   * Hash of bucket, key and version; the same for every repeat.
   */
  documentId: string;
  kind: DocumentKind1;
  /**
   * The bucket's name.
   */
  bucket: string;
  /**
   * The object's key, decoded.
   */
  key: string;
  /**
   * The object's version, where the bucket keeps any.
   */
  versionId?: string;
  /**
   * The object's ETag, without quotes.
   */
  eTag: string;
  /**
   * Bytes.
   */
  size: number;
  /**
   * True in a simulated stage: nothing was read, all values are invented.
   */
  simulated?: boolean;
}
/**
 * Why the outcome of a document is not known.
 */
export interface Delay {
  code: DelayCode;
  /**
   * Whether an operator can have it analyzed. A message of another type follows then.
   */
  mayStillBeAnalyzed: boolean;
  /**
   * A sentence for people; it may change.
   */
  reason: string;
}
/**
 * A message for the holder of a private key alone.
 */
export interface Sealed {
  specversion: "1.0";
  /**
   * That of the message that is sealed.
   */
  id: string;
  /**
   * The bucket's ARN.
   */
  source: string;
  /**
   * When the document was finished or delayed (RFC 3339).
   */
  time: string;
  datacontenttype: "application/json";
  type: "sealed-ocr.document.sealed.v1";
  data: SealedData;
}
/**
 * What routing needs, and the message that is sealed.
 */
export interface SealedData {
  document: SealedDocument;
  outcome: SealedDataOutcome;
  /**
   * The code of a rejection or a delay.
   */
  code?: string;
  /**
   * The OCR service's, of a rejection that has one.
   */
  resultCode?: number;
  /**
   * The whole message: a JWE in compact form (RFC 7516), to the key that its header's kid names.
   */
  sealed: string;
}
/**
 * What may be read of the upload.
 */
export interface SealedDocument {
  /**
   * As in the message that is sealed.
   */
  documentId: string;
  /**
   * The folder: the OCR API's path. Null for an unknown one.
   */
  kind: DocumentKind | null;
  /**
   * True in a simulated stage: nothing was read, all values are invented.
   */
  simulated?: boolean;
}
/**
 * An operator erased a document. Erase what you hold of it, and accept no later message about it.
 */
export interface Erased {
  specversion: "1.0";
  /**
   * The documentId and -erased: not the id of another message of the document.
   */
  id: string;
  /**
   * The bucket's ARN.
   */
  source: string;
  /**
   * When the document was erased (RFC 3339).
   */
  time: string;
  datacontenttype: "application/json";
  type: "sealed-ocr.document.erased.v1";
  data: ErasedData;
}
/**
 * The document.
 */
export interface ErasedData {
  document: ErasedDocument;
}
/**
 * Which document was erased.
 */
export interface ErasedDocument {
  /**
   * The documentId of all messages about the document.
   */
  documentId: string;
}
