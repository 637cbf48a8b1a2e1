export type TradingMode = 'simulated' | 'paper' | 'live';

/**
 * What an account trades with, by its id and never by the port: SIM... is our simulator's, D... (DU, DF) is paper, all
 * else is real money. The one place that decides it.
 * @source tws.md "Limits": paper account ids begin with D.
 */
export function modeOfAccount(account: string): TradingMode {
  if (account.startsWith('SIM')) return 'simulated';
  return account.startsWith('D') ? 'paper' : 'live';
}
