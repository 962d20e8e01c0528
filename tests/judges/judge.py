"""Judges of the simulator, written by others: Ansible's community.routeros and routeros-api.

Not a part of the test suite: it needs programs that the project does not depend on. To run it:

    python -m venv /tmp/judges && /tmp/judges/bin/pip install ansible-core librouteros routeros-api
    /tmp/judges/bin/pip download --no-deps ansible -d /tmp/judges/wheels
    cd /tmp/judges && unzip -q wheels/ansible-*.whl 'ansible_collections/community/routeros/*' \\
        'ansible_collections/ansible/netcommon/*' 'ansible_collections/ansible/utils/*'; cd -
    python tests/judges/judge.py /tmp/judges

Prints one line per judge and version; leaves with 1 when one of them is not content.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from ispconf.simulator import Router, Simulator, User

VERSIONS = ("6.49.10", "7.10.2", "7.16.2", "7.18.2", "7.20.1", "7.24.4")
PLAY = Path(__file__).with_name("play.yml")
ROUTEROS_API = """
import sys, routeros_api
pool = routeros_api.RouterOsApiPool("127.0.0.1", username="ispconf", password="example",
                                    port=int(sys.argv[1]), plaintext_login=True)
api = pool.get_api()
wanted = {"/ppp/secret": ("name", [{"name": "dora", "password": "d", "profile": "default"}]),
          "/queue/simple": ("name", [{"name": "dora", "target": "10.20.0.9", "max_limit": "1M"}]),
          "/ip/firewall/address-list": ("address", [{"list": "cut", "address": "10.20.0.9"}])}
writes = 0
for path, (key, rows) in wanted.items():
    menu = api.get_resource(path)
    for row in rows:
        found = menu.get(**{key: row[key]})
        if not found:
            menu.add(**row)
            writes += 1
print(writes)
pool.disconnect()
"""


def ansible(home: Path, router: Router) -> list[bool]:
    """Whether each task of the play changed something."""
    variables = {
        "host": router.host,
        "api_port": router.port,
        "ansible_python_interpreter": f"{home}/bin/python",
    }
    env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(home)}
    env |= {"ANSIBLE_COLLECTIONS_PATH": str(home), "ANSIBLE_HOME": f"{home}/home"}
    command = [f"{home}/bin/ansible-playbook", "-e", json.dumps(variables), str(PLAY)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return [word == "changed" for word in re.findall(r"^(ok|changed): ", done.stdout, re.MULTILINE)]


def routeros_api(home: Path, router: Router) -> int:
    """How many rows routeros-api wrote because it did not find them."""
    command = [str(home / "bin/python"), "-c", ROUTEROS_API, str(router.port)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def say(version: str, judge: str, found: str, *, good: bool) -> None:
    """One line of the verdict."""
    sys.stdout.write(f"{version:8} {judge:13} {'content' if good else found}\n")


def main(home: Path) -> int:
    """Every judge on every version: changed at first, unchanged after."""
    content = True
    for version in VERSIONS:
        with Simulator() as simulator:
            router = simulator.router("judged", version, users={"ispconf": User("example")})
            first, second = ansible(home, router), ansible(home, router)
            good = all(first) and not any(second)
            say(version, "api_modify", f"{first} then {second}", good=good)
            wrote, again = routeros_api(home, router), routeros_api(home, router)
            well = (wrote, again) == (3, 0)
            say(version, "routeros-api", f"{wrote} then {again}", good=well)
            content = content and good and well
    return 0 if content else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
