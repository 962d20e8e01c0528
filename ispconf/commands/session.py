"""What every verb shares: its common options, the repository it works on, and how it answers."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import wraps
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from zoneinfo import ZoneInfo

import click

from ispconf.commands.progress import progress_of_much
from ispconf.edge.jsontext import pieces
from ispconf.errors import Problem

if TYPE_CHECKING:
    from ispconf.edge.files import Opened
    from ispconf.edge.secrets import Vault
    from ispconf.network.model import Network

FORMATS = ("text", "json")
_AT_ONCE = 500  # lines that are printed together: each alone costs as much as making it
_MUCH = 2_000  # files to be read from which a bar is worth it


def _rest(seconds: float) -> None:
    from ispconf.edge.fleet import rest

    rest(seconds)


@dataclass(slots=True)
class Session:
    """One call of a verb: environment and clock as they were given, and the common options.

    ``input`` is where values are read from; ``asks`` is whether somebody sits there to be asked;
    ``rest`` lets seconds pass before a router that went away is tried again; ``limits`` are the
    seconds that a router may take for each step of connecting, and those it may say nothing.
    """

    env: Mapping[str, str]
    now: datetime
    input: TextIO = field(default_factory=StringIO)
    asks: bool = False
    format: str = "text"
    directory: Path | None = None
    day: date | None = None
    rest: Callable[[float], None] = _rest
    limits: tuple[float, float] = (10.0, 30.0)
    _began: float = field(default_factory=time.monotonic)
    _root: Path | None = None
    _opened: dict[str | None, "Opened"] = field(default_factory=dict)
    _vault: "Vault | None" = None
    _vaults: dict[str, "Vault"] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The repository: the folder that holds ispconf.yaml, -C or above.

        Raises:
            RequestError: there is none.
        """
        if self._root is None:
            from ispconf.edge.history import root

            self._root = root(self.directory or Path.cwd())
        return self._root

    def network(self, rev: str | None = None) -> "Network":
        """The network of the work tree, or of a commit; read once.

        Raises:
            FilesError: with every problem of every file.
        """
        return self.opened(rev).network

    def opened(self, rev: str | None = None) -> "Opened":
        """The network with what it was made of; read once.

        Raises:
            FilesError: with every problem of every file.
        """
        from ispconf.edge.files import opened

        if rev not in self._opened:
            with progress_of_much("reading files", _MUCH) as told:
                self._opened[rev] = opened(self.root, env=self.env, rev=rev, progress=told)
        return self._opened[rev]

    def today(self) -> date:
        """The day to judge by: --date, or today in the company's time zone."""
        if self.day is not None:
            return self.day
        return self.local_now().date()

    def local_now(self) -> datetime:
        """The time of the call in the company's time zone."""
        return self.now.astimezone(ZoneInfo(self.network().company.timezone))

    def moment(self) -> datetime:
        """The time as it passes, counted from the time of the call; for what cannot stand still."""
        return self.now + timedelta(seconds=time.monotonic() - self._began)

    def vault(self, rev: str | None = None) -> "Vault":
        """What reveals the secrets of the files, or of a commit; a key is unwrapped when needed."""
        from ispconf.edge.secrets import Vault

        if self._vault is None:
            self._vault = Vault.open(self.root, self.env)
        if rev is None:
            return self._vault
        if rev not in self._vaults:
            self._vaults[rev] = self._vault.at(rev)
        return self._vaults[rev]

    def go_blind(self) -> None:
        """From now on a secret that cannot be had here is unknown, and no error."""
        from ispconf.edge.blind import Blind

        self._vault, self._vaults = Blind(self.root, self.env), {}

    def emit(self, document: Mapping[str, Any], lines: Callable[[], Iterable[str]]) -> None:
        """Prints the JSON document or the lines, as --format asks."""
        if self.format == "json":
            for piece in pieces(document):
                click.echo(piece, nl=False)
            return
        held: list[str] = []
        try:
            for line in lines():
                held.append(line)
                if len(held) == _AT_ONCE:
                    click.echo("\n".join(held))
                    held = []
        finally:
            if held:
                click.echo("\n".join(held))

    @staticmethod
    def problems(problems: Iterable[Problem], code: int) -> dict[str, Any]:
        """Problems of files as a JSON document."""
        return {
            "format": 1,
            "exit_code": int(code),
            "problems": [
                {
                    "file": problem.source.file,
                    "line": problem.source.line or None,
                    "column": problem.source.column or None,
                    "severity": problem.severity,
                    "message": problem.message,
                    "also": str(problem.also) if problem.also else None,
                }
                for problem in problems
            ],
        }


class Day(click.ParamType[date]):
    """A day written YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date of the text; anything else is wrong usage."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day like 2026-11-06", param, ctx)


class Month(click.ParamType[date]):
    """A month written YYYY-MM, as its first day."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The first day of the month; anything else is wrong usage."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"{value!r} is not a month like 2026-11", param, ctx)


class Group(click.Group):
    """A verb of several, whose help says each in a whole sentence."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of its verbs; click would cut their sentences short."""
        with formatter.section("Verbs"):
            formatter.write_dl(
                [(name, verb.get_short_help_str(limit=400)) for name, verb in self.commands.items()]
            )


def explained(verb: Callable[..., Any]) -> str:
    r"""The words of a verb for --help; click keeps the lines below a real ``\b`` apart."""
    return (verb.__doc__ or "").replace(r"\b", "\b")


def shared(*more: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that every verb takes; ``more`` are formats beyond text and json."""

    def wrap(verb: Callable[..., Any]) -> Callable[..., Any]:
        @click.option(
            "-C",
            "directory",
            type=click.Path(file_okay=False, exists=True, path_type=Path),
            metavar="DIR",
            help="The repository (default: the folder above that holds ispconf.yaml).",
        )
        @click.option(
            "--date", "day", type=Day(), help="The day to judge by (default: today, local time)."
        )
        @click.option(
            "--format",
            "form",
            type=click.Choice((*FORMATS, *more)),
            default="text",
            show_default=True,
            help="How to answer.",
        )
        @wraps(verb)
        def called(**given: Any) -> Any:
            session: Session = click.get_current_context().obj
            session.directory = given.pop("directory")
            session.day, session.format = given.pop("day"), given.pop("form")
            return verb(session, **given)

        called.__doc__ = explained(verb)
        return called

    return wrap
