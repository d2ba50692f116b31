import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { element, oid, printableString, sequence, set, utf8String } from '../../src/der/writer.ts';
import { takeRequests } from '../../src/pki/request-intake.ts';
import { batchItems, holdBatches, holdFreeFiles } from '../../src/plan/batch.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { assertRefuses } from '../der/refusal.ts';
import { FILES, nameOf } from '../forge/folder-intake.ts';
import { ecPair, requestOf } from '../pki/requests.ts';

const taken = (files: ReadonlyMap<string, Uint8Array>) =>
  takeRequests(files, 'the folder', { key: undefined, ownKeys: new Map() });
const requests = taken(FILES);

/** One request with this subject. */
const one = (subject: Uint8Array, file = 'a.csr') => taken(new Map([[file, requestOf({ key: ecPair(), subject })]]));
const commonName = (value: Uint8Array) => set(sequence(oid(OID.commonName), value));
const FROM_REQUEST = { 'common-name': 'from-request' } as const;

describe('what is issued for the requests of a folder', () => {
  test('has the name of its file, and its key', () => {
    assert.deepEqual(
      batchItems({}, requests, 'REHEARSAL ').map(({ file, out, commonName: name, algorithm }) => [
        ...[file, out, name, algorithm],
      ]),
      [
        ['alpha.csr', 'alpha.crt', 'REHEARSAL alpha', 'ecdsa-p256'],
        ['beta-2.csr', 'beta-2.crt', 'REHEARSAL beta-2', 'ecdsa-p256'],
        ['beta.csr', 'beta.crt', 'REHEARSAL beta', 'ecdsa-p256'],
      ],
    );
    const [first] = requests;
    assert.equal(batchItems({}, requests, '')[0]?.spki, first?.request.spki.der);
  });

  test('has the common name of its request, where the script says so', () => {
    assert.deepEqual(
      batchItems(FROM_REQUEST, requests, '').map((item) => item.commonName),
      ['Alpha', 'Beta', 'Beta 0'],
    );
    for (const name of ['a', 'sensor-7.example.com', 'Example Org (Berlin) CA 3', 'a/b:c_d'])
      for (const value of [utf8String(name), ...(name.includes('_') ? [] : [printableString(name)])])
        assert.equal(batchItems(FROM_REQUEST, one(sequence(commonName(value))), '')[0]?.commonName, name);
  });

  test('is in the order of the files that it gets, which is not that of the requests', () => {
    // "a-b.csr" is before "a.csr", and so is "a-b.crt" before "a.crt"; a list that is not in order is put into it.
    assert.deepEqual(
      batchItems({}, requests.toReversed(), '').map(({ out }) => out),
      ['alpha.crt', 'beta-2.crt', 'beta.crt'],
    );
  });

  const expected = 'expected letters and digits of ASCII with ". _ : ( ) / -" and single spaces between them';
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    [
      'none',
      sequence(set(sequence(oid(OID.organizationName), utf8String('O')))),
      'its subject has 0 common names, expected one',
    ],
    [
      'two',
      sequence(commonName(utf8String('One')), commonName(utf8String('Two'))),
      'its subject has 2 common names, expected one',
    ],
    [
      'another kind of string',
      sequence(commonName(element(0x16, Buffer.from('Alpha')))),
      'its common name is neither a PrintableString nor a UTF8String',
    ],
    ...(
      [
        ['a\u202eb', 'a\\u{202E}b'],
        ['Аlpha', 'Аlpha'],
        ['a  b', 'a  b'],
        [' a', ' a'],
        ['a ', 'a '],
        ['*.example.com', '*.example.com'],
        ['a=b', 'a=b'],
        ['', ''],
      ] as const
    ).map(([value, said]) => [`"${said}"`, nameOf(value), `its common name is "${said}", ${expected}`] as const),
    [
      'one that is too long',
      nameOf('a'.repeat(65)),
      `the common name "${'a'.repeat(65)}" has 65 characters, expected at most 64`,
    ],
  ];
  for (const [name, subject, message] of cases)
    test(`has no name that is not one: ${name}`, () =>
      assertRefuses(() => batchItems(FROM_REQUEST, one(subject), ''), 'REQUEST_NAME', `a.csr: ${message}`));

  test('has no name twice, and none that the marking makes too long', () => {
    const twice = [...one(nameOf('Alpha 1')), ...one(nameOf('ALPHA 1'), 'b.csr')];
    assertRefuses(
      () => batchItems(FROM_REQUEST, twice, ''),
      'REQUEST_NAME',
      'b.csr: the common name "ALPHA 1" is that of a.csr too',
    );
    const stem = 'a'.repeat(60);
    const long = one(nameOf('A'), `${stem}.csr`);
    assert.equal(batchItems({}, long, 'TEST').length, 1);
    assertRefuses(
      () => batchItems({}, long, 'TEST '),
      'REQUEST_NAME',
      `${stem}.csr: the common name "TEST ${stem}" has 65 characters, expected at most 64`,
    );
  });
});

describe('the files of what is issued', () => {
  const step = (key: string, more: object = {}) => ({
    key,
    id: key,
    type: 'issue-intermediate',
    out: null,
    params: {},
    ...more,
  });
  const planOf = (...steps: readonly object[]) =>
    ({ acts: [{ steps }], marking: { commonName: '' } }) as unknown as Pick<Plan, 'acts' | 'marking'>;
  const items = (...outs: readonly string[]) => outs.map((out) => ({ out, file: out.replace('.crt', '.csr') }));

  test('are free where nothing else has them', () => {
    holdFreeFiles(
      planOf(step('ca', { out: 'ca.crt' }), step('crl', { out: 'alpha.crl' })),
      'batch',
      items('alpha.crt', 'beta.crt'),
      ['certificates/root.crt', 'inputs/requests/alpha.csr'],
    );
  });

  const cases: readonly (readonly [string, () => void, string])[] = [
    [
      'that of another step',
      () => holdFreeFiles(planOf(step('ca', { out: 'alpha.crt' })), 'batch', items('alpha.crt', 'beta.crt'), []),
      'alpha.csr: "alpha.crt" is the file of step "ca"',
    ],
    [
      'the chain of another step',
      () => holdFreeFiles(planOf(step('ca', { out: 'alpha.crt' })), 'batch', items('alpha-chain.crt'), []),
      'alpha-chain.csr: "alpha-chain.pem" is the file of step "ca"',
    ],
    [
      'one that is in the pack',
      () => holdFreeFiles(planOf(), 'batch', items('alpha.crt'), ['publish/alpha-full-chain.pem']),
      'alpha.csr: "alpha-full-chain.pem" is the file of "publish/alpha-full-chain.pem"',
    ],
    [
      'that of another of the batch',
      () => holdFreeFiles(planOf(), 'batch', items('alpha-chain.crt', 'alpha.crt'), []),
      'alpha.csr: "alpha-chain.pem" is the file of the certificate of alpha-chain.csr',
    ],
  ];
  for (const [name, act, message] of cases)
    test(`are refused: ${name}`, () => assertRefuses(act, 'REQUEST_NAME', message));

  test('are held to that when the folder is read, by the step that will issue for it', () => {
    const batch = step('batch', { type: 'issue-batch', params: { input: 'requests', 'common-name': 'from-request' } });
    const clash = planOf(step('ca', { out: 'beta.crt' }), batch);
    holdBatches(clash, 'others', requests, []);
    assertRefuses(
      () => holdBatches(clash, 'requests', requests, []),
      'REQUEST_NAME',
      'beta.csr: "beta.crt" is the file of step "ca"',
    );
    holdBatches(planOf(step('ca', { out: 'ca.crt' }), batch), 'requests', requests, []);
    assertRefuses(
      () => holdBatches(planOf(batch), 'requests', one(nameOf('*')), []),
      'REQUEST_NAME',
      `a.csr: its common name is "*", expected letters and digits of ASCII with ". _ : ( ) / -" and single spaces between them`,
    );
  });
});
