import type { JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import type { Operation } from '../quorum/operation.ts';
import type { ResultEvent } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCrl } from '../x509/crl.ts';
import { cRLNumber, deltaCRLIndicator } from '../x509/crl-extensions.ts';
import { scopeOf } from '../x509/crl-scope.ts';
import type { CustodyPlan } from './custody.ts';
import type { LedgerCertificate, LedgerCrl } from './ledger.ts';

/*
 * What the record and the files have of something that was done, as a ledger takes it.
 */

/** What the ledger takes from a plan; the plan itself stands above the ledger. */
export interface LedgerPlan extends CustodyPlan {
  readonly boxes?: Readonly<Record<string, string>>;
  /** Keys and certificates of earlier ceremonies, by the name that they have in this one. */
  readonly uses?: Readonly<Record<string, { readonly kind: string; readonly spkiSha256?: string }>>;
  readonly tokens: readonly {
    readonly name: string;
    readonly label: string;
    readonly means: string;
    readonly serial: string | null;
    readonly module: string;
  }[];
  readonly acts: readonly {
    readonly steps: readonly {
      readonly id: string;
      readonly key: string;
      readonly type: string;
      /** Of a step about several HSMs, the one that this round of it is about. */
      readonly token?: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly makes: Readonly<Record<string, string>>;
    }[];
  }[];
}

export type PlannedStep = LedgerPlan['acts'][number]['steps'][number];

/** An operation that the HSM did: its proposal, its result, and the step that asked. */
export interface Done<O extends Operation['op'] = Operation['op']> {
  readonly operation: Extract<Operation, { op: O }>;
  readonly step: PlannedStep;
  readonly result: ResultEvent & { readonly seq: number; readonly at: string };
}

export type ReadFile = (path: string) => Octets | undefined;

/** Where something lies in the pack, and what to call it. */
interface Placed {
  readonly name: string;
  readonly path: string;
  readonly step: string;
}

/** @param key name of the key that signed it @throws CeremonyError FILE_MISSING, DER_INVALID */
export function certificateRow({ name, path, step }: Placed, key: string, file: ReadFile): LedgerCertificate {
  const bytes = wholeOf(file(path) ?? missing(path));
  const certificate = parseCertificate(bytes, path);
  return {
    name,
    path,
    sha256: sha256(bytes),
    serial: certificate.serial.hex,
    key,
    spkiSha256: sha256(certificate.spki.der),
    notBefore: certificate.notBefore.at,
    notAfter: certificate.notAfter.at,
    step,
  };
}

/**
 * @param issuer name of the key that signed it
 * @param by a ceremony, of which the bytes say what partition they are of; or another program, whose CRL was taken as a complete one
 * @throws CeremonyError FILE_MISSING, DER_INVALID, TRANSCRIPT_BROKEN
 */
export function crlRow(
  { name, path, step }: Placed,
  issuer: string,
  file: ReadFile,
  by: 'made' | 'taken' = 'taken',
): LedgerCrl {
  const bytes = file(path) ?? missing(path);
  const crl = parseCrl(bytes, path);
  const base = deltaCRLIndicator(crl.extensions);
  const number = cRLNumber(crl.extensions) ?? broken(`${path} has no CRL number`);
  const scope = by === 'made' ? scopeOf(crl) : undefined;
  return {
    name,
    path,
    sha256: sha256(bytes),
    issuer,
    number: String(number),
    ...(base === undefined ? {} : { base: String(base) }),
    ...(scope === undefined ? {} : { scope }),
    thisUpdate: crl.thisUpdate.at,
    nextUpdate: crl.nextUpdate?.at ?? broken(`${path} has no nextUpdate`),
    step,
  };
}

export function made(step: PlannedStep, kind: string): string {
  return step.makes[kind] ?? broken(`step "${step.key}" makes no ${kind}`);
}

export function fact(result: ResultEvent, key: string): string {
  return text(result.facts, key, `the result of proposal ${result.proposal}`);
}

export function text(object: JsonObject, key: string, where: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : broken(`${where} has no text "${key}"`);
}

function missing(path: string): never {
  throw new CeremonyError('FILE_MISSING', `the pack has no "${path}", which the ledger lists`);
}

export function broken(what: string): never {
  throw new CeremonyError('TRANSCRIPT_BROKEN', `no ledger can be derived: ${what}`);
}
