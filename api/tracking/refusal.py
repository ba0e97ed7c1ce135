"""Refusals of whole requests by the tracking endpoint."""


class TrackingRefusal(Exception):
    """A response other than 200. With `retry_after`, in seconds, an SDK sends the request again."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
