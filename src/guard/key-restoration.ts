import { canonicalJson, type Json, type JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger, LedgerKey } from '../ledger/ledger.ts';
import { kekFrom } from '../quorum/key-backup.ts';
import { restoredTemplate } from '../quorum/key-template.ts';
import { namedSet } from '../quorum/named-set.ts';
import { copyStatement, type Operation } from '../quorum/operation.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { GeneratedKeyPair, SignatureAlgorithm, TokenProcess } from '../token/client.ts';
import type { KeyTemplate } from '../token/replies.ts';
import type { Custody } from './custody.ts';
import { type Done, NO_BYTES } from './done.ts';
import type { HsmSession, KnownKey } from './hsm.ts';
import { secretOf } from './key-backup.ts';
import { requireSignature } from './key-use.ts';
import { refusalsOnly } from './refusals.ts';
import type { Restorations } from './restorations.ts';

/* A CA key comes to another HSM, from what left its own wrapped: `key-backup.ts` is the way out. */

type Restoration = Extract<Operation, { op: 'unwrap-key' }>;

/**
 * What the ledger says of a wrapped key that is to be unwrapped: from nothing else does a guard take which key it is, and
 * whose shares open it. Its set is held from then on.
 * @param blob bytes of the wrapped key as the core has them, which come from a medium
 * @throws CeremonyError TOKEN_UNEXPECTED, SHARE_FOREIGN_SET, PAYLOAD_DIGEST, DESCRIPTOR_INVALID, HSM_OBJECT_MISSING
 */
export function judgeUnwrap(
  { custody, restorations, ledger }: KnownOfBackups,
  hsm: HsmSession,
  operation: Restoration,
  blob: Uint8Array | null,
): RestoredKey {
  const { name } = hsm.authorized;
  const key = ledger?.keys.find(({ spkiSha256 }) => spkiSha256 === operation.key);
  // Of one that came to no end nothing has shown that it is the key, nor that all its custodians have proven their shares.
  const backup = ledger?.backups?.find(({ set, state }) => set === operation.set.id && state === 'kept');
  if (!ledger || !key)
    throw new CeremonyError('HSM_OBJECT_MISSING', `the ledger knows no key with SPKI digest ${operation.key}`);
  if (!backup || backup.spkiSha256 !== operation.key)
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the ledger has no backup of "${key.name}" under the set ${operation.set.id}`,
    );
  const set = ledger.shareSets.find(
    ({ id, kind, state }) => id === backup.set && kind === 'kek' && state === 'current',
  );
  if (!set || canonicalJson(namedSet(set) as unknown as Json) !== canonicalJson(operation.set as unknown as Json))
    throw new CeremonyError(
      'SHARE_FOREIGN_SET',
      `the set ${operation.set.id} of the descriptor is not the one of the ledger`,
    );
  const found = blob ? sha256(blob) : 'missing';
  if (found !== backup.sha256 || operation.blob.sha256 !== backup.sha256 || operation.blob.size !== backup.size)
    throw new CeremonyError(
      'PAYLOAD_DIGEST',
      `the wrapped key has SHA-256 ${found}, the descriptor says ${operation.blob.sha256}, and the ledger ${backup.sha256}`,
      { hint: 'use the copy on the other medium' },
    );
  if (operation.label !== key.label || operation.id !== key.id)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `the key would be restored as "${operation.label}" with id ${operation.id}; the ledger has it as "${key.label}" with id ${key.id}`,
    );
  if (keyPlaces(ledger, key).includes(hsm.serial ?? ''))
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `the key "${key.name}" is on "${name}" by the ledger: it is restored elsewhere`,
      {
        hint: 'restore it on another HSM of the site',
      },
    );
  // What this ceremony has put there, the ledger of before does not know.
  if (hsm.keys.has(operation.key))
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `the key "${key.name}" is known on "${name}" in this ceremony: nothing of it is restored there, or taken up`,
    );
  restorations.judge(operation);
  const { id, kind, threshold, check, shares } = set;
  custody.holdKek(name, { id, kind, threshold, check, shares }, operation.key, 'ledger');
  return knownBy(key);
}

/** What of backups a guard knows. */
export interface KnownOfBackups {
  readonly custody: Custody;
  readonly restorations: Restorations;
  readonly ledger: Ledger | null;
}

/** A key of the ledger, with what the record says of it once it is restored. */
export interface RestoredKey extends KnownKey {
  readonly algorithm: string;
}

function knownBy({ spki, label, algorithm }: LedgerKey): RestoredKey {
  return { spki: Buffer.from(spki, 'base64'), label, algorithm };
}

/**
 * Makes the key on this HSM, not to be extracted, and has it sign that it is there. Where an interrupted restoration left
 * halves of it, these are destroyed before.
 * @param key of the ledger
 * @throws CeremonyError HSM_OBJECT_EXISTS, HSM_WRAPPED_KEY, HSM_MECHANISM, HSM_ATTRIBUTE, HSM_SIGNATURE
 */
export async function unwrapKey(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Restoration,
  secrets: ReadonlyMap<ShareSet, Uint8Array>,
  { ceremony, key, blob }: { readonly ceremony: Sha256; readonly key: RestoredKey; readonly blob: Uint8Array },
): Promise<Done> {
  const { label, id, set } = operation;
  const on = hsm.named;
  const left = operation.adopts === null ? [] : await destroyHalves(client, on, operation);
  const kek = kekFrom(secretOf(secrets, 'kek'), set.id);
  let made: GeneratedKeyPair;
  try {
    made = await client.unwrapKey(on, key.spki, kek, blob, {
      public: operation.publicTemplate as KeyTemplate,
      private: operation.privateTemplate as KeyTemplate,
    });
  } finally {
    kek.fill(0);
  }
  try {
    holdRestored(made, label, id);
    const statement = copyStatement(ceremony, operation.key, on.serial);
    const signature = await client.sign(on, key.spki, operation.mechanism as SignatureAlgorithm, statement);
    requireSignature(key.spki, operation.mechanism, statement, signature, label);
    hsm.keys.set(operation.key, { spki: key.spki, label });
    return {
      facts: {
        ...{ key: operation.key, serial: on.serial, set: set.id, sha256: operation.blob.sha256, label, id },
        ...{ spki: made.spki, spkiSha256: made.spkiSha256, algorithm: key.algorithm },
        signature: Buffer.from(signature).toString('base64'),
        ...{ public: made.public as JsonObject, private: made.private as JsonObject },
        unreported: made.unreported as unknown as Json,
        ...{ quirks: restoredQuirks(made), left, protection: hsm.protection },
      },
      bytes: NO_BYTES,
    };
  } catch (error) {
    // What is not the key, or not as it was asked for, does not stay.
    await destroyHalves(client, on, operation).catch(refusalsOnly);
    throw error;
  }
}

/**
 * What stands on the token under that label and id; nothing where there is nothing.
 * @returns class of each
 * @throws CeremonyError HSM_OBJECT_EXISTS where the public object is that of another key: then nothing is destroyed
 */
async function destroyHalves(
  client: TokenProcess,
  on: { readonly serial: string },
  { label, id, key, hsm }: Restoration,
): Promise<string[]> {
  const found = (await client.inventory(on)).filter(
    (object) => object.label === label && object.id === id && /^(?:private|public)-key$/.test(object.class),
  );
  const other = found.find((object) => object.class === 'public-key' && object.spkiSha256 !== key);
  if (other)
    throw new CeremonyError(
      'HSM_OBJECT_EXISTS',
      `the public key labelled "${label}" with id ${id} on "${hsm.name}" is ${other.spkiSha256 ?? 'of no kind that is known'}, not ${key}: no restoration of that key left it, and nothing was destroyed`,
    );
  // The public one last: by it whoever looks without a login sees that something is there.
  for (const { class: one } of found.toSorted((a, b) => (a.class < b.class ? -1 : 1)))
    await client.destroy(on, one, label, id);
  return found.map((object) => object.class).sort();
}

/** @throws CeremonyError HSM_ATTRIBUTE */
function holdRestored(made: GeneratedKeyPair, label: string, id: string): void {
  for (const half of ['private', 'public'] as const) {
    for (const [attribute, wanted] of Object.entries(restoredTemplate(half, label, id))) {
      if (!(attribute in made[half]) || made[half][attribute] === wanted) continue;
      throw new CeremonyError(
        'HSM_ATTRIBUTE',
        `${attribute} of the restored ${half} key is ${JSON.stringify(made[half][attribute])}, asked for ${JSON.stringify(wanted)}`,
        { hint: 'the key was destroyed again' },
      );
    }
  }
  for (const essential of ['SENSITIVE', 'EXTRACTABLE'] as const) {
    if (essential in made.private) continue;
    throw new CeremonyError('HSM_ATTRIBUTE', `the token does not report ${essential} of the restored private key`, {
      hint: 'the key was destroyed again',
    });
  }
}

/** In what a restored key is other than one that was made on its HSM; a sentence each. */
function restoredQuirks({ private: half, unreported }: GeneratedKeyPair): string[] {
  return [
    ...(half['MODIFIABLE'] === true
      ? ['MODIFIABLE of the private key is true: who is logged in may change what it may be used for']
      : []),
    ...unreported.private.map((name) => `the token does not report ${name} of the private key`),
    'LOCAL and NEVER_EXTRACTABLE of the private key cannot be true: it came to this HSM wrapped',
  ];
}
