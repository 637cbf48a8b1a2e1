/**
 * The column maths, and the sweeps of a grid, on two options at once, for WebAssembly: AssemblyScript, compiled by
 * build/kernel.ts once for SIMD and once for relaxed SIMD, whose fused multiply-add saves a fifth of the time.
 */
export { block } from './block';
export { eliminate, gridMemory, substitute } from './grid';
export { greeks } from './greeks';
export { impliedVols } from './impliedVols';
export { premiums, premiumTable } from './premiums';
export { round, rounded } from './rounded';
export { bendTable } from './sixPoint';
export { guessTable, millsTable } from './tables';
export { blackValues } from './values';
