"""G5 and G6: from quotes to the best verticals: a vol and a delta for every option that has a price, then the scan;
`copies` names of it at once. Forwards and discount factors are given."""
import math

import numpy as np

from beside import answer, column, run_peer, terms, timed
from european import ROOT_HALF, vol_of_one, vols_of_columns
from legs import TERMS, Legs, broadcast_scan, check, check_copies, numba_pairs, ranked

LEGS = Legs()
SPOT, FORWARD, DISCOUNT, YEARS = column("spot"), column("forward"), column("discount"), column("years")
ROWS = len(LEGS.group)
COPIES = TERMS.get("copies", 1)
MS = 1e3


def deltas_of_columns():
    from scipy.special import ndtr

    with np.errstate(all="ignore"):
        price = np.where(LEGS.quoted, 0.5 * (LEGS.bid + LEGS.ask), np.nan)
        vols = vols_of_columns(LEGS.is_call, FORWARD, LEGS.strike, price, DISCOUNT, YEARS)
        std_dev = vols * np.sqrt(YEARS)
        d1 = np.log(FORWARD / LEGS.strike) / std_dev + 0.5 * std_dev
        return DISCOUNT * FORWARD / SPOT * ndtr(np.where(LEGS.is_call, d1, -d1))


def by_numpy():
    run = lambda: broadcast_scan(LEGS, deltas_of_columns())
    short, long, _ = run()
    answer(f"numpy {np.__version__} and scipy", check(short, long, ROWS), timed(run, 10), MS)


def by_numba():
    import numba

    pairs = numba_pairs()
    vol_of = numba.njit(error_model="numpy")(vol_of_one)

    @numba.njit(parallel=COPIES > 1, error_model="numpy")
    def scan(starts, stops, columns, market_data, abs_delta, shorts, longs, counts):
        is_call, dte, strike, mid, quoted, interest, market = columns
        spot, forward, discount, years = market_data
        for copy in numba.prange(len(counts)):
            first = copy * (len(strike) // len(counts))
            found = 0
            for g in range(len(starts)):
                start, stop = first + starts[g], first + stops[g]
                for i in range(start, stop):
                    abs_delta[i] = math.nan
                    if quoted[i] and years[i] > 0:
                        vol = vol_of(is_call[i], forward[i], strike[i], mid[i], discount[i], years[i])
                        std_dev = vol * math.sqrt(years[i])
                        d1 = math.log(forward[i] / strike[i]) / std_dev + 0.5 * std_dev
                        side = -d1 if is_call[i] else d1
                        abs_delta[i] = discount[i] * forward[i] / spot[i] * 0.5 * math.erfc(ROOT_HALF * side)
                found = pairs(
                    start, stop, is_call, dte, strike, mid, quoted, interest, market, abs_delta,
                    shorts[copy], longs[copy], found,
                )
            counts[copy] = found

    all_names = LEGS.repeated(COPIES)
    columns = all_names.columns()
    market_data = tuple(np.tile(values, COPIES) for values in (SPOT, FORWARD, DISCOUNT, YEARS))
    room = 2 * len(column("survivorShort")) + 1000
    shorts, longs = np.empty((COPIES, room), np.int64), np.empty((COPIES, room), np.int64)
    counts, abs_delta = np.zeros(COPIES, np.int64), np.empty(COPIES * ROWS)

    def run():
        scan(LEGS.starts, LEGS.stops, columns, market_data, abs_delta, shorts, longs, counts)
        short = np.concatenate([shorts[copy, :count] for copy, count in enumerate(counts)])
        long = np.concatenate([longs[copy, :count] for copy, count in enumerate(counts)])
        return short, long, ranked(short, long, all_names)

    error = check_copies(*run()[:2], ROWS, COPIES)
    threads = "one thread" if COPIES == 1 else f"{numba.get_num_threads()} threads"
    peer = f"numba {numba.__version__}: vols, deltas and double loop, {threads}"
    answer(peer, error, timed(run, 20 if COPIES == 1 else 5), MS)


def by_quantlib():
    """American vols by secants on QdFp prices, then numpy's scan."""
    import QuantLib as ql
    from american_options import QdFpOptions

    rate, dividend_yield = column("rate"), column("dividendYield")

    def run():
        abs_delta = np.full(ROWS, np.nan)
        for start, stop in zip(LEGS.starts, LEGS.stops):
            if not YEARS[start] > 0:
                continue
            terms_of = (bool(LEGS.is_call[start]), float(YEARS[start]), float(rate[start]), float(dividend_yield[start]))
            options = QdFpOptions(float(SPOT[start]), *terms_of)
            for i in range(start, stop):
                if LEGS.quoted[i]:
                    abs_delta[i] = abs(options.delta_at(float(LEGS.strike[i]), float(LEGS.mid[i])))
        return broadcast_scan(LEGS, abs_delta)

    short, long, _ = run()
    # Two solvers differ by 1e-6 in delta: a pair on the very bound may fall on either side.
    error = check(short, long, ROWS, slack_share=0.005)
    answer(f"QuantLib {ql.__version__} QdFp from Python, numpy's scan", error, timed(run, 1), MS)


run_peer({"numpy": by_numpy, "numba": by_numba, "quantlib": by_quantlib})
