"""G7: ticks absorbed: each new quote gives its option a vol, Greeks and a score to every spread that it is a leg of."""
import math

import numpy as np

from beside import column, rates, run_peer, timed
from european import ROOT_HALF, ROOT_TWO_PI, vol_of_one
from legs import DELTA, DTE, WIDTH, Legs, check, numba_fits, numba_pairs, numba_passes

LEGS = Legs()
SPOT, FORWARD, DISCOUNT, YEARS = column("spot"), column("forward"), column("discount"), column("years")
TICK_ROW, TICK_BID, TICK_ASK = column("tickRow").astype(np.int64), column("tickBid"), column("tickAsk")
ROWS = len(LEGS.group)


def by_numba():
    import numba

    pairs, passes, fits = numba_pairs(), numba_passes(), numba_fits()
    vol_of = numba.njit(error_model="numpy")(vol_of_one)
    low_dte, high_dte = DTE
    low_delta, high_delta = DELTA
    widest = WIDTH[1]
    start_of, stop_of = LEGS.starts[LEGS.group], LEGS.stops[LEGS.group]

    @numba.njit(error_model="numpy")
    def value(i, columns, market_data, greeks):
        is_call, _, strike, mid, quoted, _, _ = columns
        spot, forward, discount, years = market_data
        greeks[:, i] = math.nan
        if not quoted[i] or not years[i] > 0:
            return
        root = math.sqrt(years[i])
        vol = vol_of(is_call[i], forward[i], strike[i], mid[i], discount[i], years[i])
        std_dev = vol * root
        d1 = math.log(forward[i] / strike[i]) / std_dev + 0.5 * std_dev
        sign = 1.0 if is_call[i] else -1.0
        growth = discount[i] * forward[i] / spot[i]
        density = growth * math.exp(-0.5 * d1 * d1) / ROOT_TWO_PI
        rate = -math.log(discount[i]) / years[i]
        paid = sign * discount[i] * strike[i] * 0.5 * math.erfc(-sign * (d1 - std_dev) * ROOT_HALF)
        greeks[0, i] = growth * 0.5 * math.erfc(-sign * d1 * ROOT_HALF)
        greeks[1, i] = density / (spot[i] * std_dev)
        greeks[2, i] = 0.01 * spot[i] * density * root
        greeks[3, i] = (-0.5 * spot[i] * density * vol / root - rate * paid) / 365
        greeks[4, i] = vol

    @numba.njit(error_model="numpy")
    def value_all(columns, market_data, greeks):
        for i in range(len(columns[0])):
            value(i, columns, market_data, greeks)

    @numba.njit(error_model="numpy")
    def absorb(rows, bids, asks, columns, market_data, greeks, starts, stops, best):
        is_call, dte, strike, mid, quoted, interest, market = columns
        abs_delta = greeks[0]
        for t in range(len(rows)):
            i = rows[t]
            bid, ask = bids[t], asks[t]
            quoted[i] = ask > 0 and bid >= 0 and bid <= ask
            mid[i] = 0.5 * (bid + ask)
            market[i] = (ask - bid) / mid[i]
            value(i, columns, market_data, greeks)
            best[i] = -math.inf
            if not (low_dte <= dte[i] <= high_dte) or not fits(i, quoted, interest, market):
                continue
            for step in (-1, 1):
                j = i + step
                while starts[i] <= j < stops[i] and abs(strike[i] - strike[j]) <= widest:
                    if fits(j, quoted, interest, market):
                        for short, long in ((i, j), (j, i)):
                            gap, credit = strike[short] - strike[long], mid[short] - mid[long]
                            if low_delta <= abs_delta[short] <= high_delta and passes(is_call[i], gap, credit):
                                best[i] = max(best[i], credit / (abs(gap) - credit))
                    j += step

    market_data = (SPOT, FORWARD, DISCOUNT, YEARS)
    greeks, best = np.empty((5, ROWS)), np.empty(ROWS)
    columns = LEGS.columns()
    value_all(columns, market_data, greeks)
    run = lambda: absorb(TICK_ROW, TICK_BID, TICK_ASK, columns, market_data, greeks, start_of, stop_of, best)
    took = timed(run, 20)
    room = 2 * len(column("survivorShort")) + 1000
    shorts, longs, found = np.empty(room, np.int64), np.empty(room, np.int64), 0
    for start, stop in zip(LEGS.starts, LEGS.stops):
        found = pairs(start, stop, *columns, greeks[0], shorts, longs, found)
    error = check(shorts[:found], longs[:found], ROWS)
    peer = f"numba {numba.__version__}: each tick's vol, Greeks and pairs, one thread"
    rates(peer, f"afterwards {error}", took, len(TICK_ROW) / 1e6)


run_peer({"numba": by_numba})
