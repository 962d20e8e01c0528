"""Papers printed: text and HTML from templates, PDF by ``pdf``; the same in, the same out.

Templates are Jinja2 in a sandbox and come in as text: an operator's own before the ones that come
with ispconf, which an own one can extend as ``ispconf/document.txt.j2``. A name, a note or an item
is a value there, never a template and never markup. Knows nothing of files.
"""

import base64
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ispconf.errors import Problem, RequestError, Source
from ispconf.ledger.documents.columns import Columns
from ispconf.ledger.documents.content import Business, Content
from ispconf.ledger.documents.locale import HARD, Locale
from ispconf.ledger.documents.sheet import Sheet, harmless
from ispconf.ledger.documents.voice import Voice, Words
from ispconf.ledger.documents.wording import sheet
from ispconf.ledger.money import Currency

Form = Literal["text", "html", "pdf"]
Paper = Literal["58mm", "80mm", "a4", "letter"]

COLUMNS: Final = 42
PAPERS: Final[Mapping[str, Paper]] = {
    "receipt": "80mm",
    "invoice": "a4",
    "statement": "a4",
    "cash": "80mm",
}
"""The paper of each kind, unless another one is asked for."""

_OURS = "ispconf/"
_ROLLS = {"58mm": 24, "80mm": 36}  # letters on a line of the HTML, in a wide font
_LINE, _EDGES, _PICTURE = 4.2, 24, 20  # mm


class PaperError(RequestError):
    """A template that does not work, with its place."""

    def __init__(self, source: Source, said: str) -> None:
        self.source, self.said = source, said
        super().__init__(f"{source}: {said}")

    def __reduce__(self) -> tuple[type["PaperError"], tuple[Source, str]]:
        """How another process sends it back; exceptions keep only what their base was given."""
        return type(self), (self.source, self.said)


@dataclass(frozen=True)
class Press:
    """All that papers are printed with, but what they say.

    ``words`` are catalogues by language, ``own`` and ``packaged`` templates by name. It can be sent
    to another process.
    """

    business: Business
    currency: Currency
    locale: str
    words: Mapping[str, Words]
    packaged: Mapping[str, str]
    own: Mapping[str, str] = field(default_factory=dict)
    columns: int = COLUMNS
    paper: Paper | None = None

    def voice(self, language: str) -> Voice:
        """Words and locale for a reader: their language, else the company's, else English."""
        for tag in (language, self.locale, "en"):
            locale = Locale.of(tag or self.locale, self.currency)
            if locale.language in self.words:
                return Voice(self.words[locale.language], locale)
        raise RequestError("there are no words for documents, not even English ones")

    def sheet(self, what: Content) -> Sheet:
        """The paper in the words of its reader."""
        return sheet(what, self.business, self.voice(what.customer.language))

    def printed(self, what: Content, form: Form) -> bytes:
        """The paper as a file.

        Raises:
            RequestError: a template is wrong, or names something that is not there; PDF cannot be
                made here.
        """
        if form == "text":
            return self.text(what).encode()
        return self.html(what).encode() if form == "html" else self.pdf([what])

    def pdf(self, papers: list[Content]) -> bytes:
        """One PDF of these papers, each on pages of its own."""
        try:
            from ispconf.ledger.documents import pdf  # noqa: PLC0415  reportlab is an extra
        except ImportError as error:
            raise RequestError("PDF needs reportlab: pip install 'ispconf[pdf]'") from error
        return pdf.document([(self.sheet(what), self._paper(what)) for what in papers])

    def text(self, what: Content) -> str:
        """The paper as text of ``columns``; no line is wider."""
        lines = self._rendered(what, "txt", self.columns).replace(HARD, " ").splitlines()
        return "".join(f"{line.rstrip()}\n" for line in lines)

    def html(self, what: Content) -> str:
        """The paper as one HTML page with its styles, to be printed by a browser."""
        paper = self._paper(what)
        sizes = {"a4": "A4", "letter": "letter"}
        size = sizes.get(paper) or f"{paper} {self._length(what, _ROLLS[paper])}mm"
        return self._rendered(
            what, "html", self.columns, paper=paper, size=size, roll=paper in _ROLLS
        )

    def _length(self, what: Content, columns: int) -> int:
        """How long a page of a roll must be for all that stands on it, in millimetres."""
        lines = self._rendered(what, "txt", columns).count("\n")
        return math.ceil(lines * _LINE) + _EDGES + (_PICTURE if self.business.logo else 0)

    def _paper(self, what: Content) -> Paper:
        return self.paper or PAPERS[_kind(what)]

    def _rendered(self, what: Content, suffix: str, columns: int, **more: Any) -> str:
        kind = _kind(what)
        voice = self.voice(what.customer.language)
        width = Columns(columns)
        logo = base64.b64encode(self.business.logo).decode()
        return self._render(
            self._name(kind, suffix),
            **more,
            sheet=self.sheet(what),
            document=harmless(what),
            receipt=harmless(what),
            invoice=harmless(what),
            statement=harmless(what),
            cash=harmless(what),
            business=harmless(self.business),
            logo=f"data:{_image(self.business.logo)};base64,{logo}" if logo else "",
            words=voice.words,
            money=voice.locale.money,
            day=voice.locale.day,
            columns=columns,
            rule=width.rule,
            row=width.row,
            middle=width.middle,
            left=width.left,
            table=width.table,
        )

    def _name(self, kind: str, suffix: str) -> str:
        own = f"{kind}.{suffix}.j2"
        return own if own in self.own else f"document.{suffix}.j2"

    @cached_property
    def _environment(self) -> Environment:
        return ImmutableSandboxedEnvironment(
            loader=_Loader(self.own, self.packaged),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".html.j2")),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def flaws(self) -> Iterator[Problem]:
        """What is wrong in the spelling of the operator's own templates, used or not."""
        for name in self.own:
            try:
                self._environment.get_template(name)
            except TemplateSyntaxError as error:
                yield Problem(_source(error, name), error.message or "is no template")

    def _render(self, name: str, **values: Any) -> str:
        """The template filled in; what goes wrong is its fault, and it is said where."""
        try:
            template: Template = self._environment.get_template(name)
            return template.render(**values)
        except TemplateSyntaxError as error:
            raise PaperError(_source(error, name), error.message or "") from error
        except TemplateNotFound as error:
            raise PaperError(_place(error, name), f"there is no template {error}") from error
        except _FAULTS as error:
            raise PaperError(_place(error, name), str(error)) from error

    def __getstate__(self) -> dict[str, Any]:
        """Without the compiled templates: another process makes its own."""
        return {name: each for name, each in vars(self).items() if name != "_environment"}


_FAULTS = (
    TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError,
    RecursionError,
)  # fmt: skip


class _Loader(BaseLoader):
    """The operator's templates, and behind them those of ispconf."""

    def __init__(self, own: Mapping[str, str], packaged: Mapping[str, str]) -> None:
        self.own, self.packaged = own, packaged

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        """A template's text and what it is called in messages."""
        if template in self.own:
            return self.own[template], f"templates/{template}", lambda: True
        bare = template.removeprefix(_OURS)
        if bare in self.packaged:
            return self.packaged[bare], f"{_OURS}{bare}", lambda: True
        raise TemplateNotFound(template)


def _source(error: TemplateSyntaxError, name: str) -> Source:
    return Source(error.filename or error.name or name, error.lineno)


def _place(error: BaseException, name: str) -> Source:
    """Template and line of an error, which Jinja2 keeps in the traceback only."""
    found, step = Source(f"templates/{name}"), error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if file.startswith(("templates/", _OURS)) and file.endswith(".j2"):
            found = Source(file, step.tb_lineno)
        step = step.tb_next
    return found


def _kind(what: Content) -> str:
    return type(what).__name__.lower()


def _image(data: bytes) -> str:
    return "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
