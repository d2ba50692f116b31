import type { JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { KeyAlgorithmName } from '../pki/algorithms.ts';
import { keyAlgorithmOf } from '../pki/request-intake.ts';
import type { Event, ObservationEvent } from '../transcript/event.ts';
import { parseCertificationRequest } from '../x509/certification-request.ts';
import { type Plan, type PlannedInput, stepsOf } from './plan.ts';
import { resultOf } from './record.ts';

/** Type of the step that reads what comes in on a medium. */
export const READS_INPUT = 'read-input';

/** Subject of the observation of what was read. */
export const INPUT_READ = 'input';

/** Name among the authorization's references of the SHA-256 of a request's key. */
export function spkiReference(input: string): string {
  return `${input}-spki`;
}

/**
 * Name among the authorization's references of the SHA-256 of what comes in: of a certificate's or CRL's DER, of the file of a
 * list, or of a folder.
 */
export function digestReference(input: string): string {
  return `${input}-sha256`;
}

/** The input of that name, or undefined. */
export function inputOf(plan: Pick<Plan, 'inputs'>, name: unknown): PlannedInput | undefined {
  return typeof name === 'string' && plan.inputs && Object.hasOwn(plan.inputs, name) ? plan.inputs[name] : undefined;
}

/** What of an input people compare with the authorization, and the reference that names it there. */
export interface ComparedInput {
  readonly input: string;
  readonly reference: string;
  /** Member of the facts of what was read that has the digest. */
  readonly fact: 'spkiSha256' | 'sha256';
  /** What it is, in words. */
  readonly what: string;
}

/** What is compared of that input: of a request its key, of a folder of requests all of it; undefined where nothing is. */
export function comparedOf(plan: Pick<Plan, 'inputs'>, input: string): (ComparedInput & { value: string }) | undefined {
  const { type } = inputOf(plan, input) ?? {};
  if (type === 'csr') {
    const reference = spkiReference(input);
    return { input, reference, fact: 'spkiSha256', what: `the key of "${input}"`, value: `${input}.spki` };
  }
  if (type !== 'csr-folder') return undefined;
  const reference = digestReference(input);
  return { input, reference, fact: 'sha256', what: `the folder "${input}"`, value: `${input}.sha256` };
}

/** What a value such as `request.spki` or `requests.sha256` is, of a script that compares it with the authorization. */
export function comparedInput(plan: Pick<Plan, 'inputs'>, value: string): ComparedInput | undefined {
  const compared = comparedOf(plan, value.split('.')[0] ?? '');
  return compared?.value === value ? compared : undefined;
}

/** What was read last under that name, as the record has it; undefined where nothing was. */
export function inputRead(
  events: readonly Event[],
  name: string,
): (Event & ObservationEvent & { readonly facts: JsonObject }) | undefined {
  return events.findLast(
    (event): event is Event & ObservationEvent =>
      event.type === 'observation' && event.subject === INPUT_READ && event.facts['input'] === name,
  );
}

/** Where the request, certificate, CRL or list of that name lies in the pack. Undefined where none was read. */
export function inputPath(events: readonly Event[], name: string): string | undefined {
  const { request, certificate, crl, list } = inputRead(events, name)?.facts ?? {};
  const path = request ?? certificate ?? crl ?? list;
  return typeof path === 'string' ? path : undefined;
}

export interface RequestKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly spkiSha256: Sha256;
  readonly algorithm: KeyAlgorithmName;
}

/**
 * The key of a request, from the very bytes that were read and judged in this ceremony, and no other field of it.
 * @param file bytes of a file of the pack; those at `inputPath` are enough
 * @returns undefined where none was read, or where what lies there is not what the record says was read
 */
export function requestKey(
  plan: Pick<Plan, 'inputs'>,
  events: readonly Event[],
  file: (path: string) => Uint8Array | undefined,
  name: string,
): RequestKey | undefined {
  if (inputOf(plan, name)?.type !== 'csr') return undefined;
  const path = inputPath(events, name);
  const der = path === undefined ? undefined : file(path);
  if (!der) return undefined;
  try {
    const { spki } = parseCertificationRequest(der, name);
    const algorithm = keyAlgorithmOf(spki);
    const spkiSha256 = sha256(spki.der);
    if (algorithm === undefined || inputRead(events, name)?.facts['spkiSha256'] !== spkiSha256) return undefined;
    return { spki: spki.der, spkiSha256, algorithm };
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

/**
 * SHA-256 of each key that this CA has, or takes from another request, with what to call it.
 * @param events up to the reading of the request `input`
 * @param before the ledger of the pack before: it knows keys that the script does not use
 * @param inFolders those of other folders of requests
 */
export function ownKeys(
  plan: Pick<Plan, 'uses' | 'acts' | 'inputs'>,
  events: readonly Event[],
  input: string,
  before: Pick<Ledger, 'keys'> | undefined,
  inFolders: ReadonlyMap<Sha256, string> = new Map(),
): ReadonlyMap<Sha256, string> {
  const keys = new Map<Sha256, string>(inFolders);
  for (const { name, label, spkiSha256 } of before?.keys ?? [])
    keys.set(spkiSha256, `the key "${name}" of this CA, labelled "${label}"`);
  for (const [name, use] of Object.entries(plan.uses ?? {})) {
    if (use.kind === 'key') keys.set(use.spkiSha256, `the key "${name}" of this CA`);
    if (use.kind === 'certificate') {
      keys.set(use.spkiSha256, `the certificate "${name}" of this CA`);
      if (!keys.has(use.signedBy)) keys.set(use.signedBy, `the issuer of the certificate "${name}"`);
    }
  }
  for (const { key, makes } of stepsOf(plan)) {
    const made = makes['key'] === undefined ? undefined : resultOf(events, key)?.facts['spkiSha256'];
    if (typeof made === 'string') keys.set(made, `the key "${makes['key']}", made in this ceremony`);
  }
  // One key under two names would be two CAs that are one.
  for (const name of Object.keys(plan.inputs ?? {})) {
    const read = name === input ? undefined : inputRead(events, name)?.facts['spkiSha256'];
    if (typeof read === 'string') keys.set(read as Sha256, `the request "${name}"`);
  }
  return keys;
}
