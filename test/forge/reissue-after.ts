import { lazyIssue } from '../../src/adapters/issuing.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { previousCertificatePath } from '../../src/ledger/carried.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { CrlRequest, Revocation } from '../../src/pki/request.ts';
import { releasedSerials, successionOf } from '../../src/plan/delta-crl.ts';
import { crlRequest } from '../../src/plan/issuing.ts';
import { decisionsOf } from '../../src/plan/known.ts';
import { followed, lastCrlIn } from '../../src/plan/last-crl.ts';
import { type Plan, stepById } from '../../src/plan/plan.ts';
import { decidedRevocations } from '../../src/steps/revocations.ts';
import type { Event } from '../../src/transcript/event.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { HSM_KEY, hsmSign } from './guard-double.ts';
import { MECHANISM, type Reissued, renewed } from './reissue.ts';

/**
 * Makes the CRL of a ceremony that follows another again, otherwise than planned, and lets all that hangs on it follow.
 * @param stem of its file @param encoded changes what is to be signed where no request has it so
 */
export function reissuedAfter(
  change: (request: CrlRequest) => CrlRequest,
  stem = 'root',
  encoded: (tbs: Uint8Array) => Uint8Array = (tbs) => tbs,
): Reissued {
  let edit = (events: readonly Event[]): readonly Event[] => events;
  return {
    events: (events) => edit(events),
    files: async (files, { plan, events, before }) => {
      const proposed = events.find((event) => event.type === 'proposed' && event.step === 'crl');
      const [certificate] = before?.certificates ?? [];
      if (proposed?.type !== 'proposed' || proposed.payload === null || !certificate)
        throw new Error('no CRL of a ceremony that follows another');
      const read = (path: string) => files.get(path) as Uint8Array;
      const { params = {} } = stepById(plan, 'crl') ?? {};
      const said = lastCrlIn(plan, followed(params), read);
      const issuer = issuerIdentity(parseCertificate(read(previousCertificatePath(certificate.sha256))));
      const { request } = crlRequest(
        plan,
        params as never,
        issuer,
        'ecdsa-p384',
        proposed.at,
        successionOf(params, said, decided(plan, events), said ? releasedSerials(plan, params, said, read) : []),
      );
      const tbs = encoded(wholeOf(await lazyIssue.tbsCertList(change(request as CrlRequest))));
      const signature = hsmSign(HSM_KEY.privateKey, tbs);
      const der = lazyIssue.assemble(tbs, MECHANISM, signature);
      files.set(`crls/${stem}.crl`, der);
      files.set(`crls/${stem}.pem`, Buffer.from(pemOf('X509 CRL', der)));
      files.set(`crls/${stem}.txt`, Buffer.from(`${[...renderDocument(der)].join('\n')}\n`));
      files.set(`publish/${stem}.crl`, der);
      files.set(proposed.payload, tbs);
      edit = renewed('crl', tbs, signature, false);
    },
  };
}

function decided(plan: Plan, events: readonly Event[]): readonly Revocation[] {
  const decisions = decisionsOf(stepById(plan, 'crl')?.params ?? {});
  return [...decidedRevocations({ decisions }, events).values()];
}
