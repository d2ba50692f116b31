import { OID } from '../../../src/der/oid.ts';
import { contextConstructed } from '../../../src/der/tags.ts';
import {
  element,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
} from '../../../src/der/writer.ts';
import type { OcspContext } from '../../../src/pki/rule.ts';
import type { OcspCase } from './case.ts';

const FROM = '2027-03-01T00:00:00Z';
const HASH = octetString(new Uint8Array(20));

export const PRESIGNED: OcspContext = { kind: 'ocsp-response', plannedAt: FROM };

/** @param until nextUpdate; without it there is none */
function responseOf(until: string | undefined, status: Uint8Array = implicit(0)): Uint8Array {
  const next = until === undefined ? [] : [explicit(0, generalizedTime(until))];
  const certId = sequence(sequence(oid(OID.sha1), nullValue()), HASH, HASH, integer(5));
  const answer = sequence(certId, status, generalizedTime(FROM), ...next);
  return sequence(explicit(2, HASH), generalizedTime(FROM), sequence(answer, answer));
}

const revoked = (...reason: readonly Uint8Array[]) =>
  responseOf('2028-03-01T00:00:00Z', element(contextConstructed(1), generalizedTime(FROM), ...reason));

export const OCSP_CASES: readonly OcspCase[] = [
  {
    rule: 'cabf-tls/ocsp-span',
    fails: responseOf('2028-03-01T00:00:01Z'),
    message: 'nextUpdate is 2028-03-01T00:00:01Z, expected at most 2028-03-01T00:00:00Z, 12 months after thisUpdate',
    passes: responseOf('2028-03-01T00:00:00Z'),
  },
  {
    rule: 'cabf-tls/ocsp-span',
    fails: responseOf(undefined),
    message: 'nextUpdate is absent, expected at most 2028-03-01T00:00:00Z, 12 months after thisUpdate',
    passes: responseOf('2027-03-02T00:00:00Z'),
  },
  {
    rule: 'cabf-tls/ocsp-reason-present',
    fails: revoked(),
    message: 'the answer about 05 has no revocationReason\nthe answer about 05 has no revocationReason',
    passes: revoked(explicit(0, enumerated(4))),
  },
  {
    rule: 'microsoft/ocsp-span',
    fails: responseOf('2027-03-08T00:00:01Z'),
    message: 'nextUpdate is 2027-03-08T00:00:01Z, expected at most 2027-03-08T00:00:00Z, 7 days after thisUpdate',
    passes: responseOf('2027-03-08T00:00:00Z'),
  },
];
