import { readFileSync } from 'node:fs';

/** A process, told from every other one: its number may be given again, also after the computer was started anew. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in clock ticks since the computer was. */
  readonly started: string;
  /** Drawn by the kernel at each start of the computer. */
  readonly boot: string;
}

/** Field 22 of /proc/PID/stat, counted behind the name, which may hold anything: proc_pid_stat(5). */
const STATE = 0;
const STARTED = 22 - 3;

/** @returns undefined when there is no such process, or it has ended and only waits to be noticed */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const started = fields[STARTED];
    if (started === undefined || /[ZX]/.test(fields[STATE] ?? '')) return undefined;
    return { pid, started, boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() };
  } catch {
    return undefined;
  }
}

export function isRunning({ pid, started, boot }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now !== undefined && now.started === started && now.boot === boot;
}
