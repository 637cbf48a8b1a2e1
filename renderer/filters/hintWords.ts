import type { ScanHead } from '../../electron/contract/scan.ts';
import { formatNumber } from '../format/formatNumber.ts';
import { filterSpec, stageName } from './filterSpecs.ts';

/** What easing the costliest filter would bring: `Width to 18 would add 619`. */
export function hintWords({ filter, keepsOut, eased }: NonNullable<ScanHead['hint']>): string {
  const spec = filterSpec(filter);
  const count = (value: number): string => formatNumber(value, { decimals: 0 });
  if (eased === undefined || spec === undefined) return `${stageName(filter)} alone keeps ${count(keepsOut)} out`;
  // As many decimals as the bound has: a rounded one would not let in what it promises.
  const bound = formatNumber(eased.bound, { scale: spec.scale, decimals: 0, upTo: 6 });
  return `${stageName(filter)} ${eased.end === 'min' ? 'from' : 'to'} ${bound} would add ${count(eased.adds)}`;
}
