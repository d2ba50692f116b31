import { DynamicLibrary } from 'node:ffi';

// <linux/prctl.h>, <sys/resource.h>
const PR_GET_DUMPABLE = 3;
const PR_SET_DUMPABLE = 4;
const RLIMIT_CORE = 4;

/**
 * No core file, no debugger of the same user, no reading of /proc/PID/mem: called first by every process that will
 * hold PINs or shares. All processes run as one user, so without it one that slipped its own fence could read another.
 * @throws Error when the kernel does not do as told; the process must not go on then
 */
export function refuseDumps(): void {
  const libc = new DynamicLibrary(null);
  const prctl = libc.getFunction('prctl', {
    arguments: ['int32', 'uint64', 'uint64', 'uint64', 'uint64'],
    return: 'int32',
  });
  const setrlimit = libc.getFunction('setrlimit', { arguments: ['int32', 'pointer'], return: 'int32' });
  const noCore = Buffer.alloc(16);
  if (setrlimit(RLIMIT_CORE, noCore) !== 0) throw new Error('setrlimit(RLIMIT_CORE, 0) failed');
  prctl(PR_SET_DUMPABLE, 0n, 0n, 0n, 0n);
  if (prctl(PR_GET_DUMPABLE, 0n, 0n, 0n, 0n) !== 0) throw new Error('prctl(PR_SET_DUMPABLE, 0) failed');
}
