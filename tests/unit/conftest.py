import os

from hypothesis import HealthCheck, settings

# A shared machine may be slow at any moment, and no test here is about speed. The soak tries many more examples.
settings.register_profile(
    "sealed-ocr",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    max_examples=int(os.environ.get("EXAMPLES", "100")),
)
settings.load_profile("sealed-ocr")
