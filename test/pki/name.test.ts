import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ATTRIBUTE_TYPES,
  ATTRIBUTES,
  encodeName,
  nameProblems,
  type SubjectAttribute,
  subjectOf,
} from '../../src/pki/name.ts';
import { ORDERED_ATTRIBUTES } from '../../src/pki/name-attributes.ts';

describe('subjectOf', () => {
  it('puts a mapping into the order of names, whatever its own', () => {
    assert.deepEqual(subjectOf({ CN: 'Root', O: 'Example', C: 'US', DC: ['com', 'example'] }), [
      { type: 'DC', value: 'com' },
      { type: 'DC', value: 'example' },
      { type: 'C', value: 'US' },
      { type: 'O', value: 'Example' },
      { type: 'CN', value: 'Root' },
    ]);
  });

  it('has the order of the requirements', () => {
    const order = ORDERED_ATTRIBUTES.map(({ oid }) => oid);
    const own = ATTRIBUTE_TYPES.map((type) => order.indexOf(ATTRIBUTES[type].oid)).filter((rank) => rank >= 0);
    assert.deepEqual(
      own,
      [...own].sort((a, b) => a - b),
    );
  });
});

describe('encodeName', () => {
  it('writes PrintableString for C, IA5String for DC, UTF8String for the rest, one attribute in each set', () => {
    const der = encodeName(subjectOf({ DC: 'com', C: 'DE', CN: 'Wurzel ß' }));
    const expected = [
      '3036',
      '31133011060a0992268993f22c640119 1603636f6d',
      '310b3009060355040613024445',
      '311230100603550403 0c0957 75727a656c20c39f',
    ];
    assert.equal(Buffer.from(der).toString('hex'), expected.join('').replaceAll(' ', ''));
  });
});

describe('nameProblems', () => {
  const cases: readonly (readonly [readonly SubjectAttribute[], string])[] = [
    [[], 'the subject is empty, expected at least one attribute'],
    [[{ type: 'CN', value: '' }], 'CN is empty'],
    [[{ type: 'CN', value: ' Root' }], 'CN " Root" begins or ends with a space'],
    [[{ type: 'C', value: 'D€' }], 'C "D€" holds a character that PrintableString does not have'],
    [[{ type: 'DC', value: 'exämple' }], 'DC "exämple" holds a character that is not ASCII'],
    [[{ type: 'O', value: 'Ex\u202eample' }], 'O: U+202E changes the direction in which text is shown'],
    [[{ type: 'O', value: 'E\u0301x' }], 'O: U+0045 starts a sequence that is not in normal form C'],
    [[{ type: 'CN', value: 'a\nb' }], 'CN holds a line feed'],
    [
      [{ type: 'T' as 'CN', value: 'x' }],
      '"T" is not an attribute, expected one of DC, C, ST, L, postalCode, street, O, OU, CN, serialNumber, organizationIdentifier',
    ],
  ];
  for (const [attributes, message] of cases) {
    it(message, () => assert.deepEqual(nameProblems(attributes), [message]));
  }
  it('finds nothing in a name of any script', () => {
    assert.deepEqual(nameProblems(subjectOf({ C: 'JP', O: '株式会社例', CN: 'Příklad 𝔘 Root' })), []);
  });
});
