"""``ci codeowners``: the forge's list of who must approve what, from the policy."""

from collections.abc import Iterator

import click

from ispconf.commands.session import Session, shared
from ispconf.edge.owners import places, stale
from ispconf.edge.writing import write_whole
from ispconf.errors import Exit, RequestError


@click.command("codeowners")
@shared()
@click.option("--check", "only", is_flag=True, help="Write nothing; exit 1 when it is stale.")
def codeowners(session: Session, only: bool) -> int:
    r"""Write CODEOWNERS from the roles and the policy of ispconf.yaml.

    Whoever may change a file, or some of its fields, may approve a change of it, unless their rule
    says review: no; owners may approve everything. Every CODEOWNERS that is there is written, in
    .gitea/ as the patterns that Gitea and Forgejo read; without one, CODEOWNERS itself. Names are
    accounts; a team is written @company/team in roles.

    \b
      ispconf ci codeowners
      ispconf ci codeowners --check     # in a workflow: is it what the policy says?
    """
    company = session.network().company
    if not company.roles:
        raise RequestError(
            "ispconf.yaml has no roles, so nobody can be named; write: roles: {owner: [ana], ...}"
        )
    old = stale(session.root, company)
    if not only:
        for place, text in old.items():
            write_whole(session.root / place, text.encode())
    code = Exit.PROBLEMS if only and old else Exit.OK
    facts = {"format": 1, "files": list(places(session.root)), "stale": list(old)}
    session.emit({**facts, "exit_code": int(code)}, lambda: _lines(list(old), only))
    return int(code)


def _lines(old: list[str], only: bool) -> Iterator[str]:
    for place in old:
        said = (
            "is stale; write it with: ispconf ci codeowners" if only else "is written; commit it."
        )
        yield f"{place} {said}"
    if not old:
        yield "CODEOWNERS is what the policy says."
