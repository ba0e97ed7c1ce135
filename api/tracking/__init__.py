"""The Segment-compatible door: what Segment's SDKs (and those that speak like them) send becomes rows for the writer."""

from api.tracking.calls import Batch, Call, Context, decode, salvage
from api.tracking.endpoint import Tracking, TrackingLimits
from api.tracking.translate import rows

__all__ = ["Batch", "Call", "Context", "Tracking", "TrackingLimits", "decode", "rows", "salvage"]
