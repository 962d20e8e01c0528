"""Documents given out as a verb was asked: on standard output, in one file, or one file each.

Knows the options that the printing verbs share. What a document says is for ``papers``.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final, get_args

import click

from ispconf.commands import papers
from ispconf.commands.judging import Judged
from ispconf.commands.progress import progress
from ispconf.edge.printing import SUFFIXES, print_all, write
from ispconf.errors import RequestError
from ispconf.escape import terminal
from ispconf.ledger.documents import COLUMNS, Cash, Content, Form, Paper, Press
from ispconf.ledger.documents.latin import lost
from ispconf.planning.counting import counted

_FORMS: Final[dict[str, Form]] = {suffix: form for form, suffix in SUFFIXES.items()}
_OUTPUT: Final = Path("-")
_SHOWN = 5  # names in a warning
_WIDTHS = click.IntRange(24, 200)


@dataclass(frozen=True)
class Asked:
    """How documents are to be given out."""

    form: Form | None
    columns: int | None
    paper: Paper | None
    out: Path | None
    copy: bool

    @property
    def on_paper(self) -> bool:
        """Whether anything was said that only a document has."""
        return self != Asked(None, None, None, None, copy=False)

    @property
    def one_file(self) -> bool:
        """Whether ``--out`` is a file, by its ending."""
        return self.out is not None and self.out.suffix in _FORMS

    @property
    def kind(self) -> Form:
        """The form: as it was said, else as the file is called, else text."""
        if self.form is None and self.out is not None:
            return _FORMS.get(self.out.suffix, "text")
        return self.form or "text"

    def press(self, facts: Judged) -> Press:
        """What the documents are printed with."""
        logo = self.kind != "text"
        return papers.press(facts, columns=self.columns or COLUMNS, paper=self.paper, logo=logo)


class Printing(click.Command):
    """A verb that prints documents: who asks --format for a kind of paper hears of --as."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is left of the words; a wrong one is wrong usage."""
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            if error.param is None or error.param.name != "form":
                raise
            said = f"{error.message} A document's kind is said with --as: text, html or pdf."
            raise click.BadParameter(said, error.ctx, error.param) from None


def printed(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a verb that prints documents; it gets them as ``asked``."""

    @click.option("--as", "as_", type=click.Choice(get_args(Form)), help="Kind of file.")
    @click.option("--columns", type=_WIDTHS, help=f"Width of text (default: {COLUMNS}).")
    @click.option("--paper", type=click.Choice(get_args(Paper)), help="Of HTML and PDF.")
    @click.option(
        "--out",
        type=click.Path(path_type=Path),
        metavar="FILE|DIR",
        help="One file (.txt, .html, .pdf), or a folder for one file each; - is the output.",
    )
    @click.option("--copy", is_flag=True, help="Printed again: it says that it is a copy.")
    @wraps(verb)
    def called(*args: Any, **given: Any) -> Any:
        if given["out"] == _OUTPUT:
            given["out"] = None
        asked = Asked(*(given.pop(name) for name in ("as_", "columns", "paper", "out", "copy")))
        return verb(*args, asked=asked, **given)

    return called


def give(facts: Judged, asked: Asked, contents: Sequence[Content]) -> int:
    """Prints the documents; the exit code.

    Raises:
        RequestError: they cannot be printed so, or a template does not work.
    """
    _refuse(facts, asked, contents)
    press = asked.press(facts)
    _warn(asked, contents)
    if not contents:
        _told(facts, contents, [])
    elif asked.out is None:
        _show(facts, press, asked, contents)
    elif asked.one_file:
        data = _joined(press, asked.kind, contents)
        _folder_of(asked.out)
        write(asked.out, data)
        _told(facts, contents, [asked.out] * len(contents))
    else:
        with progress("printing", len(contents)) as told:
            files = print_all(press, contents, asked.kind, asked.out, told=told)
        _told(facts, contents, files)
    return 0


def _refuse(facts: Judged, asked: Asked, contents: Sequence[Content]) -> None:
    """Refuses what cannot be given out as asked, before anything is printed."""
    if asked.out is not None and asked.form and asked.out.suffix in _FORMS:
        called = _FORMS[asked.out.suffix]
        if called != asked.form:
            raise RequestError(f"{asked.out} is called {called} and asked for as {asked.form}")
    if asked.out is not None and asked.one_file and asked.out.is_dir():
        raise RequestError(f"{asked.out} is a folder")
    if asked.out is not None and not asked.one_file and not asked.out.is_dir():
        ending = asked.out.suffix
        if ending[1:].isalpha():
            known = ", ".join(_FORMS)
            raise RequestError(f"{asked.out} ends in {ending}: a file ends in one of {known}")
    shown = asked.out is None and (facts.session.format == "json" or sys.stdout.isatty())
    if asked.kind == "pdf" and shown:
        raise RequestError("a PDF is no text: name a file or a folder with --out")
    if asked.kind == "html" and len(contents) > 1 and (asked.out is None or asked.one_file):
        raise RequestError("several HTML pages need a folder: --out DIR")


def _show(facts: Judged, press: Press, asked: Asked, contents: Sequence[Content]) -> None:
    if facts.session.format == "json":
        texts = [press.printed(what, asked.kind).decode() for what in contents]
        _told(facts, contents, (), texts)
    elif asked.kind == "pdf":
        click.echo(press.pdf([*contents]), nl=False)
    else:
        click.echo(_joined(press, asked.kind, contents).decode(), nl=False)


def _joined(press: Press, form: Form, contents: Sequence[Content]) -> bytes:
    if form == "pdf":
        return press.pdf([*contents])
    return b"\n".join(press.printed(what, form) for what in contents)


def _folder_of(out: Path) -> None:
    if not out.absolute().parent.is_dir():
        raise RequestError(f"{out} cannot be written: there is no folder {out.parent}")


def _told(
    facts: Judged, contents: Sequence[Content], files: Sequence[Path], texts: Sequence[str] = ()
) -> None:
    """Says what was written where."""
    documents = []
    for at, what in enumerate(contents):
        document = {
            "kind": type(what).__name__.lower(),
            "no": what.no,
            "journal" if isinstance(what, Cash) else "subscriber": what.customer.id,
            "date": what.date.isoformat(),
            "code": what.code,
        }
        document |= {"file": str(files[at])} if files else {"content": texts[at]}
        documents.append(document)
    whole = {
        "format": 1,
        "date": facts.day.isoformat(),
        "commit": facts.network.commit,
        "documents": documents,
        "exit_code": 0,
    }
    facts.session.emit(whole, lambda: _lines(contents, files))


def _lines(contents: Sequence[Content], files: Sequence[Path]) -> list[str]:
    if not contents:
        return ["Nothing to print."]
    where = files[0] if len(set(files)) == 1 else files[0].parent
    return [f"{terminal(str(where))}: {counted(len(contents), 'document')}"]


def _warn(asked: Asked, contents: Sequence[Content]) -> None:
    """Says whose names a PDF cannot write; HTML can write all of them."""
    if asked.kind != "pdf":
        return
    names = {what.customer.id for what in contents if lost(what.customer.name)}
    if names:
        some = ", ".join(sorted(names)[:_SHOWN])
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        said = f"PDF has no letters for the names of {some}{more}: --as html has them"
        click.secho(f"ispconf: {said}", fg="yellow", err=True)
