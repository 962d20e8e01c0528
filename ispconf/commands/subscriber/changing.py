"""``subscriber set``: facts in a subscriber's file, changed where they stand.

A plan is not just another word: which one a service had before, and until when, is a fact that
billing needs. So a new plan leaves a dated change behind it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import click

from ispconf.commands.judging import judged
from ispconf.commands.session import Day, Session, shared
from ispconf.commands.standing import known
from ispconf.edge.edits import edit
from ispconf.edge.files import open_network
from ispconf.edge.writing import put_back
from ispconf.errors import RequestError
from ispconf.escape import terminal
from ispconf.network.subscriber import Subscriber

Path_ = tuple[str | int, ...]


@click.command("set")
@shared()
@click.argument("subscriber")
@click.argument("facts", nargs=-1, required=True, metavar="KEY=VALUE...")
@click.option("--on", type=Day(), help="The first day of a new plan (default: --date).")
def set_(session: Session, subscriber: str, facts: Sequence[str], on: date | None) -> int:
    r"""Change facts in the file of SUBSCRIBER; nothing else in it is touched.

    A key is a path with points; an empty value takes the key away. When the files would not pass
    check, nothing is changed. Lists, such as paused, are for an editor: the keys of a service are
    explained in the files that ispconf init writes.

    A new plan is written with the day it holds from, under plan_changes: routers follow on that
    day, and bill charges it as plan_change of the billing terms says. The plan of before, given
    for the same day, takes the change back.

    \b
      ispconf subscriber set ana-lopez plan=hogar-50
      ispconf subscriber set ana-lopez services.casa.plan=hogar-50 --on 2026-12-01
      ispconf subscriber set ana-lopez contact.phone="+52 222 111 2233"
      ispconf subscriber set ana-lopez services.casa.suspended.from=2026-12-01
      ispconf subscriber set ana-lopez services.casa.suspended=
      ispconf subscriber set ana-lopez services.casa.cancelled.on=2026-12-31
      ispconf subscriber set ana-lopez services.casa.router=sur-1 services.casa.access.address=
    """
    person = known(judged(session), [subscriber])[0]
    changes: dict[Path_, Any] = {}
    for fact in facts:
        key, equal, value = fact.partition("=")
        if not equal or not key:
            raise click.UsageError(f"{fact!r}: write it like services.casa.plan=hogar-50")
        changes[_path(person, key)] = value or None
    plans = [path for path in changes if _of_plan(path) and path[1] in person.services]
    if on is not None and not plans:
        raise click.UsageError("--on is the first day of a new plan: name one, like plan=hogar-50")
    for path in plans:
        changes |= dated(person, str(path[1]), changes[path], on or session.today())
    before = (session.root / person.file).read_bytes()
    with kept_if_right(session, person.file):
        edit(session.root, person.file, changes)
    document = {"format": 1, "subscriber": person.id, "file": person.file, "exit_code": 0}
    same = (session.root / person.file).read_bytes() == before
    deed = "says that already." if same else "is changed; ispconf plan shows what it does."
    session.emit(document, lambda: (f"{person.file} {deed}",))
    return 0


def _path(person: Subscriber, key: str) -> Path_:
    """The path of a key; ``plan`` alone is that of the only service."""
    if key != "plan":
        return tuple(key.split("."))
    if len(person.services) != 1:
        named = ", ".join(f"services.{name}.plan" for name in person.services)
        raise click.UsageError(f"{person.id} has several services: name one of {named}")
    return ("services", next(iter(person.services)), "plan")


def _of_plan(path: Path_) -> bool:
    return path[:1] == ("services",) and path[2:] == ("plan",)


def dated(person: Subscriber, name: str, plan: str | None, on: date) -> dict[Path_, Any]:
    """The key that says the changes of plan of a service with one more, if it is one.

    Before its first day, and where the same plan is written again, there is nothing to remember.

    Raises:
        RequestError: a later change is agreed already.
    """
    service = person.services[name]
    if plan is None or on <= service.since or plan == service.plan:
        return {}
    kept = list(service.plan_changes)
    if kept and kept[-1].on > on:
        last = kept[-1]
        raise RequestError(
            f"{person.id}/{name}: plan {last.to} is agreed from {last.on} on; take that back first:"
            f" ispconf subscriber set {person.id} services.{name}.plan={last.from_} --on {last.on}"
        )
    before = service.plan
    if kept and kept[-1].on == on:
        before = kept.pop().from_
    facts = [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in kept]
    if before != plan:
        facts.append({"on": on.isoformat(), "from": before, "to": plan})
    return {("services", name, "plan_changes"): facts or None}


@contextmanager
def kept_if_right(session: Session, file: str) -> Iterator[None]:
    """Keeps what the block did to a file if the repository still reads, else takes it back.

    What check would warn of in the file is said on standard error.

    Raises:
        FilesError: every problem that the change would have made.
    """
    with put_back(session.root / file):
        yield
        network = open_network(session.root, env=session.env)
    for hint in network.warnings:
        if hint.source.file == file:
            click.echo(terminal(str(hint)), err=True)
