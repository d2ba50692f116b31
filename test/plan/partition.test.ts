import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { partitionRefusedBy } from '../../src/pki/partition-policy.ts';
import { RULE_PACKS } from '../../src/pki/rule-packs.ts';
import { lintDraft } from '../../src/plan/lint-draft.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { WINDOW } from '../forge/stage.ts';
import { type Edit, edited, problemsAlone, TEMPLATES } from './planned.ts';

const FIRST = readFileSync(new URL('../ceremony/scripts/partitioned-root.yaml', import.meta.url), 'utf8');
const NEXT = readFileSync(new URL('../ceremony/scripts/partition-revoked.yaml', import.meta.url), 'utf8');
const ofFirst = (...edits: readonly Edit[]) => problemsAlone(FIRST, edits);
/** With what is linted, at both ends of the window. */
async function linted(...edits: readonly Edit[]): Promise<readonly string[]> {
  const script = readScript(Buffer.from(edited(FIRST, edits)), 'script.yaml', STEP_TYPES);
  const window = [WINDOW.from, WINDOW.until] as const;
  const { problems, draft } = makePlan({ script, stepTypes: STEP_TYPES, templates: TEMPLATES, window });
  assert.ok(draft);
  const found = [...problems, ...(await lintDraft(draft, script.positions, lazyIssue, window))];
  return found.flatMap(({ severity, code, text }) => (severity === 'problem' ? [`${code} ${text}`] : []));
}
const uri = (name: string) => `http://pki.example.com/example-root-g1-${name}.crl`;
const partition = (name: string) => `partition: { uri: "${uri(name)}" }`;

describe('partitioned CRLs', () => {
  test('are planned from the first on, and after others', () => {
    assert.deepEqual(ofFirst(), []);
    assert.deepEqual(problemsAlone(NEXT, []), []);
  });

  test('have nothing in common', () => {
    assert.deepEqual(
      ofFirst([partition('b'), `partition: { uri: "${uri('a')}", only: user }`])
        .toSorted()
        .slice(-1),
      [
        `PLAN_PARAMETER it would be of the partition ${uri('a')}, user certificates alone, and "root" signs a CRL of the partition ${uri('a')} in the step "crl-a": what one lists the other could leave out`,
      ],
    );
    assert.ok(
      ofFirst([`${partition('b')}, `, '']).includes(
        `PLAN_PARAMETER it would be of all that the CA issues, and "root" signs a CRL of the partition ${uri('a')} in the step "crl-a": what one lists the other could leave out`,
      ),
    );
    assert.ok(
      ofFirst([partition('b'), partition('a')]).includes(
        'PLAN_ORDER the step "crl-a" signs a CRL with the same key: both would have one number',
      ),
    );
  });

  test('have each certificate of the CA between them', async () => {
    const nowhere = await linted([`crl: ${uri('b')}`, 'crl: http://pki.example.com/other.crl']);
    assert.ok(
      nowhere.includes(
        `PLAN_HIERARCHY "tls-2" cannot be revoked: it is in no partition of the CRL of its CA: its cRLDistributionPoints name the CRL "http://pki.example.com/other.crl", not "${uri('a')}"; its cRLDistributionPoints name the CRL "http://pki.example.com/other.crl", not "${uri('b')}"`,
      ),
      nowhere.join('\n'),
    );
    const privately: Edit = ['rules: [rfc5280, cabf-tls, mozilla]', 'rules: [rfc5280]'];
    const ofUsers = await linted(
      privately,
      [partition('a'), 'partition: { only: user }'],
      [partition('b'), 'partition: { only: ca }'],
    );
    // By their kinds alone: the CAs are in the one, whatever CRL they name, and nothing is in the other.
    assert.ok(ofUsers.length > 0);
    assert.deepEqual(
      ofUsers.filter((one) => !one.includes('of the same issuer names')),
      [],
    );
  });

  test('are signed where the packs provide for them, and named where these want that', () => {
    assert.equal(partitionRefusedBy(['rfc5280', 'private'], { only: 'ca' }), undefined);
    assert.equal(partitionRefusedBy(['rfc5280', 'cabf-tls', 'mozilla'], { uri: uri('a') }), undefined);
    assert.equal(
      partitionRefusedBy(['rfc5280', 'mozilla'], { only: 'ca' }),
      'the script claims "mozilla", under which a partition is named by the URI of its CRL (MRSP 3.1 §6.1.2)',
    );
    for (const pack of RULE_PACKS.keys())
      assert.equal(partitionRefusedBy(['rfc5280', pack], { uri: uri('a') }), undefined);
    for (const [pack, clause] of [
      ['chrome', 'CRP 1.6 §1, TLS BR 2.2.6 §7.2.2.1'],
      ['apple', 'Apple Root Program 2.0 §2.1.2, CCADB Policy §6.2'],
    ] as const)
      assert.equal(
        partitionRefusedBy(['rfc5280', pack], { only: 'ca' }),
        `the script claims "${pack}", under which a partition is named by the URI of its CRL (${clause})`,
      );
    for (const pack of ['microsoft', 'cabf-smime', 'cabf-cs'])
      assert.equal(partitionRefusedBy(['rfc5280', pack], { only: 'ca' }), undefined);
    assert.equal(
      partitionRefusedBy(['rfc5280', 'unread'], { uri: uri('a') }),
      'the script claims "unread", which does not provide for partitioned CRLs (RFC 5280 §5.2.5 leaves them to a profile)',
    );
  });

  test('lint clean under the programs of browsers and systems', async () => {
    const all: Edit = [
      'rules: [rfc5280, cabf-tls, mozilla]',
      'rules: [rfc5280, cabf-tls, mozilla, chrome, apple, microsoft]',
    ];
    assert.deepEqual(await linted(all), []);
    const unnamed = await linted(
      all,
      [partition('a'), 'partition: { only: user }'],
      [partition('b'), 'partition: { only: ca }'],
    );
    assert.ok(
      unnamed.includes(
        'PLAN_PARAMETER the script claims "cabf-tls", under which a partition is named by the URI of its CRL (TLS BR 2.2.6 §7.2.2.1)',
      ),
      unnamed.join('\n'),
    );
  });

  test('say which part they are of', () => {
    assert.deepEqual(ofFirst([partition('b'), 'partition: {}']), [
      'VALUE_REFUSED "partition" is an empty mapping, expected "uri", "only", or both: without either it would be of all certificates',
    ]);
    assert.match(
      ofFirst([partition('b'), 'partition: { reasons: [keyCompromise] }']).join('\n'),
      /KEY_UNKNOWN unknown key "reasons"/,
    );
    assert.match(
      ofFirst([partition('b'), 'partition: { uri: "https://pki.example.com/b.crl" }']).join('\n'),
      /VALUE_REFUSED .*http:\/\//,
    );
  });

  test('are named by a URL that is spelled in one way', () => {
    for (const spelled of [uri('b').replace('-b', '%2db'), uri('b').replace('pki.', 'PKI.'), `${uri('b')}?`])
      assert.match(
        ofFirst([partition('b'), `partition: { uri: "${spelled}" }`]).join('\n'),
        /VALUE_REFUSED .*in its normal form: host in lower case/,
        spelled,
      );
  });

  test('answer by OCSP for what is in them, and for nothing else', async () => {
    const answering = (certificates: string, crl: string): readonly Edit[] => [
      [
        '      - { id: lock,',
        `      - { id: answers-agreed, step: approve, by: administrator, check: witness, with: { operations: [answers] } }
      - { id: answers, step: presign-ocsp, with: { issuer: root, certificates: [${certificates}], crl: ${crl}, this-update: { at: proposal, floor: PT1M }, next-update: { from: this-update, plus: P7D } }, out: answers.ors }
      - { id: lock,`,
      ],
      ['hold: PT30M, operations: 5', 'hold: PT30M, operations: 6'],
    ];
    assert.deepEqual(await linted(...answering('tls-1', 'root-a')), []);
    assert.deepEqual(
      [...new Set(await linted(...answering('tls-1, tls-2', 'root-a')))],
      [
        `PLAN_HIERARCHY the CRL by which "tls-2" would be answered for is of another partition: its cRLDistributionPoints name the CRL "${uri('b')}", not "${uri('a')}"`,
      ],
    );
  });
});
