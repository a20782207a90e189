"""The figures of a deployment that no operator sets: time-outs, and what is computed from them."""

from __future__ import annotations

from sealed_ocr.analysis.backoff import receives_to_outlast

ANALYZE_TIMEOUT_SECONDS = 120
ANALYZE_CALL_TIMEOUT_SECONDS = 40
VERIFY_TIMEOUT_SECONDS = 30
VERIFY_CALL_TIMEOUT_SECONDS = 20

# AWS asks for six times the function's own: a batch that is being throttled must not come back while it waits. While a
# batch fills, it is hidden too, so the window is added.
UPLOADS_VISIBILITY_SECONDS = 6 * ANALYZE_TIMEOUT_SECONDS

# An outage of the OCR service, or of its configuration, that no document is to notice.
OUTAGE_SECONDS = 5 * 3600
# Deliveries that are used up by something else: a killed function, a lease that has to lapse first.
RESERVED_RECEIVES = 5
UPLOADS_MAX_RECEIVES = receives_to_outlast(OUTAGE_SECONDS) + RESERVED_RECEIVES

# Results are paid for. A message that a consumer took this often without deleting it is one that it cannot handle;
# a consumer that is merely down takes none, and one that fails for an hour with a visibility of 30 s takes 120.
RESULTS_VISIBILITY_SECONDS = 60
RESULTS_MAX_RECEIVES = 500

LARGEST_MESSAGE_BYTES = 1 << 20
