import { lazyIssue } from '../../src/adapters/issuing.ts';
import { previousCertificatePath, previousCrlPath } from '../../src/ledger/carried.ts';
import { crlAfter, crlWith } from '../../src/pki/crl-succession.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { CrlRequest, Revocation } from '../../src/pki/request.ts';
import { crlRequest } from '../../src/plan/issuing.ts';
import { decisionsOf } from '../../src/plan/known.ts';
import { type Plan, stepById } from '../../src/plan/plan.ts';
import { decidedRevocations } from '../../src/steps/revocations.ts';
import type { Event } from '../../src/transcript/event.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { HSM_KEY, hsmSign } from './guard-double.ts';
import { MECHANISM, type Reissued, renewed } from './reissue.ts';

/**
 * Makes the CRL of a ceremony that follows another again, otherwise than planned, and lets all that hangs on it follow.
 * @param stem of its file
 */
export function reissuedAfter(change: (request: CrlRequest) => CrlRequest, stem = 'root'): Reissued {
  let edit = (events: readonly Event[]): readonly Event[] => events;
  return {
    events: (events) => edit(events),
    files: async (files, { plan, events, before }) => {
      const proposed = events.find((event) => event.type === 'proposed' && event.step === 'crl');
      const [certificate, last] = [before?.certificates[0], before?.crls[0]];
      if (proposed?.type !== 'proposed' || proposed.payload === null || !certificate || !last)
        throw new Error('no CRL of a ceremony that follows another');
      const read = (path: string) => files.get(path) as Uint8Array;
      const issuer = issuerIdentity(parseCertificate(read(previousCertificatePath(certificate.sha256))));
      const { request } = crlRequest(
        plan,
        stepById(plan, 'crl')?.params as never,
        issuer,
        'ecdsa-p384',
        proposed.at,
        crlWith(crlAfter(parseCrl(read(previousCrlPath(last.sha256)))), decided(plan, events)),
      );
      const tbs = await lazyIssue.tbsCertList(change(request as CrlRequest));
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
