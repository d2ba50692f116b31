import type { Json } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { CertificateRequest } from '../pki/request.ts';
import { firstOf, type RequestOfMany } from '../pki/request-intake.ts';
import { commonNameIn } from '../pki/request-name.ts';
import { CHAIN_SUFFIXES } from './hierarchy-facts.ts';
import { type IssuerFacts, type Made, subordinateCertificateRequest } from './issuing.ts';
import { type Plan, stepsOf } from './plan.ts';

/*
 * Many certificates under one profile and one approval, for the requests of one folder: what of each differs from the others
 * is its key, its common name, its serial number and its file.
 */

/** Type of the step that issues them. */
export const BATCH = 'issue-batch';

/** Where each common name comes from. */
export const NAMED_FROM = ['from-file-name', 'from-request'] as const;

export interface BatchParameters {
  /** Name of the folder of requests that came in. */
  readonly input: string;
  readonly issuer: string;
  readonly key?: string;
  readonly profile: string;
  /** What all subjects have, without a common name. */
  readonly subject: { readonly [type: string]: string };
  /** Of the file unless told. */
  readonly 'common-name'?: (typeof NAMED_FROM)[number];
  readonly 'not-before': Json;
  readonly 'not-after': Json;
}

/** A certificate of the batch, as far as the folder says it. */
export interface BatchItem {
  /** Its request: `device-7.csr`. */
  readonly file: string;
  /** File that it gets: `device-7.crt`. */
  readonly out: string;
  readonly commonName: string;
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Script's name of the key's algorithm. */
  readonly algorithm: string;
}

/** RFC 5280 appendix A.1, ub-common-name, in characters. */
const MOST_CHARACTERS = 64;

/**
 * What is issued for the requests of a folder, in ascending order of the files that they get.
 * @param requests as they were taken
 * @param marking before each common name, in a rehearsal
 * @throws CeremonyError REQUEST_NAME with what is wrong with which of them
 */
export function batchItems(
  params: Pick<BatchParameters, 'common-name'>,
  requests: readonly RequestOfMany[],
  marking: string,
): readonly BatchItem[] {
  const faults: string[] = [];
  const named = new Map<string, string>();
  const items = requests.map(({ name: file, request, algorithm }): BatchItem => {
    const stem = file.replace(/\.csr$/, '');
    const own = params['common-name'] === 'from-request' ? commonNameIn(request) : { name: stem };
    if (own.fault !== undefined) faults.push(`${file}: ${own.fault}`);
    const commonName = `${marking}${own.name}`;
    if (commonName.length > MOST_CHARACTERS)
      faults.push(
        `${file}: the common name "${commonName}" has ${commonName.length} characters, expected at most ${MOST_CHARACTERS}`,
      );
    const other = named.get(folded(commonName));
    if (own.fault === undefined && other !== undefined)
      faults.push(`${file}: the common name "${commonName}" is that of ${other} too`);
    named.set(folded(commonName), file);
    return { file, out: `${stem}.crt`, commonName, spki: request.spki.der, algorithm };
  });
  if (faults.length > 0)
    throw new CeremonyError('REQUEST_NAME', firstOf(faults, '; '), {
      hint: 'nothing of the folder is used: its requester brings another',
    });
  return items.sort((one, other) => (one.out < other.out ? -1 : 1));
}

/** RFC 5280 §7.1: case and runs of spaces do not tell names apart. */
function folded(name: string): string {
  return name.replace(/ +/g, ' ').toLowerCase();
}

/**
 * The same for every step that issues for the requests of that folder: once it is read, nobody can bring another.
 * @param paths of the pack
 * @throws CeremonyError REQUEST_NAME
 */
export function holdBatches(
  plan: Pick<Plan, 'acts' | 'marking'>,
  input: string,
  requests: readonly RequestOfMany[],
  paths: readonly string[],
): void {
  for (const { key, type, params } of stepsOf(plan)) {
    if (type !== BATCH || params['input'] !== input) continue;
    const items = batchItems(params as unknown as BatchParameters, requests, plan.marking.commonName);
    holdFreeFiles(plan, key, items, paths);
  }
}

/**
 * Files of a certificate of the batch that something else of this ceremony gets, or has.
 * @param paths of the pack
 * @throws CeremonyError REQUEST_NAME
 */
export function holdFreeFiles(
  plan: Pick<Plan, 'acts'>,
  step: string,
  items: readonly Pick<BatchItem, 'file' | 'out'>[],
  paths: readonly string[],
): void {
  const taken = new Map<string, string>();
  for (const { key, out } of stepsOf(plan))
    if (out !== null && key !== step) for (const file of publishedAs(out)) taken.set(file, `step "${key}"`);
  for (const path of paths) {
    const [folder, file = ''] = path.split('/');
    if (folder === 'certificates' || folder === 'publish') taken.set(file, `"${path}"`);
  }
  const faults = items.flatMap(({ file, out }) => {
    const own = publishedAs(out);
    const clash = own.find((one) => taken.has(one));
    const what = clash === undefined ? undefined : taken.get(clash);
    for (const one of own) if (!taken.has(one)) taken.set(one, `the certificate of ${file}`);
    return what === undefined ? [] : [`${file}: "${clash}" is the file of ${what}`];
  });
  if (faults.length > 0)
    throw new CeremonyError('REQUEST_NAME', firstOf(faults, '; '), {
      hint: 'the requester brings them under other names: nothing is overwritten',
    });
}

/** Everything that a certificate below another is kept and published as. */
function publishedAs(out: string): readonly string[] {
  const stem = out.replace(/\.crt$/, '');
  return ['.crt', '.csv', '.pem', '.txt', ...Object.values(CHAIN_SUFFIXES).map((suffix) => `${suffix}.pem`)].map(
    (suffix) => `${stem}${suffix}`,
  );
}

/** Stands for the common name of each, before the folder is read. */
export const ANY_NAME = 'name of a request';

/** What kind of certificate the profile makes; undefined for one that no batch can be of. */
export function kindOfBatch(
  plan: Pick<Plan, 'profiles'>,
  profile: string,
): 'subordinate-ca' | 'ocsp-responder' | undefined {
  const kind = plan.profiles[profile]?.['kind'];
  return kind === 'subordinate-ca' || kind === 'ocsp-responder' ? kind : undefined;
}

/** The request of one of them. @param at the moment of the proposal, UTC whole seconds */
export function batchRequest(
  plan: Pick<Plan, 'profiles'>,
  params: BatchParameters,
  facts: IssuerFacts,
  { commonName, algorithm }: Pick<BatchItem, 'commonName' | 'algorithm'>,
  at: string,
): Made<CertificateRequest> {
  const subject = { ...params.subject, CN: commonName };
  const kind = kindOfBatch(plan, params.profile) ?? 'subordinate-ca';
  return subordinateCertificateRequest(plan, { ...params, subject }, facts, algorithm, at, kind);
}
