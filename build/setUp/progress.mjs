/**
 * Plain progress lines on stderr, so that stdout stays free for results.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Ends the process with a message that says what to do; no stack, since nothing is broken in the code.
 * @param {string} text
 * @returns {never}
 */
export function stop(text) {
  say(text);
  process.exit(1);
}
