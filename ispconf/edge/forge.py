"""The forge's REST API, as GitHub, Gitea and Forgejo speak it alike: comments and issues.

Knows addresses, pages, limits and who is asking. Knows nothing of plans: a ``render`` gives the
text for as many bytes as the forge takes. The token goes to the API's own address only, and into
no message.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from typing import Any, NamedTuple, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ispconf.errors import IncompleteError
from ispconf.secret import HIDDEN

_TRIES = 5
_TIMEOUT = 30.0  # seconds
_LONGEST = 120.0  # seconds to wait when the forge asks for it
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')
_LEAST = 8_000  # bytes; a forge that takes less than this takes no comment of ours
_SPENT, _TOO_LONG, _FORBIDDEN, _UNKNOWN = 429, (413, 422), 403, (401, 403, 404)
_RIGHTS = (
    "; does the token (GITHUB_TOKEN) exist, and may it write here? On GitHub a job says so by"
    " permissions: {pull-requests: write}, for an issue {issues: write}"
)

_T = TypeVar("_T")
Render = Callable[[str, int], str]
"""The text that takes the place of an old one (empty: there is none) within so many bytes."""


class ForgeError(IncompleteError):
    """The forge could not be reached, or did not do what it was asked."""

    def __init__(self, message: str, status: int = 0) -> None:
        self.status = status
        super().__init__(message)


class _LaterError(Exception):
    """It may work a little later; ``after`` seconds, None when the forge did not say."""

    def __init__(self, message: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(message)


class Answer(NamedTuple):
    """What the API answered, and the address of the next page, empty on the last one."""

    value: Any
    following: str


class _Stay(HTTPRedirectHandler):
    """Follows nothing: a redirect would carry the token to another address."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """No request."""


@dataclass(frozen=True)
class Forge:
    """One repository on a forge, seen with one token.

    ``api`` is the address as ``GITHUB_API_URL`` has it; ``rest`` lets seconds pass.
    """

    api: str
    token: str = field(repr=False)
    repository: str
    rest: Callable[[float], None]

    def comment(self, number: int, marker: str, render: Render) -> str:
        """Writes the one comment that starts with the marker: ``created``, ``updated``, ``kept``.

        What was written twice, by two runs at once, is one afterwards. A comment of somebody else
        is left alone, whatever it starts with.

        Raises:
            ForgeError: it is not there as it should be.
        """
        return self._patiently(lambda: self._comment(number, marker, render))

    def _comment(self, number: int, marker: str, render: Render) -> str:
        there = f"issues/{number}/comments"
        first, *more = self._ours(there, marker) or [{}]
        done = self._fitting(first, f"issues/comments/{first.get('id')}", there, render, {})
        for each in more:
            self._send("DELETE", f"issues/comments/{each['id']}")
        return done

    def issue(self, title: str, marker: str, render: Render, *, needed: bool) -> str:
        """Opens, updates or closes the issue with this title that starts with the marker.

        ``opened``, ``updated``, ``kept``, ``closed``, or ``none`` where none is needed.

        Raises:
            ForgeError: it is not there as it should be.
        """
        return self._patiently(lambda: self._issue(title, marker, render, needed))

    def _issue(self, title: str, marker: str, render: Render, needed: bool) -> str:  # noqa: FBT001
        found = [
            each
            for each in self._ours("issues", marker, "state=open&")
            if each.get("title") == title and not each.get("pull_request")
        ]
        if not needed and not found:
            return "none"
        first, *more = found or [{}]
        place = f"issues/{first.get('number')}"
        done = self._fitting(first, place, "issues", render, {"title": title})
        for each in more if needed else found:
            self._send("PATCH", f"issues/{each['number']}", {"state": "closed"})
        if not needed:
            return "closed"
        return "opened" if done == "created" else done

    def pull_request(self, owner: str, branch: str, commit: str) -> int | None:
        """The number of the open pull request from a branch of a fork at this commit."""
        asked = f"pulls?state=open&head={owner}:{branch}&"
        found = self._patiently(lambda: list(self._listed(asked)))
        numbers = [each["number"] for each in found if each.get("head", {}).get("sha") == commit]
        return int(numbers[0]) if numbers else None

    def _fitting(
        self, old: Mapping[str, Any], place: str, new: str, render: Render, more: dict[str, str]
    ) -> str:
        """Writes the text over the old one or anew; shorter, where the forge takes no more."""
        limit = 60_000
        while True:
            body = render(old.get("body") or "", limit)
            if old and _same(old["body"], body):
                return "kept"
            try:
                if old:
                    self._send("PATCH", place, {"body": body})
                    return "updated"
                self._send("POST", new, {"body": body, **more})
            except ForgeError as error:
                if error.status not in _TOO_LONG or limit // 2 < _LEAST:
                    raise
                limit //= 2
            else:
                return "created"

    def _ours(self, path: str, marker: str, asked: str = "") -> list[dict[str, Any]]:
        """What starts with the marker and was written by whoever writes now, oldest first."""
        found = [
            each
            for each in self._listed(f"{path}?{asked}")
            if (each.get("body") or "").startswith(marker)
        ]
        if not found:
            return []
        me = self._me()
        return sorted(
            (each for each in found if _by(each.get("user") or {}, me)), key=lambda each: each["id"]
        )

    def _me(self) -> str:
        """Who is asking; empty for the token of a workflow on GitHub, which may not ask that."""
        try:
            login = self._asked("GET", f"{self.api}/user").value["login"]
        except (ForgeError, KeyError, TypeError):
            return ""
        return str(login)

    def _listed(self, path: str) -> Iterator[dict[str, Any]]:
        """Everything, page by page; ``limit`` is what Gitea calls ``per_page``."""
        url = f"{self.api}/repos/{self.repository}/{path}per_page=100&limit=50"
        while url:
            if not url.startswith(f"{self.api}/"):
                raise ForgeError(f"{self._where()} names a next page that is not its own")
            answer = self._asked("GET", url)
            yield from answer.value or ()
            url = answer.following

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        self._asked(method, f"{self.api}/repos/{self.repository}/{path}", body)

    def _patiently(self, ask: Callable[[], _T]) -> _T:
        """Asks again from the start, so that nothing is written twice."""
        for turn in range(_TRIES):
            try:
                return ask()
            except _LaterError as error:
                if turn == _TRIES - 1:
                    raise ForgeError(str(error)) from error
                self.rest(2.0**turn if error.after is None else min(error.after, _LONGEST))
        raise AssertionError

    def _asked(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> Answer:
        request = Request(  # noqa: S310 - the address of the forge, http or https
            url,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": "ispconf",
            },
        )
        # Not among the headers that a redirect or a proxy would be told.
        request.add_unredirected_header("Authorization", f"token {self.token}")
        try:
            with build_opener(_Stay).open(request, timeout=_TIMEOUT) as answer:
                text, headers = answer.read(), answer.headers
        except HTTPError as error:
            with error:
                raise self._refused(error) from None
        except (OSError, HTTPException) as error:
            raise _LaterError(f"{self._where()} cannot be reached: {error}") from None
        try:
            return Answer(json.loads(text) if text else None, _following(headers))
        except ValueError:
            raise ForgeError(f"{self._where()} does not answer in JSON: is it an API?") from None

    def _refused(self, error: HTTPError) -> Exception:
        """Whether it may work later, or what the forge says against it."""
        after = error.headers.get("Retry-After", "")
        spent = error.headers.get("X-RateLimit-Remaining") == "0"
        said = f"{self._where()} answers {error.code}: {self._message(error)}"
        limited = error.code == _SPENT or (error.code == _FORBIDDEN and (after or spent))
        if limited or error.code >= 500:  # noqa: PLR2004
            return _LaterError(said, float(after) if after.isdigit() else None)
        return ForgeError(said + (_RIGHTS if error.code in _UNKNOWN else ""), error.code)

    def _message(self, error: HTTPError) -> str:
        try:
            said = json.loads(error.read(10_000)).get("message")
        except (OSError, ValueError, AttributeError, HTTPException):
            said = None
        return str(said or error.reason).replace(self.token, HIDDEN)[:300]

    def _where(self) -> str:
        return f"the forge ({urlsplit(self.api).netloc}, {self.repository})"


def _following(headers: HTTPMessage) -> str:
    found = _NEXT.search(headers.get("Link", ""))
    return found[1] if found else ""


def _same(old: str, new: str) -> bool:
    """Forges may keep other line ends, and no blanks at the end."""
    return old.replace("\r\n", "\n").strip() == new.strip()


def _by(author: Mapping[str, Any], me: str) -> bool:
    """Whether we wrote it; a workflow's own account is a Bot, or called gitea-actions."""
    login = str(author.get("login") or "")
    if me:
        return login == me
    return author.get("type") == "Bot" or login.endswith(("[bot]", "-actions"))
