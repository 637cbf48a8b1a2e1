/**
 * What the simulated market lists. Levels are round, plausible values that the path moves around; nothing here claims
 * to be today's market.
 */
export interface Listing {
  symbol: string;
  name: string;
  secType: 'STK' | 'IND';
  /** ETFs trade as stocks but are labelled so in contract details. */
  stockType: 'COMMON' | 'ETF' | '';
  primaryExchange: string;
  industry: string;
  category: string;
  /** Level that the price moves around, dollars. */
  basePrice: number;
  /** 30-day implied vol that the vol level moves around. */
  baseVol: number;
  /** Cash dividend per quarter, dollars; 0 for none. Indexes use `dividendYield`. */
  quarterlyDividend: number;
  /** Continuous yield, indexes only. */
  dividendYield: number;
  /** Slope of vol per standard deviation of moneyness; negative means puts are dearer. */
  skew: number;
  /** Share of the variance that is the market's own. */
  marketShare: number;
  /** The index whose path this one follows exactly: SPY and XSP follow SPX. */
  follows: string;
  /** 0 (thin) to 1 (the most traded options there are): spreads, sizes, volume, open interest. */
  liquidity: number;
  /** Expiry pattern of its options. */
  cycle: 'daily' | 'weekly' | 'monthly';
  /** Set for a recorded market: when the price was `basePrice` and the vol `baseVol`, ms since 1970. */
  anchoredAtMs?: number;
  /** Options quoted in pennies at every price (SPY, QQQ, IWM), in penny classes, or in nickels. */
  tick: 'penny-all' | 'penny' | 'nickel';
}

type StockRow = readonly [
  symbol: string,
  name: string,
  exchange: string,
  industry: string,
  price: number,
  volPercent: number,
  quarterlyDividend: number,
  liquidityPercent: number,
];

// prettier-ignore
const STOCKS: readonly StockRow[] = [
  ['AAPL', 'APPLE INC', 'NASDAQ', 'Technology', 228, 26, 0.25, 95],
  ['MSFT', 'MICROSOFT CORP', 'NASDAQ', 'Technology', 425, 24, 0.75, 85],
  ['NVDA', 'NVIDIA CORP', 'NASDAQ', 'Technology', 138, 48, 0.01, 98],
  ['AMZN', 'AMAZON.COM INC', 'NASDAQ', 'Consumer, Cyclical', 205, 32, 0, 90],
  ['GOOGL', 'ALPHABET INC-CL A', 'NASDAQ', 'Communications', 176, 30, 0.2, 82],
  ['GOOG', 'ALPHABET INC-CL C', 'NASDAQ', 'Communications', 178, 30, 0.2, 72],
  ['META', 'META PLATFORMS INC-CLASS A', 'NASDAQ', 'Communications', 565, 34, 0.5, 84],
  ['TSLA', 'TESLA INC', 'NASDAQ', 'Consumer, Cyclical', 250, 58, 0, 97],
  ['AMD', 'ADVANCED MICRO DEVICES', 'NASDAQ', 'Technology', 145, 49, 0, 90],
  ['NFLX', 'NETFLIX INC', 'NASDAQ', 'Communications', 760, 36, 0, 70],
  ['AVGO', 'BROADCOM INC', 'NASDAQ', 'Technology', 172, 42, 0.53, 74],
  ['INTC', 'INTEL CORP', 'NASDAQ', 'Technology', 24, 47, 0, 78],
  ['MU', 'MICRON TECHNOLOGY INC', 'NASDAQ', 'Technology', 102, 48, 0.12, 76],
  ['QCOM', 'QUALCOMM INC', 'NASDAQ', 'Technology', 165, 36, 0.85, 62],
  ['CRM', 'SALESFORCE INC', 'NYSE', 'Technology', 315, 32, 0.4, 58],
  ['ORCL', 'ORACLE CORP', 'NYSE', 'Technology', 180, 31, 0.4, 60],
  ['ADBE', 'ADOBE INC', 'NASDAQ', 'Technology', 510, 34, 0, 54],
  ['CSCO', 'CISCO SYSTEMS INC', 'NASDAQ', 'Technology', 57, 20, 0.4, 58],
  ['TSM', 'TAIWAN SEMICONDUCTOR-SP ADR', 'NYSE', 'Technology', 192, 37, 0.5, 66],
  ['PLTR', 'PALANTIR TECHNOLOGIES INC-A', 'NASDAQ', 'Technology', 62, 62, 0, 88],
  ['COIN', 'COINBASE GLOBAL INC -CLASS A', 'NASDAQ', 'Financial', 270, 76, 0, 72],
  ['MSTR', 'MICROSTRATEGY INC-CL A', 'NASDAQ', 'Technology', 340, 92, 0, 70],
  ['HOOD', 'ROBINHOOD MARKETS INC - A', 'NASDAQ', 'Financial', 35, 60, 0, 62],
  ['SOFI', 'SOFI TECHNOLOGIES INC', 'NASDAQ', 'Financial', 14, 58, 0, 68],
  ['BABA', 'ALIBABA GROUP HOLDING-SP ADR', 'NYSE', 'Communications', 92, 38, 0, 70],
  ['NIO', 'NIO INC - ADR', 'NYSE', 'Consumer, Cyclical', 5, 66, 0, 60],
  ['RIVN', 'RIVIAN AUTOMOTIVE INC-A', 'NASDAQ', 'Consumer, Cyclical', 11, 68, 0, 58],
  ['F', 'FORD MOTOR CO', 'NYSE', 'Consumer, Cyclical', 11, 34, 0.15, 70],
  ['GM', 'GENERAL MOTORS CO', 'NYSE', 'Consumer, Cyclical', 55, 35, 0.12, 56],
  ['BAC', 'BANK OF AMERICA CORP', 'NYSE', 'Financial', 46, 25, 0.26, 72],
  ['JPM', 'JPMORGAN CHASE & CO', 'NYSE', 'Financial', 242, 24, 1.25, 66],
  ['C', 'CITIGROUP INC', 'NYSE', 'Financial', 69, 28, 0.56, 58],
  ['WFC', 'WELLS FARGO & CO', 'NYSE', 'Financial', 72, 27, 0.4, 56],
  ['GS', 'GOLDMAN SACHS GROUP INC', 'NYSE', 'Financial', 590, 26, 3, 46],
  ['MS', 'MORGAN STANLEY', 'NYSE', 'Financial', 132, 26, 0.93, 44],
  ['V', 'VISA INC-CLASS A SHARES', 'NYSE', 'Financial', 310, 19, 0.59, 50],
  ['MA', 'MASTERCARD INC - A', 'NYSE', 'Financial', 520, 19, 0.66, 40],
  ['PYPL', 'PAYPAL HOLDINGS INC', 'NASDAQ', 'Financial', 84, 36, 0, 60],
  ['BRK B', 'BERKSHIRE HATHAWAY INC-CL B', 'NYSE', 'Financial', 468, 17, 0, 44],
  ['XOM', 'EXXON MOBIL CORP', 'NYSE', 'Energy', 119, 22, 0.99, 60],
  ['CVX', 'CHEVRON CORP', 'NYSE', 'Energy', 158, 21, 1.63, 50],
  ['OXY', 'OCCIDENTAL PETROLEUM CORP', 'NYSE', 'Energy', 50, 28, 0.22, 52],
  ['BA', 'BOEING CO/THE', 'NYSE', 'Industrial', 150, 38, 0, 60],
  ['CAT', 'CATERPILLAR INC', 'NYSE', 'Industrial', 388, 28, 1.41, 42],
  ['GE', 'GENERAL ELECTRIC', 'NYSE', 'Industrial', 180, 29, 0.28, 42],
  ['DAL', 'DELTA AIR LINES INC', 'NYSE', 'Consumer, Cyclical', 63, 37, 0.15, 48],
  ['UAL', 'UNITED AIRLINES HOLDINGS INC', 'NASDAQ', 'Consumer, Cyclical', 92, 43, 0, 46],
  ['DIS', 'WALT DISNEY CO/THE', 'NYSE', 'Communications', 112, 25, 0.25, 60],
  ['NKE', 'NIKE INC -CL B', 'NYSE', 'Consumer, Cyclical', 76, 31, 0.4, 52],
  ['SBUX', 'STARBUCKS CORP', 'NASDAQ', 'Consumer, Cyclical', 98, 28, 0.61, 50],
  ['MCD', "MCDONALD'S CORP", 'NYSE', 'Consumer, Cyclical', 294, 18, 1.77, 42],
  ['HD', 'HOME DEPOT INC', 'NYSE', 'Consumer, Cyclical', 408, 22, 2.25, 40],
  ['WMT', 'WALMART INC', 'NYSE', 'Consumer, Non-cyclical', 87, 19, 0.21, 54],
  ['COST', 'COSTCO WHOLESALE CORP', 'NASDAQ', 'Consumer, Non-cyclical', 930, 21, 1.16, 42],
  ['TGT', 'TARGET CORP', 'NYSE', 'Consumer, Non-cyclical', 130, 34, 1.12, 46],
  ['KO', 'COCA-COLA CO/THE', 'NYSE', 'Consumer, Non-cyclical', 63, 14, 0.49, 48],
  ['PEP', 'PEPSICO INC', 'NASDAQ', 'Consumer, Non-cyclical', 160, 17, 1.36, 36],
  ['JNJ', 'JOHNSON & JOHNSON', 'NYSE', 'Consumer, Non-cyclical', 154, 16, 1.24, 38],
  ['PFE', 'PFIZER INC', 'NYSE', 'Consumer, Non-cyclical', 26, 25, 0.42, 60],
  ['LLY', 'ELI LILLY & CO', 'NYSE', 'Consumer, Non-cyclical', 790, 33, 1.3, 46],
  ['UNH', 'UNITEDHEALTH GROUP INC', 'NYSE', 'Consumer, Non-cyclical', 580, 25, 2.1, 42],
  ['T', 'AT&T INC', 'NYSE', 'Communications', 23, 21, 0.28, 54],
  ['VZ', 'VERIZON COMMUNICATIONS INC', 'NYSE', 'Communications', 42, 20, 0.68, 52],
  ['UBER', 'UBER TECHNOLOGIES INC', 'NYSE', 'Technology', 70, 40, 0, 66],
  ['SHOP', 'SHOPIFY INC - CLASS A', 'NASDAQ', 'Technology', 105, 46, 0, 54],
  ['SNOW', 'SNOWFLAKE INC', 'NYSE', 'Technology', 130, 48, 0, 52],
];

type FundRow = readonly [
  symbol: string,
  name: string,
  price: number,
  volPercent: number,
  quarterlyDividend: number,
  liquidityPercent: number,
  follows: string,
  cycle: Listing['cycle'],
  tick: Listing['tick'],
  skewPercent: number,
];

// prettier-ignore
const FUNDS: readonly FundRow[] = [
  ['SPY', 'SPDR S&P 500 ETF TRUST', 590, 16, 1.75, 100, 'SPX', 'daily', 'penny-all', -17],
  ['QQQ', 'INVESCO QQQ TRUST SERIES 1', 505, 20, 0.75, 99, 'NDX', 'daily', 'penny-all', -15],
  ['IWM', 'ISHARES RUSSELL 2000 ETF', 230, 22, 0.68, 93, 'RUT', 'daily', 'penny-all', -14],
  ['DIA', 'SPDR DJIA TRUST', 434, 14, 0.6, 60, '', 'weekly', 'penny', -15],
  ['EEM', 'ISHARES MSCI EMERGING MARKET', 43, 19, 0.3, 62, '', 'weekly', 'penny', -11],
  ['GLD', 'SPDR GOLD SHARES', 245, 17, 0, 70, '', 'weekly', 'penny', 3],
  ['SLV', 'ISHARES SILVER TRUST', 28, 31, 0, 68, '', 'weekly', 'penny', 5],
  ['TLT', 'ISHARES 20+ YEAR TREASURY BD', 90, 15, 0.95, 78, '', 'weekly', 'penny', -3],
  ['XLF', 'FINANCIAL SELECT SECTOR SPDR', 49, 17, 0.18, 64, '', 'weekly', 'penny', -12],
  ['XLE', 'ENERGY SELECT SECTOR SPDR', 94, 21, 0.75, 58, '', 'weekly', 'penny', -10],
  ['SMH', 'VANECK SEMICONDUCTOR ETF', 245, 33, 0.3, 56, '', 'weekly', 'penny', -11],
  ['ARKK', 'ARK INNOVATION ETF', 54, 39, 0, 54, '', 'weekly', 'penny', -8],
];

type IndexRow = readonly [
  symbol: string,
  name: string,
  price: number,
  volPercent: number,
  yieldPercent: number,
  liquidityPercent: number,
  follows: string,
  exchange: string,
];

// prettier-ignore
const INDEXES: readonly IndexRow[] = [
  ['SPX', 'S&P 500 Stock Index', 5900, 16, 1.3, 92, '', 'CBOE'],
  ['XSP', 'S&P 500 Mini SPX Options Index', 590, 16, 1.3, 62, 'SPX', 'CBOE'],
  ['NDX', 'NASDAQ 100 Stock Index', 20700, 20, 0.7, 58, '', 'NASDAQ'],
  ['RUT', 'Russell 2000 Stock Index', 2320, 22, 1.2, 60, '', 'RUSSELL'],
];

function stock(row: StockRow): Listing {
  const [symbol, name, primaryExchange, industry, basePrice, volPercent, quarterlyDividend, liquidityPercent] = row;
  return {
    symbol,
    name,
    secType: 'STK',
    stockType: 'COMMON',
    primaryExchange,
    industry,
    category: industry,
    basePrice,
    baseVol: volPercent / 100,
    quarterlyDividend,
    dividendYield: 0,
    skew: -0.09,
    marketShare: 0.35,
    follows: '',
    liquidity: liquidityPercent / 100,
    cycle: liquidityPercent >= 40 ? 'weekly' : 'monthly',
    tick: liquidityPercent >= 40 ? 'penny' : 'nickel',
  };
}

function fund(row: FundRow): Listing {
  const [symbol, name, basePrice, volPercent, quarterlyDividend, liquidityPercent, follows, cycle, tick, skewPercent] =
    row;
  return {
    symbol,
    name,
    secType: 'STK',
    stockType: 'ETF',
    primaryExchange: symbol === 'QQQ' || symbol === 'TLT' ? 'NASDAQ' : 'ARCA',
    industry: 'Funds',
    category: 'Equity Fund',
    basePrice,
    baseVol: volPercent / 100,
    quarterlyDividend,
    dividendYield: 0,
    skew: skewPercent / 100,
    marketShare: 0.6,
    follows,
    liquidity: liquidityPercent / 100,
    cycle,
    tick,
  };
}

function index(row: IndexRow): Listing {
  const [symbol, name, basePrice, volPercent, yieldPercent, liquidityPercent, follows, primaryExchange] = row;
  return {
    symbol,
    name,
    secType: 'IND',
    stockType: '',
    primaryExchange,
    industry: 'Indices',
    category: 'Broad Range Equity Index',
    basePrice,
    baseVol: volPercent / 100,
    quarterlyDividend: 0,
    dividendYield: yieldPercent / 100,
    skew: -0.18,
    marketShare: 0.9,
    follows,
    liquidity: liquidityPercent / 100,
    cycle: 'daily',
    tick: symbol === 'XSP' ? 'penny' : 'nickel',
  };
}

/** Every listed underlying. The order is part of the contract ids: append, never insert. */
export const UNIVERSE: readonly Listing[] = [...INDEXES.map(index), ...FUNDS.map(fund), ...STOCKS.map(stock)];
