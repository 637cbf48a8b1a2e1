/** Why a signal was aborted, as an Error to reject with. */
export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('aborted', 'AbortError');
}

/** The same promise for one caller who may leave early, without ending it for others. @throws the signal's reason. */
export function abortable<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      reject(abortReason(signal));
    };
    if (signal.aborted) {
      aborted();
      // Whatever becomes of it, nobody waits any more.
      promise.catch(() => undefined);
      return;
    }
    signal.addEventListener('abort', aborted, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', aborted);
    });
  });
}
