"""The command line: one group of verbs, loaded when asked for; clock and environment are read here.

Turns exceptions into the exit codes and the one JSON document that every verb promises.
"""

import errno
import json
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from itertools import pairwise
from keyword import iskeyword

import click

from ispconf import __version__
from ispconf.commands.session import Session
from ispconf.errors import Exit, FilesError, IspconfError
from ispconf.escape import terminal

VERBS = {
    "init": "a new network repository that passes check as it is",
    "demo": "the whole story on this machine, with simulated routers",
    "check": "every problem of every file",
    "plan": "what apply would do, and why",
    "apply": "do it, read back, and prove that nothing is left",
    "approve": "let a recorded plan be applied, on hosts without reviews",
    "drift": "what somebody changed by hand on the routers",
    "import": "what a router has, or was changed to by hand, into files",
    "rollback": "a branch with the files as they were, and the plan it gives",
    "pay": "record a payment, print the receipt; or take a bank's file of them",
    "bill": "record the invoices and fees that are missing, or one of other income",
    "promise": "somebody promised to pay: kept until that day",
    "credit": "take back an invoice, in part or in full",
    "refund": "pay a subscriber's credit out",
    "reverse": "a payment that bounced or was somebody else's",
    "write-off": "give up what an invoice still asks for",
    "transfer": "credit of one subscriber that belongs to another one",
    "ledger": "close a month for good; what is owed when the books begin",
    "status": "who is served, who owes, and why",
    "statement": "all entries of one subscriber",
    "history": "the life of a subscriber on one page: files, money, cuts",
    "blame": "who last changed each field of a subscriber, and from what",
    "audit": "what each commit did to files, money and routers",
    "explain": "the difference of two commits in an operator's words",
    "receipt": "the receipt of a payment, again or on other paper",
    "invoice": "invoices as text, HTML or PDF, thousands at once",
    "debtors": "who owes, largest debt first",
    "report": "revenue, receivables, churn, promises, a day's cash",
    "export": "the ledger as beancount, hledger or csv",
    "subscriber": "new, show, list, set, erase: subscriber files",
    "router": "test, status, sessions, backup, snapshot: what routers are and do",
    "secrets": "keygen, encrypt, edit, rotate, recipients: values nobody can read in git",
    "ci": "what the workflows of a forge need: comment, matrix and more",
    "simulator": "routers that speak the RouterOS API on this machine",
}


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Verbs(click.Group):
    """The verbs, each imported only when it is called, so that ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All verbs, in the order in which a newcomer meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a verb."""
        if cmd_name not in VERBS:
            return None
        name = cmd_name.replace("-", "_")
        module = f"ispconf.commands.{name}{'_' if iskeyword(name) else ''}"
        command: click.Command = import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of verbs, without importing one of them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ispconf")
def group() -> None:
    """An internet provider's network and money, kept in git and applied to its routers.

    Subscribers, service plans, routers and payments are YAML files in a git repository; plan shows
    what would change on the routers and why, apply does exactly that. Try it: ispconf demo.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a verb and leaves with its exit code."""
    # A stranger's terminal may not speak UTF-8; a name with an accent must not end a run.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    session = Session(dict(os.environ), datetime.now(UTC), sys.stdin, sys.stdin.isatty())
    sys.exit(run(session, arguments))


def run(session: Session, arguments: Sequence[str] | None = None) -> int:
    """The exit code of a verb; whatever goes wrong has been printed."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if "--format=json" in words or ("--format", "json") in pairwise(words):
        session.format = "json"  # wrong usage is told as JSON, too
    try:
        code = group.main(args=words, obj=session, standalone_mode=False, prog_name="ispconf")
    except SystemExit:  # so click ends when whoever reads our output has seen enough
        return int(Exit.OK)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - every end has its exit code
        return _ended(session, error)
    return int(code or 0)


def _ended(session: Session, error: BaseException) -> int:
    """Says what went wrong, in the words of whoever can act on it."""
    match error:
        case click.ClickException():
            error.show()
            return _told(session, Exit.USAGE, error.format_message(), shown=True)
        case click.Abort() | KeyboardInterrupt():
            return _told(session, Exit.INTERRUPTED, "interrupted; it is safe to run this again")
        case FilesError():
            return _problems(session, error)
        case IspconfError():
            return _told(session, error.exit_code, str(error))
        case OSError() if error.errno in _NO_ROOM:
            what = error.filename or "the output"
            return _told(session, Exit.PROBLEMS, f"{what} cannot be written: {error.strerror}")
        case _:
            click.echo("".join(traceback.format_exception(error)), err=True)
            bug = f"this is a bug in ispconf {__version__}, please report it"
            return _told(session, Exit.BUG, bug)


def _told(session: Session, code: Exit, message: str, *, shown: bool = False) -> int:
    if session.format == "json":
        document = {"format": 1, "exit_code": int(code), "problem": message}
        click.echo(json.dumps(document, ensure_ascii=False))
    elif not shown:
        for line in message.splitlines():
            click.secho(f"ispconf: {terminal(line)}", fg="red", err=True)
    return int(code)


def _problems(session: Session, error: FilesError) -> int:
    if session.format == "json":
        click.echo(json.dumps(session.problems(error.problems, Exit.PROBLEMS), ensure_ascii=False))
        return int(Exit.PROBLEMS)
    for problem in error.problems:
        click.secho(terminal(str(problem)), fg="red", err=True)
    errors = sum(problem.severity == "error" for problem in error.problems)
    plural = "" if errors == 1 else "s"
    click.echo(f"{errors} problem{plural}; nothing was contacted, nothing was written.", err=True)
    return int(error.exit_code)
