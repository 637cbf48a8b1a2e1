/**
 * Compiles scanner/math/kernel/assembly (AssemblyScript) and writes the bytes, as base64, into
 * scanner/math/kernel/bytes.ts: committed, so that nothing has to be compiled to run from source, in a worker thread, in
 * a bundle or in an archive. A test fails when the file is not what the source compiles to.
 */
import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import asc from 'assemblyscript/asc';
import binaryen from 'assemblyscript/binaryen';

const root = resolve(import.meta.dirname, '..');
const SOURCE = 'scanner/math/kernel/assembly/index.ts';
const TARGET = 'scanner/math/kernel/bytes.ts';
/** Values of this type are not exchanged with JavaScript, of which asc warns at each exported function. */
const NO_EXCHANGE_WARNING = ['--disableWarning', '112'];

/** @throws Error with the compiler's words. */
async function compiled(features: string[]): Promise<Uint8Array> {
  let bytes = new Uint8Array();
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(
    [
      ...[SOURCE, '--baseDir', root, '--outFile', 'kernel.wasm', '--runtime', 'stub', '-O3', '--noAssert'],
      ...features.flatMap((feature) => ['--enable', feature]),
      ...NO_EXCHANGE_WARNING,
    ],
    {
      stderr,
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') bytes = Uint8Array.from(contents);
      },
    },
  );
  if (error) throw new Error(`${relative(root, SOURCE)} does not compile:\n${stderr.toString()}`, { cause: error });
  return inlined(bytes);
}

/** The same module without calls: V8 does not inline across WebAssembly functions, and each call spills every vector. */
function inlined(bytes: Uint8Array): Uint8Array {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.All);
  binaryen.setOptimizeLevel(3);
  binaryen.setAlwaysInlineMaxSize(1000);
  module.runPasses(['inlining-optimizing']);
  module.optimize();
  return module.emitBinary();
}

const literal = (bytes: Uint8Array): string => `'${Buffer.from(bytes).toString('base64')}'`;

/** The text of scanner/math/kernel/bytes.ts. */
export async function kernelFile(): Promise<string> {
  const simd = await compiled(['simd']);
  const relaxed = await compiled(['simd', 'relaxed-simd']);
  return `// Written by build/kernel.ts from the AssemblyScript in assembly/: change that and run \`npm run kernel\`.

export const SIMD_BYTES =
  ${literal(simd)};
export const RELAXED_SIMD_BYTES =
  ${literal(relaxed)};
`;
}

if (import.meta.main) {
  writeFileSync(resolve(root, TARGET), await kernelFile());
  console.log(`wrote ${TARGET}`);
}
