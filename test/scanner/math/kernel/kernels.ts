import { ColumnKernel } from '../../../../scanner/math/kernel/columnKernel.ts';

/** Every way to compute columns; a test that needs one of them fails where it is missing rather than be skipped. */
export const KERNELS = [
  { name: 'plain', kernel: 'plain' },
  { name: 'SIMD', kernel: new ColumnKernel('simd') },
  { name: 'relaxed SIMD', kernel: new ColumnKernel('relaxedSimd') },
] as const;
