import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalJson, type Json } from '../../src/base/canonical-json.ts';
import { OPEN_FIELDS, type OpenField } from '../../src/pki/profile-fields.ts';

const read = (field: OpenField, value: unknown) => OPEN_FIELDS[field](value as Json);

/** The value that a script gives, and the one form in which it stands in plan and pack. */
const TAKEN: readonly (readonly [OpenField, unknown, unknown])[] = [
  ['extended-key-usage', ['1.3.6.1.5.5.7.3.1', '1.2.3'], ['serverAuth', '1.2.3']],
  ['policies', ['any-policy'], ['2.5.29.32.0']],
  ['policies', [{ policy: '1.2.3' }, '1.2.4'], ['1.2.3', '1.2.4']],
  [
    'policies',
    [{ policy: 'any-policy', cps: 'https://a.example/cps', notice: 'ä' }],
    [{ policy: '2.5.29.32.0', cps: 'https://a.example/cps', notice: 'ä' }],
  ],
  ['name-constraints', { excluded: { dns: 'all' } }, { excluded: { dns: [''] } }],
  ['name-constraints', { excluded: { ip: 'all' } }, { excluded: { ip: ['0.0.0.0/0', '::/0'] } }],
  [
    'name-constraints',
    { permitted: { directory: [{ DC: ['example'], O: ['Example'], street: ['a', 'b'] }] } },
    { permitted: { directory: [{ DC: 'example', O: 'Example', street: ['a', 'b'] }] } },
  ],
  ['policy-constraints', { 'require-explicit-policy': 0 }, { 'require-explicit-policy': 0 }],
  ['inhibit-any-policy', 255, 255],
  ['ocsp', 'http://ocsp.example.com/', 'http://ocsp.example.com/'],
];
const AS_THEY_ARE = {
  dns: ['example.com', 'a', 'xn--mnchen-3ya.example', '1.2.3.4.example', 'a-b.c0'],
  ip: ['10.0.0.0/8', '192.0.2.1/32', '0.0.0.0/0', '2001:db8::/32', '::/0', '::1/128', '1:0:0:2::/64', 'fd00::/8'],
  email: ['user@example.com', "O'Brien+x@example.com", 'example.com', '.example.com', 'invalid'],
  uri: ['example.com', '.example.com', 'prod'],
};

/** What is refused, where, and how. */
const REFUSED: readonly (readonly [OpenField, unknown, readonly string[]])[] = [
  ['policies', [], [': [] is not a list of policies, expected at least one in brackets']],
  ['policies', '1.2.3', [': "1.2.3" is not a list of policies, expected at least one in brackets']],
  ['policies', ['1.2.3', { policy: '1.2.3', cps: 'http://a/' }], [': "1.2.3" is named twice']],
  ['policies', ['any-policy', '2.5.29.32.0'], [': "2.5.29.32.0" is named twice']],
  [
    'policies',
    [{ cps: 'ftp://a/' }, 'x', { policy: '1.2.3', url: 'http://a/' }, {}],
    [
      '0.policy: null is not a policy, expected an object identifier such as 2.23.140.1.2.1, or any-policy',
      '0.cps: "ftp://a/" is not a URL beginning with "http://" or "https://"',
      '1: "x" is not a policy, expected an object identifier such as 2.23.140.1.2.1, or any-policy',
      '2.url: "url" is not a member of a policy, expected policy, cps, notice',
      '3: a policy is empty, expected a mapping with policy, cps, notice',
    ],
  ],
  [
    'policies',
    ['', ' a', 'a\nb', 'x'.repeat(201), 'a\u202eb', 7].map((notice, index) => ({ policy: `1.2.${index}`, notice })),
    [
      '0.notice: the notice "" is not one line of text without spaces at its ends',
      '1.notice: the notice " a" is not one line of text without spaces at its ends',
      '2.notice: the notice "a\\nb" is not one line of text without spaces at its ends',
      '3.notice: the notice has 201 characters, expected at most 200',
      '4.notice: the notice "a\u202eb": U+202E changes the direction in which text is shown',
      '5.notice: the notice 7 is not one line of text without spaces at its ends',
    ],
  ],
  [
    'policy-constraints',
    {},
    [': policy constraints is empty, expected a mapping with require-explicit-policy, inhibit-policy-mapping'],
  ],
  [
    'policy-constraints',
    { 'require-explicit-policy': -1, 'inhibit-policy-mapping': 256 },
    [
      'require-explicit-policy: -1 is not a number of certificates, expected an integer from 0 to 255',
      'inhibit-policy-mapping: 256 is not a number of certificates, expected an integer from 0 to 255',
    ],
  ],
  ['inhibit-any-policy', '0', [': "0" is not a number of certificates, expected an integer from 0 to 255']],
  ['ocsp', 'https://ocsp.example.com/', [': "https://ocsp.example.com/" is not a URL beginning with "http://"']],
  ['name-constraints', 'dns', [': "dns" is not name constraints, expected a mapping with permitted, excluded']],
  ['name-constraints', {}, [': name constraints is empty, expected a mapping with permitted, excluded']],
  [
    'name-constraints',
    { allowed: {}, permitted: {} },
    ['allowed: "allowed" is not a member of name constraints, expected permitted, excluded'],
  ],
  [
    'name-constraints',
    { permitted: { DNS: ['a'] }, excluded: {} },
    [
      'permitted.DNS: "DNS" is not a member of "permitted", expected dns, ip, email, uri, directory',
      'excluded: "excluded" is empty, expected a mapping with dns, ip, email, uri, directory',
    ],
  ],
  [
    'name-constraints',
    { permitted: { dns: 'none', email: 'all', ip: [], uri: ['a', 'a'] } },
    [
      'permitted.dns: "none" is not a list of names, expected at least one in brackets, or all',
      'permitted.email: "all" is not a list of names, expected at least one in brackets',
      'permitted.ip: [] is not a list of names, expected at least one in brackets, or all',
      'permitted.uri: "a" is named twice',
    ],
  ],
  [
    'name-constraints',
    {
      permitted: {
        dns: [
          'Example.com',
          '*.example.com',
          '.example.com',
          'a_b.example',
          'münchen.example',
          '10.0.0.1',
          '',
          7,
          '-a',
        ],
      },
    },
    [
      'permitted.dns.0: "Example.com" is not in normal form, expected "example.com", which stands for itself and all names below it',
      'permitted.dns.1: "*.example.com" is not in normal form, expected "example.com", which stands for itself and all names below it',
      'permitted.dns.2: ".example.com" is not in normal form, expected "example.com", which stands for itself and all names below it',
      ...['a_b.example', 'münchen.example', '10.0.0.1', '', '7', '-a'].map(
        (name, index) =>
          `permitted.dns.${index + 3}: "${name}" is not a host name of letters, digits and hyphens, expected one such as "example.com"`,
      ),
    ],
  ],
  [
    'name-constraints',
    {
      excluded: {
        ip: ['10.0.0.1/8', '2001:DB8::/32', '10.0.0.0', '10.0.0.0/33', '1.2.3/8', '::ffff:1.2.3.4/128', '01.0.0.0/8'],
      },
    },
    [
      'excluded.ip.0: "10.0.0.1/8" is not in normal form, expected "10.0.0.0/8"',
      'excluded.ip.1: "2001:DB8::/32" is not in normal form, expected "2001:db8::/32"',
      ...['10.0.0.0', '10.0.0.0/33', '1.2.3/8', '::ffff:1.2.3.4/128', '01.0.0.0/8'].map(
        (network, index) =>
          `excluded.ip.${index + 2}: "${network}" is not a network in CIDR notation, expected one such as "10.0.0.0/8" or "2001:db8::/32"`,
      ),
    ],
  ],
  [
    'name-constraints',
    { permitted: { email: ['User@Example.com', '@example.com', 'a b@example.com', 'a@.example.com', 'a@b@c'] } },
    [
      'permitted.email.0: "User@Example.com" is not in normal form, expected "User@example.com"',
      ...['@example.com', 'a b@example.com', 'a@.example.com', 'a@b@c'].map(
        (name, index) =>
          `permitted.email.${index + 1}: "${name}" is not a mailbox, host or domain, expected one such as "user@example.com", "example.com" or ".example.com"`,
      ),
    ],
  ],
  [
    'name-constraints',
    { permitted: { uri: ['spiffe://Example.com/a', 'example.com:443', 'https://10.0.0.1/', ''] } },
    [
      'permitted.uri.0: "spiffe://Example.com/a" is not in normal form, expected "example.com": only the host of a URI counts',
      'permitted.uri.1: "example.com:443" is not in normal form, expected "example.com": only the host of a URI counts',
      ...['https://10.0.0.1/', ''].map(
        (name, index) =>
          `permitted.uri.${index + 2}: "${name}" is not the host or domain of a URI, expected one such as "example.com" or ".example.com"`,
      ),
    ],
  ],
  [
    'name-constraints',
    { permitted: { directory: [{ c: 'US' }, { C: 'ÜS' }, { O: [] }, {}, 'O=Example', { O: '' }] } },
    [
      'permitted.directory.0.c: "c" is not a member of a directory name, expected DC, C, ST, L, postalCode, street, O, OU, CN, serialNumber, organizationIdentifier',
      'permitted.directory.1: C "ÜS" holds a character that PrintableString does not have',
      'permitted.directory.2.O: [] is not a text or a list of them',
      'permitted.directory.3: a directory name is empty, expected a mapping with DC, C, ST, L, postalCode, street, O, OU, CN, serialNumber, organizationIdentifier',
      'permitted.directory.4: "O=Example" is not a directory name, expected a mapping with DC, C, ST, L, postalCode, street, O, OU, CN, serialNumber, organizationIdentifier',
      'permitted.directory.5: O is empty',
    ],
  ],
];

describe('the fields that scripts may set', () => {
  for (const [field, given, form] of TAKEN) {
    it(`${field} ${JSON.stringify(given)} has one form, which is read as it is`, () => {
      assert.deepEqual(read(field, given), { value: form });
      assert.deepEqual(read(field, form), { value: form });
    });
  }

  it('name constraints in normal form stay as they are', () => {
    for (const side of ['permitted', 'excluded']) {
      const value = { [side]: { ...AS_THEY_ARE, directory: [{ C: 'US', O: 'Example' }, { DC: ['com', 'example'] }] } };
      const reading = read('name-constraints', value);
      assert.equal('value' in reading && canonicalJson(reading.value), canonicalJson(value as Json));
    }
  });

  for (const [field, value, faults] of REFUSED) {
    it(`${field} ${JSON.stringify(value).slice(0, 80)} is refused, each part at its place`, () => {
      const reading = read(field, value);
      assert.ok('faults' in reading);
      assert.deepEqual(
        reading.faults.map(({ path, message }) => `${path.join('.')}: ${message}`),
        faults,
      );
    });
  }
});
