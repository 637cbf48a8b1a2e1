"""American options of one expiry and right by QuantLib, as a Python program would price them: one process, one quote
for the vol, engines made once."""
import math

import QuantLib as ql

DAYS_PER_YEAR = 365
COUNTER = ql.Actual365Fixed()
TODAY = ql.Date(1, 1, 2024)


class Options:
    """QuantLib counts whole days, so that an expiry of `years` is made one of so many days, with rate, yield and
    variance scaled to match: prices depend on rate * years, yield * years and vol^2 * years only."""

    def __init__(self, spot, is_call, years, rate, dividend_yield):
        ql.Settings.instance().evaluationDate = TODAY
        self.days = max(1, round(years * DAYS_PER_YEAR))
        self.stretch = years * DAYS_PER_YEAR / self.days
        self.spot, self.is_call, self.years = spot, is_call, years
        self.forward = spot * math.exp((rate - dividend_yield) * years)
        self.discount = math.exp(-rate * years)
        self.vol_quote, self.spot_quote = ql.SimpleQuote(0.2), ql.SimpleQuote(spot)
        vol = ql.BlackConstantVol(TODAY, ql.NullCalendar(), ql.QuoteHandle(self.vol_quote), COUNTER)
        self.process = ql.BlackScholesMertonProcess(
            ql.QuoteHandle(self.spot_quote),
            self._flat(dividend_yield),
            self._flat(rate),
            ql.BlackVolTermStructureHandle(vol),
        )
        self.exercise = ql.AmericanExercise(TODAY, TODAY + self.days)
        self.kind = ql.Option.Call if is_call else ql.Option.Put
        self.engine = self.make_engine()

    def _flat(self, rate):
        return ql.YieldTermStructureHandle(ql.FlatForward(TODAY, rate * self.stretch, COUNTER))

    def price(self, option, vol):
        self.vol_quote.setValue(vol * math.sqrt(self.stretch))
        return option.NPV()

    def vol(self, option, strike, price):
        """Secants from the European vol, which is not far above; NaN where no vol gives the price."""
        intrinsic = self.spot - strike if self.is_call else strike - self.spot
        if price <= max(0.0, intrinsic):
            return math.nan
        try:
            args = (self.kind, strike, self.forward, price, self.discount)
            start = ql.blackFormulaImpliedStdDevLiRS(*args) / math.sqrt(self.years)
        except RuntimeError:
            start = 1.0
        return secant(lambda vol: self.price(option, vol) - price, start)

    def delta_at(self, strike, price):
        """Delta of the option that has this price, by a central difference: QdFp gives none."""
        option = self.option(strike)
        vol = self.vol(option, strike, price)
        if not vol > 0:
            return math.nan
        step = 1e-3 * self.spot
        self.spot_quote.setValue(self.spot + step)
        up = self.price(option, vol)
        self.spot_quote.setValue(self.spot - step)
        down = self.price(option, vol)
        self.spot_quote.setValue(self.spot)
        return (up - down) / (2 * step)


class QdFpOptions(Options):
    """Continuous yield, by Andersen, Lake and Offengenden's method in its fast scheme."""

    def make_engine(self):
        return ql.QdFpAmericanEngine(self.process, ql.QdFpAmericanEngine.fastScheme())

    def option(self, strike):
        option = ql.VanillaOption(ql.PlainVanillaPayoff(self.kind, strike), self.exercise)
        option.setPricingEngine(self.engine)
        return option


class CashDividendOptions(Options):
    """Cash dividends in the spot model, by finite differences."""

    def __init__(self, spot, is_call, years, rate, dividends):
        paid = [d for d in dividends if 0 < d["years"] < years]
        super().__init__(spot, is_call, years, rate, 0.0)
        self.dates = [TODAY + max(1, round(d["years"] / years * self.days)) for d in paid]
        self.amounts = [d["amount"] for d in paid]
        # Where the secants start: a European option on the share without its dividends.
        self.forward -= sum(d["amount"] * math.exp(rate * (years - d["years"])) for d in paid)

    def make_engine(self):
        return ql.FdBlackScholesVanillaEngine(self.process, 200, 200)

    def option(self, strike):
        payoff = ql.PlainVanillaPayoff(self.kind, strike)
        option = ql.DividendVanillaOption(payoff, self.exercise, self.dates, self.amounts)
        option.setPricingEngine(self.engine)
        return option


def secant(excess, start, tolerance=1e-7):
    """Root of an increasing function of vol: secants from a start not far from it, halving where they leave the bracket.
    NaN where it does not converge."""
    low, high = 1e-3, 5.0
    last, vol = start, 0.99 * start
    at_last = excess(last)
    for _ in range(60):
        value = excess(vol)
        if value < 0:
            low = vol
        else:
            high = vol
        slope = (value - at_last) / (vol - last) if vol != last else 0.0
        last, at_last = vol, value
        vol = vol - value / slope if slope > 0 else math.nan
        if not low < vol < high:
            vol = 0.5 * (low + high)
        if abs(vol - last) < tolerance:
            return vol
    return math.nan
