import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scopesOfKey } from '../../src/ledger/carried.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { approvalScreen } from '../../src/quorum/approval-screen.ts';
import type { readDescriptor } from '../../src/quorum/operation.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import type { CrlScope } from '../../src/x509/crl-scope.ts';
import * as made from '../pki/broken.ts';

const [A, B, C] = ['a', 'b', 'c'].map((one) => `http://pki.example.com/root-${one}.crl`) as [string, string, string];
const crl = (uri: string) =>
  parseCrl(made.crl({ extensions: [...made.CRL_EXTENSIONS, made.issuingPoint(true, made.fullName(made.uri(uri)))] }));

/** What stands above the lines of what a first CRL of the partition C changes. */
function shown(known?: readonly (CrlScope | undefined)[]): readonly string[] {
  const operation = { op: 'sign', kind: 'crl', hsm: { name: 'h', model: 'm', serial: '1' }, step: 's', key: 'k' };
  const descriptor = {
    operation: { ...operation, mechanism: 'ecdsa-sha384', out: 'c.crl', payload: { size: 1, sha256: 'd' }, hold: null },
    digest: 'ab'.repeat(32),
  } as unknown as ReturnType<typeof readDescriptor>;
  const rows = approvalScreen({
    ...{ descriptor, payload: crl(C).tbs, expires: '2027-03-01T10:00:00Z', previous: null },
    ...(known ? { known } : {}),
  });
  return rows.slice(
    rows.findIndex((row) => row.startsWith('PARTITION ')),
    rows.findIndex((row) => row.startsWith('follows ')),
  );
}

describe('the approval screen of a CRL of a partition', () => {
  const OWN = [
    "PARTITION   it lists what is revoked of one part of the CA's certificates alone:",
    `            those that name ${C}`,
  ];

  test('names every other partition of the key, once', () => {
    assert.deepEqual(shown([{ uri: A }, { uri: C }, { uri: B, only: 'ca' }, { uri: A }]), [
      ...OWN,
      'others      2 other partitions of this key have a CRL, and what is listed',
      '            there this one need not list:',
      `            ${A}`,
      `            ${B}, CA certificates alone`,
    ]);
    assert.equal(shown([{ uri: A }])[2], 'others      1 other partition of this key has a CRL, and what is listed');
  });

  test('says that there is no other, and nothing where nobody knows', () => {
    assert.deepEqual(shown([{ uri: C }]), [...OWN, 'others      no other partition of this key has a CRL']);
    assert.deepEqual(shown(), OWN);
  });
});

test('a ledger says which scopes the CRLs of a key have, under every name of the key', () => {
  const row = (issuer: string, scope?: CrlScope) => ({ issuer, ...(scope ? { scope } : {}) });
  const ledger = {
    keys: [
      { name: 'root', spkiSha256: 'k' },
      { name: 'restored', spkiSha256: 'k' },
      { name: 'other', spkiSha256: 'o' },
    ],
    crls: [row('root', { uri: A }), row('root', { uri: A }), row('restored', { uri: B }), row('other')],
  } as unknown as Pick<Ledger, 'keys' | 'crls'>;
  assert.deepEqual(scopesOfKey(ledger, 'k' as never), [{ uri: A }, { uri: B }]);
  assert.deepEqual(scopesOfKey(ledger, 'o' as never), [undefined]);
});

describe('the approval screen of a complete CRL', () => {
  const screen = (previous: Uint8Array, next = made.crl()) => {
    const operation = { op: 'sign', kind: 'crl', hsm: { name: 'h', model: 'm', serial: '1' }, step: 's', key: 'k' };
    const descriptor = {
      operation: {
        ...operation,
        mechanism: 'ecdsa-sha384',
        out: 'c.crl',
        payload: { size: 1, sha256: 'd' },
        hold: null,
      },
      digest: 'ab'.repeat(32),
    } as unknown as ReturnType<typeof readDescriptor>;
    const shown = { descriptor, payload: parseCrl(next).tbs, expires: '', previous: parseCrl(previous) };
    const rows = approvalScreen(shown);
    const from = rows.findIndex((row) => row.startsWith('WIDENS '));
    return from < 0
      ? []
      : rows.slice(
          from,
          rows.findIndex((row) => row.startsWith('follows ')),
        );
  };
  const partial = (...fields: readonly Uint8Array[]) =>
    made.crl({ extensions: [...made.CRL_EXTENSIONS, made.issuingPoint(true, ...fields)] });

  test('says that it widens one that was of a part by its own word', () => {
    assert.deepEqual(screen(partial(made.fullName(made.uri(A)), made.flag(2))), [
      'WIDENS      what the CRL before it is of: that says it is of one part alone,',
      `            those that name ${A}`,
      '            those of CAs',
      '            This one says that it is of all. WHAT ANOTHER CRL OF THIS CA LISTS IS',
      '            GOOD AGAIN by it, unless it is listed here.',
    ]);
  });

  test('says nothing of that where both are of all, or of the same part', () => {
    assert.deepEqual(screen(made.crl()), []);
    const part = partial(made.fullName(made.uri(A)));
    assert.deepEqual(screen(part, part), []);
  });
});
