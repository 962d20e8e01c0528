"""What all tests need of their process."""

import signal

from hypothesis import settings

settings.register_profile("suite", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile("suite")  # pytest --hypothesis-profile=thorough looks longer


def pytest_configure() -> None:
    """Lets Ctrl-C reach the programs that tests start, also where the tests run in the background.

    A shell that has no job control starts background work deaf to it, and children inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
