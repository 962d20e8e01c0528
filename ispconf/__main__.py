"""``python -m ispconf``."""

from ispconf.cli import main

main()
