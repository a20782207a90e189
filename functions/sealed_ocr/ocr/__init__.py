"""NHN Cloud's Document OCR API v2.0: envelope, public keys, client, models, errors. Independent of AWS."""
