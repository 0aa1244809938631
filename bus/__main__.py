"""Hub process: `python -m bus`, started by the host agent. Tells its control port on stdout once it is bound."""

from __future__ import annotations

import signal
import sys

from bus.errand import take_errand
from bus.errors import AvatarError
from bus.hub import Hub


def main() -> int:
    """Serves until it is told to end, or nobody has looked after it for its grace."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one in the foreground, who ends us in order
    try:
        errand, custody = take_errand(lambda _: None)  # the hub looks itself
        hub = Hub(errand.keys, errand.control_port, errand.host)
        hub.reception.orphan.custody = custody
        if errand.gate:
            hub.gate.listen(errand.gate)
    except AvatarError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(f"{hub.ports.control}\n")
    sys.stdout.flush()
    hub.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
