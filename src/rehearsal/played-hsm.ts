import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { startTokenProcess } from '../token/client.ts';
import type { Personality } from './personalities.ts';
import type { SoftHsm } from './soft-hsm.ts';

/** This file is `<root>/src/rehearsal/played-hsm.ts`, or built in `dist`. */
const PROGRAM_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Where scripts/setup puts what it compiles. */
const LIBRARY = join(PROGRAM_ROOT, 'node_modules/pkcs11js/build/Release/fault-module.so');

/** An HSM that is there before the ceremony, initialised, and behaves as its personality says. */
export interface PlayedHsm {
  readonly soft: SoftHsm;
  readonly librarySha256: Sha256;
  readonly serial: string;
  readonly model: string;
  /** What people type of its PIN; they type nothing where the device asks for it. */
  readonly typed: string;
}

/**
 * Initialises a SoftHSM token as its vendor's tools would a device, and puts in front of it the module that plays one.
 * @param folder for the module's control file; made
 * @throws CeremonyError REHEARSAL_SETUP when that module was not built
 */
export async function playHsm(
  soft: SoftHsm,
  folder: string,
  label: string,
  { plays, activation }: Personality,
  library = LIBRARY,
): Promise<PlayedHsm> {
  playingModule(library);
  const typed = pinDigits();
  const prefix = activation.means === 'device-quorum' ? '' : (activation.pin?.prefix ?? '');
  const pins = { user: `${prefix}${typed}`, so: pinDigits() };
  const serial = await initialise(soft, label, pins);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'control'), `${plays(pins).join('\n')}\n`, { flag: 'wx', mode: 0o600 });
  const played: SoftHsm = {
    library,
    environment: { ...soft.environment, FAULT_MODULE: soft.library, FAULT_FOLDER: folder },
  };
  const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...played });
  try {
    const token = (await client.tokens()).find((one) => one.serial === serial);
    if (!token) throw new CeremonyError('REHEARSAL_SETUP', `the token ${serial} is not there once it is played`);
    return { soft: played, librarySha256: sha256(readFileSync(library)), serial, model: token.model, typed };
  } finally {
    await client.end();
  }
}

/** Path of the module that plays devices. @throws CeremonyError REHEARSAL_SETUP when it was not built */
export function playingModule(library = LIBRARY): string {
  if (existsSync(library)) return library;
  throw new CeremonyError('REHEARSAL_SETUP', `the module that plays HSMs is not built: there is no "${library}"`, {
    hint: 'run scripts/setup on a computer with a C compiler, or rehearse without --as',
  });
}

async function initialise(soft: SoftHsm, label: string, pins: { user: string; so: string }): Promise<string> {
  const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...soft });
  try {
    const model = (await client.tokens()).find((token) => !token.initialized)?.model ?? '';
    const { serial } = await client.initToken({ blank: true, model }, label, Buffer.from(pins.so));
    await client.login({ serial }, 'so', Buffer.from(pins.so));
    await client.initPin({ serial }, Buffer.from(pins.user));
    await client.logout({ serial });
    return serial;
  } finally {
    await client.end();
  }
}

/** Sixteen digits. They stand in the control file, where the module that plays the device finds them. */
function pinDigits(): string {
  return [...randomBytes(16)].map((byte) => byte % 10).join('');
}
