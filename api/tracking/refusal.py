"""What the endpoint answers where it does not accept."""


class TrackingRefusal(Exception):
    """An answer other than 200; `retry_after` in seconds makes an SDK try again."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
