"""Readers: they recognise the document on an image. Worker threads or processes run them."""
