/** Seeded noise that is a pure function of its keys: the same point of the market whoever asks, in any order. */

/** An independent stream of the same seed. */
export function streamSeed(seed: number, stream: number): number {
  return (seed ^ Math.imul(stream, 0x9e3779b1)) | 0;
}

/** Uniform 32-bit hash of three integers. @source Murmur3 finaliser (Appleby). */
function hash32(seed: number, a: number, b = 0): number {
  let h = (seed ^ 0x9e3779b9) | 0;
  h = Math.imul(h ^ (a | 0), 0x85ebca6b);
  h = (h ^ (h >>> 13)) | 0;
  h = Math.imul(h ^ (b | 0), 0xc2b2ae35);
  h = (h ^ (h >>> 16)) | 0;
  h = Math.imul(h, 0x27d4eb2f);
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform in (0, 1). */
export function uniformAt(seed: number, a: number, b = 0): number {
  return (hash32(seed, a, b) + 0.5) / 4294967296;
}

/** Standard normal. @source Box and Muller (1958). */
export function normalAt(seed: number, a: number, b = 0): number {
  const first = uniformAt(seed, a, b);
  const second = uniformAt(seed ^ 0x5bd1e995, a, b);
  return Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
}

/** A stable 32-bit number for a text. @source FNV-1a. */
export function textHash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
