import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Disk {
  /** Size in KiB. */
  readonly size: number;
  /** Shell commands after which the disk is as the test wants it; `$DISK` is its mount point. */
  readonly prepare?: string;
}

/**
 * Runs a module's text in a process that has a small disk of its own mounted at `disk`, seen by nobody else. The
 * text may use `FolderFiles` (of the module `source`), `MirroredFiles`, `fsync`, `disk` and `fs`, and prints what the test wants to know as JSON.
 * @throws Error when this system lets nobody mount anything: these tests are not skipped
 */
export function onSmallDisk({ size, prepare = 'true' }: Disk, text: string): unknown {
  const disk = mkdtempSync(join(tmpdir(), 'quorate-disk-'));
  const program = `${disk}.mjs`;
  const source = new URL('../../src/adapters/files.ts', import.meta.url);
  const mirrored = new URL('../../src/run/mirrored-files.ts', import.meta.url);
  try {
    writeFileSync(
      program,
      `import fs from 'node:fs';
import { FolderFiles } from '${source}';
import { MirroredFiles } from '${mirrored}';
const disk = ${JSON.stringify(disk)};
const source = ${JSON.stringify(source.href)};
const fsync = async (paths) => {
  for (const path of paths) {
    const fd = fs.openSync(path, 'r');
    fs.fsyncSync(fd);
    fs.closeSync(fd);
  }
};
const refused = async (act) => {
  try {
    await act();
    return 'done';
  } catch (error) {
    return [error.name, error.code, error.message];
  }
};
${text}
`,
    );
    const script = `mount -t tmpfs -o size=${size}k,mode=700 quorate "$DISK" || exit 99; ${prepare} || exit 99; exec "$NODE" "$PROGRAM"`;
    const own = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
    const run = spawnSync('unshare', [...own, '/bin/sh', '-c', script], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DISK: disk, NODE: process.execPath, PROGRAM: program },
    });
    if (run.error || run.status === 1 || run.status === 99) {
      const why = run.error?.message ?? run.stderr;
      throw new Error(`these tests need a mount of their own (root, or user namespaces): ${why}`);
    }
    return JSON.parse(run.stdout || `"exit ${run.status}: ${run.stderr}"`);
  } finally {
    rmSync(program, { force: true });
    rmSync(disk, { recursive: true });
  }
}
