"""The Segment-compatible door: what Segment's SDKs (and those that speak like them) send becomes rows for the writer."""

from api.tracking.calls import Call, CallBatch, Context, decode_batch, salvage_batch
from api.tracking.endpoint import Tracking, TrackingLimits
from api.tracking.translate import rows

__all__ = ["Call", "CallBatch", "Context", "Tracking", "TrackingLimits", "decode_batch", "rows", "salvage_batch"]
