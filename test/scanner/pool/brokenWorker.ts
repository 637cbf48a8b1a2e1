/**
 * A worker that breaks before it does its work: it exits or hangs the first time that it sees a task, which it tells
 * by the task's cancel flag, shared between the attempts. The profile's name says how: `exit`, `hang` or `exit always`.
 */
import type { PoolTask } from '../../../scanner/pool/poolTask.ts';
import runTask from '../../../scanner/pool/scanWorker.ts';

const SEEN = 2;

export default function breakOnce(task: PoolTask): unknown {
  const name = task.kind === 'scan' ? task.profile.name : '';
  const isFirst = Atomics.load(task.cancel, 0) !== SEEN;
  Atomics.store(task.cancel, 0, SEEN);
  if (name === 'exit always' || (name === 'exit' && isFirst)) process.exit(7);
  while (name === 'hang' && isFirst);
  return runTask({ ...task, cancel: new Int32Array(new SharedArrayBuffer(4)) });
}
