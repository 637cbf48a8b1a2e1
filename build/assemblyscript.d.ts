/**
 * The part of AssemblyScript that kernel.ts uses. Its own types (tsconfig.json's `paths` leads past them) declare
 * AssemblyScript's library as globals, after which `Array.at()` never gives undefined anywhere in the project.
 */
interface CompilerOptions {
  stderr: { toString(): string };
  writeFile(name: string, contents: Uint8Array | string): void;
}

declare const asc: {
  createMemoryStream(): CompilerOptions['stderr'];
  main(args: string[], options: CompilerOptions): Promise<{ error: Error | null }>;
};
export default asc;
