import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';

/** Where Debian and others put the softoken of NSS. */
const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/libsoftokn3.so',
  '/usr/lib/aarch64-linux-gnu/libsoftokn3.so',
  '/usr/lib/x86_64-linux-gnu/nss/libsoftokn3.so',
  '/usr/lib64/libsoftokn3.so',
];
/** The one slot, of the database of keys; without a list of its tokens NSS shows a second one, of the same serial number. */
const SLOT = '0x02';
/** What would end a value within the string that C_Initialize gets. */
const QUOTES = /["'\\<>[\]]/;

/** A token of NSS: its library, and the string without which that has no database. */
export interface NssToken {
  readonly library: string;
  readonly initArgs: string;
  /** Folder of the database of keys. */
  readonly tokens: string;
}

/**
 * Makes a database of keys, with NSS's own tool: its C_InitToken takes neither PIN nor label, and the first PIN of its
 * security officer is empty.
 * @param folder new
 * @throws CeremonyError REHEARSAL_SETUP when NSS or its tools are not installed
 */
export function makeNssToken(folder: string, label: string, pin: string): NssToken {
  const library = LIBRARIES.find((path) => existsSync(path));
  if (!library) {
    throw new CeremonyError('REHEARSAL_SETUP', `the softoken of NSS is in none of ${LIBRARIES.join(', ')}`, {
      hint: 'install the packages libnss3 and libnss3-tools',
    });
  }
  const database = join(folder, 'database');
  if (QUOTES.test(database) || QUOTES.test(label))
    throw new CeremonyError('REHEARSAL_SETUP', `the path "${database}" has a character that NSS takes for a quote`, {
      hint: 'set TMPDIR to another folder',
    });
  mkdirSync(database, { recursive: true, mode: 0o700 });
  const secret = join(folder, 'pin');
  writeFileSync(secret, `${pin}\n`, { flag: 'wx', mode: 0o600 });
  const made = spawnSync('certutil', ['-N', '-d', `sql:${database}`, '-f', secret], { encoding: 'utf8' });
  rmSync(secret);
  if (made.status !== 0) {
    throw new CeremonyError(
      'REHEARSAL_SETUP',
      `certutil made no database of NSS: ${made.stderr || made.error?.message}`,
      {
        hint: 'install the package libnss3-tools',
      },
    );
  }
  const token = `configdir='sql:${database}' certPrefix='' keyPrefix='' tokenDescription='${label}' slotDescription='NSS'`;
  return { library, initArgs: `configdir='' tokens=<${SLOT}=[${token}]>`, tokens: database };
}
