import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes files, and folders with the names in them, durable. */
export async function syncAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }
}
