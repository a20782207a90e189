"""The expected claims of the specimens in `images`."""

RESIDENT = {"idType": "resident", "name": "홍길동", "residentNumber": "8001011234567", "issueDate": "20150302"}
DRIVER = {
    "idType": "driver",
    "name": "김철수",
    "residentNumber": "9002022",
    "driverLicenseNumber": "110912345678",
    "serialNum": "7X8Y9Z",
}
PASSPORT = {
    "idType": "passport",
    "name": "홍길동",
    "passportNumber": "M12345678",
    "issueDate": "20200315",
    "birthDate": "19800101",
    "expirationDate": "20300315",
}
CLAIMS = [RESIDENT, DRIVER, PASSPORT]
FIELDS = [(claim, name) for claim in CLAIMS for name in claim if name != "idType"]
