import { OID } from '../../src/der/oid.ts';
import { utf8String } from '../../src/der/writer.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { PARTNER, partnerRoot } from '../pki/partner.ts';
import { ecPair } from '../pki/requests.ts';
import { nameOf } from '../x509/build.ts';
import { crossing, withCross } from './crossing.ts';
import { INBOX, PAIR } from './intake.ts';
import type { RecordOptions } from './record.ts';

/* A root generation in whose room the other organisation brings what its root has issued, too. */

export const LIST_FILE = 'partner-issued.pem';

/** A certificate that the partner's root has issued, of a new key. */
export function partnerIssued(serial: number, signer = PAIR): Uint8Array {
  const subject = nameOf([OID.commonName, utf8String(`Partner CA ${serial}`)]);
  return partnerRoot({ key: ecPair('P-384'), subject, issuer: PARTNER, signer, serial });
}

export const ISSUED = [partnerIssued(7), partnerIssued(8)] as const;

export function listOf(certificates: readonly Uint8Array[]): Uint8Array {
  return Buffer.from(certificates.map((der) => pemOf('CERTIFICATE', der)).join('\n'));
}

/** @param list what lies on the medium */
export function listing(list = listOf(ISSUED)): RecordOptions {
  const base = crossing();
  const files = base.brought?.get(INBOX);
  return {
    ...base,
    script: (text) =>
      withCross(text)
        .replace('inputs:\n', 'inputs:\n  partner-issued: { type: issued-list, issuer: partner-root, on: inbox }\n')
        .replace(
          'with: { input: partner-root } }\n',
          'with: { input: partner-root } }\n      - { id: read-issued, step: read-input, by: administrator, check: auditor, with: { input: partner-issued } }\n',
        ),
    brought: new Map([[INBOX, new Map([...(files ?? []), [LIST_FILE, list]])]]),
  };
}
