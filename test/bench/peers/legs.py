"""The legs of a chain, the profile that Legwork filtered them with, and three ways to pair them. Every way finds the
same pairs as Legwork, which `check` makes sure of, and ranks them."""
from copy import copy

import numpy as np

from beside import column, terms

TERMS = terms()
PROFILE = TERMS["profile"]
# Bounds are inclusive to 1e-9, as finance.md has it.
SLACK = 1e-9


def bounds(name):
    given = PROFILE[name]
    return given.get("min", -np.inf) - SLACK, given.get("max", np.inf) + SLACK


DTE, DELTA, WIDTH = bounds("dte"), bounds("shortDelta"), bounds("width")
RATIO, INTEREST, MARKET = bounds("creditToWidth"), bounds("openInterest"), bounds("bidAskPercent")
BEST = PROFILE["limit"]


class Legs:
    """Rows of all groups, ascending by strike within each."""

    def __init__(self):
        self.group = column("group").astype(np.int64)
        self.is_call = column("isCall") > 0
        self.dte, self.strike = column("dte"), column("strike")
        self.bid, self.ask, self.open_interest = column("bid"), column("ask"), column("openInterest")
        self.mid = 0.5 * (self.bid + self.ask)
        self.market = np.divide(self.ask - self.bid, self.mid, out=np.full_like(self.mid, np.nan), where=self.mid > 0)
        self.quoted = (self.ask > 0) & (self.bid >= 0) & (self.bid <= self.ask)
        self.starts = np.flatnonzero(np.r_[True, self.group[1:] != self.group[:-1]])
        self.stops = np.r_[self.starts[1:], len(self.group)]

    def columns(self):
        """In the order in which numba's loops take them."""
        return self.is_call, self.dte, self.strike, self.mid, self.quoted, self.open_interest, self.market

    def repeated(self, copies):
        """The same legs under several names, one after another."""
        again = copy(self)
        for name in ("is_call", "dte", "strike", "bid", "ask", "open_interest", "mid", "market", "quoted"):
            setattr(again, name, np.tile(getattr(self, name), copies))
        return again


def inside(values, interval):
    return (values >= interval[0]) & (values <= interval[1])


def usable(legs):
    """Whatever a leg must have in either place."""
    return legs.quoted & inside(legs.dte, DTE) & inside(legs.open_interest, INTEREST) & inside(legs.market, MARKET)


def passing(is_call, short_strike, long_strike, credit):
    """What a pair must have besides its legs; arrays of any shape. Short puts above and short calls below are credits."""
    gap = short_strike - long_strike
    width = np.abs(gap)
    is_credit = (gap < 0) == is_call
    profit = np.where(is_credit, credit, width + credit)
    is_price = np.where(is_credit, profit >= -SLACK, credit < -SLACK) & np.where(
        is_credit, profit < width - SLACK, -credit < width - SLACK
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return (width > 0) & is_price & inside(width, WIDTH) & inside(credit / width, RATIO)


def ranked(short, long, legs):
    """The best by return on risk, of survivors (row numbers)."""
    width = np.abs(legs.strike[short] - legs.strike[long])
    credit = legs.mid[short] - legs.mid[long]
    is_credit = (legs.strike[short] < legs.strike[long]) == legs.is_call[short]
    profit = np.where(is_credit, credit, width + credit)
    returns = profit / (width - profit)
    if len(returns) > BEST:
        top = np.argpartition(-returns, BEST)[:BEST]
    else:
        top = np.arange(len(returns))
    return top[np.argsort(-returns[top], kind="stable")]


def broadcast_scan(legs, abs_delta):
    """numpy: one matrix of pairs per group, of the legs that can take part."""
    fits = usable(legs)
    can_short = fits & inside(abs_delta, DELTA)
    shorts, longs = [], []
    for start, stop in zip(legs.starts, legs.stops):
        short = start + np.flatnonzero(can_short[start:stop])
        if len(short) == 0:
            continue
        long = start + np.flatnonzero(fits[start:stop])
        credit = legs.mid[short][:, None] - legs.mid[long][None, :]
        found = passing(legs.is_call[start], legs.strike[short][:, None], legs.strike[long][None, :], credit)
        at_short, at_long = np.nonzero(found)
        shorts.append(short[at_short])
        longs.append(long[at_long])
    short = np.concatenate(shorts) if shorts else np.empty(0, np.int64)
    long = np.concatenate(longs) if longs else np.empty(0, np.int64)
    return short, long, ranked(short, long, legs)


def numba_passes():
    """numba: whether the pair of rows i (short) and j (long) of one group passes, its legs' delta aside. Compiled here,
    so that the other peers need no numba."""
    import numba

    low_width, high_width = WIDTH
    low_ratio, high_ratio = RATIO

    @numba.njit(inline="always", error_model="numpy")
    def passes(is_call, gap, credit):
        width = abs(gap)
        if not low_width <= width <= high_width:
            return False
        if (gap < 0) == is_call:
            is_price = -SLACK <= credit < width - SLACK
        else:
            is_price = credit < -SLACK and -credit < width - SLACK
        return is_price and low_ratio <= credit / width <= high_ratio

    return passes


def numba_fits():
    """numba: whatever a leg must have in either place, its expiry aside."""
    import numba

    low_interest, high_interest = INTEREST
    low_market, high_market = MARKET

    @numba.njit(inline="always")
    def fits(i, quoted, interest, market):
        return quoted[i] and low_interest <= interest[i] <= high_interest and low_market <= market[i] <= high_market

    return fits


def numba_pairs():
    """numba: a double loop over the sorted strikes of a group [start, stop), ended by the width. @returns how many
    pairs were found by then; their rows are written behind those of the groups before."""
    import numba

    passes, fits = numba_passes(), numba_fits()
    low_dte, high_dte = DTE
    low_delta, high_delta = DELTA
    widest = WIDTH[1]

    @numba.njit(error_model="numpy")
    def pairs(start, stop, is_call, dte, strike, mid, quoted, interest, market, abs_delta, shorts, longs, found):
        if not (low_dte <= dte[start] <= high_dte):
            return found
        for i in range(start, stop):
            if not (low_delta <= abs_delta[i] <= high_delta) or not fits(i, quoted, interest, market):
                continue
            for step in (-1, 1):
                j = i + step
                while start <= j < stop and abs(strike[i] - strike[j]) <= widest:
                    gap, credit = strike[i] - strike[j], mid[i] - mid[j]
                    if fits(j, quoted, interest, market) and passes(is_call[start], gap, credit):
                        shorts[found] = i
                        longs[found] = j
                        found += 1
                    j += step
        return found

    return pairs


def check_copies(short, long, rows, copies):
    """The same for several names: each must have Legwork's survivors."""
    for name in range(copies):
        of_name = short // rows == name
        error = check(short[of_name] - name * rows, long[of_name] - name * rows, rows)
    return error if copies == 1 else f"{error} in each of {copies} names"


def check(short, long, rows, slack_share=0.0):
    """@returns in words how the survivors compare with Legwork's. Exits when more than `slack_share` differ."""
    ours = set((column("survivorShort") * rows + column("survivorLong")).astype(np.int64).tolist())
    theirs = set((np.asarray(short, np.int64) * rows + np.asarray(long, np.int64)).tolist())
    differing = len(ours ^ theirs)
    if len(ours) == 0 or differing > slack_share * len(ours):
        raise SystemExit(f"its survivors are not Legwork's: {len(theirs)} against {len(ours)}, {differing} differ")
    return f"its {len(theirs)} survivors are ours" if differing == 0 else f"{differing} of {len(ours)} survivors differ"
