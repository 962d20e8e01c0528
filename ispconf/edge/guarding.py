"""A guard on the router: it takes changes back by itself unless it is called off in time (P-16).

A script and the schedule that runs it, both ``ispconf-undo``, with a comment that says whose and
until when. No backup is loaded and nobody is dropped. It is called off when the router was reached
over a new connection and its sessions are up; if we die, it does its work and removes itself.
What the script says is up to ``planning.undo``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ispconf.edge.routers import Line
from ispconf.edge.sentences import Fields
from ispconf.edge.troubles import Cause, RouterError
from ispconf.edge.wire import Words
from ispconf.errors import RefusedError
from ispconf.escape import terminal
from ispconf.planning.undo import NAME

LONGEST = 30_000  # bytes of a script; longer ones have been refused by small boards
_MENUS = ("/system/scheduler", "/system/script")
ASKED: tuple[Words, Words] = (
    (f"{_MENUS[0]}/print", "=.proplist=.id,name,comment", f"?name={NAME}"),
    (f"{_MENUS[1]}/print", "=.proplist=.id,name,comment", f"?name={NAME}"),
)
"""Looks for a guard."""
_MARK = "ispconf:undo"
_POLICY = "=policy=read,write"
_SAMPLE = 20


def armed(scripts: Sequence[Fields]) -> bool:
    """Whether a guard of ours stands among the scripts of a router."""
    return any(
        row.get("name") == NAME and row.get("comment", "").startswith(_MARK) for row in scripts
    )


def gone(before: Collection[str], now: Collection[str]) -> list[str]:
    """Whose sessions, of a sample, ended; empty when it is no more than a few by themselves do."""
    names = sorted(before)
    sample = names[:: max(1, len(names) // _SAMPLE)]
    missing = [name for name in sample if name not in now]
    return missing if len(missing) > 1 and len(missing) * 5 > len(sample) else []


@dataclass(slots=True)
class Guard:
    """The guard of one router; ``seconds`` after it was armed it takes the changes back.

    ``leaving`` is whether it was told to go: when it is gone then, it need not have fired.
    """

    router: str
    owner: str
    seconds: int
    standing: bool = False
    half: bool = False
    leaving: bool = False

    def arm(self, line: Line, source: str) -> None:
        """Leaves the script and its schedule on the router.

        Raises:
            RefusedError: the router does not take them; nothing was changed.
            RouterError: the line broke.
        """
        if len(source) > LONGEST:
            raise RefusedError(
                f"taking these changes back needs a script of {len(source)} bytes, more than "
                f"{LONGEST}: apply in parts (--subscriber, --zone), or with --confirm rules"
            )
        if self.half:  # the line broke while it was armed
            self.call_off(line)
        self.half = True
        said = f"=comment={_MARK} by {self.owner}: takes back what is not confirmed"
        orders: list[Words] = [
            ("/system/script/add", f"=name={NAME}", said, _POLICY, f"=source={source}"),
            ("/system/scheduler/add", f"=name={NAME}", said, _POLICY,
             f"=interval={self.seconds}s", f"=on-event={NAME}"),
        ]  # fmt: skip
        refused = [answer.message for answer in line.run(orders) if not answer.ok]
        if not refused:
            self.standing, self.half = True, False
            return
        self.call_off(line)
        raise RefusedError(
            "it does not take the script that would undo a mistake "
            f"({terminal('; '.join(refused))}; a device-mode without scheduler?), so that nothing "
            "was written; apply --confirm off goes without"
        )

    def fired(self, line: Line) -> bool:
        """Whether it has done its work: it was armed, and is not there any more."""
        return self.standing and not self.leaving and not any(own(line.ask(*ASKED)))

    def take_back(self, line: Line) -> None:
        """Lets the router take the changes back now.

        Raises:
            RouterError: the line broke, or the router does not run it.
        """
        answer = line.run([("/system/script/run", f"=number={NAME}")])[0]
        if not answer.ok:
            raise RouterError(self.router, Cause.ANSWER, f"{NAME} did not run: {answer.message}")
        self.call_off(line, done=True)

    def waits(self, line: Line) -> bool:
        """Whether it is still there to do its work: its schedule, whatever became of the rest.

        Raises:
            RouterError: the line broke.
        """
        return bool(own(line.ask(*ASKED))[0])

    def call_off(
        self, line: Line, seen: Sequence[Sequence[Fields]] | None = None, *, done: bool = False
    ) -> None:
        """Removes schedule and script, so that the changes stay; those of a broken run as well.

        ``seen`` is what ``own`` has just found, where it has; ``done`` is whether the guard has
        done its work before.

        Raises:
            RouterError: the line broke, or the router does not let them go.
        """
        found = own(line.ask(*ASKED)) if seen is None else seen
        orders = [
            (f"{menu}/remove", f"=.id={row['.id']}")
            for menu, rows in zip(_MENUS, found, strict=True)
            for row in rows
        ]
        self.leaving = not done
        for order in orders:  # the script last: a schedule that stays without it is not seen
            (answer,) = line.run([order])
            if not answer.ok and "no such item" not in answer.message:
                if order[0].startswith(_MENUS[0]):
                    self.leaving = False  # the schedule stays, and will do its work
                problem = f"{NAME} could not be removed: {answer.message}"
                raise RouterError(self.router, Cause.ANSWER, problem)
        self.standing = self.half = self.leaving = False


def own(replies: Sequence[Sequence[Fields]]) -> list[list[Fields]]:
    """The schedule and the script that are ours, of what ``ASKED`` asks for."""
    return [
        [row for row in rows if row.get("comment", "").startswith(_MARK)]
        for rows in replies[: len(_MENUS)]
    ]
