import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { keyPlaces } from '../../src/ledger/key-places.ts';
import { type Ledger, type LedgerCopy, type LedgerKey, ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { assertRefuses } from '../der/refusal.ts';
import { validate } from '../docs/json-schema.ts';

const SPKI = sha256('the key');
const AT = '2027-03-10T09:00:00Z';
const STEP = 'adopt';
const SCHEMA = JSON.parse(
  readFileSync(new URL('../../docs/schema/ledger.schema.json', import.meta.url), 'utf8'),
) as JsonObject;

const KEY: LedgerKey = {
  ...{ name: 'root', label: 'root-g1', id: '0a', algorithm: 'ecdsa-p384', spki: 'AAAA', spkiSha256: SPKI },
  ...{ token: '0001', step: STEP, generatedAt: null, provenance: 'shown', state: 'active', states: [], quirks: [] },
};
const ASSERTED: LedgerCopy = {
  ...{ key: 'root', spkiSha256: SPKI, token: 'backup HSM 17', step: STEP, provenAt: null, provenance: 'asserted' },
};
const ADOPTED: Ledger = {
  ...{ type: 'quorate/ledger/1', ceremony: NO_DIGEST, number: 1, previous: NO_DIGEST },
  tokens: [],
  keys: [KEY],
  copies: [ASSERTED],
  adoptions: [
    { key: 'root', spkiSha256: SPKI, step: STEP, provenAt: AT, complete: 'asserted', revokedUnseen: ['0b', '0a'] },
  ],
  certificates: [
    {
      ...{ name: 'root', path: 'inputs/root.crt', sha256: SPKI, serial: '01', key: 'root', spkiSha256: SPKI },
      ...{ notBefore: AT, notAfter: AT, step: STEP, provenance: 'shown' },
    },
  ],
  crls: [
    {
      ...{ name: 'root', path: 'inputs/root-crl.crl', sha256: SPKI, issuer: 'root', number: '7', thisUpdate: AT },
      ...{ nextUpdate: AT, step: STEP, provenance: 'shown' },
    },
  ],
  ...{ shareSets: [], custody: [] },
};

describe('a row that no ceremony made', () => {
  test('is read back as it was written, and is as the schema has it', () => {
    assert.deepEqual(readLedger(ledgerBytes(ADOPTED)), ADOPTED);
    assert.deepEqual(validate(SCHEMA, JSON.parse(Buffer.from(ledgerBytes(ADOPTED)).toString()), SCHEMA), []);
  });

  test('so is a copy that has not signed yet', () => {
    const unproven: Ledger = { ...ADOPTED, copies: [{ ...ASSERTED, provenance: 'unproven' }] };
    assert.deepEqual(readLedger(ledgerBytes(unproven)), unproven);
    assert.deepEqual(validate(SCHEMA, JSON.parse(Buffer.from(ledgerBytes(unproven)).toString()), SCHEMA), []);
    const proven: Ledger = { ...ADOPTED, copies: [{ ...ASSERTED, provenance: 'unproven', provenAt: AT }] };
    assert.throws(() => readLedger(ledgerBytes(proven)), /"provenAt" is not null/);
  });

  const wrong: readonly (readonly [string, Partial<Ledger>, string])[] = [
    [
      'a key that is shown and whose making is recorded',
      { keys: [{ ...KEY, generatedAt: AT }] },
      'keys[0] "generatedAt" is not null',
    ],
    ['a key that is asserted', { keys: [{ ...KEY, provenance: 'asserted' as never }] }, 'keys[0] "provenance" is'],
    [
      'a copy that is asserted and was proven',
      { copies: [{ ...ASSERTED, provenAt: AT }] },
      'copies[0] "provenAt" is not null',
    ],
    [
      'a list that is shown to be whole',
      { adoptions: ADOPTED.adoptions?.map((one) => ({ ...one, complete: 'shown' as never })) ?? [] },
      'adoptions[0] "complete" is "shown", expected asserted',
    ],
  ];
  for (const [what, change, message] of wrong)
    test(`refused: ${what}`, () =>
      assertRefuses(
        () => readLedger(ledgerBytes({ ...ADOPTED, ...change })),
        'PACK_UNREADABLE',
        new RegExp(message.replace(/[[\]]/g, '\\$&')),
      ));

  test('refused: one that a ceremony made, and nobody knows when', () => {
    const { provenance: _shown, ...made } = KEY;
    assertRefuses(
      () => readLedger(ledgerBytes({ ...ADOPTED, keys: [made] })),
      'PACK_UNREADABLE',
      /keys\[0\] "generatedAt" is not a string/,
    );
  });
});

test('a key is where it has signed, and not where people say that it is', () => {
  assert.deepEqual(keyPlaces(ADOPTED, KEY), ['0001']);
  const { provenance: _asserted, ...copy } = ASSERTED;
  assert.deepEqual(keyPlaces({ copies: [{ ...copy, provenAt: AT }] }, KEY), ['0001', 'backup HSM 17']);
});
