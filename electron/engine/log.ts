/** Where the engine writes what an engineer needs; the host decides where that is. Never carries secrets. */
export interface EngineLog {
  info(text: string, detail?: object): void;
  warn(text: string, detail?: object): void;
  error(text: string, detail?: object): void;
}
