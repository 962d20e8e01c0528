"""What is concluded from a ledger, as JSON: for the cache, and from one process to another."""

import json
from decimal import Decimal

from ispconf.errors import Problem, Source
from ispconf.network.records import Records


def dumped_records(found: Records) -> str:
    """The summary of a ledger as JSON."""
    return json.dumps(
        [
            list(found.subscribers.items()),
            list(found.services.items()),
            list(found.journals.items()),
            list(found.methods.items()),
            [(who, str(owed)) for who, owed in found.owed.items()],
        ]
    )


def revived_records(text: str) -> Records:
    """The summary that ``dumped_records`` wrote."""
    subscribers, services, journals, methods, owed = json.loads(text)
    return Records(
        {who: (file, line) for who, (file, line) in subscribers},
        {(who, service): (file, line) for (who, service), (file, line) in services},
        {journal: (file, line) for journal, (file, line) in journals},
        {(journal, method): (file, line) for (journal, method), (file, line) in methods},
        {who: Decimal(each) for who, each in owed},
    )


def revived_problems(text: str) -> list[Problem]:
    """Problems from JSON: a problem is a tuple, which JSON knows."""
    return [
        Problem(Source(*source), message, Source(*also) if also else None, severity)
        for source, message, also, severity in json.loads(text)
    ]
