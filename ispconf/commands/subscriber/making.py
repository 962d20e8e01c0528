"""``subscriber new``: the file of somebody who signs up."""

from typing import Any

import click

from ispconf.commands.session import Session, shared
from ispconf.commands.subscriber.changing import kept_if_right
from ispconf.edge.edits import new_file
from ispconf.errors import RequestError
from ispconf.network.model import Network
from ispconf.network.wording import meant
from ispconf.network.written import identifier
from ispconf.planning.accounts import free_ranges
from ispconf.secret import Secret
from ispconf.services.access import NEEDS


@click.command("new")
@shared()
@click.argument("subscriber")
@click.option("--name", required=True, help="As it stands on receipts.")
@click.option("--plan", required=True, help="The service plan, a file of plans/.")
@click.option("--router", help="The router, a file of inventory/.")
@click.option("--service", default="casa", show_default=True, help="The id of the service.")
@click.option("--type", "kind", type=click.Choice(list(NEEDS)), default="pppoe", show_default=True)
@click.option("--user", help="Login (default for pppoe and hotspot: the subscriber's id).")
@click.option("--address", help="IPv4 address, or auto for the first that is free.")
@click.option("--mac", help="Bind the service to this device.")
@click.option("--phone", help="Telephone, with country code.")
@click.option("--email", help="E-mail address.")
@click.option("--folder", help="Folder below subscribers/ (default: the router's zone).")
@click.option("--encrypt", is_flag=True, help="Read the password from standard input.")
def new(session: Session, subscriber: str, **given: Any) -> int:
    r"""Write the file of a new SUBSCRIBER with one service, from the day on.

    A PPPoE password is derived from the repository's key, unless --encrypt reads one.

    \b
      ispconf subscriber new rosa-campos --name "Rosa Campos" --plan hogar-20 \
        --router norte-1 --address auto
    """
    try:
        identifier(subscriber)
    except ValueError as error:
        raise RequestError(str(error)) from error
    network = session.network()
    if subscriber in network.subscribers:
        raise RequestError(f"{subscriber} is there: {network.subscribers[subscriber].file}")
    for kind, name, there in (
        ("plan", given["plan"], network.plans),
        ("router", given["router"], network.routers),
    ):
        if name is not None and name not in there:
            raise RequestError(f'{kind}: "{name}" does not exist{meant(name, there)}')
    file = "/".join(part for part in ("subscribers", _folder(network, given), subscriber) if part)
    file = f"{file}.yaml"
    with kept_if_right(session, file):
        new_file(session.root, file, _tree(session, network, subscriber, given))
    facts = {"format": 1, "subscriber": subscriber, "file": file, "exit_code": 0}
    session.emit(facts, lambda: (f"{file} is written; ispconf plan shows what it does.",))
    return 0


def _folder(network: Network, given: dict[str, Any]) -> str:
    if given["folder"] is not None:
        return str(given["folder"]).strip("/")
    router = network.routers.get(given["router"] or "")
    return (router.zone or "") if router else ""


def _tree(
    session: Session, network: Network, subscriber: str, given: dict[str, Any]
) -> dict[str, Any]:
    contact = {name: given[name] for name in ("phone", "email") if given[name]}
    service = {
        "plan": given["plan"],
        "router": given["router"],
        "since": session.today().isoformat(),
        "access": _access(session, network, subscriber, given),
    }
    stated = {name: value for name, value in service.items() if value}
    return {
        "name": given["name"],
        **({"contact": contact} if contact else {}),
        "services": {given["service"]: stated},
    }


def _access(
    session: Session, network: Network, subscriber: str, given: dict[str, Any]
) -> dict[str, Any]:
    kind, address = given["kind"], given["address"]
    if address == "auto":
        address = _free(network, given["router"])
    user = given["user"] or (subscriber if "user" in NEEDS[kind] else None)
    found = {"type": kind, "user": user, "address": address, "mac": given["mac"]}
    if "password" in NEEDS[kind]:
        found["password"] = _password(session, f"{subscriber}/{given['service']}", given)
    order = ("type", "user", "password", "address", "mac")
    return {name: found[name] for name in order if found.get(name)}


def _password(session: Session, owner: str, given: dict[str, Any]) -> Secret | str:
    if not given["encrypt"]:
        return "derived"
    text = session.input.readline().rstrip("\r\n")
    if not text:
        raise click.UsageError("there is no password on standard input")
    return session.vault().encrypt(text, owner, "password")


def _free(network: Network, router: str | None) -> str:
    """The first address of the router's networks that nobody has.

    Raises:
        RequestError: there is none.
    """
    ranges = free_ranges(network, network.routers[router]) if router else ""
    first = ranges.split(",", 1)[0].split("-", 1)[0]
    if not first:
        raise RequestError(f"no address is free in the networks of inventory/{router}.yaml")
    return first
