import { runLegwork } from '../../electron/cli/legwork.ts';

export interface TerminalRun {
  code: number;
  out: string;
  err: string;
}

/** Runs one command line in this process and keeps what it wrote. */
export async function runInTerminal(argv: string[], signal = new AbortController().signal): Promise<TerminalRun> {
  let out = '';
  let err = '';
  const code = await runLegwork(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    signal,
  });
  return { code, out, err };
}
