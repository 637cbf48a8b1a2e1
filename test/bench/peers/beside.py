"""What every peer script shares: the inputs that Legwork was timed on, the clock, and the one line of JSON printed."""
import json
import math
import sys
import time
from pathlib import Path

import numpy as np

FOLDER = Path(sys.argv[2])


def column(name):
    """Float64[rows] as Legwork used it."""
    return np.fromfile(FOLDER / f"{name}.f64", dtype="<f8")


def terms():
    return json.loads((FOLDER / "terms.json").read_text())


def timed(run, rounds, least_seconds=0.0):
    """Seconds of each round, after one round to warm up (caches, numba's compiler)."""
    run()
    took = []
    start = time.perf_counter()
    while len(took) < rounds or time.perf_counter() - start < least_seconds:
        before = time.perf_counter()
        run()
        took.append(time.perf_counter() - before)
    return sorted(took)


def answer(peer, error, took, scale):
    """Prints what Legwork reads: `scale` turns a round's seconds into the line's unit."""

    def at(share):
        return scale * took[min(len(took) - 1, math.floor(share * len(took)))]

    print(json.dumps({"peer": peer, "error": error, "best": at(0), "p50": at(0.5), "p99": at(0.99)}))


def rates(peer, error, took, per_round):
    """The same for units a second."""

    def at(share):
        return per_round / took[min(len(took) - 1, math.floor(share * len(took)))]

    print(json.dumps({"peer": peer, "error": error, "best": at(0), "p50": at(0.5), "p99": at(0.99)}))


def p99(errors):
    return float(np.quantile(np.abs(errors), 0.99))


def run_peer(peers):
    """Runs the peer that the first argument names."""
    peers[sys.argv[1]]()
