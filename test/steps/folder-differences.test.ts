import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { boolean, octetString, oid, printableString, sequence, set, utf8String } from '../../src/der/writer.ts';
import { basicConstraints, keyUsage } from '../../src/pki/extension-values.ts';
import { resolveProfile } from '../../src/pki/profile.ts';
import { folderDifferences, MOST_SHOWN } from '../../src/steps/folder-differences.ts';
import { parseCertificationRequest } from '../../src/x509/certification-request.ts';
import { attributeOf, attributesOf, requestOf } from '../pki/requests.ts';
import { TEMPLATES } from '../plan/planned.ts';

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PLACES = { 'ca-issuers': 'http://pki.example.com/r.crt', crl: 'http://pki.example.com/r.crl' };
const { profile } = resolveProfile('device-ca', PLACES, TEMPLATES);
const PLAN = {
  profiles: { site: profile },
  acts: [
    {
      steps: [
        {
          type: 'issue-batch',
          params: { input: 'requests', profile: 'site', subject: { C: 'US', O: 'Example Org' } },
        },
      ],
    },
  ],
} as unknown as Parameters<typeof folderDifferences>[0];
const NO_BATCH = { ...PLAN, acts: [] };

const name = (...parts: readonly (readonly [string, Uint8Array])[]) =>
  sequence(...parts.map(([type, value]) => set(sequence(oid(type), value))));
const C = [OID.countryName, printableString('US')] as const;
const O = [OID.organizationName, utf8String('Example Org')] as const;
const cn = (text: string) => [OID.commonName, utf8String(text)] as const;
const OU = [OID.organizationalUnitName, utf8String('Plant 7')] as const;
const CA = sequence(oid(OID.basicConstraints), boolean(true), octetString(basicConstraints('ca', 0)));
const LONGER = sequence(oid(OID.basicConstraints), boolean(true), octetString(basicConstraints('ca', 3)));
const USAGE = sequence(oid(OID.keyUsage), boolean(true), octetString(keyUsage(['keyCertSign', 'cRLSign'])));

/** Nothing where there are none: an empty list of extensions is not one. */
const asking = (extensions: readonly Uint8Array[]) =>
  extensions.length === 0 ? attributesOf() : attributesOf(attributeOf(OID.extensionRequest, sequence(...extensions)));

function folder(wishes: readonly (readonly [name: string, subject: Uint8Array, ...extensions: Uint8Array[]])[]) {
  return wishes.map(([file, subject, ...extensions]) => ({
    name: `${file}.csr`,
    request: parseCertificationRequest(requestOf({ key: KEY, subject, attributes: asking(extensions) })),
    algorithm: 'ecdsa-p256' as const,
  }));
}

test('requests that ask for what their certificates have ask for nothing else', () => {
  const requests = folder([
    ['a', name(C, O, cn('a')), CA, USAGE],
    ['b', name(cn('b'))],
    ['c', name()],
  ]);
  assert.deepEqual(folderDifferences(PLAN, 'requests', requests), ['All 3 ask for nothing else.']);
});

test('those that ask for the same stand together, and each with its name', () => {
  const requests = folder([
    ['a', name(C, O, cn('a')), CA],
    ...Array.from(
      { length: 12 },
      (_, at) => [`device-number-${at}`, name(OU, cn(`device-number-${at}`)), LONGER] as const,
    ),
    ['z', name(C, [OID.organizationName, utf8String('Other "Org"')], cn('A name'))],
  ]);
  assert.deepEqual(folderDifferences(PLAN, 'requests', requests), [
    '1 of 14 ask for nothing else, but for common names.',
    '12 requests ask for:',
    '  Subject asked for',
    '    organizationalUnitName  "Plant 7"',
    '  Extensions',
    '    basicConstraints (2.5.29.19), critical',
    '      CA                    yes',
    '      path length           3',
    '  Asked for by each of device-number-0, device-number-1, device-number-2,',
    '    device-number-3, device-number-4, device-number-5, device-number-6,',
    '    device-number-7, device-number-8, device-number-9, device-number-10,',
    '    device-number-11',
    '1 request asks for:',
    '  Subject asked for',
    '    organizationName        "Other \\u{22}Org\\u{22}"',
    '  Asked for by z',
    'Common names that are asked for and not had:',
    '    z                       "A name"',
  ]);
});

test('where nothing is issued for a folder, nothing of it is had', () => {
  const said = folderDifferences(NO_BATCH, 'requests', folder([['a', name(C, cn('a')), USAGE]]));
  assert.deepEqual(said.slice(0, 3), [
    '0 of 1 ask for nothing else, but for common names.',
    '1 request asks for:',
    '  Subject asked for',
  ]);
  assert.ok(said.includes('    a                       "a"'), said.join('\n'));
  assert.ok(
    said.some((line) => line.includes('keyUsage')),
    said.join('\n'),
  );
});

test('a thousand are grouped in well under a second', () => {
  const requests = folder(
    Array.from(
      { length: 1000 },
      (_, at) => [`d-${at}`, name(...(at % 5 === 0 ? [OU] : []), cn(`d-${at}`)), CA] as const,
    ),
  );
  const before = performance.now();
  const said = folderDifferences(PLAN, 'requests', requests);
  const took = performance.now() - before;
  assert.equal(said[0], '800 of 1000 ask for nothing else.');
  assert.equal(said[1], '200 requests ask for:');
  assert.ok(said.length < 40, `${said.length} lines`);
  assert.ok(took < 2000, `${took} ms`);
});

test('whoever fills the page does not hide what another asks for', () => {
  const junk = (at: number) => [OID.organizationalUnitName, utf8String(`Junk ${at >> 1}`)] as const;
  const pairs = (count: number) =>
    Array.from({ length: count }, (_, at) => [`junk-${at}`, name(junk(at), cn(`junk-${at}`)), CA] as const);
  const odd = ['odd', name(cn('odd')), LONGER] as const;
  const all = folderDifferences(PLAN, 'requests', folder([...pairs(160), odd]));
  assert.ok(all.length > MOST_SHOWN, `${all.length} lines`);
  const some = folderDifferences(PLAN, 'requests', folder([...pairs(160), odd]), MOST_SHOWN);
  assert.ok(some.length <= MOST_SHOWN + 1, `${some.length} lines`);
  assert.equal(some.at(-1), '  In the report: odd');
  for (let at = 0; at < 160; at += 2) assert.ok(some.some((line) => line.includes(`junk-${at}, junk-${at + 1}`)));
  // One that asks for very much leaves the others whole.
  const many = Array.from({ length: 400 }, (_, at) => [OID.organizationalUnitName, utf8String(`Unit ${at}`)] as const);
  const cut = folderDifferences(PLAN, 'requests', folder([['a', name(...many)], odd]), MOST_SHOWN);
  assert.equal(cut.length, MOST_SHOWN + 1);
  assert.ok(cut.some((line) => /^ {2}and \d+ more lines of these, which are in the report$/.test(line)));
  assert.deepEqual(cut.slice(-2), ['      path length           3', '  Asked for by odd']);
  // What is left out is what is not there, and nothing is cut that fits.
  const whole = folderDifferences(PLAN, 'requests', folder([['a', name(...many)], odd]));
  const left = Number(/and (\d+) more/.exec(cut.join('\n'))?.[1]);
  assert.equal(whole.length, cut.length - 1 + left);
  const one = folder([odd]);
  assert.deepEqual(folderDifferences(PLAN, 'requests', one, MOST_SHOWN), folderDifferences(PLAN, 'requests', one));
});
