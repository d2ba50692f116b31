import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CeremonyError } from '../base/errors.ts';
import { SECRET_BYTES, sealSecret } from '../guard/shares.ts';
import type { LedgerKey, LedgerShareSet } from '../ledger/ledger.ts';
import { keyTemplate } from '../quorum/key-template.ts';
import { mechanismOf } from '../quorum/mechanism.ts';
import { quirkRow } from '../quorum/quirk-rows.ts';
import type { Member } from '../quorum/roster.ts';
import { pinFrom } from '../quorum/share-set.ts';
import { type KeyAlgorithm, startTokenProcess, type TokenProcess } from '../token/client.ts';
import { parseSpki } from '../x509/public-key.ts';
import type { SoftHsm } from './soft-hsm.ts';
import type { StandInKey } from './stand-in-keys.ts';

/** This file is `<root>/src/rehearsal/ready-hsm.ts`, or built in `dist`. */
const PROGRAM_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Who holds the shares of an HSM, and how many of them open it. */
export interface Custodians {
  readonly holders: readonly Member[];
  readonly threshold: number;
  /** Of them, those whose envelope nobody has opened yet. */
  readonly unproven: readonly string[];
}

/** The share sets of an HSM: those of its user, and of its security officer. */
export type SetsWanted = Readonly<Record<'user' | 'so', Custodians>>;

/** An HSM as an earlier ceremony left it: initialised, with its PIN; what can be logged in to. */
export interface ReadyHsm {
  readonly soft: SoftHsm;
  readonly serial: string;
  readonly model: string;
  readonly label: string;
  /** Row of the quirk table by which its keys are made. */
  readonly behavesAs: string | undefined;
  /** Null where the device asks for it itself. The stage keeps it as long as it lasts. */
  readonly pin: Buffer | null;
  readonly sets: readonly LedgerShareSet[];
}

/** Where the share envelopes lie: the name of the medium, and the folders of its copies. */
export interface EnvelopeMedium {
  readonly name: string;
  readonly folders: readonly string[];
}

/**
 * Initialises the blank token of a SoftHSM as `prepare-token` does: both PINs follow from secrets that are split among
 * custodians, and their envelopes lie on every copy of the medium.
 */
export async function prepareHsm(
  soft: SoftHsm,
  label: string,
  wanted: SetsWanted,
  medium: EnvelopeMedium,
): Promise<ReadyHsm> {
  const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...soft });
  try {
    const blank = (await client.tokens()).find((token) => !token.initialized);
    if (!blank) throw new CeremonyError('REHEARSAL_SETUP', `no blank token is there to be made ready as "${label}"`);
    const made = {
      user: await sealedPin('user', label, wanted, blank.maxPinLength, medium),
      so: await sealedPin('so', label, wanted, blank.maxPinLength, medium),
    };
    const { serial } = await client.initToken({ blank: true, model: blank.model }, label, made.so.pin);
    await client.login({ serial }, 'so', made.so.pin);
    await client.initPin({ serial }, made.user.pin);
    await client.logout({ serial });
    const sets = [made.user.set, made.so.set].map((set) => ({ ...set, hsm: serial }));
    return { soft, serial, model: blank.model, label, behavesAs: undefined, pin: made.user.pin, sets };
  } finally {
    await client.end();
  }
}

async function sealedPin(
  kind: 'user' | 'so',
  label: string,
  wanted: SetsWanted,
  longest: number,
  { name, folders }: EnvelopeMedium,
): Promise<{ pin: Buffer; set: Omit<LedgerShareSet, 'hsm'> }> {
  const { holders, threshold, unproven } = wanted[kind];
  const secret = randomBytes(SECRET_BYTES);
  const { set, envelopes } = await sealSecret(secret, kind, label, threshold, holders);
  const pin = pinFrom(secret, set, longest);
  secret.fill(0);
  for (const folder of folders)
    for (const [file, bytes] of envelopes) writeFileSync(join(folder, file), bytes, { flag: 'wx' });
  const files = [...envelopes.keys()].sort();
  const lies = Object.fromEntries(folders.map((_folder, index) => [`${name} ${index + 1}`, files]));
  return { pin, set: { ...set, state: 'current', unproven, envelopes: lies } };
}

/** A token process in which its user is logged in. The caller ends it. */
export async function logIn({ soft, serial, pin }: ReadyHsm): Promise<TokenProcess> {
  const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...soft });
  try {
    await client.login({ serial }, 'user', pin);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

/**
 * Generates a key on it in the place of each of these, with the same label, id and algorithm.
 * @returns SubjectPublicKeyInfo of each, DER, in the same order
 */
export async function generateKeys(
  hsm: ReadyHsm,
  keys: readonly Pick<LedgerKey, 'label' | 'id' | 'algorithm' | 'wrappable'>[],
): Promise<Uint8Array[]> {
  const { untold } = quirkRow(hsm.behavesAs);
  const client = await logIn(hsm);
  try {
    const made: Uint8Array[] = [];
    for (const { label, id, algorithm, wrappable } of keys) {
      const { spki } = await client.generateKeyPair(
        { serial: hsm.serial },
        algorithm as KeyAlgorithm,
        keyTemplate('public', label, id, untold.public),
        keyTemplate('private', label, id, untold.private, wrappable),
      );
      made.push(Uint8Array.from(Buffer.from(spki, 'base64')));
    }
    return made;
  } finally {
    await client.end();
  }
}

/** A key of the HSM, which signs as long as that process lasts. */
export function keyOn({ serial }: ReadyHsm, client: TokenProcess, der: Uint8Array): StandInKey {
  return {
    spki: parseSpki(der),
    sign: (identifier, tbs) => client.sign({ serial }, der, mechanismOf(identifier), tbs),
  };
}
