import type { KeyObject } from 'node:crypto';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import type { CertificateRequest } from '../../src/pki/request.ts';
import { subordinateCertificateRequest } from '../../src/plan/issuing.ts';
import { datesOfChain } from '../../src/plan/known.ts';
import { stepById } from '../../src/plan/plan.ts';
import { certificateFiles } from '../../src/steps/certificates.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import type { Certificate } from '../../src/x509/model.ts';
import type { Faults } from './faults.ts';
import { HSM_KEY, hsmSign } from './guard-double.ts';
import { MECHANISM, renewed } from './reissue.ts';

export interface ReissueBelow {
  readonly request?: (request: CertificateRequest, there: (name: string) => Certificate) => CertificateRequest;
  readonly serial?: (there: (name: string) => Certificate) => Uint8Array;
  /** Signs instead of the root's key. */
  readonly key?: KeyObject;
}

/** A forged hierarchy in which one issuing CA's certificate is made again, otherwise than planned, and all else follows. */
export function reissuedBelow(id: string, how: ReissueBelow): Faults {
  let edit: ReturnType<typeof renewed>;
  return {
    record: { hierarchy: true },
    events: (events) => edit(events),
    recorded: async (files, { plan, events }) => {
      const proposed = events.find((event) => event.type === 'proposed' && event.step === id);
      if (proposed?.type !== 'proposed' || proposed.payload === null) throw new Error(`no proposal of ${id}`);
      const there = (name: string) => parseCertificate(files.get(`certificates/${name}.crt`) as Uint8Array);
      const [root, before] = [there('root'), there(id)];
      const { request } = subordinateCertificateRequest(
        plan,
        stepById(plan, id)?.params as never,
        {
          identity: issuerIdentity(root),
          keyAlgorithm: 'ecdsa-p384',
          dates: datesOfChain(plan, 'root', () => ({ notBefore: root.notBefore.at, notAfter: root.notAfter.at })),
        },
        'ecdsa-p384',
        proposed.at,
      );
      const changed = (how.request ?? ((one) => one))(request as CertificateRequest, there);
      const serial = how.serial?.(there) ?? before.serial.bytes;
      const tbs = await lazyIssue.tbsCertificate(changed, { spki: before.spki.der, serial });
      const signature = hsmSign(how.key ?? HSM_KEY.privateKey, tbs);
      const certificate = parseCertificate(lazyIssue.assemble(tbs, MECHANISM, signature));
      for (const [path, bytes] of certificateFiles(`${id}.crt`, certificate, [root])) files.set(path, bytes);
      files.set(proposed.payload, tbs);
      edit = renewed(id, tbs, signature, false);
    },
  };
}
