"""What a simulated stage has in place of the OCR service: outcomes that the uploader chooses by the object's key.

Only the package of a stage with the setting ``simulate`` contains it (docs/staging.md).
"""
