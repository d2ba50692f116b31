import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type Edit, problemsAlone } from './planned.ts';

const script = (name: string) => readFileSync(new URL(`../ceremony/scripts/${name}.yaml`, import.meta.url), 'utf8');
const [HOLD, RELEASE, BESIDE] = ['delta-hold', 'delta-release', 'crl-with-delta'].map(script) as [
  string,
  string,
  string,
];
const ofHold = (...edits: readonly Edit[]) => problemsAlone(HOLD, edits);
const ofRelease = (...edits: readonly Edit[]) => problemsAlone(RELEASE, edits);
const ofBeside = (...edits: readonly Edit[]) => problemsAlone(BESIDE, edits);
const COMPLETE_LINE = /^ {6}- \{ id: crl, step: issue-crl.*\n/m.exec(BESIDE)?.[0] ?? '';
const DELTA_LINE = /^ {6}- \{ id: delta, step: issue-crl.*\n/m.exec(BESIDE)?.[0] ?? '';

describe('a delta CRL', () => {
  test('is planned after a complete one, to release a hold, and beside a complete one', () => {
    assert.deepEqual(ofHold(), []);
    assert.deepEqual(ofRelease(), []);
    assert.deepEqual(ofBeside(), []);
  });

  const claims = (packs: string): Edit => ['rules: [rfc5280, private]', `rules: [${packs}]`];

  test('is signed where no public policy is claimed, and nothing is put on hold or released elsewhere', () => {
    assert.deepEqual(ofHold(claims('rfc5280')), []);
    assert.deepEqual(ofHold(claims('rfc5280, private, cabf-tls')), [
      'PLAN_PARAMETER the script claims "cabf-tls", under which there is no certificate on hold (TLS BR 2.2.6 §7.2.2)',
      'PLAN_PARAMETER the script claims "cabf-tls", under which there is no delta CRL (TLS BR 2.2.6 §7.2)',
    ]);
    assert.deepEqual(ofRelease(claims('rfc5280, cabf-smime')).toSorted(), [
      'PLAN_PARAMETER the script claims "cabf-smime", under which there is no certificate on hold (S/MIME BR 1.0.10 §7.2.2)',
      'PLAN_PARAMETER the script claims "cabf-smime", under which there is no delta CRL (S/MIME BR 1.0.10 §7.2)',
    ]);
    for (const pack of ['mozilla', 'microsoft', 'apple', 'cabf-cs'])
      assert.deepEqual(ofHold(claims(`rfc5280, ${pack}`)), [
        `PLAN_PARAMETER the script claims "${pack}", which does not provide for a certificate on hold (RFC 5280 §5.3.1 leaves that to a profile)`,
        `PLAN_PARAMETER the script claims "${pack}", which does not provide for a delta CRL (RFC 5280 §5.2.4 leaves that to a profile)`,
      ]);
  });

  test('starts from a complete CRL, and says so once', () => {
    assert.deepEqual(ofHold(['delta-of: last-crl,', 'delta-of: last-crl, previous: last-crl,']), [
      'PLAN_PARAMETER a delta CRL follows what it starts from, and "delta-of" names that',
    ]);
    assert.deepEqual(ofHold(['delta-of: last-crl,', 'delta-of: last-crl, first: true,']), [
      'PLAN_PARAMETER a first CRL follows none, and "delta-of" names one',
    ]);
    assert.deepEqual(ofHold(['delta-of: last-crl,', 'delta-of: other-crl,']).toSorted(), [
      'PLAN_NAME there is no CRL "other-crl" before this step',
      'PLAN_ORDER "delta" cannot be proposed here: the CRL "other-crl" has not been issued in this ceremony yet',
    ]);
  });

  test('says neither where delta CRLs are, nor is anything released or beside it but there', () => {
    assert.deepEqual(ofHold(['delta-of: last-crl,', 'delta-of: last-crl, freshest: http://pki.example.com/d.crl,']), [
      'PLAN_PARAMETER a delta CRL does not say where to find delta CRLs (RFC 5280 §5.2.6)',
    ]);
    assert.deepEqual(ofRelease(['delta-of: last-crl,', 'previous: last-crl,']), [
      'PLAN_PARAMETER only a delta CRL has it',
    ]);
  });

  test('releases what its CA has issued, named once', () => {
    assert.deepEqual(ofRelease(['{ certificate: doubted }]', '{ certificate: other }]']), [
      'PLAN_NAME the script uses no certificate "other"',
    ]);
    assert.deepEqual(ofRelease(['{ certificate: doubted }]', '{ certificate: doubted, serial: "01ab" }]']), [
      'PLAN_PARAMETER it is not said which certificate is released',
    ]);
    assert.deepEqual(ofRelease(['{ certificate: doubted }]', '{ serial: "01ab" }]']), []);
  });
});

test('what is released is not revoked by the same CRL, and is released once', () => {
  const decided = (what: string): Edit => [
    '  - title: The delta CRL\n',
    `  - title: Decision\n    steps:\n      - { id: doomed, step: revoke, by: administrator, check: witness, say: "Decided.", with: { issuer: root, ${what}, reason: keyCompromise } }\n  - title: The delta CRL\n`,
  ];
  const both = (release: string): Edit => ['release: [{ certificate: doubted }]', `decisions: [doomed], ${release}`];
  const refused = (name: string) => [
    `PLAN_PARAMETER "${name}" is released, and this CRL revokes it by the decision "doomed"`,
  ];
  assert.deepEqual(
    ofRelease(decided('certificate: doubted'), both('release: [{ certificate: doubted }]')),
    refused('doubted'),
  );
  assert.deepEqual(ofRelease(decided('serial: "01ab"'), both('release: [{ serial: "0001AB" }]')), refused('0001AB'));
  assert.deepEqual(ofRelease(decided('serial: "01ab"'), both('release: [{ serial: "01ac" }]')), []);
  assert.deepEqual(ofRelease(['{ certificate: doubted }]', '{ serial: "01ab" }, { serial: "0001ab" }]']), [
    'PLAN_PARAMETER "0001ab" is released twice',
  ]);
});

describe('a delta CRL in the ceremony of a complete one', () => {
  test('is said to stand beside it, or to start from it', () => {
    const alone: Edit = ['delta-of: last-crl, beside: root,', 'delta-of: last-crl,'];
    assert.deepEqual(ofBeside(alone), [
      'PLAN_NAME the step "crl" signs a complete CRL of "root": a delta CRL that starts from another has its number and its date (RFC 5280 §5.2.3)',
    ]);
    const from: Edit = ['delta-of: last-crl, beside: root,', 'delta-of: root,'];
    assert.deepEqual(ofBeside(from), [
      'PLAN_ORDER "delta" cannot be proposed here: the CRL "root" has not been issued in this ceremony yet',
    ]);
    const approvedLater: readonly Edit[] = [
      ['operations: [hsm-full, crl, delta] } }\n', 'operations: [hsm-full, crl] } }\n'],
      [
        DELTA_LINE,
        `      - { id: agreed-too, step: approve, by: administrator, check: witness, with: { operations: [delta] } }\n${DELTA_LINE}`,
      ],
    ];
    assert.deepEqual(ofBeside(...approvedLater, from), []);
  });

  test('takes up what is decided once the complete one is signed, where it starts from that', () => {
    const held = `      - { id: held, step: revoke, by: policy-authority, check: witness, say: "Decided.", with: { issuer: root, certificate: late, reason: certificateHold } }\n`;
    const agreed =
      '      - { id: agreed-too, step: approve, by: administrator, check: witness, with: { operations: [delta] } }\n';
    const delta = DELTA_LINE.replace('delta-of: last-crl, beside: root,', 'delta-of: root, decisions: [held],');
    const approved: Edit = ['operations: [hsm-full, crl, delta] } }\n', 'operations: [hsm-full, crl] } }\n'];
    assert.deepEqual(ofBeside(approved, [DELTA_LINE, `${held}${agreed}${delta}`]), []);
    assert.deepEqual(
      ofBeside(approved, [`${COMPLETE_LINE}${DELTA_LINE}`, `${held}${COMPLETE_LINE}${agreed}${delta}`]),
      ['PLAN_ORDER the CRL "root", from which the delta CRL starts that takes this up, is not signed before this step'],
    );
  });

  test('comes after it, has its date, and takes up what it takes up', () => {
    assert.deepEqual(
      ofBeside([`${COMPLETE_LINE}${DELTA_LINE}`, `${DELTA_LINE}${COMPLETE_LINE}`]),
      [
        'PLAN_NAME no step before this one signs a complete CRL "root"',
        'PLAN_ORDER the step "delta" signs a delta CRL with the same key before this complete one',
      ].toSorted(),
    );
    assert.deepEqual(ofBeside([DELTA_LINE, DELTA_LINE.replace('{ at: proposal }', '{ at: proposal, floor: PT1H }')]), [
      'PLAN_DATE it is not that of "root": CRLs of one number have one date (RFC 5280 §5.2.3)',
    ]);
    assert.deepEqual(
      ofBeside([DELTA_LINE, DELTA_LINE.replace('beside: root,', 'beside: root, release: [{ serial: "01" }],')]),
      ['PLAN_PARAMETER what this CRL takes up is what "root" takes up: both say the same (RFC 5280 §5.2.3)'],
    );
  });

  test('is one', () => {
    const again = DELTA_LINE.replace('id: delta', 'id: again')
      .replace('out: example-root-g1-delta', 'out: again')
      .replace('crl: root-delta', 'crl: again');
    assert.deepEqual(
      ofBeside(
        [DELTA_LINE, `${DELTA_LINE}${again}`],
        ['operations: 3 }', 'operations: 4 }'],
        ['[hsm-full, crl, delta]', '[hsm-full, crl, delta, again]'],
      ),
      ['PLAN_ORDER the step "delta" signs a CRL with the same key: both would have one number'],
    );
  });

  test('answers nothing by OCSP', () => {
    const answers =
      '      - { id: answers, step: presign-ocsp, with: { issuer: root, certificates: [late], crl: root-delta, this-update: { at: proposal }, next-update: { from: this-update, plus: P7D } }, out: late.ors }\n';
    const found = ofBeside(
      [DELTA_LINE, `${DELTA_LINE}${answers}`],
      ['operations: 3 }', 'operations: 4 }'],
      ['[hsm-full, crl, delta]', '[hsm-full, crl, delta, answers]'],
    );
    assert.ok(
      found.includes('PLAN_NAME "root-delta" is a delta CRL: what is answered is what a complete one says'),
      found.join('\n'),
    );
  });
});
