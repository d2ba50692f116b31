import type { KeyObject } from 'node:crypto';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import type { OwnRequest } from '../../src/pki/own-request.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { ownRequest } from '../../src/plan/issuing.ts';
import { stepById } from '../../src/plan/plan.ts';
import { parseCertificationRequest } from '../../src/x509/certification-request.ts';
import { renderDocument } from '../../src/x509/render.ts';
import type { Faults } from './faults.ts';
import { hsmKeyOf, hsmSign } from './guard-double.ts';
import { MECHANISM, renewed } from './reissue.ts';
import { requesting } from './requesting.ts';

export interface Rerequest {
  readonly request?: (request: OwnRequest) => OwnRequest;
  /** Signs instead of the key that the request is for. */
  readonly key?: KeyObject;
  /** DER of the public key that it is for, instead of the key that was approved. */
  readonly spki?: Uint8Array;
  /** Leaves what was approved as it was: approved and signed then differ. */
  readonly unapproved?: boolean;
}

/** A forged root generation whose request is made again, otherwise than planned, and all else follows. */
export function requestedOtherwise(how: Rerequest): Faults {
  let edit: ReturnType<typeof renewed>;
  return {
    record: requesting(),
    events: (events) => edit(events),
    recorded: async (files, { plan, events }) => {
      const proposed = events.find((event) => event.type === 'proposed' && event.step === 'asked');
      if (proposed?.type !== 'proposed' || proposed.payload === null) throw new Error('no request was proposed');
      const { spki } = parseCertificationRequest(files.get('requests-made/issuing.csr') as Uint8Array);
      const { request } = ownRequest(plan, stepById(plan, 'asked')?.params as never, 'ecdsa-p384');
      const asked = (how.request ?? ((one) => one))(request as OwnRequest);
      const tbs = await lazyIssue.requestInfo(asked, how.spki ?? spki.der);
      const signature = hsmSign(how.key ?? hsmKeyOf(sha256(spki.der)), tbs);
      const der = lazyIssue.assemble(tbs, MECHANISM, signature);
      files.set('requests-made/issuing.csr', der);
      files.set('requests-made/issuing.pem', Buffer.from(pemOf('CERTIFICATE REQUEST', der)));
      files.set('requests-made/issuing.txt', Buffer.from(`${[...renderDocument(der)].join('\n')}\n`));
      files.set('publish/issuing.csr', der);
      if (!how.unapproved) files.set(proposed.payload, tbs);
      edit = renewed('asked', tbs, signature, how.unapproved ?? false);
    },
  };
}

/** Under the name of another organisation. */
export function otherName(request: OwnRequest): OwnRequest {
  return {
    ...request,
    subject: request.subject.map((one) => (one.type === 'O' ? { ...one, value: 'Other Org' } : one)),
  };
}
