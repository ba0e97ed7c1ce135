"""The Segment-compatible endpoint: calls of Segment's SDKs, and of compatible ones, become rows for the writer."""

from api.tracking.calls import Call, CallBatch, Context, decode_batch, salvage_batch
from api.tracking.endpoint import Tracking, TrackingLimits
from api.tracking.translate import rows_of_call

__all__ = [
    "Call",
    "CallBatch",
    "Context",
    "Tracking",
    "TrackingLimits",
    "decode_batch",
    "rows_of_call",
    "salvage_batch",
]
