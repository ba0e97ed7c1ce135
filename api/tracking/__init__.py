"""The Segment-compatible door: what Segment's SDKs (and those that speak like them) send becomes rows for the writer."""

from api.tracking.calls import Call, Context, decode_batch, decode_call
from api.tracking.endpoint import Tracking, TrackingLimits
from api.tracking.translate import rows

__all__ = ["Call", "Context", "Tracking", "TrackingLimits", "decode_batch", "decode_call", "rows"]
