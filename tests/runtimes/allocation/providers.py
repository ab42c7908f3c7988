"""Providers that keep their boxes in a dict, and some that misbehave as real ones do."""

import threading

from runtimes.machines.provider import BoxState, CannotStart


class Paper:
    """Boxes on paper; they run until somebody says otherwise."""

    def __init__(self):
        self.boxes = {}
        self.requests = []
        self.stops = []
        self.meters = {}
        self.running = {}
        self.sightings = {}
        self._lock = threading.Lock()

    def start(self, request):
        with self._lock:
            if request.name not in self.boxes:
                self.requests.append(request)
                self.boxes[request.name] = BoxState(request.name, running=True)

    def stop(self, name):
        with self._lock:
            self.stops.append(name)
            self.boxes.pop(name, None)

    def list(self):
        with self._lock:
            return dict(self.boxes)

    def measure(self, name):
        return self.meters.get(name)

    def processes(self, name):
        return self.running.get(name, [])

    def traffic(self, name):
        return self.sightings.get(name, [])

    def check(self):
        return []

    def die(self, runtime, reason, detail=""):
        name = str(runtime.pk)
        self.boxes[name] = BoxState(name, running=False, reason=reason, detail=detail)


class Refusing(Paper):
    """Cannot start anything, and says why."""

    def start(self, request):
        raise CannotStart("The disk of this host is full.")


class Forgetful(Paper):
    """Its worker dies before there is a box, the first time."""

    def __init__(self):
        super().__init__()
        self.failures = 1

    def start(self, request):
        if self.failures:
            self.failures -= 1
            raise SystemExit("killed")
        super().start(request)


class Stuck(Paper):
    """Has boxes that cannot be stopped at first."""

    def __init__(self, *names):
        super().__init__()
        self.stuck = set(names)

    def stop(self, name):
        if name in self.stuck:
            raise OSError("device is busy")
        super().stop(name)


class Slow(Paper):
    """Starts a box only when it is let."""

    def __init__(self):
        super().__init__()
        self.begun = threading.Event()
        self.let = threading.Event()

    def start(self, request):
        self.begun.set()
        assert self.let.wait(10)
        super().start(request)
