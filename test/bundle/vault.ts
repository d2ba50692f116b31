import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Ended, run } from './clones.ts';

/**
 * A computer without a network, on which a folder cannot be written, as far as namespaces of the kernel give one. Root
 * may write whatever modes say, so it is the mount that forbids it. The machine has to offer namespaces for mounts and
 * for the network, to root or to everybody; where it does not, what runs here fails and says so.
 */
export class Vault {
  readonly #noSocket: string;

  /** @param work folder for the program that makes every socket fatal, compiled on the spot */
  constructor(work: string) {
    this.#noSocket = join(work, 'no-socket');
    execFileSync('cc', ['-O1', '-Wall', '-Werror', '-o', this.#noSocket, join(import.meta.dirname, 'no-socket.c')]);
  }

  /**
   * @param mode of the folder's mount: `ro` refuses what would be written, `rw` lets it happen, so that it can be seen
   * @param words run in that folder; killed by SIGSYS when a socket to the network is opened
   * @throws Error where the machine gives no namespaces
   */
  async run(folder: string, mode: 'ro' | 'rw', words: readonly string[], home: string): Promise<Ended> {
    const root = process.getuid?.() === 0 ? [] : ['--map-root-user'];
    const script = 'mount --bind "$1" "$1"; mount -o "remount,bind,$2" "$1"; cd "$1"; shift 2; exec "$@"';
    const env = { PATH: process.env['PATH'] ?? '', HOME: home };
    const ended = await run(
      ['unshare', '--mount', '--net', ...root, 'sh', '-euc', script, 'sh', folder, mode, this.#noSocket, ...words],
      '/',
      env,
    );
    if (ended.status !== 0 && /^(?:unshare|mount): /.test(ended.err))
      throw new Error(
        `no namespaces for mounts and network: ${ended.err.trim()}; be root, or allow user namespaces to everybody`,
      );
    return ended;
  }
}
