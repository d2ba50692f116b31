import { CeremonyError } from '../base/errors.ts';
import { refusedByIssuer } from '../pki/delta-policy.ts';
import { HOLD } from '../pki/hold.ts';
import { issuerIdentity } from '../pki/issuer.ts';
import { type LastCrl, lastCrlOf } from '../pki/last-crl.ts';
import type { CrlRequest, Revocation } from '../pki/request.ts';
import type { Certificate, CertificateList, TbsCertList } from '../x509/model.ts';
import { lastContext, releasedSerials, successionOf, takingStep } from './delta-crl.ts';
import { draftRevocations } from './draft-revocations.ts';
import type { Carried } from './hierarchy-planned.ts';
import { type CrlParameters, crlRequest } from './issuing.ts';
import { followed, lastCrlIn } from './last-crl.ts';
import type { Plan, PlannedStep } from './plan.ts';

/** A CRL as it will be asked for, as far as that is decided before the day. */
export interface DraftedCrl {
  readonly request: CrlRequest | undefined;
  /** What it lists beyond the one before. */
  readonly added: readonly Revocation[];
  readonly context: ReturnType<typeof lastContext>;
  /** Path below `with`, and message. */
  readonly problems: readonly { readonly path: readonly string[]; readonly text: string }[];
}

/**
 * @param step that issues it
 * @param by its issuer's certificate or a stand-in, what its key signs with, and the CRLs that this plan makes before it
 * @returns undefined where the CRL before it is not at hand
 */
export function draftCrl(
  { plan, carried = new Map() }: { readonly plan: Plan; readonly carried?: Carried },
  step: Pick<PlannedStep, 'params'> | undefined,
  by: {
    readonly issuer: Certificate;
    readonly algorithm: string;
    readonly at: string;
    readonly crls: ReadonlyMap<string, TbsCertList>;
  },
): DraftedCrl | undefined {
  const { issuer, algorithm, at, crls } = by;
  const params = step?.params ?? {};
  const name = followed(params);
  const last = name === undefined ? undefined : lastDrafted(plan, name, carried, crls);
  if (name !== undefined && !last) return undefined;
  const dates = params as unknown as CrlParameters;
  const identity = issuerIdentity(issuer);
  const asked = crlRequest(plan, dates, identity, algorithm, at, undefined).request;
  const added = asked ? draftRevocations(plan, { params: takingStep(plan, params) }, carried, asked.thisUpdate) : [];
  const context = lastContext(params, last);
  const problems = refusedHere(params, issuer, added);
  if (problems.length > 0) return { request: undefined, added, context, problems };
  try {
    const released = last ? releasedSerials(plan, params, last, (path) => carried.get(path)) : [];
    const before = successionOf(params, last, added, released);
    const { request } = crlRequest(plan, dates, identity, algorithm, at, before);
    return { request, added, context, problems: [] };
  } catch (error) {
    if (!(error instanceof CeremonyError) || error.code !== 'REVOCATION_UNFIT') throw error;
    return { request: undefined, added, context, problems: [{ path: ['release'], text: error.message }] };
  }
}

/** By the certificate of the CA, whatever the script claims. */
function refusedHere(
  params: PlannedStep['params'],
  issuer: Certificate,
  added: readonly Revocation[],
): DraftedCrl['problems'] {
  const delta = params['delta-of'] === undefined ? undefined : refusedByIssuer(issuer, 'delta');
  const hold = added.some(({ reason }) => reason === HOLD) ? refusedByIssuer(issuer, 'hold') : undefined;
  return [
    ...(delta === undefined ? [] : [{ path: ['delta-of'], text: delta }]),
    ...(hold === undefined ? [] : [{ path: ['decisions'], text: hold }]),
  ];
}

/** Of an earlier ceremony, where its files are at hand; or of this one, as it is drafted. */
function lastDrafted(
  plan: Plan,
  name: string,
  carried: Carried,
  crls: ReadonlyMap<string, TbsCertList>,
): LastCrl | undefined {
  const made = crls.get(name);
  return made ? lastCrlOf(asSigned(made), undefined) : lastCrlIn(plan, name, (path) => carried.get(path));
}

function asSigned(tbs: TbsCertList): CertificateList {
  return { ...tbs, der: tbs.tbs, signatureAlgorithm: tbs.tbsSignatureAlgorithm, signature: new Uint8Array() };
}
