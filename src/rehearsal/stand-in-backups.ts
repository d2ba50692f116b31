import { createCipheriv, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { SECRET_BYTES, sealSecret } from '../guard/shares.ts';
import { mediumName } from '../ledger/displaced.ts';
import type { Ledger, LedgerBackup, LedgerKey, LedgerShareSet } from '../ledger/ledger.ts';
import { kekFrom, kekThreshold, WRAP_ALGORITHM, wrappedKeyName } from '../quorum/key-backup.ts';
import { type Member, memberOf, type Roster } from '../quorum/roster.ts';
import { parseSpki } from '../x509/public-key.ts';
import { type Cast, OFFICER, type Person } from './cast.ts';
import { markedLabel } from './marking.ts';
import type { StandInKeys } from './stand-in-keys.ts';
import { seated } from './things.ts';

/** RFC 5649 §3: what stands before the length in the block that is wrapped first. */
const ALTERNATIVE_IV = Buffer.from('a65959a6', 'hex');

/** Who is there, and where what they bring lies. */
export interface BackupSetting {
  readonly cast: Cast;
  readonly people: readonly Person[];
  readonly roster: Roster;
  /** Medium → folders of its copies. */
  readonly media: ReadonlyMap<string, readonly string[]>;
}

/** What a script restores of earlier ceremonies, and what of the ledger before goes with it. */
export interface StandInBackups {
  readonly backups: readonly LedgerBackup[];
  readonly sets: readonly LedgerShareSet[];
  /** Ids of the sets in whose place those stand. */
  readonly replaced: ReadonlySet<string>;
}

/**
 * The wrapped copies that the ledger before lists, of the throw-away keys. Where the script restores one, it is wrapped here as
 * an HSM does, under a key whose shares are sealed to the tokens of its custodians, and both lie on the media that bring
 * them; where it restores none, nobody reads either, and the ledger alone says that they are there.
 * @throws CeremonyError REHEARSAL_SETUP where the key to restore is on an HSM of the stage too, which does not let it out here,
 *   and where too few custodians are on the roster
 */
export async function standInBackups(
  { keys: listed, backups = [], shareSets }: Ledger,
  keys: StandInKeys,
  setting: BackupSetting,
): Promise<StandInBackups> {
  const { restores, uses } = setting.cast.stands;
  const restored = new Set(uses.flatMap(({ kind, of }) => (kind === 'backup' ? [markedLabel(of)] : [])));
  const rows: LedgerBackup[] = [];
  const sets: LedgerShareSet[] = [];
  const replaced = new Set<string>();
  for (const backup of backups) {
    const key = listed.find(({ spkiSha256 }) => spkiSha256 === backup.spkiSha256);
    const standIn = key && keys.for(parseSpki(Buffer.from(key.spki, 'base64')));
    const row = standIn ? { ...backup, spkiSha256: sha256(standIn.spki.der) } : backup;
    const isRead = backup.state === 'kept' && key !== undefined && restored.has(markedLabel(key.label));
    if (!restores || !standIn || !isRead) {
      rows.push(row);
      continue;
    }
    if (!standIn.pkcs8) refuseHeld(key);
    const was = shareSets.find(({ id }) => id === backup.set);
    const media = {
      envelopes: namesOf(Object.keys(was?.envelopes ?? {}), restores.envelopes, setting),
      backups: namesOf(backup.media, restores.backups, setting),
    };
    const { set, blob } = await wrapped(standIn.pkcs8(), key, was, media.envelopes, setting);
    const file = wrappedKeyName(set.id, backup.key);
    for (const copy of media.backups) lay(copy, file, blob, setting);
    const size = blob.length;
    rows.push({ ...row, set: set.id, file, sha256: sha256(blob), size, media: [...media.backups].sort() });
    sets.push({ ...set, hsm: was?.hsm ?? key.token });
    replaced.add(backup.set);
  }
  return { backups: rows, sets, replaced };
}

/** What a ledger says of a wrapped copy that is invented: its file and its shares are made when the keys are there. */
export function inventedBackup(key: LedgerKey, madeAt: string): LedgerBackup {
  const set = randomBytes(16).toString('hex');
  return {
    ...{ key: key.name, spkiSha256: key.spkiSha256, set, algorithm: WRAP_ALGORITHM },
    ...{ file: wrappedKeyName(set, key.name), sha256: null, size: null, media: [] },
    ...{ step: 'invented', madeAt, state: 'kept' },
  };
}

/** Copies of media, as a ledger names them: its own, or all of those that the script has for it. */
function namesOf(known: readonly string[], brought: readonly string[], { media }: BackupSetting): readonly string[] {
  if (known.length > 0) return known;
  return brought.flatMap((name) => (media.get(name) ?? []).map((_folder, index) => `${name} ${index + 1}`));
}

/** Puts a file on the copy of a medium, where the script has that. */
function lay(copy: string, file: string, bytes: Uint8Array, { media }: BackupSetting): void {
  const folder = media.get(mediumName(copy))?.[Number(/[0-9]+$/.exec(copy)?.[0]) - 1];
  if (folder !== undefined && !existsSync(join(folder, file))) writeFileSync(join(folder, file), bytes, { flag: 'wx' });
}

async function wrapped(
  pkcs8: Buffer,
  key: LedgerKey,
  was: LedgerShareSet | undefined,
  copies: readonly string[],
  setting: BackupSetting,
): Promise<{ readonly set: Omit<LedgerShareSet, 'hsm'>; readonly blob: Buffer }> {
  const { holders, threshold } = custodians(key, was, setting);
  const secret = randomBytes(SECRET_BYTES);
  try {
    const { set, envelopes } = await sealSecret(secret, 'kek', markedLabel(key.label), threshold, holders);
    for (const copy of copies) for (const [file, bytes] of envelopes) lay(copy, file, bytes, setting);
    const files = [...envelopes.keys()].sort();
    const lies = Object.fromEntries(copies.map((copy) => [copy, files]));
    const kek = kekFrom(secret, set.id);
    const blob = wrapPadded(kek, pkcs8);
    kek.fill(0);
    return { set: { ...set, state: 'current', unproven: [], envelopes: lies }, blob };
  } finally {
    secret.fill(0);
    pkcs8.fill(0);
  }
}

/** Those of the ledger who have a token; where it knows none, all officers who come. */
function custodians(
  key: LedgerKey,
  was: LedgerShareSet | undefined,
  { cast, people, roster }: BackupSetting,
): { readonly holders: readonly Member[]; readonly threshold: number } {
  const seats = was ? was.shares.map(({ seat }) => seat) : seated(cast, people, OFFICER);
  const holders = seats.flatMap((seat) => memberOf(roster, seat) ?? []).filter(({ tokens }) => tokens.length > 0);
  const threshold = was?.threshold ?? kekThreshold((one) => roster.classes.get(one)?.need);
  if (holders.length >= threshold) return { holders, threshold };
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `of those who hold shares of the wrapped copy of "${key.name}", ${holders.length} have a token on the roster; ${threshold} open it`,
  );
}

/** AES key wrap with padding (RFC 5649 §4.1). */
function wrapPadded(kek: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv('id-aes256-wrap-pad', kek, ALTERNATIVE_IV);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

function refuseHeld(key: LedgerKey): never {
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `the key "${key.name}" is to be restored, and is on an HSM of this script too, where the key of a rehearsal that follows a pack is made: it has no wrapped copy`,
    { hint: 'rehearse the backup and the restoration in one go, one script after the other' },
  );
}
