import { randomBytes } from 'node:crypto';
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { startTokenProcess } from '../token/client.ts';
import { makeNssToken } from './nss.ts';
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
  readonly model: string;
  /** What people type of its PIN; they type nothing where the device asks for it. */
  readonly typed: string;
  readonly store: PlayedStore;
}

/** Where what is on a played HSM lies, and what it is known by. */
export interface PlayedStore {
  readonly serial: string;
  readonly label: string;
  /** Folder in which what is on it lies. */
  readonly tokens: string;
  /** What the module in front of it does. */
  readonly control: string;
  /** Where its keys lie as files of this computer, with what else is needed to bring them back; null for most. */
  readonly keyFiles: string | null;
}

/** Beside the control file; the module in front copies each new key into it. */
const KEY_FILES = 'key-files';
/** Without it no key file is of use: so is the file of a Security World. SoftHSM has it as this one. */
const WORLD = 'world';
const WORLD_BEHIND = 'token.object';

/**
 * Initialises a token of SoftHSM or NSS as a vendor's tools would a device, and puts in front of it the module that plays one.
 * @param folder for the module's control file; made
 * @param typed of its PIN: HSMs among which a key is copied have one, since a copy is the whole of the other
 * @throws CeremonyError REHEARSAL_SETUP when that module was not built
 */
export async function playHsm(
  soft: SoftHsm,
  folder: string,
  label: string,
  { plays, activation, behind, keepsKeyFiles }: Personality,
  library = LIBRARY,
  typed = pinDigits(),
): Promise<PlayedHsm> {
  playingModule(library);
  const prefix = activation.means === 'device-quorum' ? '' : (activation.pin?.prefix ?? '');
  const pins = { user: `${prefix}${typed}`, so: pinDigits() };
  mkdirSync(folder, { mode: 0o700 });
  if (behind === undefined) await initialise(soft, label, pins);
  const { library: real, initArgs, tokens } = behind === 'nss' ? makeNssToken(folder, label, pins.user) : soft;
  const control = join(folder, 'control');
  const keyFiles = keepsKeyFiles ? join(folder, KEY_FILES) : null;
  const lines = [
    ...plays(pins),
    // Every database of NSS says the same serial number.
    ...(behind === 'nss' ? [`token * serial ${randomBytes(8).toString('hex')}`] : []),
    ...(keyFiles === null ? [] : [`key-store ${makeKeyFiles(keyFiles, soft)}`]),
  ];
  writeFileSync(control, `${lines.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
  const played: SoftHsm = {
    ...soft,
    library,
    environment: { ...soft.environment, FAULT_MODULE: real, FAULT_FOLDER: folder },
    ...(initArgs === undefined ? {} : { initArgs }),
  };
  const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...played });
  try {
    const token = (await client.tokens()).find((one) => one.initialized && one.label === label);
    if (!token) throw new CeremonyError('REHEARSAL_SETUP', `the token "${label}" is not there once it is played`);
    const { serial, model } = token;
    const store = { serial, label, tokens, control, keyFiles };
    return { soft: played, librarySha256: sha256(readFileSync(library)), model, typed, store };
  } finally {
    await client.end();
  }
}

/** @returns the folder in which SoftHSM has the one token that is initialised */
function makeKeyFiles(folder: string, { tokens }: SoftHsm): string {
  const stores = readdirSync(tokens).filter((name) => existsSync(join(tokens, name, WORLD_BEHIND)));
  const [store] = stores;
  if (store === undefined || stores.length > 1)
    throw new CeremonyError('REHEARSAL_SETUP', `${stores.length} tokens are in "${tokens}", expected one`);
  mkdirSync(folder, { mode: 0o700 });
  copyFileSync(join(tokens, store, WORLD_BEHIND), join(folder, WORLD), constants.COPYFILE_EXCL);
  return join(tokens, store);
}

/** Path of the module that plays devices. @throws CeremonyError REHEARSAL_SETUP when it was not built */
export function playingModule(library = LIBRARY): string {
  if (existsSync(library)) return library;
  throw new CeremonyError('REHEARSAL_SETUP', `the module that plays HSMs is not built: there is no "${library}"`, {
    hint: 'run scripts/setup on a computer with a C compiler, or rehearse without --as',
  });
}

async function initialise(soft: SoftHsm, label: string, pins: { user: string; so: string }): Promise<void> {
  const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...soft });
  try {
    const model = (await client.tokens()).find((token) => !token.initialized)?.model ?? '';
    const { serial } = await client.initToken({ blank: true, model }, label, Buffer.from(pins.so));
    await client.login({ serial }, 'so', Buffer.from(pins.so));
    await client.initPin({ serial }, Buffer.from(pins.user));
    await client.logout({ serial });
  } finally {
    await client.end();
  }
}

/** Sixteen digits. They stand in the control file, where the module that plays the device finds them. */
export function pinDigits(): string {
  return [...randomBytes(16)].map((byte) => byte % 10).join('');
}
