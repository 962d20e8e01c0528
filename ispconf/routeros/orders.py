"""What to say to a router so that a row becomes what it should be: the words of one command."""

from collections.abc import Mapping

from ispconf.routeros.tables import TABLES, Table

Words = tuple[str, ...]


def add(table: Table, fields: Mapping[str, str], before: str = "") -> Words:
    """Adds a row; with ``before``, the id of the row of an ordered menu it is put in front of."""
    place = (f"=place-before={before}",) if before else ()
    words = (f"={name}={text}" for name, text in fields.items() if text)
    return (f"{table.path}/add", *words, *place)


def change(table: Table, row_id: str, fields: Mapping[str, str]) -> Words:
    """Sets fields of a row; an empty text clears the field in the way its type asks for."""
    return (
        f"{table.path}/set",
        f"=.id={row_id}",
        *(_word(table, *item) for item in fields.items()),
    )


def _word(table: Table, name: str, text: str) -> str:
    field = table.fields[name]
    if text or field.clear == "empty":
        return f"={name}={text}"
    return f"=!{name}="


def remove(table: Table, row_id: str) -> Words:
    """Removes a row; of ``/ppp/active`` this disconnects the session."""
    return (f"{table.path}/remove", f"=.id={row_id}")


def move(table: Table, row_id: str, before: str) -> Words:
    """Moves a row in front of another one; an empty ``before`` moves it to the end."""
    place = (f"=destination={before}",) if before else ()
    return (f"{table.path}/move", f"=numbers={row_id}", *place)


def columns(path: str) -> Words:
    """Reads a menu, only the properties that are compared."""
    return (f"{path}/print", f"=.proplist={','.join(TABLES[path].columns())}")
