import type { Json, JsonObject } from '../base/canonical-json.ts';
import { withCorrections } from '../transcript/correction.ts';
import type { Event } from '../transcript/event.ts';
import { broken, certificateRow, crlRow, type Done, fact, made, type ReadFile, text } from './done.ts';
import type { LedgerAdoption, LedgerCertificate, LedgerCopy, LedgerCrl, LedgerKey } from './ledger.ts';

/** Subject of the observation that a CA was adopted: with it, and not with the proof of its key, a ledger has it. */
export const ADOPTED = 'adoption';

/** What is typed where people know of no copy. */
export const NO_COPY = 'none';

/** What the record alone has of a CA that was there before its first ceremony: its key, and where else people say that it is. */
export interface AdoptedKey {
  readonly key: LedgerKey;
  readonly copies: readonly LedgerCopy[];
}

/** All its rows. */
export interface Adopted extends AdoptedKey {
  readonly adoption: LedgerAdoption;
  readonly certificates: readonly LedgerCertificate[];
  readonly crl: LedgerCrl;
}

/** Keys of CAs that were adopted in this ceremony. @throws CeremonyError TRANSCRIPT_BROKEN */
export function adoptedIn(proofs: readonly Done<'prove-key'>[], events: readonly Event[]): readonly AdoptedKey[] {
  return observedWith(proofs, events).map(({ proof, facts }) => keyAdoptedBy(proof, facts, events));
}

/**
 * CAs that were adopted in this ceremony.
 * @throws CeremonyError FILE_MISSING, DER_INVALID, TRANSCRIPT_BROKEN
 */
export function adoptionsIn(
  proofs: readonly Done<'prove-key'>[],
  events: readonly Event[],
  file: ReadFile,
): readonly Adopted[] {
  return observedWith(proofs, events).map(({ proof, facts }) => adoptedBy(proof, facts, events, file));
}

/** The proofs that an adoption was recorded with. */
function observedWith(
  proofs: readonly Done<'prove-key'>[],
  events: readonly Event[],
): readonly { readonly proof: Done<'prove-key'>; readonly facts: JsonObject }[] {
  return proofs.flatMap((proof) => {
    const observed = events.findLast(
      (event) =>
        event.type === 'observation' &&
        event.step === proof.step.key &&
        event.subject === ADOPTED &&
        event.seq > proof.result.proposal,
    );
    return proof.operation.certificate && observed?.type === 'observation' ? [{ proof, facts: observed.facts }] : [];
  });
}

function keyAdoptedBy(
  { operation, step, result }: Done<'prove-key'>,
  facts: JsonObject,
  events: readonly Event[],
): AdoptedKey {
  const name = made(step, 'key');
  const quirks = listOf(result.facts['quirks']);
  const key: LedgerKey = {
    name,
    label: fact(result, 'label'),
    id: fact(result, 'id'),
    algorithm: text(facts, 'algorithm', adoptionIn(step.key)),
    spki: fact(result, 'spki'),
    spkiSha256: operation.key,
    token: operation.hsm.serial ?? broken(`step "${step.key}" proved a key on a token without a serial`),
    step: step.key,
    generatedAt: null,
    provenance: 'shown',
    state: 'active',
    states: [],
    quirks: quirks.map(String),
  };
  return {
    key,
    copies: copiesSaid(step.key, events).map((token) => ({
      ...{ key: name, spkiSha256: operation.key, token, step: step.key, provenAt: null, provenance: 'asserted' },
    })),
  };
}

function adoptedBy(proof: Done<'prove-key'>, facts: JsonObject, events: readonly Event[], file: ReadFile): Adopted {
  const { operation, step, result } = proof;
  const { key, copies } = keyAdoptedBy(proof, facts, events);
  const { name } = key;
  const where = adoptionIn(step.key);
  const place = (of: Json | undefined) => {
    const object = typeof of === 'object' && of !== null && !Array.isArray(of) ? (of as JsonObject) : {};
    return { name: text(object, 'name', where), path: text(object, 'path', where), step: step.key };
  };
  const shown = { provenance: 'shown' } as const;
  return {
    key,
    copies,
    adoption: {
      ...{ key: name, spkiSha256: operation.key, step: step.key, provenAt: result.at, complete: 'asserted' },
      revokedUnseen: listOf(facts['revokedUnseen']).map(String),
      ...(typeof facts['revokedUnseenMore'] === 'number' ? { revokedUnseenMore: facts['revokedUnseenMore'] } : {}),
    },
    certificates: [facts['certificate'], ...listOf(facts['issued'])].map((one) => ({
      ...certificateRow(place(one), name, file),
      ...shown,
    })),
    crl: { ...crlRow(place(facts['crl']), name, file), ...shown },
  };
}

function adoptionIn(step: string): string {
  return `the adoption in step "${step}"`;
}

/** What people typed of other places of the key, as it was corrected; in the order of its fields. */
function copiesSaid(step: string, events: readonly Event[]): string[] {
  const said = withCorrections(events).findLast((event) => event.type === 'answer' && event.step === step);
  if (said?.type !== 'answer') return [];
  return Object.values(said.values)
    .map(String)
    .filter((value) => value !== NO_COPY);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
