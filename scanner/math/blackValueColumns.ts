import { normalisedBlack } from './black.ts';
import { INV_ROOT_TWO_PI } from './impliedVol.ts';
import { MILLS_HIGH, MILLS_LOW, SHORTEST, tabledMills } from './mills.ts';
import type { OptionBlock } from './optionBlock.ts';

/**
 * Normalised Black values, their slopes by the standard deviation, and ln(vol), of the first `count` options of a block,
 * from their vols and moneyness.
 * @source as `normalisedBlack`; differs from it by rounding errors only.
 */
export function blackValueColumns(block: OptionBlock, count: number, rootYears: number): void {
  const { kernel, values } = block;
  if (kernel === 'plain') for (let n = 0; n < count; n++) writeValue(block, n, rootYears);
  else if (!kernel.blackValues(count, rootYears)) {
    for (let n = 0; n < count; n++) if (Number.isNaN(values[n])) writeValue(block, n, rootYears);
  }
}

function writeValue({ vols, moneyness, logVols, values, densities }: OptionBlock, n: number, rootYears: number): void {
  const vol = vols[n] ?? 0;
  const x = moneyness[n] ?? 0;
  const s = vol * rootYears;
  const h = x / s;
  const t = 0.5 * s;
  const density = INV_ROOT_TWO_PI * Math.exp(-0.5 * (h * h + t * t));
  logVols[n] = Math.log(vol);
  densities[n] = density;
  if (h - t > MILLS_LOW && h + t < MILLS_HIGH && s > SHORTEST) {
    values[n] = density * (tabledMills(h + t) - tabledMills(h - t));
  } else values[n] = normalisedBlack(x, s);
}
