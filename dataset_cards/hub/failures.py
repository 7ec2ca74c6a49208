"""Failures of requests to the Hub: their kinds, and how to tell them apart."""

from __future__ import annotations

from silverner.projection.errors import SilvernerError

_PAGE = "docs/pages/how-to/publish.md"


class HubError(SilvernerError, ConnectionError):
    """The Hub could not be reached, or it refused."""

    page = _PAGE


class UnsureError(SilvernerError, ConnectionError):
    """A request failed, and it is not known whether the Hub has made the change."""

    page = _PAGE


class ConflictError(SilvernerError, RuntimeError):
    """The Hub refused a change, because somebody else has changed the repository meanwhile."""

    page = _PAGE


def status_of(error: BaseException | None) -> int | None:
    """Return the HTTP status of the answer behind an error; ``None`` where there was no answer."""
    while error is not None:
        status: int | None = getattr(getattr(error, "response", None), "status_code", None)
        if status is not None:
            return status
        error = error.__cause__ or error.__context__
    return None


def may_pass(error: BaseException | None) -> bool:
    """Tell whether a second try may succeed: after no answer, too many requests, or a failing server."""
    from huggingface_hub.errors import HfHubHTTPError

    status = status_of(error)
    if status is not None:
        return status in {408, 425, 429} or status >= 500
    if is_offline(error) or type(error).__name__ in {"InvalidURL", "UnsupportedProtocol"}:
        return False
    network = HfHubHTTPError.__mro__[1]  # the root of the errors of whichever HTTP client this version uses
    while error is not None:
        if isinstance(error, network | ConnectionError | TimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_offline(error: BaseException | None) -> bool:
    """Tell whether the client is set to work offline."""
    from huggingface_hub.errors import OfflineModeIsEnabled

    while error is not None and not isinstance(error, OfflineModeIsEnabled):
        error = error.__cause__ or error.__context__
    return error is not None


def description(error: BaseException) -> str:
    """Describe a failure in one line; parts of the request, which may hold a token, are left out."""
    status = status_of(error)
    if status is not None:
        return f"the Hub answered {status}"
    root = error
    while root.__cause__ is not None:
        root = root.__cause__
    return f"{type(root).__name__}: {str(root).strip().partition(chr(10))[0][:200]}"
