import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { integer } from '../../src/der/writer.ts';
import { lint } from '../../src/pki/lint.ts';
import { certificateSubject, crlSubject } from '../../src/pki/lint-subject.ts';
import type { Rule } from '../../src/pki/rule.ts';
import { RULE_PACKS } from '../../src/pki/rule-packs.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { CRL_EXTENSIONS, certificate, crl, entry, extension, FIRST_CRL, ROOT, reason } from './broken.ts';
import { CABF_TLS_CERTIFICATE } from './cases/cabf-tls-certificate.ts';
import { CABF_TLS_CRL } from './cases/cabf-tls-crl.ts';
import { MOZILLA_CERTIFICATE } from './cases/mozilla-certificate.ts';
import { MOZILLA_CRL } from './cases/mozilla-crl.ts';
import { NOT_DER, RFC5280_CERTIFICATE } from './cases/rfc5280-certificate.ts';
import { RFC5280_CRL } from './cases/rfc5280-crl.ts';

const PACKS = ['rfc5280', 'cabf-tls', 'mozilla'];
const RULES: readonly Rule[] = [...RULE_PACKS.values()].flatMap(({ rules }) => rules);
const CERTIFICATE_CASES = [...RFC5280_CERTIFICATE, ...CABF_TLS_CERTIFICATE, ...MOZILLA_CERTIFICATE];
const CRL_CASES = [...RFC5280_CRL, ...CABF_TLS_CRL, ...MOZILLA_CRL];

const ruleOf = (id: string): Rule => RULES.find((rule) => rule.id === id) ?? assert.fail(`there is no rule ${id}`);

describe('rules over certificates', () => {
  it('find nothing in a sound root', () => {
    assert.deepEqual(lint({ certificate: certificate() }, PACKS, ROOT).problems, []);
  });
  for (const { rule: id, fails, message, passes = certificate(), context = ROOT } of CERTIFICATE_CASES) {
    it(`${id}: ${message.replaceAll('\n', '; ').slice(0, 90)}`, () => {
      const rule = ruleOf(id);
      const found = lint({ certificate: fails }, PACKS, context).problems.filter((problem) => problem.rule === id);
      assert.equal(found.map((problem) => problem.message).join('\n'), message);
      assert.ok(found.every(({ severity, clause }) => severity === rule.severity && clause === rule.clause));
      const kept = lint({ certificate: passes }, PACKS, context).problems.filter((problem) => problem.rule === id);
      assert.deepEqual(kept, []);
      if (rule.appliesTo === 'certificate' && rule.when) {
        const subject = certificateSubject(parseCertificate(passes));
        assert.ok(rule.when(subject, context), 'what passes must be something that the rule looks at');
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
      const found = lint({ crl: fails }, PACKS, context).problems.filter((problem) => problem.rule === id);
      assert.equal(found.map((problem) => problem.message).join('\n'), message);
      assert.ok(found.every(({ severity, clause }) => severity === rule.severity && clause === rule.clause));
      const kept = lint({ crl: passes }, PACKS, passesIn).problems.filter((problem) => problem.rule === id);
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
    const cases = [...CERTIFICATE_CASES, ...CRL_CASES].map(({ rule }) => rule);
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
        assert.match(clause, /^(RFC|TLS BR|MRSP|X\.690) .*(§|appendix)/, id);
        assert.match(title, /^[a-zA-Z].*[^.]$/, id);
        assert.ok(['error', 'warning', 'notice'].includes(severity), id);
      }
    });
  }
});
