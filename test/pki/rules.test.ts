import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { integer, sequence, time, utf8String } from '../../src/der/writer.ts';
import { lint } from '../../src/pki/lint.ts';
import { certificateSubject, crlSubject } from '../../src/pki/lint-subject.ts';
import type { Rule } from '../../src/pki/rule.ts';
import { RULE_PACKS } from '../../src/pki/rule-packs.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { parseOcspResponseData } from '../../src/x509/ocsp-response.ts';
import * as below from './below.ts';
import {
  basicConstraints,
  CRL_EXTENSIONS,
  certificate,
  crl,
  EXTENSIONS,
  entry,
  extension,
  FIRST_CRL,
  keyUsage,
  ROOT,
  rdn,
  reason,
} from './broken.ts';
import { CABF_OTHERS } from './cases/cabf-others.ts';
import { CABF_TLS_BELOW } from './cases/cabf-tls-below.ts';
import { CABF_TLS_CERTIFICATE } from './cases/cabf-tls-certificate.ts';
import { CABF_TLS_CRL } from './cases/cabf-tls-crl.ts';
import { MOZILLA_CERTIFICATE } from './cases/mozilla-certificate.ts';
import { MOZILLA_CRL } from './cases/mozilla-crl.ts';
import { OCSP_CASES, PRESIGNED } from './cases/ocsp.ts';
import { PRIVATE_CERTIFICATE, PRIVATE_CRL } from './cases/private.ts';
import { RFC5280_BELOW } from './cases/rfc5280-below.ts';
import { NOT_DER, RFC5280_CERTIFICATE } from './cases/rfc5280-certificate.ts';
import { RFC5280_CRL } from './cases/rfc5280-crl.ts';
import { ROOT_PROGRAMS } from './cases/root-programs.ts';

const PACKS = ['rfc5280', 'cabf-tls', 'mozilla'];
const RULES: readonly Rule[] = [...RULE_PACKS.values()].flatMap(({ rules }) => rules);
const CERTIFICATE_CASES = [
  ...RFC5280_CERTIFICATE,
  ...RFC5280_BELOW,
  ...CABF_TLS_CERTIFICATE,
  ...CABF_TLS_BELOW,
  ...CABF_OTHERS,
  ...MOZILLA_CERTIFICATE,
  ...ROOT_PROGRAMS,
  ...PRIVATE_CERTIFICATE,
];
const CRL_CASES = [...RFC5280_CRL, ...CABF_TLS_CRL, ...MOZILLA_CRL, ...PRIVATE_CRL];
/** The pack of a rule, and those that it adds to. */
const packsOf = (id: string): readonly string[] => {
  const pack = RULE_PACKS.get(id.slice(0, id.indexOf('/'))) ?? assert.fail(`there is no pack of ${id}`);
  return [...pack.needs, pack.name];
};
const TLS = ['rfc5280', 'cabf-tls', 'mozilla', 'chrome', 'apple', 'microsoft', 'private'];
const NOT_TLS = ['rfc5280', 'cabf-tls', 'mozilla', 'microsoft', 'private'];

const ruleOf = (id: string): Rule => RULES.find((rule) => rule.id === id) ?? assert.fail(`there is no rule ${id}`);

describe('rules over certificates', () => {
  for (const [what, der, packs, context] of [
    ['root', certificate(), [...TLS, 'cabf-smime', 'cabf-cs'], ROOT],
    // Of the right size, but no key that anybody has: two packs would see that.
    ['root of RSA', below.RSA_ROOT, ['rfc5280', 'cabf-cs', 'microsoft', 'apple'], ROOT],
    ['CA for TLS servers', below.sub(), TLS, below.SUB],
    ['CA for e-mail', below.email(), [...NOT_TLS, 'apple', 'cabf-smime'], below.SUB],
    ['CA for code signing', below.code(), ['rfc5280', 'cabf-cs', 'microsoft'], below.CODE],
    ['cross-certificate', below.cross(), TLS, below.CROSS],
    ['OCSP responder', below.responder(), [...NOT_TLS, 'chrome', 'apple', 'cabf-smime', 'cabf-cs'], below.RESPONDER],
  ] as const) {
    it(`find nothing in a sound ${what}`, () => {
      assert.deepEqual(lint({ certificate: der }, packs, context).problems, []);
    });
  }
  const oldName = sequence(
    rdn(OID.commonName, utf8String('Old Root')),
    rdn(OID.organizationalUnitName, utf8String('CA')),
  );
  const oldId = below.keyId(Uint8Array.of(1, 2, 3));
  const oldRoot = below.otherRoot({
    issuer: oldName,
    subject: oldName,
    notBefore: time('2020-01-01T00:00:00Z'),
    extensions: [basicConstraints, keyUsage(5, 6), oldId],
  });
  // What a rule of another kind of certificate would find.
  for (const [what, der, packs, context, ids] of [
    [
      'a root without authorityKeyIdentifier',
      certificate({ extensions: EXTENSIONS.slice(0, 3) }),
      TLS,
      ROOT,
      ['cabf-tls/root-authority-key-identifier-present'],
    ],
    [
      'a cross-certificate as old as its root, with a name and a key identifier of its time',
      below.cross({ ski: oldId }, { subject: oldName, notBefore: time('2020-01-01T00:00:00Z') }),
      ['rfc5280', 'cabf-tls', 'mozilla', 'private'],
      below.besideExisting(oldRoot),
      // It needs no country and no organization, but the order of a name has no exception.
      ['rfc5280/validity-within-issuer', 'cabf-tls/name-order'],
    ],
    [
      "a root's cross-certificate without purposes",
      below.cross({ eku: undefined }),
      ['rfc5280', 'cabf-tls', 'mozilla', 'microsoft', 'private', 'cabf-smime'],
      below.CROSS,
      ['cabf-tls/cross-extended-key-usage-present', 'cabf-smime/subordinate-policies-form'],
    ],
    [
      'a responder that is only to be one by its RFC',
      below.responder({ usage: keyUsage(1), noCheck: undefined, eku: below.purposes(OID.OCSPSigning, OID.clientAuth) }),
      ['rfc5280'],
      below.RESPONDER,
      [],
    ],
  ] as const) {
    it(`find in ${what} what they are about`, () => {
      const found = lint({ certificate: der }, packs, context).problems.map(({ rule }) => rule);
      assert.deepEqual(found, ids);
    });
  }
  for (const each of CERTIFICATE_CASES) {
    const { rule: id, fails, message, context = ROOT, passesIn = context } = each;
    const passes = each.passes ?? below.SOUND[context.kind]();
    it(`${id}: ${message.replaceAll('\n', '; ').slice(0, 90)}`, () => {
      const rule = ruleOf(id);
      const packs = packsOf(id);
      const found = lint({ certificate: fails }, packs, context).problems.filter((problem) => problem.rule === id);
      assert.equal(found.map((problem) => problem.message).join('\n'), message);
      assert.ok(found.every(({ severity, clause }) => severity === rule.severity && clause === rule.clause));
      const kept = lint({ certificate: passes }, packs, passesIn).problems.filter((problem) => problem.rule === id);
      assert.deepEqual(kept, []);
      if (rule.appliesTo === 'certificate' && rule.when) {
        const subject = certificateSubject(parseCertificate(passes));
        assert.ok(rule.when(subject, passesIn), 'what passes must be something that the rule looks at');
      }
    });
  }
  for (const [what, der] of NOT_DER) {
    it(`rfc5280/certificate-der alone speaks of ${what}`, () => {
      const { problems } = lint({ certificate: der }, PACKS, ROOT);
      assert.deepEqual(
        problems.map(({ rule }) => rule),
        ['rfc5280/certificate-der'],
      );
    });
  }
});

describe('rules over CRLs', () => {
  it('find nothing in a sound first CRL', () => {
    assert.deepEqual(lint({ crl: crl() }, PACKS, FIRST_CRL).problems, []);
  });
  for (const { rule: id, fails, message, passes = crl(), context = FIRST_CRL, passesIn = context } of CRL_CASES) {
    it(`${id}: ${message.replaceAll('\n', '; ').slice(0, 90)}`, () => {
      const rule = ruleOf(id);
      const packs = packsOf(id);
      const found = lint({ crl: fails }, packs, context).problems.filter((problem) => problem.rule === id);
      assert.equal(found.map((problem) => problem.message).join('\n'), message);
      assert.ok(found.every(({ severity, clause }) => severity === rule.severity && clause === rule.clause));
      const kept = lint({ crl: passes }, packs, passesIn).problems.filter((problem) => problem.rule === id);
      assert.deepEqual(kept, []);
      if (rule.appliesTo === 'crl' && rule.when) {
        assert.ok(
          rule.when(crlSubject(parseCrl(passes)), passesIn),
          'what passes must be something that the rule looks at',
        );
      }
    });
  }
});

describe('rules over OCSP responses', () => {
  for (const { rule: id, fails, message, passes } of OCSP_CASES) {
    it(`${id}: ${message.replaceAll('\n', '; ')}`, () => {
      const rule = ruleOf(id);
      const found = lint({ responseData: fails }, packsOf(id), PRESIGNED).problems;
      assert.equal(found.map((problem) => problem.message).join('\n'), message);
      assert.ok(found.every((one) => one.rule === id && one.severity === rule.severity && one.clause === rule.clause));
      assert.deepEqual(lint({ responseData: passes }, packsOf(id), PRESIGNED).problems, []);
      if (rule.appliesTo === 'ocsp-response' && rule.when)
        assert.ok(rule.when({ response: parseOcspResponseData(passes) }, PRESIGNED));
    });
  }
});

describe('rules over entries', () => {
  const messages = (count: number) => {
    const revoked = Array.from({ length: count }, (_, i) => entry(i + 1, []));
    const { problems } = lint({ crl: crl({ revoked }) }, PACKS, FIRST_CRL);
    return problems.filter(({ rule }) => rule === 'cabf-tls/crl-reason-present').map(({ message }) => message);
  };
  it('name ten, and count the others', () => {
    assert.equal(messages(10).length, 10);
    assert.equal(messages(10).at(-1), 'the entry of 0a has no reasonCode');
    assert.deepEqual(messages(13).slice(9), ['the entry of 0a has no reasonCode', 'the same holds for 3 more entries']);
  });
  it('leave removeFromCRL (8) to delta CRLs', () => {
    const delta = extension(OID.deltaCRLIndicator, integer(1), true);
    const der = crl({ revoked: [entry(5, [reason(8)])], extensions: [...CRL_EXTENSIONS, delta] });
    const ids = lint({ crl: der }, PACKS, FIRST_CRL).problems.map(({ rule }) => rule);
    assert.deepEqual(ids, ['cabf-tls/crl-not-delta', 'cabf-tls/crl-reason-permitted']);
  });
});

describe('rule packs', () => {
  it('have a failing case for every rule, and no case for another', () => {
    const cases = [...CERTIFICATE_CASES, ...CRL_CASES, ...OCSP_CASES].map(({ rule }) => rule);
    assert.deepEqual([...new Set(cases)].sort(), RULES.map(({ id }) => id).sort());
  });
  for (const [name, pack] of RULE_PACKS) {
    it(`${name} lists every file of its folder, sorted`, () => {
      const files = readdirSync(new URL(`../../src/pki/rules/${name}/`, import.meta.url));
      const ids = files.filter((file) => file !== 'pack.ts').map((file) => `${name}/${file.replace(/\.ts$/, '')}`);
      assert.deepEqual(
        pack.rules.map(({ id }) => id),
        ids.sort(),
      );
    });
    it(`${name} gives a clause and a title to every rule`, () => {
      for (const { id, clause, title, severity } of pack.rules) {
        assert.match(clause, /^([A-Z].* .*(§|appendix).*|docs\/checks\.md)$/, id);
        assert.match(title, /^[a-zA-Z].*[^.]$/, id);
        assert.ok(['error', 'warning', 'notice'].includes(severity), id);
      }
    });
  }
});
