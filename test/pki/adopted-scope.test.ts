import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { contextConstructed } from '../../src/der/tags.ts';
import { element, integer, sequence, time } from '../../src/der/writer.ts';
import { adoptedScope } from '../../src/pki/adopted-scope.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { assertRefuses } from '../der/refusal.ts';
import * as made from './broken.ts';
import { ecPair, spkiOf } from './requests.ts';

const [A, B] = ['http://pki.example.com/a.crl', 'http://pki.example.com/b.crl'] as const;
const BELOW = spkiOf(ecPair('P-256'));
const crlWith = (...fields: readonly Uint8Array[]) =>
  parseCrl(made.crl({ extensions: [...made.CRL_EXTENSIONS, made.issuingPoint(true, ...fields)] }));
const COMPLETE = parseCrl(made.crl());
const named = (...uris: readonly string[]) => made.fullName(...uris.map(made.uri));
const issued = (serial: number, uri: string | undefined, fields: Parameters<typeof made.certificate>[0] = {}) =>
  parseCertificate(
    made.certificate({
      ...{ serial: integer(serial), spki: BELOW },
      extensions: [...made.EXTENSIONS, ...(uri === undefined ? [] : [made.distributionPoints(sequence(named(uri)))])],
      ...fields,
    }),
  );
const held = (
  crl: Parameters<typeof adoptedScope>[0],
  certificates: ReturnType<typeof issued>[],
  isSaidWhole = false,
) =>
  adoptedScope(
    crl,
    { crl: 'old-crl', issued: 'old-issued' },
    { spkiSha256: sha256(made.SPKI), issued: certificates },
    isSaidWhole,
  );

describe('the CRL of a CA that is adopted', () => {
  test('is complete by its own word, whatever certificates name', () =>
    assert.equal(held(COMPLETE, [issued(5, A), issued(6, B), issued(7, undefined)]), undefined));

  test('is taken for a complete one where the script says so, and with what it says of itself', () => {
    assert.equal(held(crlWith(named(A)), [issued(5, A)], true), `"${A}"`);
    assert.equal(held(crlWith(named(A, B)), [issued(5, A), issued(6, B)], true), `"${A}" or "${B}"`);
    assert.equal(held(crlWith(named(A), made.flag(2)), [issued(5, A)], true), `"${A}", CA certificates alone`);
    assert.equal(held(crlWith(made.flag(2)), [issued(5, undefined)], true), 'CA certificates alone');
    const relative = element(
      contextConstructed(0),
      element(contextConstructed(1), made.attribute('2.5.4.3', made.hex('0c0161'))),
    );
    assert.equal(held(crlWith(relative), [issued(5, B)], true), 'a name that is no URI');
  });

  test('is not, where nobody says so', () => {
    for (const [fields, words] of [
      [[named(A)], `"${A}"`],
      [[made.flag(2)], 'CA certificates alone'],
    ] as const)
      for (const certificates of [[issued(5, A)], []])
        assertRefuses(
          () => held(crlWith(...fields), certificates),
          'CRL_UNFIT',
          `"old-crl" says by its issuing distribution point that it is of ${words}, and nothing here shows that no other CRL lists the rest of what its CA has revoked`,
        );
  });

  test('is not where the CA has issued what is in another part, whatever the script says', () => {
    assertRefuses(
      () => held(crlWith(named(A)), [issued(5, A), issued(6, B)], true),
      'CRL_UNFIT',
      `"old-crl" is a CRL of "${A}", and certificate 2 of "old-issued", serial 06, is in another part: it is in no partition of the CRL of its CA: its cRLDistributionPoints name the CRL "${B}", not "${A}"`,
    );
    assertRefuses(() => held(crlWith(named(A)), [issued(5, undefined)], true), 'CRL_UNFIT', /name no CRL, not "/);
    const user = issued(9, A, { extensions: made.EXTENSIONS.slice(2) });
    assertRefuses(() => held(crlWith(made.flag(2)), [user], true), 'CRL_UNFIT', /it is no CA certificate/);
  });

  test('need not list what its CA signed for its own key, nor what had ended before it', () => {
    const own = issued(5, B, { spki: made.SPKI });
    const ended = issued(6, B, { notBefore: time('2020-01-01T00:00:00Z'), notAfter: time('2021-01-01T00:00:00Z') });
    assert.equal(held(crlWith(named(A)), [own, ended, issued(7, A)], true), `"${A}"`);
  });
});
