/** Loaded into `legwork serve` with Node's `--import`: tells what the process holds whenever its parent asks. */
process.on('message', () => {
  process.send?.(process.memoryUsage());
});
// Listening alone keeps no process running.
process.channel?.unref();
