/**
 * A worker that breaks before it does its work: it exits or hangs the first time that a scan comes to it, which it
 * tells by the scan's cancel flag, shared between the attempts and the shards. The profile's name says how: `exit`,
 * `hang`, `exit always`, or `forget`: it exits between a scan's first phase and its third.
 */
import type { PoolTask } from '../../../scanner/pool/poolTask.ts';
import runTask from '../../../scanner/pool/scanWorker.ts';

const SEEN = 2;

export default function breakOnce(task: PoolTask): unknown {
  const { name } = task.profile;
  const phase = name === 'forget' ? 'rows' : 'find';
  if (task.kind === phase) {
    const isFirst = Atomics.exchange(task.cancel, 0, SEEN) !== SEEN;
    if (name === 'exit always' || ((name === 'exit' || name === 'forget') && isFirst)) process.exit(7);
    while (name === 'hang' && isFirst);
  }
  return runTask({ ...task, cancel: new Int32Array(new SharedArrayBuffer(4)) });
}
