import { DynamicLibrary } from 'node:ffi';

const libc = new DynamicLibrary(null);
const prctl = libc.getFunction('prctl', {
  arguments: ['int32', 'uint64', 'uint64', 'uint64', 'uint64'],
  return: 'int32',
});
const setrlimit = libc.getFunction('setrlimit', { arguments: ['int32', 'pointer'], return: 'int32' });
const alarm = libc.getFunction('alarm', { arguments: ['uint32'], return: 'uint32' });

// <linux/prctl.h>, <sys/resource.h>
const PR_GET_DUMPABLE = 3;
const PR_SET_DUMPABLE = 4;
const RLIMIT_CORE = 4;

/**
 * No core file, no debugger of the same user, no reading of /proc/PID/mem: this process will hold PINs.
 * @throws Error when the kernel does not do as told; the process must not go on then
 */
export function refuseDumps(): void {
  const noCore = Buffer.alloc(16);
  if (setrlimit(RLIMIT_CORE, noCore) !== 0) throw new Error('setrlimit(RLIMIT_CORE, 0) failed');
  prctl(PR_SET_DUMPABLE, 0n, 0n, 0n, 0n);
  if (prctl(PR_GET_DUMPABLE, 0n, 0n, 0n, 0n) !== 0) throw new Error('prctl(PR_SET_DUMPABLE, 0) failed');
}

/**
 * Gives up what only loading needed. `ffi` stays: dropping it makes the calls that are bound already refuse too.
 * @throws Error when a permission is still there afterwards
 */
export function dropLoadingPermissions(): void {
  for (const scope of ['addon', 'fs.read']) {
    process.permission.drop(scope);
    if (process.permission.has(scope)) throw new Error(`permission "${scope}" could not be dropped`);
  }
}

/**
 * The kernel ends this process with SIGALRM after so many seconds, even while a vendor's function does not return
 * and no timer of ours can run. 0 calls it off.
 */
export function endedByKernelAfter(seconds: number): void {
  alarm(seconds);
}
