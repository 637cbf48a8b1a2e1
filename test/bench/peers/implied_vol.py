"""G1: European implied vols."""
import math

import numpy as np
import scipy

from beside import answer, column, p99, run_peer, timed
from european import vol_of_one, vols_of_columns

IS_CALL = column("isCall") > 0
FORWARD, STRIKE, PRICE = column("forward"), column("strike"), column("price")
DISCOUNT, YEARS, TRUE_VOL = column("discount"), column("years"), column("vol")
COUNT = len(STRIKE)
NS = 1e9 / COUNT


def by_scipy():
    run = lambda: vols_of_columns(IS_CALL, FORWARD, STRIKE, PRICE, DISCOUNT, YEARS)
    error = p99(run() - TRUE_VOL)
    peer = f"scipy {scipy.__version__}, numpy {np.__version__}: Householder on whole columns"
    answer(peer, f"p99 error {error:.1e}", timed(run, 30), NS)


def by_numba():
    import numba

    vol_of = numba.njit(error_model="numpy")(vol_of_one)

    @numba.njit(error_model="numpy")
    def solve(is_call, forward, strike, price, discount, years, vols):
        for i in range(len(strike)):
            vols[i] = vol_of(is_call[i], forward[i], strike[i], price[i], discount[i], years[i])

    vols = np.empty(COUNT)
    took = timed(lambda: solve(IS_CALL, FORWARD, STRIKE, PRICE, DISCOUNT, YEARS, vols), 50)
    answer(f"numba {numba.__version__}: Householder, one thread", f"p99 error {p99(vols - TRUE_VOL):.1e}", took, NS)


def by_quantlib():
    import QuantLib as ql

    kinds = [ql.Option.Call if call else ql.Option.Put for call in IS_CALL]
    rows = list(zip(kinds, STRIKE.tolist(), FORWARD.tolist(), PRICE.tolist(), DISCOUNT.tolist()))
    guess = ql.nullDouble()

    def run():
        found = []
        for kind, strike, forward, price, discount in rows:
            # A vol that QuantLib does not find is its error, not the benchmark's end.
            try:
                args = (kind, strike, forward, price, discount, 0.0, guess, 1.0, 1e-12, 100)
                found.append(ql.blackFormulaImpliedStdDevLiRS(*args))
            except RuntimeError:
                found.append(math.nan)
        return np.array(found)

    errors = run() / np.sqrt(YEARS) - TRUE_VOL
    isnan = np.isnan(errors)
    error = f"p99 error {p99(errors[~isnan]):.1e}, {isnan.sum()} of {COUNT} not found"
    answer(f"QuantLib {ql.__version__} blackFormulaImpliedStdDevLiRS from Python", error, timed(run, 5), NS)


run_peer({"scipy": by_scipy, "numba": by_numba, "quantlib": by_quantlib})
