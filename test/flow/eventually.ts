/** Waits for something that a real socket will bring; fails loudly when it does not. */
export async function eventually(condition: () => boolean, withinMs = 8000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}
