import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/quorate', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program as a person would, from a folder. It must end by itself: what takes a minute hangs. */
export function quorate(folder: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, timeout: 60_000, maxBuffer: 2 ** 26 };
    const child = execFile(PROGRAM, [...args], options, (error, out, err) => {
      if (child.exitCode === null) reject(new Error(`quorate ${args.join(' ')} was killed: ${error?.message ?? ''}`));
      else resolve({ code: child.exitCode, out, err });
    });
  });
}

/** A folder with these files, and its removal. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): { at: string; remove: () => void } {
  const at = mkdtempSync(join(tmpdir(), 'quorate-cli-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
  return { at, remove: () => rmSync(at, { recursive: true }) };
}
