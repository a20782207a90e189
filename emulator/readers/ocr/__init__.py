"""The reader ``ocr``: two OCR engines read the pixels, and a parser for each document finds its fields."""
