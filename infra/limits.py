"""Limits of a deployment that operators do not set: time-outs, retention times, and what follows from them."""

from __future__ import annotations

from sealed_ocr.analysis.backoff import receives_to_outlast

ANALYZE_TIMEOUT_SECONDS = 120
ANALYZE_CALL_TIMEOUT_SECONDS = 40
VERIFY_TIMEOUT_SECONDS = 30
VERIFY_CALL_TIMEOUT_SECONDS = 20

# AWS recommends six times the function's time-out, so that a throttled batch does not return while it waits. The stack
# adds the batch window, because messages are hidden while a batch fills.
UPLOADS_VISIBILITY_SECONDS = 6 * ANALYZE_TIMEOUT_SECONDS

# No document becomes a dead letter in an outage of the OCR service, or of its configuration, that is this long.
OUTAGE_SECONDS = 5 * 3600
# Deliveries that other causes may consume: a killed function, or a lease that has to expire first.
RESERVED_RECEIVES = 5
UPLOADS_MAX_RECEIVES = receives_to_outlast(OUTAGE_SECONDS) + RESERVED_RECEIVES

# Results are paid for. If a consumer receives a message this often without deleting it, it cannot handle it. A consumer
# that is down receives none, and one that fails for an hour with a visibility of 30 s receives 120.
RESULTS_VISIBILITY_SECONDS = 60
RESULTS_MAX_RECEIVES = 500

LARGEST_MESSAGE_BYTES = 1 << 20

# The largest request of the OCR service, image and form together. The guide's host has the older, smaller limit.
LARGEST_REQUEST_BYTES = 20 << 20
OLD_HOST = "ocr.api.nhncloudservice.com"
OLD_HOST_LARGEST_REQUEST_BYTES = 5_000_000
# What a request has beside the plain image: the form (about 200 bytes) and up to 16 bytes of padding.
REQUEST_FRAME_BYTES = 1024

# Lambda's minimum for an event of an asynchronous invocation.
MAX_EVENT_AGE_SECONDS = 60

UPLOADS_RETENTION_DAYS = 4
DEAD_LETTER_RETENTION_DAYS = 14
# A dead letter that SQS moves keeps the time of its upload. One that the function sends (a parked document) is a new
# message, so it may be as old as both retention times together, and its image must still exist.
MAX_DEAD_LETTER_AGE_DAYS = UPLOADS_RETENTION_DAYS + DEAD_LETTER_RETENTION_DAYS

# Memory determines the share of a processor. The first batch of a cold function opens three connections to AWS for each
# document; with a third of this memory, they ran out of time (docs/scale.md).
MIN_MB_PER_DOCUMENT = 8
