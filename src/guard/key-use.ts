import type { Json, JsonObject } from '../base/canonical-json.ts';
import { canonicalBytes } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';
import { copyStatement, type Operation } from '../quorum/operation.ts';
import type { TokenProcess } from '../token/client.ts';
import type { ObjectFacts, SignatureAlgorithm } from '../token/replies.ts';
import { parseSpki } from '../x509/public-key.ts';
import { verifySignature } from '../x509/signature.ts';
import { adoptedQuirks, isByCertificate } from './adopted-key.ts';
import { type Done, NO_BYTES } from './done.ts';
import type { HsmSession, KnownKey } from './hsm.ts';

type Of<Name extends Operation['op']> = Extract<Operation, { op: Name }>;

/** Signs the payload whose digest was approved, and verifies the signature by other code before it is returned. */
export async function signPayload(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Of<'sign'>,
  payload: Octets,
): Promise<Done> {
  const key = keyOn(hsm, operation.key);
  const signature = await client.sign(hsm.named, key.spki, operation.mechanism as SignatureAlgorithm, payload);
  requireSignature(key.spki, operation.mechanism, payload, signature, key.label);
  return {
    facts: { signature: Buffer.from(signature).toString('base64'), key: operation.key, protection: hsm.protection },
    bytes: signature,
  };
}

/** A key that was seen made on this HSM, or that the ledger has on it. @throws CeremonyError HSM_OBJECT_MISSING */
export function keyOn(hsm: HsmSession, digest: Sha256): KnownKey {
  const key = hsm.keys.get(digest);
  if (key) return key;
  throw new CeremonyError(
    'HSM_OBJECT_MISSING',
    `no key with SPKI digest ${digest} is known on "${hsm.authorized.name}" in this ceremony`,
  );
}

/**
 * Has the key sign that it is on this HSM, in this ceremony. What is signed is put together here; the signature is
 * verified by other code. From then on the key counts as one of this HSM: a use of it must be refused after the logout.
 */
export async function proveKey(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Of<'prove-key'>,
  ceremony: Sha256,
  key: KnownKey,
): Promise<Done> {
  const { serial } = hsm.named;
  const statement = copyStatement(ceremony, operation.key, serial);
  const found = isByCertificate(operation) ? await foundKey(client, serial, key) : {};
  const signature = await client.sign({ serial }, key.spki, operation.mechanism as SignatureAlgorithm, statement);
  requireSignature(key.spki, operation.mechanism, statement, signature, key.label);
  hsm.keys.set(operation.key, key);
  return {
    facts: {
      signature: Buffer.from(signature).toString('base64'),
      key: operation.key,
      serial,
      ...found,
      protection: hsm.protection,
    },
    bytes: NO_BYTES,
  };
}

/**
 * A key that nobody here made, as its HSM shows it: what a ledger has of a key besides.
 * @throws CeremonyError HSM_OBJECT_MISSING where it is not there, or nothing tells it apart
 */
async function foundKey(client: TokenProcess, serial: string, { spki, label }: KnownKey): Promise<JsonObject> {
  const { id, label: found, private: half } = await client.findKey({ serial }, spki);
  if (id === '')
    throw new CeremonyError('HSM_OBJECT_MISSING', `the key of the certificate "${label}" has no CKA_ID on its HSM`, {
      hint: 'give both halves of the pair one CKA_ID with the tools of the HSM, then propose it again',
      details: { reached: 'no' },
    });
  return {
    spki: Buffer.from(spki).toString('base64'),
    id,
    label: found,
    private: half.attributes,
    quirks: adoptedQuirks(half.attributes, half.unreported),
  };
}

/** @throws CeremonyError HSM_SIGNATURE */
export function requireSignature(
  spki: Uint8Array,
  mechanism: string,
  data: Octets,
  signature: Uint8Array,
  label: string,
): void {
  if (!verifySignature(parseSpki(spki), algorithmIdentifier(mechanism), data, signature)) {
    throw new CeremonyError('HSM_SIGNATURE', `the signature that the token made with "${label}" does not verify`);
  }
}

/** Everything on the token, private objects too. */
export async function takeInventory(hsm: HsmSession, client: TokenProcess): Promise<Done> {
  const objects = await client.inventory(hsm.named);
  return {
    facts: { objects: objects as unknown as Json, digest: sha256(canonicalBytes(objects)), protection: hsm.protection },
    bytes: NO_BYTES,
  };
}

/** Digests of the public keys beside which the private half lies under the same id, as a login shows them. */
export function keyPairsIn(objects: readonly ObjectFacts[]): readonly Sha256[] {
  const halves = new Set(objects.filter((object) => object.class === 'private-key').map(({ id }) => id));
  return objects.flatMap(({ class: one, id, spkiSha256 }) =>
    one === 'public-key' && spkiSha256 && halves.has(id) ? [spkiSha256 as Sha256] : [],
  );
}
