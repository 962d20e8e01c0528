"""How many of what, in words."""


def counted(number: int, noun: str, verb: str = "") -> str:
    """``1 row``, ``2 rows``; with a verb in the plural, ``1 row is``, ``2 rows are``."""
    said = f"{number} {noun}" if number == 1 else f"{number} {noun}s"
    if not verb:
        return said
    one = {"are": "is", "go": "goes"}
    return f"{said} {one.get(verb, f'{verb}s') if number == 1 else verb}"
