"""One applier per router: a lease that everybody sees on the device, in ``/system/script`` (P-18).

The row ``ispconf-lease`` says in its comment whose it is and until when. Names are unique there, so
adding it is atomic. It is taken before the first write, made longer while the work lasts and
removed at the end. One that is past its time, or any one on request, is taken over by giving its
row another name, which again only one can do: the name is made of the old lease's mark and stays
until the new lease ends. Who finds that the lease was taken over writes nothing more.

Clocks are those of the appliers, not of the routers, which may stand at 1970 after a reboot.
"""

import platform
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from ispconf.edge.caller import actor, run_url
from ispconf.edge.routers import Line
from ispconf.edge.sentences import Fields
from ispconf.edge.troubles import Answer, Cause, RouterError
from ispconf.edge.wire import Words
from ispconf.errors import RefusedError
from ispconf.escape import terminal

NAME = "ispconf-lease"
LASTING = timedelta(minutes=10)
LOOK: Words = ("/system/script/print", "=.proplist=.id,name,comment")
"""Reads the leases of a router, without the text of its scripts."""
_TAKEN = "already exists"
_DENIED = "not enough permissions"
_TRIES = 3
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_SAID = re.compile(r"ispconf:lease ([0-9a-f]{8}) since (\S+) until (\S+) by (.+)")


class Holder(NamedTuple):
    """What a lease says: its mark (8 digits), whose it is, since when and until when (UTC)."""

    mark: str
    owner: str
    since: datetime
    until: datetime

    def comment(self) -> str:
        """The words on the router."""
        since, until = self.since.strftime(_TIME), self.until.strftime(_TIME)
        return f"ispconf:lease {self.mark} since {since} until {until} by {self.owner}"


def holder(comment: str) -> Holder | None:
    """Who holds a lease with this comment; None when it is not one of ours."""
    found = _SAID.fullmatch(comment)
    if not found:
        return None
    try:
        since, until = (datetime.strptime(text, _TIME).replace(tzinfo=UTC)
                        for text in found.group(2, 3))  # fmt: skip
    except ValueError:
        return None
    return Holder(found[1], found[4], since, until)


def owner(env: Mapping[str, str], folder: Path) -> str:
    """Who is about to apply: the run of a GitHub workflow, or somebody's clone on a machine.

    It is the same for two runs only where one cannot begin before the other has ended: a clone
    lets one apply run at a time, a runner does one job at a time.
    """
    if env.get("GITHUB_RUN_ID"):
        where = f"{env.get('GITHUB_JOB', '')} on {env.get('RUNNER_NAME', '')}"
        return _plain(f"{run_url(env)} {where}")
    return _plain(f"{actor(env)}@{platform.node()}:{folder}")


def _plain(text: str) -> str:
    return terminal(" ".join(text.split()))


def seen(scripts: Sequence[Fields], now: datetime) -> str:
    """What the reader of a plan is told of a router's lease; empty when there is none."""
    row = _leased(scripts)
    if row is None:
        return ""
    held = holder(row.get("comment", ""))
    if held is None:
        return f"its script {NAME} is no lease of ours: remove it, or apply --take-over-lease"
    if held.until <= now:
        return f"the lease of {held.owner} ended at {held.until:{_TIME}}; apply takes it over"
    return _at_work(held)


def _at_work(held: Holder) -> str:
    return f"{held.owner} is applying to it since {held.since:{_TIME}}, until {held.until:{_TIME}}"


def _leased(scripts: Sequence[Fields]) -> Fields | None:
    return next((row for row in scripts if row.get("name") == NAME), None)


def _mark(row: Fields) -> str:
    """What tells a lease from another one, however often it is made longer."""
    comment = row.get("comment", "")
    held = holder(comment)
    return held.mark if held else comment


@dataclass(slots=True)
class Lease:
    """Our lease of one router; ``now`` gives the time as it passes, ``force`` takes any over.

    ``mine`` is what was written on the router, or may have been when the line broke meanwhile.
    """

    router: str
    owner: str
    now: Callable[[], datetime]
    force: bool = False
    mine: Holder | None = None
    _sure: bool = False

    def take(self, line: Line) -> str:
        """Takes the lease, or makes sure that it is still ours; gives what there is to say of it.

        A user who may write nothing gets none: every write will be refused in the router's words.

        Raises:
            RefusedError: it is somebody else's, or the router refuses to keep one.
            RouterError: the line broke.
        """
        if self.mine and self._renewed(line):
            return ""
        said = ""
        for _ in range(_TRIES):
            now = self.now().astimezone(UTC).replace(microsecond=0)
            self.mine, self._sure = (
                Holder(secrets.token_hex(4), self.owner, now, now + LASTING),
                False,
            )
            answer = self._add(line, self.mine)
            if answer.ok:
                self._sure = True
                return said
            self.mine = None
            if _TAKEN in answer.message:
                said = self._clear(line) or said
            elif answer.message.startswith(_DENIED) and line.facts.lacking("write"):
                return ""
            else:
                raise RefusedError(
                    "it does not keep a lease, so that nothing was written "
                    f"(/system/script: {terminal(answer.message)}); {line.grant('read', 'write')}"
                )
        raise RefusedError("others take its lease again and again; apply later")

    def renew(self, line: Line) -> None:
        """Makes the lease longer when half of its time is over.

        Raises:
            RefusedError: somebody took it over; nothing more may be written.
        """
        if self.mine and self.mine.until - self.now() < LASTING / 2:
            self._renewed(line)

    def release(self, line: Line, scripts: Sequence[Fields] | None = None) -> None:
        """Gives the lease back; ``scripts`` are what ``LOOK`` has just read, where it has been.

        One that our own broken apply left goes as well: nobody else is at work under our name.

        Raises:
            RouterError: the line broke, or the router does not let it go.
        """
        if self.mine is None and scripts is None:
            return
        held = line.ask(LOOK)[0] if scripts is None else scripts
        gone = [row[".id"] for row in held if self._over(row)]
        for answer in line.run([("/system/script/remove", f"=.id={row_id}") for row_id in gone]):
            if not answer.ok and "no such item" not in answer.message:
                problem = f"its lease could not be removed: {answer.message}"
                raise RouterError(self.router, Cause.ANSWER, problem)
        self.mine = None

    def _over(self, row: Fields) -> bool:
        """Whether a script is a lease that nobody needs any more."""
        if row.get("name") == NAME:
            held = holder(row.get("comment", ""))
            ours = held is not None and held.owner == self.owner
            return ours if self.mine is None else _mark(row) == self.mine.mark
        # of leases that were taken over
        return self.mine is not None and row.get("name", "").startswith(f"{NAME}-")

    @staticmethod
    def _add(line: Line, mine: Holder) -> Answer:
        words = (f"=name={NAME}", f"=comment={mine.comment()}", "=policy=read")
        return line.run([("/system/script/add", *words)])[0]

    def _renewed(self, line: Line) -> bool:
        """Writes a later end after a look whether it is ours; False when it was never written.

        Raises:
            RefusedError: it was, and is not there now.
        """
        row = _leased(line.ask(LOOK)[0])
        if self.mine is None or row is None or _mark(row) != self.mine.mark:
            self.mine = None
            if not self._sure:
                return False
            other = holder(row.get("comment", "")) if row else None
            whose = f"{other.owner} took it over" if other else "somebody removed it"
            raise RefusedError(f"the lease is ours no more ({whose}): nothing more is written")
        self._sure = True
        now = self.now().astimezone(UTC).replace(microsecond=0)
        self.mine = self.mine._replace(until=now + LASTING)
        words = (f"=.id={row['.id']}", f"=comment={self.mine.comment()}")
        line.run([("/system/script/set", *words)])
        return True

    def _clear(self, line: Line) -> str:
        """Takes another lease out of the way where that is allowed; says whose it was.

        Raises:
            RefusedError: it is another's, and lasts.
        """
        row = _leased(line.ask(LOOK)[0])
        if row is None:  # its holder has just given it back
            return ""
        held = holder(row.get("comment", ""))
        ours = held is not None and held.owner == self.owner
        late = held is not None and held.until <= self.now()
        if not (ours or late or self.force):
            whose = _at_work(held) if held else f"its script {NAME} is no lease of ours"
            raise RefusedError(
                f"{whose}; wait, or if you know that nobody is at work there: "
                "apply --take-over-lease"
            )
        self._bury(line, row)
        if held is None:
            return f"removed its script {NAME}, which was no lease of ours"
        whose = "of our own broken apply" if ours else f"of {held.owner}"
        ended = f"{'ended' if late else 'was to end'} at {held.until:{_TIME}}"
        return f"took over the lease {whose} that {ended}"

    @staticmethod
    def _bury(line: Line, row: Fields) -> None:
        """Renames a lease, by its name: only one can, and only while it is the one that was seen.

        Raises:
            RefusedError: another one was quicker.
        """
        held = holder(row.get("comment", ""))
        grave = f"{NAME}-{held.mark if held else 'unknown'}"
        answer = line.run([("/system/script/set", f"=numbers={NAME}", f"=name={grave}")])[0]
        buried = line.ask((*LOOK, f"?name={grave}"))[0] if answer.ok else []
        if not buried or _mark(buried[0]) != _mark(row):
            raise RefusedError("another apply has just taken over its lease; apply later")
