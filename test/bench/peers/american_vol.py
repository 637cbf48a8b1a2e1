"""G3: American implied vols, with a yield or with cash dividends in the spot model."""
import math

import numpy as np

from beside import answer, column, run_peer, terms, timed

TERMS = terms()
SPOT, RATE, DIVIDENDS = TERMS["spot"], TERMS["rate"], TERMS["dividends"]
GROUP = column("group")
IS_CALL, YEARS, YIELD = column("isCall") > 0, column("years"), column("dividendYield")
STRIKE, PRICE, TRUE_VOL = column("strike"), column("price"), column("vol")
COUNT = len(STRIKE)


def some(count):
    """Rows of evenly spread options, for solvers too slow to be given all."""
    return np.arange(0, COUNT, max(1, COUNT // count))


def error_of(vols, rows):
    errors = np.abs(vols - TRUE_VOL[rows])
    lost = int(np.isnan(errors).sum())
    found = errors[~np.isnan(errors)]
    words = f"p99 vol error {np.quantile(found, 0.99):.0e}, largest {found.max():.0e}"
    return words if lost == 0 else f"{words}, {lost} of {len(rows)} not found"


def by_group(rows):
    for group in np.unique(GROUP[rows]):
        yield rows[GROUP[rows] == group]


def by_quantlib():
    import QuantLib as ql
    from american_options import CashDividendOptions, QdFpOptions

    rows = some(24 if DIVIDENDS else 1500)

    def run():
        vols = []
        for group in by_group(rows):
            first = group[0]
            of = (SPOT, bool(IS_CALL[first]), float(YEARS[first]), RATE)
            options = CashDividendOptions(*of, DIVIDENDS) if DIVIDENDS else QdFpOptions(*of, float(YIELD[first]))
            for i in group:
                strike, price = float(STRIKE[i]), float(PRICE[i])
                vols.append(options.vol(options.option(strike), strike, price))
        return np.array(vols)

    rows_in_order = np.concatenate(list(by_group(rows)))
    error = error_of(run(), rows_in_order)
    how = "finite differences (spot model, 200 x 200)" if DIVIDENDS else "QdFp"
    peer = f"QuantLib {ql.__version__} {how} and secants from Python"
    answer(peer, error, timed(run, 1 if DIVIDENDS else 3), 1e9 / len(rows))


def by_quantlib_iv():
    """VanillaOption.impliedVolatility, which builds an engine of finite differences by itself."""
    import QuantLib as ql
    from american_options import QdFpOptions

    rows = some(60)

    def run():
        vols = []
        for i in rows:
            options = QdFpOptions(SPOT, bool(IS_CALL[i]), float(YEARS[i]), RATE, float(YIELD[i]))
            option = options.option(float(STRIKE[i]))
            try:
                found = option.impliedVolatility(float(PRICE[i]), options.process, 1e-5, 100, 1e-3, 4.0)
                vols.append(found / math.sqrt(options.stretch))
            except RuntimeError:
                vols.append(math.nan)
        return np.array(vols)

    error = error_of(run(), rows)
    peer = f"QuantLib {ql.__version__} VanillaOption.impliedVolatility from Python"
    answer(peer, error, timed(run, 2), 1e9 / len(rows))


def by_numba():
    """Leisen and Reimer's tree of 101 steps, Peizer and Pratt's second inversion, and secants from the European vol."""
    import numba
    from european import vol_of_one

    vol_of = numba.njit(error_model="numpy")(vol_of_one)
    steps = 101

    @numba.njit(error_model="numpy")
    def inversion(z):
        scaled = z / (steps + 1 / 3 + 0.1 / (steps + 1))
        return 0.5 + math.copysign(0.5, z) * math.sqrt(1 - math.exp(-scaled * scaled * (steps + 1 / 6)))

    @numba.njit(error_model="numpy")
    def tree(is_call, strike, years, dividend_yield, vol, values):
        dt = years / steps
        std_dev = vol * math.sqrt(years)
        d2 = (math.log(SPOT / strike) + (RATE - dividend_yield) * years) / std_dev - 0.5 * std_dev
        up_chance, share = inversion(d2), inversion(d2 + std_dev)
        growth = math.exp((RATE - dividend_yield) * dt)
        up = growth * share / up_chance
        down = growth * (1 - share) / (1 - up_chance)
        discount = math.exp(-RATE * dt)
        with_up, with_down = discount * up_chance, discount * (1 - up_chance)
        sign = 1.0 if is_call else -1.0
        ratio = up / down
        level = SPOT * down**steps
        for i in range(steps + 1):
            values[i] = max(0.0, sign * (level - strike))
            level *= ratio
        for step in range(steps - 1, -1, -1):
            level = SPOT * down**step
            for i in range(step + 1):
                values[i] = max(with_up * values[i + 1] + with_down * values[i], sign * (level - strike))
                level *= ratio
        return values[0]

    @numba.njit(error_model="numpy")
    def solve(is_call, strike, price, years, dividend_yield, vols):
        values = np.empty(steps + 1)
        for i in range(len(strike)):
            growth, discount = math.exp((RATE - dividend_yield[i]) * years[i]), math.exp(-RATE * years[i])
            last = vol_of(is_call[i], SPOT * growth, strike[i], price[i], discount, years[i])
            if not last > 0:
                last = 1.0
            at_last = tree(is_call[i], strike[i], years[i], dividend_yield[i], last, values) - price[i]
            vol = 0.99 * last
            for _ in range(30):
                value = tree(is_call[i], strike[i], years[i], dividend_yield[i], vol, values) - price[i]
                slope = (value - at_last) / (vol - last)
                if not slope > 0:
                    vol = math.nan
                    break
                last, at_last = vol, value
                vol = max(0.3 * vol, vol - value / slope)
                if abs(vol - last) < 1e-6:
                    break
            vols[i] = vol

    vols = np.empty(COUNT)
    run = lambda: solve(IS_CALL, STRIKE, PRICE, YEARS, YIELD, vols)
    took = timed(run, 3)
    peer = f"numba {numba.__version__}: Leisen-Reimer tree of {steps} steps and secants, one thread"
    answer(peer, error_of(vols, np.arange(COUNT)), took, 1e9 / COUNT)


run_peer({"quantlib": by_quantlib, "quantlib-iv": by_quantlib_iv, "numba": by_numba})
