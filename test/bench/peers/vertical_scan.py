"""G4 and G6: filters and ranks the verticals of a chain whose deltas are known; `copies` names of it at once."""
import numpy as np

from beside import answer, column, run_peer, timed
from legs import DELTA, DTE, INTEREST, MARKET, TERMS, Legs
from legs import broadcast_scan, check, check_copies, inside, numba_pairs, passing, ranked, usable

LEGS = Legs()
ABS_DELTA = np.abs(column("delta"))
ROWS = len(LEGS.group)
COPIES = TERMS.get("copies", 1)
MS = 1e3


def frame():
    import pandas as pd

    names = ("group", "is_call", "dte", "strike", "mid", "quoted", "open_interest", "market")
    table = pd.DataFrame({name: getattr(LEGS, name) for name in names})
    return table.assign(row=np.arange(ROWS), abs_delta=ABS_DELTA)


def by_merge(shorts, longs, leg_filters):
    both = shorts.merge(longs, on="group", suffixes=("", "_long"))
    found = passing(both.is_call.values, both.strike.values, both.strike_long.values, (both.mid - both.mid_long).values)
    both = both[found & leg_filters(both)]
    short, long = both.row.values, both.row_long.values
    return short, long, ranked(short, long, LEGS)


def by_pandas_naive():
    """Every pair of every group first, filters afterwards: how it is usually written."""
    import pandas as pd

    table = frame()

    def leg_filters(both):
        fits = both.quoted & both.quoted_long & inside(both.dte, DTE) & inside(both.abs_delta, DELTA)
        for interest, market in ((both.open_interest, both.market), (both.open_interest_long, both.market_long)):
            fits &= inside(interest, INTEREST) & inside(market, MARKET)
        return fits.values

    run = lambda: by_merge(table, table, leg_filters)
    short, long, _ = run()
    answer(f"pandas {pd.__version__}: merge, then filter", check(short, long, ROWS), timed(run, 3), MS)


def by_pandas():
    """Legs filtered before they are paired."""
    import pandas as pd

    table = frame()

    def run():
        longs = table[usable(LEGS)]
        return by_merge(longs[inside(longs.abs_delta, DELTA)], longs, lambda both: True)

    short, long, _ = run()
    answer(f"pandas {pd.__version__}: filter, then merge", check(short, long, ROWS), timed(run, 20), MS)


def by_numpy():
    def run():
        for _ in range(COPIES):
            found = broadcast_scan(LEGS, ABS_DELTA)
        return found

    short, long, _ = run()
    peer = f"numpy {np.__version__}: pairs by broadcasting, per expiry"
    answer(peer, check(short, long, ROWS), timed(run, 20 if COPIES == 1 else 3), MS)


def by_numba():
    import numba

    pairs = numba_pairs()

    @numba.njit(parallel=COPIES > 1, error_model="numpy")
    def scan(starts, stops, columns, shorts, longs, counts):
        is_call, dte, strike, mid, quoted, interest, market, abs_delta = columns
        for copy in numba.prange(len(counts)):
            first = copy * (len(strike) // len(counts))
            found = 0
            for g in range(len(starts)):
                found = pairs(
                    first + starts[g], first + stops[g], is_call, dte, strike, mid, quoted, interest, market, abs_delta,
                    shorts[copy], longs[copy], found,
                )
            counts[copy] = found

    all_names = LEGS.repeated(COPIES)
    columns = (*all_names.columns(), np.tile(ABS_DELTA, COPIES))
    room = 2 * len(column("survivorShort")) + 1000
    shorts, longs = np.empty((COPIES, room), np.int64), np.empty((COPIES, room), np.int64)
    counts = np.zeros(COPIES, np.int64)

    def run():
        scan(LEGS.starts, LEGS.stops, columns, shorts, longs, counts)
        short = np.concatenate([shorts[copy, :count] for copy, count in enumerate(counts)])
        long = np.concatenate([longs[copy, :count] for copy, count in enumerate(counts)])
        return short, long, ranked(short, long, all_names)

    error = check_copies(*run()[:2], ROWS, COPIES)
    threads = "one thread" if COPIES == 1 else f"{numba.get_num_threads()} threads"
    peer = f"numba {numba.__version__}: double loop ended by width, {threads}"
    answer(peer, error, timed(run, 50 if COPIES == 1 else 10), MS)


run_peer({"pandas-naive": by_pandas_naive, "pandas": by_pandas, "numpy": by_numpy, "numba": by_numba})
