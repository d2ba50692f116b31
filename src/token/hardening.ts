import { DynamicLibrary } from 'node:ffi';

const libc = new DynamicLibrary(null);
const alarm = libc.getFunction('alarm', { arguments: ['uint32'], return: 'uint32' });

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
