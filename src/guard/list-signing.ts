import { CeremonyError } from '../base/errors.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';
import type { Operation } from '../quorum/operation.ts';
import { bytesOf, type SignList, type ToBeSigned, toBeSigned } from '../quorum/sign-list.ts';
import { MOST_IN_ONE_REQUEST, type SignatureAlgorithm, type TokenProcess } from '../token/client.ts';
import { parseSpki } from '../x509/public-key.ts';
import { verifySignature } from '../x509/signature.ts';
import type { Done } from './done.ts';
import type { HsmSession } from './hsm.ts';
import { keyOn } from './key-use.ts';

interface Signed {
  readonly items: readonly ToBeSigned[];
  readonly signatures: readonly Uint8Array[];
}

/**
 * Signs every item of the list under the login that stands, and verifies every signature by other code. All or nothing:
 * the first one that fails throws away those before it.
 * @throws CeremonyError as `signPayload`; its details say how many were `signed`, `of` how many
 */
export async function signList(
  hsm: HsmSession,
  client: TokenProcess,
  operation: Operation & SignList,
  payload: Uint8Array,
): Promise<Done> {
  const { spki, label } = keyOn(hsm, operation.key);
  const publicKey = parseSpki(spki);
  const identifier = algorithmIdentifier(operation.mechanism);
  const items = toBeSigned(operation);
  const all: Uint8Array[] = [];
  const verify = (frame: Signed) => {
    for (const [index, one] of frame.items.entries()) {
      const signature = frame.signatures[index] ?? new Uint8Array(0);
      if (verifySignature(publicKey, identifier, bytesOf(one, payload), signature)) all.push(signature);
      else
        throw new CeremonyError(
          'HSM_SIGNATURE',
          `item ${one.index + 1}, "${one.out}": the signature that the token made with "${label}" does not verify`,
        );
    }
  };
  const before = client.lastingCalls;
  let returned = 0;
  try {
    let frame: Signed = { items: [], signatures: [] };
    for (let at = 0; at < items.length; at += MOST_IN_ONE_REQUEST) {
      const next = items.slice(at, at + MOST_IN_ONE_REQUEST);
      const payloads = next.map((one) => bytesOf(one, payload));
      const asked = client.signMany(hsm.named, spki, operation.mechanism as SignatureAlgorithm, payloads);
      // Where a signature before it fails, nobody waits for it.
      asked.catch(() => undefined);
      // While the token signs these, those that it signed before are verified.
      verify(frame);
      frame = { items: next, signatures: await asked };
      returned += next.length;
    }
    verify(frame);
  } catch (error) {
    throw thrownAway(error, returned, client.lastingCalls - before, items.length);
  }
  const signatures = all.map((signature) => Buffer.from(signature).toString('base64'));
  return { facts: { signatures, key: operation.key, protection: hsm.protection }, bytes: new Uint8Array(0) };
}

/**
 * The refusal, with how many signatures exist that nobody gets.
 * @param returned by the requests before the one that failed; @param begun calls of C_Sign, as they were announced
 */
function thrownAway(error: unknown, returned: number, begun: number, of: number): unknown {
  if (!(error instanceof CeremonyError)) return error;
  const own = error.details?.['signed'];
  // A process that has died says nothing; of the last call that it began nobody knows what came.
  const signed = typeof own === 'number' ? returned + own : Math.max(returned, begun - 1);
  return new CeremonyError(error.code, error.message, {
    hint: `${signed} of ${of} were signed and are thrown away; ask for all of them again`,
    details: { ...error.details, signed, of },
    cause: error,
  });
}
