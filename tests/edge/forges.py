"""A forge on this machine: the part of the REST API that we use, answered as GitHub and Gitea do.

Lists come in pages with a Link to the next, tokens are asked for, an issue is in the list of issues
and a pull request is too. It may be told to fail first. Nothing here knows what we want of it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_canary4711"
BEAT = "/beat"  # a monitor's address, open to whoever knows it
BOT = {"login": "github-actions[bot]", "type": "Bot"}
ANA = {"login": "ana", "type": "User"}


class Heard(NamedTuple):
    """A request as it came in."""

    method: str
    path: str
    body: Any


class Failure(NamedTuple):
    """What the next request is answered instead."""

    status: int
    headers: Mapping[str, str] = {}
    message: str = "not now"
    raw: bytes = b""


@dataclass
class Hosted:
    """One repository: its comments by issue, its issues, and how the server behaves."""

    me: dict[str, str] = field(default_factory=lambda: dict(BOT))
    knows_me: bool = False
    page: int = 2
    most: int = 262_144
    issues: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    api: str = ""
    crlf: bool = False
    last: int = 0

    def said(self, number: int, body: str, author: Mapping[str, str] = BOT) -> dict[str, Any]:
        """Somebody comments."""
        self.last += 1
        made = {"id": self.last, "body": body, "user": dict(author)}
        self.comments.setdefault(number, []).append(made)
        return made

    def opened(self, title: str, body: str, author: Mapping[str, str] = BOT) -> dict[str, Any]:
        """Somebody opens an issue."""
        self.last += 1
        made = {"id": self.last, "number": self.last + 100, "title": title, "body": body}
        self.issues.append(made | {"user": dict(author), "state": "open"})
        return self.issues[-1]

    def bodies(self, number: int) -> list[str]:
        """The comments, oldest first."""
        return [each["body"] for each in self.comments.get(number, [])]

    def writes(self) -> list[str]:
        """The methods of the requests that were no reading."""
        return [heard.method for heard in self.heard if heard.method != "GET"]

    def env(self, **more: str) -> dict[str, str]:
        """The environment of a workflow's step here."""
        return {
            "GITHUB_API_URL": self.api,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORY": "isp/net",
        } | more

    def answer(self, method: str, path: str, asked: Mapping[str, list[str]], body: Any) -> Any:
        """The status and the value, or the whole list that a page is cut from."""
        place = path.removeprefix("/repos/isp/net/")
        if path == "/user":
            return (200, self.me) if self.knows_me else (403, {"message": "not by integration"})
        if place == path:
            return 404, {"message": "Not Found"}
        if body and len(str(body.get("body", "")).encode()) > self.most:
            return 422, {"message": "body is too long"}
        if body and self.crlf and "body" in body:
            body = body | {"body": body["body"].replace("\n", "\r\n")}
        for form, served in self._routes().items():
            if found := re.fullmatch(form, f"{method} {place}"):
                return served(*map(int, found.groups()), asked=asked, body=body)
        return 404, {"message": "Not Found"}

    def _routes(self) -> dict[str, Callable[..., Any]]:
        return {
            r"GET issues/(\d+)/comments": lambda number, **_: (200, self.comments.get(number, [])),
            r"POST issues/(\d+)/comments": lambda number, body, **_: (
                201, self.said(number, body["body"], self.me)),
            r"(?:PATCH|DELETE) issues/comments/(\d+)": self._one,
            r"PATCH issues/(\d+)": self._patched,
            r"POST issues": lambda body, **_: (
                201, self.opened(body["title"], body["body"], self.me)),
            r"GET issues": lambda asked, **_: (
                200, [each for each in self.issues if [each["state"]] == asked["state"]]),
            r"GET pulls": lambda asked, **_: (
                200, [each for each in self.pulls if [each["head"]["label"]] == asked["head"]]),
        }  # fmt: skip

    def _patched(self, number: int, body: Any, **_: Any) -> Any:
        issue = next(each for each in self.issues if each["number"] == number)
        issue |= body
        return 200, issue

    def _one(self, found: int, body: Any, **_: Any) -> Any:
        for held in self.comments.values():
            for each in held:
                if each["id"] != found:
                    continue
                if body is None:
                    held.remove(each)
                    return 204, b""
                each["body"] = body["body"]
                return 200, each
        return 404, {"message": "Not Found"}


class _Handler(BaseHTTPRequestHandler):
    hosted: Hosted

    def _serve(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        url = urlsplit(self.path)
        self.hosted.heard.append(Heard(self.command, self.path, body))
        if self.hosted.failures:
            failure = self.hosted.failures.pop(0)
            if not failure.status:  # the line breaks
                self.close_connection = True
                return
            said = {"message": failure.message}
            self._tell(failure.status, failure.raw or said, failure.headers)
            return
        if url.path == BEAT:
            self._tell(200, "OK")
            return
        if self.headers.get("Authorization") != f"token {TOKEN}":
            self._tell(401, {"message": f"Bad credentials {TOKEN}"})
            return
        asked = parse_qs(url.query)
        status, value = self.hosted.answer(self.command, url.path, asked, body)
        if not isinstance(value, list):
            self._tell(status, value)
            return
        at, size = int(asked.get("page", ["1"])[0]), self.hosted.page
        following = f"{self.hosted.api}{url.path}?{url.query.split('&page=')[0]}&page={at + 1}"
        more = len(value) > at * size
        link = {"Link": f'<{self.hosted.api}/x>; rel="last", <{following}>; rel="next"'}
        self._tell(status, value[(at - 1) * size : at * size], link if more else {})

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _tell(self, status: int, value: Any, headers: Mapping[str, str] = {}) -> None:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def hosting(**facts: Any) -> Iterator[Hosted]:
    """A forge that listens on a free port of this machine."""
    hosted = Hosted(**facts)
    handler = type("Handler", (_Handler,), {"hosted": hosted})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        hosted.api = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield hosted
        finally:
            server.shutdown()
            thread.join()
