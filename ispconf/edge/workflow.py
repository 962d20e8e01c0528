"""What a workflow run tells its steps, and what they leave for it: event, summary, outputs.

GitHub's names for these are spoken by Gitea and Forgejo, too. The event is read as data: nothing
that the author of a pull request may choose is taken from it, but the name of their branch.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ispconf.edge.caller import run_url
from ispconf.errors import RequestError

SUMMARY = 1 << 20  # bytes that a step's summary may have
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_ADDRESS = re.compile(r"https?://[\w.:/-]+", re.ASCII)
_BRANCH = re.compile(r"[\w./+-]+", re.ASCII)


class Branch(NamedTuple):
    """The branch of a fork that a run was about: its owner's name, the branch, the commit."""

    owner: str
    name: str
    commit: str


@dataclass(frozen=True)
class Run:
    """A run, as its environment tells of it."""

    env: Mapping[str, str]

    def repository(self, given: str | None) -> str:
        """``owner/name``: the one given, or the run's own.

        Raises:
            RequestError: neither is there, or it is not a name.
        """
        name = given or self.env.get("GITHUB_REPOSITORY", "")
        if not _REPOSITORY.fullmatch(name):
            raise RequestError(f"{name or 'nothing'!r} is not a repository; say --repo owner/name")
        return name

    def api(self) -> str:
        """The address of the forge's API, without a slash at its end.

        Raises:
            RequestError: it is not an address.
        """
        address = self.env.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
        if not _ADDRESS.fullmatch(address):
            raise RequestError(f"GITHUB_API_URL is not an address: {address!r}")
        return address

    def token(self) -> str:
        """What the forge is asked with.

        Raises:
            RequestError: there is none.
        """
        token = self.env.get("GITHUB_TOKEN", "").strip()
        if not token or not token.isprintable():
            raise RequestError(
                "GITHUB_TOKEN is not set; in a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}"
            )
        return token

    def pull_request(self) -> int | Branch | None:
        """The number of the pull request that the run is about, or the branch to find it by."""
        event = self._event()
        match event:
            case {"pull_request": {"number": int(number)}}:
                return number
            case {"workflow_run": {"pull_requests": [{"number": int(number)}]}}:
                return number
            case {
                "workflow_run": {
                    "head_repository": {"owner": {"login": str(owner)}},
                    "head_branch": str(branch),
                    "head_sha": str(commit),
                }
            } if _BRANCH.fullmatch(owner) and _BRANCH.fullmatch(branch):
                return Branch(owner, branch, commit)
        return None

    def _event(self) -> Any:
        path = self.env.get("GITHUB_EVENT_PATH")
        try:
            return json.loads(Path(path).read_bytes()) if path else None
        except (OSError, ValueError) as error:
            raise RequestError(f"GITHUB_EVENT_PATH cannot be read: {error}") from error

    def link(self) -> str:
        """The address of the run's page, fit to be shown; empty outside of a run."""
        url = run_url(self.env)
        return url if _ADDRESS.fullmatch(url) else ""

    def summary_room(self) -> int:
        """How many bytes the step's summary still takes; 0 where there is none."""
        path = self.env.get("GITHUB_STEP_SUMMARY")
        if not path:
            return 0
        held = Path(path).stat().st_size if Path(path).exists() else 0
        return max(0, SUMMARY - held - 1)

    def summarise(self, text: str) -> None:
        """Adds to the step's summary, where there is one."""
        self._append("GITHUB_STEP_SUMMARY", text)

    def output(self, name: str, value: str) -> bool:
        """Gives the step an output of one line; whether there was a step to give it to."""
        return self._append("GITHUB_OUTPUT", f"{name}={value}")

    def _append(self, variable: str, text: str) -> bool:
        path = self.env.get(variable)
        if not path:
            return False
        try:
            with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{text}\n")
        except OSError as error:
            raise RequestError(f"{variable} cannot be written: {error.strerror}") from error
        return True
