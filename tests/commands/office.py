"""The provider of ``world`` for verbs that reach no router: its files are there, no router runs."""

from pathlib import Path

from tests.commands.world import (
    BOXES,
    COMPANY,
    PAID,
    PEOPLE,
    PLANS,
    Isp,
    ledger,
    person_file,
    router_file,
    variable,
)
from tests.edge.repositories import committed


def office(folder: Path, more: dict[str, str] | None = None) -> Isp:
    """The provider with these further files, committed."""
    isp = Isp(folder, env={variable(name): f"llave-{name}" for name in BOXES})
    files = {"ispconf.yaml": COMPANY}
    files |= {f"plans/{name}.yaml": text for name, text in PLANS.items()}
    files |= {f"inventory/{name}.yaml": router_file(name, box, 1) for name, box in BOXES.items()}
    files |= {f"subscribers/{who}.yaml": person_file(who, each) for who, each in PEOPLE.items()}
    committed(folder, files | ledger(PEOPLE, PAID) | (more or {}))
    return isp
