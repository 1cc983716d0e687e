"""`python -m tests.kill.supervised MODULE…`: a real supervisor with one real worker, which also knows the tasks of these modules.

Its own process, so that a test may kill the worker without a copy of pytest in it. Only the growing pauses between restarts are left out.
"""

import os
import sys
from importlib import import_module

import django

from heard import supervisor


def main() -> int:
    django.setup()
    from heard.server import preload
    from heard.tasks.worker import Worker, run_worker

    Worker.services_by_default = os.environ.get("KILL_WITH_SERVICES") == "1"
    preload()
    for module in sys.argv[1:]:
        import_module(module)
    supervisor.STEADY_SECONDS = 0.0
    return supervisor.Supervisor([supervisor.Role("worker", run_worker)]).run()


if __name__ == "__main__":
    sys.exit(main())
