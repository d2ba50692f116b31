import { test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { integer, time } from '../../src/der/writer.ts';
import { MAX_CRL_BYTES } from '../../src/pki/crl-intake.ts';
import { holdNext } from '../../src/steps/crl-size.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { assertRefuses } from '../der/refusal.ts';
import * as made from '../pki/broken.ts';

test('a delta CRL is not signed after which no complete CRL could follow, for its size', () => {
  const padded = (serial: number, octets: number) =>
    made.entry(serial, [made.extension('1.2.3', new Uint8Array(octets))]);
  const complete = parseCrl(made.crl({ revoked: [padded(5, MAX_CRL_BYTES - 100_000)] }));
  const delta = (octets: number) =>
    parseCrl(
      made.crl({
        thisUpdate: time('2027-03-02T09:00:00Z'),
        revoked: [padded(6, octets)],
        extensions: [made.authorityKeyId, made.crlNumber(2n), made.extension(OID.deltaCRLIndicator, integer(1), true)],
      }),
    );
  holdNext(complete, delta(90_000));
  assertRefuses(
    () => holdNext(complete, delta(110_000)),
    'FILE_TOO_LARGE',
    /^the complete CRL that is to follow this delta CRL has \d+ bytes, expected at most \d+$/,
  );
});
