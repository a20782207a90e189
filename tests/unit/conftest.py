from hypothesis import HealthCheck, settings

# A shared machine may be slow at any moment, and no test here is about speed.
settings.register_profile("sealed-ocr", deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
settings.load_profile("sealed-ocr")
