"""G2: price, delta, gamma, theta, vega and rho of European options."""
import math

import numpy as np

from beside import answer, column, run_peer, terms, timed

IS_CALL = column("isCall") > 0
FORWARD, STRIKE, VOL = column("forward"), column("strike"), column("vol")
DISCOUNT, YEARS = column("discount"), column("years")
SPOT, RATE = terms()["spot"], terms()["rate"]
OURS = [column(name) for name in ("price", "delta", "gamma", "theta", "vega", "rho")]
COUNT = len(STRIKE)
NS = 1e9 / COUNT


def farthest(theirs):
    """Largest difference, by each Greek's own largest value; the vendors' units are ours."""
    worst = max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(theirs, OURS))
    if not worst < 1e-9:
        raise SystemExit(f"the Greeks differ from Legwork's by {worst:.1e} of the largest")
    return f"within {worst:.0e} of ours"


def by_numpy():
    from scipy.special import ndtr

    growth = FORWARD / SPOT

    def run():
        root = np.sqrt(YEARS)
        std_dev = VOL * root
        d1 = np.log(FORWARD / STRIKE) / std_dev + 0.5 * std_dev
        sign = np.where(IS_CALL, 1.0, -1.0)
        n1 = ndtr(sign * d1)
        n2 = ndtr(sign * (d1 - std_dev))
        density = np.exp(-0.5 * d1 * d1) * (1 / math.sqrt(2 * math.pi))
        paid = sign * DISCOUNT * STRIKE * n2
        carried = DISCOUNT * growth * n1
        spread = DISCOUNT * growth * density
        delta = sign * carried
        price = SPOT * delta - paid
        gamma = spread / (SPOT * std_dev)
        vega = SPOT * spread * root
        theta = -0.5 * vega * VOL / YEARS - RATE * paid
        return price, delta, gamma, theta / 365, 0.01 * vega, 0.01 * YEARS * paid

    error = farthest(run())
    answer(f"numpy {np.__version__} by hand, scipy's ndtr", error, timed(run, 100), NS)


def by_numba():
    import numba

    @numba.njit(fastmath=True, error_model="numpy")
    def solve(is_call, forward, strike, vol, discount, years, spot, rate, out):
        for i in range(len(strike)):
            root = math.sqrt(years[i])
            std_dev = vol[i] * root
            d1 = math.log(forward[i] / strike[i]) / std_dev + 0.5 * std_dev
            sign = 1.0 if is_call[i] else -1.0
            n1 = 0.5 * math.erfc(-sign * d1 * math.sqrt(0.5))
            n2 = 0.5 * math.erfc(-sign * (d1 - std_dev) * math.sqrt(0.5))
            paid = sign * discount[i] * strike[i] * n2
            growth = discount[i] * forward[i] / spot
            spread = growth * math.exp(-0.5 * d1 * d1) * (1 / math.sqrt(2 * math.pi))
            delta = sign * growth * n1
            vega = spot * spread * root
            out[0, i] = spot * delta - paid
            out[1, i] = delta
            out[2, i] = spread / (spot * std_dev)
            out[3, i] = (-0.5 * vega * vol[i] / years[i] - rate * paid) / 365
            out[4, i] = 0.01 * vega
            out[5, i] = 0.01 * years[i] * paid

    out = np.empty((6, COUNT))
    run = lambda: solve(IS_CALL, FORWARD, STRIKE, VOL, DISCOUNT, YEARS, SPOT, RATE, out)
    took = timed(run, 100)
    answer(f"numba {numba.__version__}, one thread", farthest(out), took, NS)


def by_quantlib():
    import QuantLib as ql

    kinds = [ql.Option.Call if call else ql.Option.Put for call in IS_CALL]
    std_devs = VOL * np.sqrt(YEARS)
    columns = (STRIKE, FORWARD, std_devs, DISCOUNT, YEARS)
    rows = list(zip(kinds, *(values.tolist() for values in columns)))

    def run():
        out = []
        for kind, strike, forward, std_dev, discount, years in rows:
            black = ql.BlackCalculator(ql.PlainVanillaPayoff(kind, strike), forward, std_dev, discount)
            greeks = black.value(), black.delta(SPOT), black.gamma(SPOT), black.theta(SPOT, years)
            out.append((*greeks, black.vega(years), black.rho(years)))
        return out

    price, delta, gamma, theta, vega, rho = np.array(run()).T
    error = farthest((price, delta, gamma, theta / 365, 0.01 * vega, 0.01 * rho))
    answer(f"QuantLib {ql.__version__} BlackCalculator from Python", error, timed(run, 5), NS)


run_peer({"numpy": by_numpy, "numba": by_numba, "quantlib": by_quantlib})
