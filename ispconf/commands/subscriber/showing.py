"""``subscriber show``: all that the files and the ledger say of one person."""

from collections.abc import Iterator
from typing import Any

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import documents, known
from ispconf.escape import terminal
from ispconf.network.subscriber import Subscriber


@click.command("show")
@shared()
@click.argument("subscriber")
def show(session: Session, subscriber: str) -> int:
    r"""Show who SUBSCRIBER is, what they have and where they stand; secrets stay hidden.

    \b
      ispconf subscriber show ana-lopez
    """
    facts = judged(session)
    person = known(facts, [subscriber])[0]
    standing = documents(facts, [person.id])[0]
    document = {
        "format": 1,
        "date": facts.day.isoformat(),
        "exit_code": 0,
        "file": person.file,
        "facts": _facts(person),
        **standing,
    }
    session.emit(document, lambda: _lines(facts, person, standing))
    return 0


def _facts(person: Subscriber) -> dict[str, Any]:
    """The file's facts as plain values, without its secrets."""
    return person.model_dump(
        mode="json", by_alias=True, exclude_unset=True, exclude={"id", "file"}, fallback=str
    )


def _lines(facts: Judged, person: Subscriber, standing: dict[str, Any]) -> Iterator[str]:
    currency = facts.network.company.currency
    yield f"{person.id}   {terminal(person.name)}   {person.file}"
    for words, text in (
        ("phone", person.contact.phone),
        ("e-mail", person.contact.email),
        ("street", person.address.street),
        ("city", person.address.city),
        ("tax id", person.tax_id),
        ("notes", person.notes),
    ):
        if text:
            yield f"  {words:<8}{terminal(text)}"
    yield f"  {'balance':<8}{standing['balance']} {currency.code}"
    for name, service in person.services.items():
        told = facts.standings[f"{person.id}/{name}"]
        plan = facts.network.plans[service.plan_on(facts.day)]
        price = f"{currency.text(plan.price)} {currency.code}"
        yield f"  {name}: {terminal(plan.name)} ({price}) since {service.since}, {told.state}"
        for change in service.plan_changes:
            comes = "comes" if change.on > facts.day else "came"
            yield f"    plan {change.to} {comes} on {change.on}, before it {change.from_}"
        access = service.access
        where = [access.type, service.router, access.user, access.address, access.mac]
        yield f"    {', '.join(terminal(part) for part in where if part)}"
        for reason in told.reasons:
            yield f"    because {terminal(reason.text)}"
