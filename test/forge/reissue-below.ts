import type { KeyObject } from 'node:crypto';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import type { CertificateRequest } from '../../src/pki/request.ts';
import { besideCertificateRequest, subordinateCertificateRequest } from '../../src/plan/issuing.ts';
import { datesOfChain } from '../../src/plan/known.ts';
import { type Plan, stepById } from '../../src/plan/plan.ts';
import { certificateFiles } from '../../src/steps/certificates.ts';
import { existingFacts } from '../../src/steps/certificates-asked.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import type { Certificate } from '../../src/x509/model.ts';
import { crossing, PARTNER_ROOT } from './crossing.ts';
import type { Faults } from './faults.ts';
import { HSM_KEY, hsmSign } from './guard-double.ts';
import type { RecordOptions } from './record.ts';
import { MECHANISM, renewed } from './reissue.ts';
import { renewing } from './renewing.ts';

export interface ReissueBelow {
  readonly request?: (request: CertificateRequest, there: (name: string) => Certificate) => CertificateRequest;
  readonly serial?: (there: (name: string) => Certificate) => Uint8Array;
  /** Signs instead of the root's key. */
  readonly key?: KeyObject;
}

/** A forged hierarchy in which one issuing CA's certificate is made again, otherwise than planned, and all else follows. */
export function reissuedBelow(id: string, how: ReissueBelow): Faults {
  return madeOtherwise(id, { hierarchy: true }, how, (plan, at, root) => {
    const { request } = subordinateCertificateRequest(
      plan,
      stepById(plan, id)?.params as never,
      belowRoot(plan, root),
      'ecdsa-p384',
      at,
    );
    return { request: request as CertificateRequest, chain: [root] };
  });
}

/** A forged root generation in which the cross-certificate of another root is made again, otherwise than planned. */
export function crossedOtherwise(how: ReissueBelow): Faults {
  return madeOtherwise('cross', crossing(), how, (plan, at, root) => {
    const { request } = besideCertificateRequest(
      plan,
      stepById(plan, 'cross')?.params as never,
      belowRoot(plan, root),
      existingFacts(parseCertificate(PARTNER_ROOT)),
      at,
    );
    return { request: request as CertificateRequest, chain: [root] };
  });
}

function belowRoot(plan: Plan, root: Certificate) {
  return {
    identity: issuerIdentity(root),
    keyAlgorithm: 'ecdsa-p384',
    dates: datesOfChain(plan, 'root', () => ({ notBefore: root.notBefore.at, notAfter: root.notAfter.at })),
  } as const;
}

/** A forged root generation whose root is issued again, otherwise than planned, and all else follows. */
export function renewedOtherwise(how: ReissueBelow): Faults {
  return madeOtherwise('again', renewing(), how, (plan, at, root) => {
    const { request } = besideCertificateRequest(
      plan,
      stepById(plan, 'again')?.params as never,
      { identity: 'self', keyAlgorithm: 'ecdsa-p384', dates: {} },
      { identity: issuerIdentity(root), keyAlgorithm: 'ecdsa-p384' },
      at,
    );
    return { request: request as CertificateRequest, chain: [] };
  });
}

/** @param asked what the plan asks for, and the certificates above */
function madeOtherwise(
  id: string,
  record: RecordOptions,
  how: ReissueBelow,
  asked: (plan: Plan, at: string, root: Certificate) => { request: CertificateRequest; chain: readonly Certificate[] },
): Faults {
  let edit: ReturnType<typeof renewed>;
  return {
    record,
    events: (events) => edit(events),
    recorded: async (files, { plan, events }) => {
      const proposed = events.find((event) => event.type === 'proposed' && event.step === id);
      if (proposed?.type !== 'proposed' || proposed.payload === null) throw new Error(`no proposal of ${id}`);
      const out = String(stepById(plan, id)?.out);
      const there = (name: string) => parseCertificate(files.get(`certificates/${name}.crt`) as Uint8Array);
      const [root, before] = [there('root'), there(out.replace(/\.crt$/, ''))];
      const { request, chain } = asked(plan, proposed.at, root);
      const changed = (how.request ?? ((one) => one))(request, there);
      const serial = how.serial?.(there) ?? before.serial.bytes;
      const tbs = await lazyIssue.tbsCertificate(changed, { spki: before.spki.der, serial });
      const signature = hsmSign(how.key ?? HSM_KEY.privateKey, tbs);
      const certificate = parseCertificate(lazyIssue.assemble(tbs, MECHANISM, signature));
      for (const [path, bytes] of certificateFiles(out, certificate, chain)) files.set(path, bytes);
      files.set(proposed.payload, tbs);
      edit = renewed(id, tbs, signature, false);
    },
  };
}
