/** What a command may touch of the terminal; tests hand in their own. */
export interface CliIo {
  /** The result, and nothing else. */
  out(text: string): void;
  /** Progress, warnings and errors. */
  err(text: string): void;
  /** Aborted by Ctrl-C or a request to terminate. */
  signal: AbortSignal;
}

/** 0 done, 1 it did not work, 2 bad input. */
export type ExitCode = 0 | 1 | 2;

/** A command of `legwork`; `argv` is what comes after its name. */
export type Command = (argv: string[], io: CliIo) => Promise<ExitCode>;
