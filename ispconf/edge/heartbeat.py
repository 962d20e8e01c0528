"""A sign of life, at one address, for a monitor that raises the alarm when it stays away.

The address is a secret, since whoever knows it can keep the alarm quiet; no message shows it.
"""

from collections.abc import Callable
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from ispconf.errors import IncompleteError, RequestError

_TRIES = 4
_TIMEOUT = 10.0  # seconds


def beat(url: str, rest: Callable[[float], None]) -> None:
    """Tells the monitor that all is well; tried again for a while.

    Raises:
        RequestError: this is no address.
        IncompleteError: the monitor could not be told.
    """
    if urlsplit(url).scheme not in ("http", "https") or not url.isprintable() or " " in url:
        raise RequestError("the address of the heartbeat does not begin with https://")
    request = Request(url, headers={"User-Agent": "ispconf"})  # noqa: S310 - seen above
    said = ""
    for turn in range(_TRIES):
        if turn:
            rest(2.0**turn)
        try:
            with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - seen above
                answer.read(1000)
        except HTTPError as error:
            error.close()
            said = f"it answers {error.code}"
        except (OSError, HTTPException, ValueError) as error:
            said = type(error).__name__
        else:
            return
    raise IncompleteError(f"the heartbeat's monitor could not be told: {said}")
