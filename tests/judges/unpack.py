"""Takes Ansible's collections for RouterOS out of the wheel of all collections, and the wheel away.

PyPI has them in the package ``ansible`` only; all of it would be 600 MB of other makers' devices.
"""

import sys
from pathlib import Path
from zipfile import ZipFile

WANTED = tuple(
    f"ansible_collections/{name}/"
    for name in ("community/routeros", "ansible/netcommon", "ansible/utils")
)


def main(home: Path) -> None:
    """Unpacks them where ``judge.py`` looks for them."""
    (wheel,) = home.glob("ansible-*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(home, [name for name in packed.namelist() if name.startswith(WANTED)])
    wheel.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
