import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contextPrimitive } from '../../src/der/tags.ts';
import { element, sequence } from '../../src/der/writer.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import {
  type CrlScope,
  outside,
  overlap,
  scopeFaults,
  scopeKey,
  scopeOf,
  scopeWords,
} from '../../src/x509/crl-scope.ts';
import * as made from '../pki/broken.ts';

const [A, B] = ['http://pki.example.com/a.crl', 'http://pki.example.com/b.crl'] as const;
const crl = (...extra: readonly Uint8Array[]) => parseCrl(made.crl({ extensions: [...made.CRL_EXTENSIONS, ...extra] }));
const named = made.fullName(made.uri(A));

describe('of what certificates a CRL is', () => {
  const CASES: readonly (readonly [Uint8Array | undefined, CrlScope | undefined, string])[] = [
    [undefined, undefined, ''],
    [made.issuingPoint(true, named), { uri: A }, `all ${A}`],
    [made.issuingPoint(true, made.flag(1)), { only: 'user' }, 'user '],
    [made.issuingPoint(true, named, made.flag(2)), { uri: A, only: 'ca' }, `ca ${A}`],
  ];
  for (const [extension, scope, key] of CASES)
    test(`is said by its issuing distribution point: ${key || 'all'}`, () => {
      const read = crl(...(extension ? [extension] : []));
      assert.deepEqual(scopeFaults(read), []);
      assert.deepEqual(scopeOf(read), scope);
      assert.equal(scopeKey(scope), key);
    });

  test('in words', () => {
    assert.equal(scopeWords({ uri: A, only: 'ca' }), `${A}, CA certificates alone`);
    assert.equal(scopeWords({ only: 'user' }), 'user certificates alone');
  });

  test('has all its faults said', () => {
    const all = crl(
      made.issuingPoint(
        false,
        made.fullName(made.uri(A), made.uri(B)),
        made.flag(1),
        made.flag(2),
        element(contextPrimitive(3), Uint8Array.of(6, 0x40)),
        made.flag(4),
        made.flag(5),
      ),
    );
    assert.equal(scopeFaults(all).length, 6);
  });
});

test('partitions have nothing in common that name other URIs, or are of other kinds', () => {
  const pairs: readonly (readonly [CrlScope | undefined, CrlScope | undefined, boolean])[] = [
    [undefined, { uri: A }, true],
    [{ uri: A }, { uri: A }, true],
    [{ uri: A }, { uri: B }, false],
    [{ uri: A }, { uri: A, only: 'ca' }, true],
    [{ uri: A, only: 'user' }, { uri: A, only: 'ca' }, false],
    [{ only: 'user' }, { only: 'ca' }, false],
    [{ only: 'ca' }, { uri: A }, true],
    [{ uri: A, only: 'ca' }, { uri: B, only: 'ca' }, false],
  ];
  for (const [one, other, expected] of pairs) {
    assert.equal(overlap(one, other), expected, `${scopeKey(one)} and ${scopeKey(other)}`);
    assert.equal(overlap(other, one), expected);
  }
});

describe('a certificate is in a partition', () => {
  const certificate = (isCa: boolean, ...points: readonly Uint8Array[]) =>
    parseCertificate(
      made.certificate({
        extensions: [
          ...(isCa ? made.EXTENSIONS : made.EXTENSIONS.slice(2)),
          ...(points.length === 0 ? [] : [made.distributionPoints(...points)]),
        ],
      }),
    );
  const at = (...uris: readonly string[]) => sequence(made.fullName(...uris.map(made.uri)));

  test('by one of the URIs that it names, byte for byte', () => {
    assert.equal(outside({ uri: A }, certificate(true, at(A))), undefined);
    assert.equal(outside({ uri: A }, certificate(true, at(B), at(A))), undefined);
    assert.equal(outside({ uri: A }, certificate(true, at(B, A))), undefined);
    assert.equal(
      outside({ uri: A }, certificate(true, at(B))),
      `its cRLDistributionPoints name the CRL "${B}", not "${A}"`,
    );
    assert.match(outside({ uri: A }, certificate(true, at(A.toUpperCase()))) ?? '', /^its cRLDistributionPoints name/);
    assert.equal(outside({ uri: A }, certificate(true)), `its cRLDistributionPoints name no CRL, not "${A}"`);
  });

  test('not by a point that is of some reasons, or of another CA', () => {
    const ofReasons = sequence(made.fullName(made.uri(A)), element(contextPrimitive(1), Uint8Array.of(6, 0x40)));
    assert.match(outside({ uri: A }, certificate(true, ofReasons)) ?? '', /name no CRL/);
  });

  test('by its kind', () => {
    assert.equal(outside({ only: 'ca' }, certificate(true)), undefined);
    assert.equal(outside({ only: 'user' }, certificate(false)), undefined);
    assert.match(outside({ only: 'user' }, certificate(true)) ?? '', /^it is a CA certificate, and the partition/);
    assert.match(outside({ uri: A, only: 'ca' }, certificate(false, at(A))) ?? '', /^it is no CA certificate/);
  });
});
