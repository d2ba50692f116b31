import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';

/** Where Debian and others put SoftHSM's module. */
const LIBRARIES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
];

/** One throw-away token store with its own configuration; an existing one of the user's is never touched. */
export interface SoftHsm {
  readonly library: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What C_Initialize gets besides, where another module than SoftHSM is behind. */
  readonly initArgs?: string;
  /** Where it keeps its tokens, each in a folder of its own. */
  readonly tokens: string;
}

/** @throws CeremonyError REHEARSAL_SETUP when SoftHSM is not installed */
export function softHsmLibrary(): string {
  const library = LIBRARIES.find((path) => existsSync(path));
  if (!library) {
    throw new CeremonyError('REHEARSAL_SETUP', `SoftHSM's module is in none of ${LIBRARIES.join(', ')}`, {
      hint: 'install the package softhsm2',
    });
  }
  return library;
}

/** Makes an empty token store in a new folder; SoftHSM then shows exactly one blank token. */
export function makeSoftHsm(folder: string): SoftHsm {
  const tokens = join(folder, 'tokens');
  mkdirSync(tokens, { recursive: true, mode: 0o700 });
  const configuration = join(folder, 'softhsm2.conf');
  const lines = [
    `directories.tokendir = ${tokens}`,
    'objectstore.backend = file',
    'log.level = ERROR',
    'slots.removable = false',
    '',
  ];
  writeFileSync(configuration, lines.join('\n'), { flag: 'wx', mode: 0o600 });
  return { library: softHsmLibrary(), environment: { SOFTHSM2_CONF: configuration }, tokens };
}
