// The names of fields as they stand on the cards. The API's names stand beside them.

import { language } from "./i18n.js";

const LABELS = {
  idType: ["Kind of card", "신분증 종류"],
  name: ["Name", "성명"],
  koreanName: ["Korean name", "한글성명"],
  residentNumber: ["Resident registration no.", "주민등록번호"],
  issueDate: ["Date of issue", "발급일"],
  issuer: ["Issuer", "발급기관"],
  driverLicenseNumber: ["Licence no.", "면허번호"],
  licenseNumber: ["Licence no.", "면허번호"],
  licenseType: ["Licence class", "면허 종별"],
  condition: ["Conditions", "조건"],
  serialNum: ["Serial no.", "암호일련번호"],
  passportType: ["Type", "종류"],
  countryCode: ["Country code", "발행국"],
  passportNo: ["Passport no.", "여권번호"],
  passportNumber: ["Passport no.", "여권번호"],
  surName: ["Surname", "성"],
  givenName: ["Given names", "이름"],
  nationality: ["Nationality", "국적"],
  dateOfBirth: ["Date of birth", "생년월일"],
  dateOfBirthYMD: ["Date of birth (digits)", "생년월일 (숫자)"],
  birthDate: ["Date of birth", "생년월일"],
  sex: ["Sex", "성별"],
  dateOfIssue: ["Date of issue", "발급일"],
  dateOfIssueYMD: ["Date of issue (digits)", "발급일 (숫자)"],
  dateOfExpiry: ["Date of expiry", "기간만료일"],
  dateOfExpiryYMD: ["Date of expiry (digits)", "기간만료일 (숫자)"],
  expirationDate: ["Date of expiry", "기간만료일"],
  personalNo: ["Personal no.", "개인번호"],
  MRZ1: ["Machine-readable line 1", "기계판독영역 1"],
  MRZ2: ["Machine-readable line 2", "기계판독영역 2"],
  totalCardNum: ["Card number", "카드번호"],
  validThru: ["Valid thru", "유효기간"],
};

// The label of a field. A field without one keeps the API's name; parts of a card number are numbered from 1.
export function label(name) {
  const group = /^cardNums\[(\d+)\]$/.exec(name);
  if (group) return language === "ko" ? `카드번호 ${Number(group[1]) + 1}번째 묶음` : `Card number, group ${Number(group[1]) + 1}`;
  return LABELS[name]?.[language === "ko" ? 1 : 0] ?? name;
}
