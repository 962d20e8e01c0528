"""How many of what, in words."""


def counted(number: int, noun: str, verb: str = "") -> str:
    """``1 row``, ``2 rows``; with a verb in the plural, ``1 row is``, ``2 rows are``."""
    said = f"{number} {noun}" if number == 1 else f"{number} {noun}s"
    if not verb:
        return said
    one = {"are": "is", "take": "takes", "wait": "waits", "end": "ends"}
    return f"{said} {one[verb] if number == 1 else verb}"
