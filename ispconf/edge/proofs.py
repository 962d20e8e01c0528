"""Proofs: whether the operator's own templates, words and logo would print, before they must.

Each kind of paper is printed once from ``templates/`` with invented content; what fails is told
with file and line. Knows nothing of what papers say.
"""

from collections.abc import Iterator
from pathlib import Path

from ispconf.edge import templates
from ispconf.errors import Problem, RequestError
from ispconf.ledger.documents import Business, PaperError, Press
from ispconf.ledger.documents.specimens import specimens
from ispconf.network.company import Company
from ispconf.network.model import Locate


def problems(root: Path, company: Company, locate: Locate) -> list[Problem]:
    """What is wrong in ``templates/``, and with the logo that ispconf.yaml names."""
    found = templates.word_problems(root)
    words = templates.packaged_words() if found else templates.words(root)
    who = company.company
    try:
        if who.logo:
            templates.logo(root, who.logo)
    except RequestError as error:
        said = str(error).removeprefix("ispconf.yaml: ")
        found.append(Problem(locate(company.file, "company", "logo"), said))
    own, unread = templates.readable(root)
    if own:
        press = Press(
            business=Business(who.name, (), who.tax_id or ""),
            currency=company.currency,
            locale=company.locale,
            words=words,
            packaged=templates.packaged(),
            own=own,
        )
        found += dict.fromkeys(_failures(press))
    return [*found, *unread]


def _failures(press: Press) -> Iterator[Problem]:
    """What each template says of itself, and each paper when it is printed."""
    yield from press.flaws()
    for what in specimens():
        for print_it in (press.text, press.html):
            try:
                print_it(what)
            except PaperError as error:
                yield Problem(error.source, error.said)
