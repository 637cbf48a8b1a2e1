import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameReader } from '../../../broker/tws/frameGuard.ts';

function frame(payload: string): Buffer {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(4);
  head.writeInt32BE(body.length);
  return Buffer.concat([head, body]);
}

function read(slices: readonly Buffer[]): { frames: string[]; refused: number[] } {
  const frames: string[] = [];
  const refused: number[] = [];
  const feed = frameReader({
    deliver: (bytes) => frames.push(bytes.subarray(4).toString()),
    refuse: (length) => refused.push(length),
  });
  for (const slice of slices) feed(slice);
  return { frames, refused };
}

test('a frame of length -4 is refused instead of hanging the process', () => {
  const bad = Buffer.alloc(4);
  bad.writeInt32BE(-4);
  expect(read([frame('one\0'), bad, frame('two\0')])).toEqual({ frames: ['one\0'], refused: [-4] });
});

test('a frame beyond the longest that TWS sends is refused before it is collected', () => {
  const bad = Buffer.alloc(4);
  bad.writeInt32BE(0x1000000);
  expect(read([bad]).refused).toEqual([0x1000000]);
});

test('property: however TCP slices the stream, the same frames come out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 40 }), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 }),
      (payloads, sizes) => {
        const stream = Buffer.concat(payloads.map(frame));
        const slices: Buffer[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          slices.push(stream.subarray(at, at + size));
          at += size;
        }
        expect(read(slices)).toEqual({ frames: payloads, refused: [] });
      },
    ),
  );
});

test('property: no bytes make it hang or deliver what was not framed', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (chunks) => {
      const { frames } = read(chunks.map((chunk) => Buffer.from(chunk)));
      const sent = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      expect(frames.length * 4).toBeLessThanOrEqual(sent);
    }),
  );
});
