"""``explain``: the difference of two commits in an operator's words."""

from collections import Counter
from collections.abc import Iterator

import click

from ispconf.commands.deeds import document, lines
from ispconf.commands.past import SHORT, Past, opened
from ispconf.commands.session import Session, shared
from ispconf.edge.commits import between
from ispconf.edge.work import Work, work
from ispconf.errors import FilesError
from ispconf.escape import terminal


@click.command("explain")
@shared()
@click.argument("range_", metavar="REV..REV")
def command(session: Session, range_: str) -> int:
    r"""Say in an operator's words what is different between two commits.

    REV is a commit, branch or tag; a side that is left out is HEAD. Only what differs in the end is
    told: who made it on the way, audit says.

    \b
      ispconf explain HEAD~1..HEAD         the last commit
      ispconf explain main..               what this branch would bring
      ispconf explain v1..v2 --format json
    """
    past = opened(session)
    one, other = past.ends(range_)
    done = work(past.versions, between(past.repository, one, other))
    people = _people(past, done, other)
    document_ = past.heading() | {"from": one, "to": other} | document(done, past.currency)
    if people is not None:
        document_["plans"] = [
            {"plan": file.id, "subscribers": people[file.id]}
            for file in done.files
            if file.kind == "plan"
        ]
    session.emit(document_, lambda: _lines(past, done, people, (one, other)))
    return 0


def _people(past: Past, done: Work, rev: str) -> Counter[str] | None:
    """How many subscribers have each plan in a commit.

    None when no plan changed, or when the files are not right and nobody can be counted.
    """
    if not any(file.kind == "plan" and file.deed == "changed" for file in done.files):
        return None
    try:
        people = past.session.network(rev).subscribers.values()
    except FilesError:
        return None
    return Counter(
        plan for person in people for plan in {each.plan for each in person.services.values()}
    )


def _lines(
    past: Past, done: Work, people: Counter[str] | None, ends: tuple[str, str]
) -> Iterator[str]:
    yield from past.warned()
    yield f"{ends[0][:SHORT]}..{ends[1][:SHORT]}"
    yield ""
    found = list(lines(done, past.currency, people))
    for line in found or ["nothing is different"]:
        yield f"  {terminal(line)}"
