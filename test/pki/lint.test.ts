import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OID } from '../../src/der/oid.ts';
import { integer, time } from '../../src/der/writer.ts';
import { lint } from '../../src/pki/lint.ts';
import { certificateSubject } from '../../src/pki/lint-subject.ts';
import { isInForce, packDigest, RULE_PACKS } from '../../src/pki/rule-packs.ts';
import { type Waiver, waiverProblems } from '../../src/pki/waivers.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import * as below from './below.ts';
import { certificate, crl, FIRST_CRL, PLANNED_AT, ROOT } from './broken.ts';

const PACKS = ['rfc5280', 'cabf-tls'];
/** Ten years and a second: only the length of validity is wrong. */
const short = certificate({ notAfter: time('2030-03-01T08:59:59Z') });
const rulesOf = (der: Uint8Array, packs = PACKS) =>
  lint({ certificate: der }, packs, ROOT).problems.map(({ rule }) => rule);

describe('lint', () => {
  it('says rule, severity, clause and what is wrong', () => {
    assert.deepEqual(lint({ certificate: short }, PACKS, ROOT).problems, [
      {
        rule: 'cabf-tls/root-validity',
        severity: 'error',
        clause: 'TLS BR 2.2.6 §7.1.2.1.1, §6.3.2',
        message: 'the validity is 1096 days, expected 2922 to 9132 days',
      },
    ]);
  });

  it('asks only the named packs, and says which, with their digests', () => {
    const result = lint({ certificate: short }, ['rfc5280'], ROOT);
    assert.deepEqual(result.problems, []);
    const pack = RULE_PACKS.get('rfc5280')!;
    assert.deepEqual(result.packs, [{ name: 'rfc5280', version: pack.version, digest: packDigest(pack) }]);
  });

  it('refuses unknown packs, none, and one without that which it adds to', () => {
    const messages = (packs: readonly string[]) =>
      lint({ certificate: certificate() }, packs, ROOT).problems.map(({ message }) => message);
    assert.deepEqual(messages(['rfc5280', 'cabf-ev']), [
      'there is no rule pack "cabf-ev", expected one of rfc5280, cabf-tls, cabf-smime, cabf-cs, mozilla, chrome, apple, microsoft, private',
    ]);
    assert.deepEqual(messages([]), ['no rule pack is named']);
    assert.deepEqual(messages(['cabf-tls']), ['the rule pack "cabf-tls" adds to "rfc5280", which is not named']);
  });

  it('holds rules from the day they took effect, by the planned time', () => {
    const old = { notBefore: time('2023-09-14T12:00:00Z'), notAfter: time('2026-09-14T12:00:00Z') };
    const at = (plannedAt: string) =>
      lint({ certificate: certificate(old) }, PACKS, { kind: 'root-ca', plannedAt }).problems.map(({ rule }) => rule);
    assert.deepEqual(at('2023-09-14T23:59:59Z'), []);
    assert.deepEqual(at('2023-09-15T00:00:00Z'), ['cabf-tls/root-validity']);
  });

  it('judges what will be signed like the whole, but for the algorithm beside the signature', () => {
    const { tbs } = parseCertificate(short);
    const whole = lint({ certificate: short }, PACKS, ROOT);
    assert.deepEqual(lint({ tbsCertificate: tbs }, PACKS, ROOT), whole);
    assert.deepEqual(lint({ tbsCertList: parseCrl(crl()).tbs }, PACKS, FIRST_CRL).problems, []);
    const future = parseCrl(crl({ thisUpdate: time('2027-04-01T00:00:00Z') })).tbs;
    assert.deepEqual(
      lint({ tbsCertList: future }, PACKS, FIRST_CRL).problems.map(({ rule }) => rule),
      ['cabf-tls/crl-this-update-past'],
    );
  });

  it('says where a part to be signed is not DER', () => {
    const { tbs } = parseCertificate(certificate());
    const { problems } = lint({ tbsCertificate: tbs.subarray(0, -1) }, PACKS, ROOT);
    assert.deepEqual(
      problems.map(({ rule, message }) => `${rule}: ${message}`),
      [
        `rfc5280/certificate-der: TBSCertificate, byte 0: expected ${tbs.length - 4} content bytes of SEQUENCE, found ${tbs.length - 5}`,
      ],
    );
    const broken = lint({ tbsCertList: Uint8Array.of(0x30, 0x80) }, PACKS, FIRST_CRL).problems;
    assert.deepEqual(
      broken.map(({ rule }) => rule),
      ['rfc5280/crl-der'],
    );
  });

  it('lists every problem of one subject', () => {
    const der = certificate({ serial: integer(0), notAfter: time('2030-03-01T08:59:59Z') });
    assert.deepEqual(rulesOf(der), ['rfc5280/serial-positive', 'cabf-tls/root-validity', 'cabf-tls/serial-entropy']);
  });
});

describe('packs that contradict each other', () => {
  const conflicts = (der: Uint8Array, packs: readonly string[], waivers: readonly Waiver[] = []) =>
    lint({ certificate: der }, ['rfc5280', ...packs], below.SUB, waivers)
      .problems.filter(({ rule }) => rule === 'lint/conflict')
      .map(({ message }) => message);

  it('are named with the two rules, whichever of them the certificate breaks', () => {
    const message =
      '"cabf-cs/subordinate-purposes" and "cabf-smime/subordinate-purposes-absent" contradict each other: nothing keeps both the packs cabf-cs and cabf-smime';
    assert.deepEqual(conflicts(below.code(), ['cabf-cs', 'cabf-smime']), [message]);
    assert.deepEqual(conflicts(below.email(), ['cabf-cs', 'cabf-smime']), [message]);
    assert.deepEqual(conflicts(below.email(), ['cabf-tls', 'chrome', 'cabf-smime']), [
      '"chrome/subordinate-purposes" and "cabf-smime/subordinate-purpose-present" contradict each other: nothing keeps both the packs chrome and cabf-smime',
    ]);
  });

  it('are no matter where the rules do not speak of the certificate, or one of them is waived', () => {
    assert.deepEqual(conflicts(below.email(), ['cabf-smime']), []);
    const { problems } = lint({ certificate: certificate() }, ['rfc5280', 'cabf-cs', 'cabf-smime'], ROOT);
    assert.deepEqual(problems, []);
    const waiver = {
      rule: 'cabf-cs/subordinate-purposes',
      why: 'e-mail',
      owner: 'policy authority',
      until: '2027-03-01',
    };
    assert.deepEqual(conflicts(below.email(), ['cabf-cs', 'cabf-smime'], [waiver]), []);
  });

  it('really contradict: no set of purposes keeps both rules', () => {
    const rules = new Map([...RULE_PACKS.values()].flatMap((pack) => pack.rules).map((rule) => [rule.id, rule]));
    const purposes = [OID.serverAuth, OID.clientAuth, OID.codeSigning, OID.emailProtection, OID.timeStamping];
    const sets = Array.from({ length: 2 ** purposes.length }, (_, bits) =>
      purposes.filter((_one, i) => bits & (1 << i)),
    );
    const pairs = [...rules.values()].flatMap(({ id, conflicts = [] }) =>
      conflicts.map((other) => [id, other] as const),
    );
    assert.ok(pairs.length >= 3);
    for (const pair of pairs) {
      const both = pair.map((id) => rules.get(id) ?? assert.fail(`there is no rule ${id}`));
      for (const set of sets) {
        const subject = certificateSubject(parseCertificate(below.sub({ eku: below.purposes(...set) })));
        const broken = both.filter(
          (rule) => rule.appliesTo === 'certificate' && rule.check(subject, below.SUB).length > 0,
        );
        assert.notEqual(broken.length, 0, `${pair.join(' and ')} are kept by ${set.join(', ')}`);
      }
    }
  });
});

describe('waivers', () => {
  const waiver: Waiver = {
    rule: 'cabf-tls/root-validity',
    why: 'a private root',
    owner: 'policy authority',
    until: '2027-03-01',
  };
  const run = (waivers: readonly Waiver[]) => lint({ certificate: short }, PACKS, ROOT, waivers);
  const judge = (waivers: readonly Waiver[]) =>
    waiverProblems(waivers, PACKS, PLANNED_AT, [run(waivers)]).map(({ rule, message }) => `${rule}: ${message}`);

  it('move a problem aside, with the reason', () => {
    const result = run([waiver]);
    assert.deepEqual(result.problems, []);
    assert.deepEqual(
      result.waived.map(({ rule, waiver: { why } }) => [rule, why]),
      [['cabf-tls/root-validity', 'a private root']],
    );
    assert.deepEqual(judge([waiver]), []);
  });

  it('hold below a root too, and fail there when they waive nothing', () => {
    const named = { ...waiver, rule: 'rfc5280/validity-within-issuer' };
    const long = below.sub({}, { notAfter: time('2037-03-01T09:00:00Z') });
    const results = [long, below.sub()].map((der) => lint({ certificate: der }, PACKS, below.SUB, [named]));
    assert.deepEqual(
      results.map(({ problems, waived }) => [problems.length, waived.map(({ rule }) => rule)]),
      [
        [0, ['rfc5280/validity-within-issuer']],
        [0, []],
      ],
    );
    const said = results.map((result) =>
      waiverProblems([named], PACKS, PLANNED_AT, [result]).map(({ message }) => message),
    );
    assert.deepEqual(said, [[], ['the waiver of "rfc5280/validity-within-issuer" waives nothing']]);
  });

  it('lapse after their day', () => {
    const lapsed = { ...waiver, until: '2027-02-28' };
    assert.deepEqual(
      run([lapsed]).problems.map(({ rule }) => rule),
      ['cabf-tls/root-validity'],
    );
    assert.deepEqual(judge([lapsed]), [
      'lint/waiver-expired: the waiver of "cabf-tls/root-validity" ended on 2027-02-28, before 2027-03-01',
    ]);
  });

  it('are problems themselves when they waive nothing, name no rule, or repeat', () => {
    assert.deepEqual(judge([{ ...waiver, rule: 'rfc5280/serial-positive' }]), [
      'lint/waiver-unused: the waiver of "rfc5280/serial-positive" waives nothing',
    ]);
    assert.deepEqual(judge([{ ...waiver, rule: 'cabf-tls/any' }]), [
      'lint/waiver-unknown: the waiver names "cabf-tls/any", which is no rule of the named packs',
    ]);
    assert.deepEqual(judge([waiver, waiver]), [
      'lint/waiver-repeated: the rule "cabf-tls/root-validity" is waived twice',
    ]);
  });

  it('waive only the rule they name', () => {
    const der = certificate({ serial: integer(0), notAfter: time('2030-03-01T08:59:59Z') });
    const { problems } = lint({ certificate: der }, PACKS, ROOT, [waiver]);
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      ['rfc5280/serial-positive', 'cabf-tls/serial-entropy'],
    );
  });
});

describe('packDigest', () => {
  it('changes with a rule that is added, dated anew or checked anew', () => {
    const pack = RULE_PACKS.get('cabf-tls')!;
    const [first, ...rest] = pack.rules;
    const digests = [
      pack,
      { ...pack, rules: rest },
      { ...pack, version: '2.2.7' },
      { ...pack, rules: [{ ...first!, version: 2 }, ...rest] },
      { ...pack, rules: [{ ...first!, effective: { from: '2030-01-01' } }, ...rest] },
    ].map(packDigest);
    assert.equal(new Set(digests).size, digests.length);
  });
});

describe('isInForce', () => {
  it('includes the first and the last day, and needs neither', () => {
    const rule = RULE_PACKS.get('rfc5280')!.rules[0]!;
    const dated = { ...rule, effective: { from: '2024-03-15', until: '2026-12-31' } };
    const at = (day: string) => isInForce(dated, `${day}T12:00:00Z`);
    assert.deepEqual(['2024-03-14', '2024-03-15', '2026-12-31', '2027-01-01'].map(at), [false, true, true, false]);
    assert.ok(isInForce(rule, '1990-01-01T00:00:00Z'));
  });
});
