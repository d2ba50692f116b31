import { after, before, type Case, movedAfter, movedBefore, stepLine, stepText, within, without } from './edits.ts';

const QUESTION = stepLine(
  '{ id: asked, step: confirm, by: administrator, say: "Another key?", with: { answer: yes-or-no } }',
);
const approveStep = (id: string, operations: string) =>
  stepLine(`{ id: ${id}, step: approve, by: administrator, with: { operations: [${operations}] } }`);

/** What stands in a wrong place, is missing, or comes twice. */
export const ORDER_CASES: readonly Case[] = [
  // names
  { name: 'a key used before it is made', code: 'PLAN_NAME', script: movedAfter('root-key', 'first-crl') },
  {
    name: 'a key that no step makes',
    code: 'PLAN_NAME',
    script: [within('root-certificate', 'key: root\n', 'key: other\n')],
  },
  {
    name: 'a name made twice',
    code: 'DUPLICATE',
    script: [
      after(
        'root-key',
        stepLine(
          '{ id: second-key, step: generate-key, with: { token: root-hsm, label: second, algorithm: ecdsa-p256 }, makes: { key: root } }',
        ),
      ),
    ],
  },
  {
    name: 'a label made twice, and a key without a certificate',
    code: 'PLAN_NAME',
    script: [
      ['operations: 4', 'operations: 5'],
      within('key-agreed', 'root-key]', 'root-key, second-key]'),
      after(
        'root-key',
        stepLine(
          '{ id: second-key, step: generate-key, with: { token: root-hsm, label: example-root-g1, algorithm: ecdsa-p256 }, makes: { key: second } }',
        ),
      ),
    ],
  },
  {
    name: 'a key, a certificate and a CRL without a name',
    code: 'PLAN_NAME',
    script: [
      within('root-key', ', makes: { key: root }', ''),
      within('root-certificate', '        makes: { certificate: root }\n', ''),
      within('first-crl', ', makes: { crl: root }', ''),
    ],
  },
  {
    name: 'a name of another kind than the step makes',
    code: 'PLAN_NAME',
    script: [within('clock', 'step: check-clock,', 'step: check-clock, makes: { key: clock },')],
  },
  {
    name: 'the CRL of a certificate that no step makes',
    code: 'PLAN_NAME',
    script: [within('first-crl', 'issuer: root,', 'issuer: other,')],
  },
  {
    name: 'the CRL by another key than that of its issuer',
    code: 'PLAN_NAME',
    script: [within('first-crl', 'issuer: root,', 'issuer: root, key: other,')],
  },
  {
    name: 'a comparison of a key before it is made, and of values that do not exist',
    code: 'PLAN_NAME',
    script: [
      ...movedBefore('key-read', 'root-key'),
      within('documents', '[authorization]', '[authorization, hash, lock.spki]'),
    ],
  },
  {
    name: 'a comparison of a new key with print, and of print with paper',
    code: 'PLAN_PARAMETER',
    script: [
      within('key-read', 'against: paper', 'against: print'),
      within('documents', 'against: print', 'against: paper'),
    ],
  },
  // files
  {
    name: 'an output file written twice',
    code: 'DUPLICATE',
    script: [within('first-crl', 'out: root.crl', 'out: root.crt')],
  },
  {
    name: 'no output file',
    code: 'PLAN_FILE',
    script: [within('root-certificate', '        out: root.crt\n', ''), within('first-crl', ' out: root.crl,', '')],
  },
  {
    name: 'output files of another kind',
    code: 'PLAN_FILE',
    script: [
      within('root-certificate', 'root.crt', 'root.pem'),
      within('first-crl', 'out: root.crl', 'out: root.crl.gz'),
    ],
  },
  {
    name: 'an output file of a step that writes none',
    code: 'PLAN_FILE',
    script: [within('root-key', 'makes:', 'out: root-key.pem, makes:')],
  },
  {
    name: 'the same files written onto a medium twice',
    code: 'PLAN_FILE',
    script: [
      after(
        'publish-out',
        stepLine(
          '{ id: pack-again, step: write-media, by: administrator, with: { item: evidence, files: pack, read-back: at-once } }',
        ),
      ),
    ],
  },
  // proposals
  {
    name: 'an HSM operation that no proposal covers',
    code: 'PLAN_APPROVAL',
    script: [within('key-agreed', ', root-key]', ']')],
  },
  {
    name: 'an HSM operation that two proposals cover',
    code: 'PLAN_APPROVAL',
    script: [after('key-agreed', approveStep('again', 'root-key'))],
  },
  {
    name: 'an approval of what cannot be approved there',
    code: 'PLAN_APPROVAL',
    script: [
      after('hsm-seen', approveStep('too-soon', 'hsm-empty, nothing, lock, activation')),
      within('cert-agreed', '[root-certificate', '[hsm-empty, root-certificate'),
    ],
  },
  {
    name: 'a certificate approved before its key exists',
    code: 'PLAN_ORDER',
    script: [
      within('key-agreed', ', root-key]', ', root-key, root-certificate]'),
      within('cert-agreed', 'root-certificate, ', ''),
    ],
  },
  {
    name: 'a CRL proposed before its certificate',
    code: 'PLAN_ORDER',
    script: [within('cert-agreed', 'root-certificate, first-crl', 'first-crl, root-certificate')],
  },
  {
    name: 'a CRL in a proposal of its own, after that of its certificate',
    code: '',
    script: [
      [
        stepText('cert-agreed'),
        stepText('cert-agreed').replace(', first-crl', '') + approveStep('crl-agreed', 'first-crl'),
      ],
    ],
  },
  {
    name: 'an operation repeated for each of several people',
    code: 'PLAN_ORDER',
    script: [within('hsm-empty', 'step: inspect-token,', 'step: inspect-token, each: crypto-officer,')],
  },
  // order
  { name: 'an act that leaves the HSM active', code: 'PLAN_ACTIVATION', script: [without('lock')] },
  {
    name: 'an HSM that is locked before a key is on it',
    code: 'PLAN_ORDER',
    script: [
      after('activation', stepLine('{ id: early, step: deactivate, by: administrator, with: { token: root-hsm } }')),
    ],
  },
  {
    name: 'a deactivation between an approval and its operation',
    code: 'PLAN_ORDER',
    script: movedBefore('lock', 'first-crl'),
  },
  {
    name: 'an activation of too few operations',
    code: 'PLAN_ACTIVATION',
    script: [['operations: 4', 'operations: 3']],
  },
  {
    name: 'a sign-off before the last operation',
    code: 'PLAN_ORDER',
    script: movedBefore('sign-off', 'first-crl'),
  },
  {
    name: 'nothing checked before the HSM is used',
    code: 'PLAN_ORDER',
    script: [without('clock'), without('environment'), without('roll-call')],
  },
  {
    name: 'the environment checked after the HSM was prepared',
    code: 'PLAN_ORDER',
    script: movedAfter('environment', 'activation'),
  },
  {
    name: 'custodians who have answered no roll-call',
    code: 'PLAN_ORDER',
    script: [within('roll-call', 'each: crypto-officer, check: witness', 'each: witness')],
  },
  {
    name: 'a key without a full inspection',
    code: 'PLAN_ORDER',
    script: [within('key-agreed', 'hsm-empty, ', ''), within('hsm-empty', 'level: full', 'level: public')],
  },
  {
    name: 'a token prepared twice',
    code: 'PLAN_ORDER',
    script: [after('activation', stepText('activation').replace('id: activation', 'id: activation-again'))],
  },
  {
    name: 'a blank token inspected in full, and used',
    code: 'PLAN_ORDER',
    script: [without('activation')],
  },
  {
    name: 'a key that gets no certificate',
    code: 'PLAN_NAME',
    script: [without('cert-agreed'), without('root-certificate'), without('first-crl'), without('publish-out')],
  },
  {
    name: 'a certificate without a CRL',
    code: 'PLAN_ORDER',
    script: [without('first-crl'), within('cert-agreed', ', first-crl', '')],
  },
  {
    name: 'a key and no sign-off',
    code: 'PLAN_ORDER',
    script: [without('sign-off')],
  },
  {
    name: 'publication before there is a certificate',
    code: 'PLAN_ORDER',
    script: movedBefore('publish-out', 'key-agreed'),
  },
  { name: 'a script that is never closed', code: 'PLAN_ORDER', script: [without('close')] },
  {
    name: 'a close that is left out on abort',
    code: 'PLAN_ORDER',
    script: [['    always: true\n', '']],
  },
  { name: 'a step after the close', code: 'PLAN_ORDER', script: movedAfter('away', 'close') },
  {
    name: 'an HSM operation in an act that is done on abort too',
    code: 'PLAN_ORDER',
    script: [
      ['  - title: Root key\n', '  - title: Root key\n    always: true\n'],
      ['  - title: Judgement, while the quorum is still here\n', '  - title: Judgement\n    always: true\n'],
    ],
  },
  // conditions
  {
    name: 'a condition that asks no yes-or-no question',
    code: 'PLAN_CONDITION',
    script: [within('cameras', 'step: record,', 'step: record, when: { answer: briefing, is: yes },')],
  },
  {
    name: 'a condition that asks each of several people',
    code: 'PLAN_CONDITION',
    script: [
      after(
        'briefing',
        stepLine('{ id: agreed, step: confirm, each: crypto-officer, say: "Agreed?", with: { answer: yes-or-no } }'),
      ),
      within('cameras', 'step: record,', 'step: record, when: { answer: agreed, is: yes },'),
    ],
  },
  {
    name: 'a condition whose question may be skipped',
    code: 'PLAN_CONDITION',
    script: [
      after(
        'briefing',
        QUESTION +
          stepLine(
            '{ id: inner, step: confirm, by: administrator, say: "More?", with: { answer: yes-or-no }, when: { answer: asked, is: yes } }',
          ),
      ),
      within('cameras', 'step: record,', 'step: record, when: { answer: inner, is: no },'),
    ],
  },
  {
    name: 'a condition on a question that comes later',
    code: 'NAME_UNKNOWN',
    script: [
      after('cameras', QUESTION),
      within('cameras', 'step: record,', 'step: record, when: { answer: asked, is: no },'),
    ],
  },
  {
    name: 'a key made only one way, and used both ways',
    code: 'PLAN_NAME',
    script: [
      before('key-agreed', QUESTION),
      within('root-key', 'step: generate-key,', 'step: generate-key, when: { answer: asked, is: yes },'),
    ],
  },
  {
    name: 'a step done only one way',
    code: '',
    script: [
      after('briefing', QUESTION),
      within('cameras', 'step: record,', 'step: record, when: { answer: asked, is: no },'),
    ],
  },
  {
    name: 'too many conditions',
    code: 'PLAN_CONDITION',
    script: [
      after(
        'briefing',
        [1, 2, 3, 4, 5, 6, 7]
          .map(
            (n) =>
              stepLine(`{ id: q${n}, step: confirm, by: administrator, say: "Q", with: { answer: yes-or-no } }`) +
              stepLine(`{ id: a${n}, step: confirm, by: administrator, say: "A", when: { answer: q${n}, is: yes } }`),
          )
          .join(''),
      ),
    ],
  },
  // the room
  { name: 'a public key that nobody reads', code: 'PLAN_OBJECTIVE', script: [without('key-read')] },
  {
    name: 'things of which the site says nothing, one of them never taken out',
    code: 'PLAN_CUSTODY',
    script: [
      [
        'acts:\n',
        'materials:\n  laptop: { kind: computer, arrives: sealed }\n  notes: { kind: document, arrives: open }\nacts:\n',
      ],
    ],
  },
  // what people have apart from this computer
  {
    name: 'sheets that nobody answers for',
    code: 'PLAN_PEOPLE',
    script: [
      within(
        'cert-agreed',
        'by: administrator, check: auditor, with: { operations: [root-certificate, first-crl] }',
        'check: auditor, with: { operations: [root-certificate, first-crl], sheet: printed }',
      ),
    ],
  },
  {
    name: 'a second screen without a medium that carries anything there',
    code: 'PLAN_MEDIUM',
    script: [within('cert-agreed', 'first-crl] }', 'first-crl], second-screen: auditor }')],
  },
  {
    name: 'a second screen and a medium that the site does not have',
    code: 'PLAN_MEDIUM',
    script: [within('cert-agreed', 'first-crl] }', 'first-crl], second-screen: auditor, medium: carrier }')],
  },
  {
    name: 'a second screen for a seat that does not exist',
    code: 'PLAN_PEOPLE',
    script: [within('cert-agreed', 'first-crl] }', 'first-crl], second-screen: notary, medium: evidence }')],
  },
  {
    name: 'a second screen that several people read',
    code: 'PLAN_PEOPLE',
    script: [within('cert-agreed', 'first-crl] }', 'first-crl], second-screen: crypto-officer, medium: evidence }')],
  },
  {
    name: 'a second screen read by whoever does the step',
    code: 'PLAN_PEOPLE',
    script: [within('cert-agreed', 'first-crl] }', 'first-crl], second-screen: administrator, medium: evidence }')],
  },
  {
    name: 'a medium that carries nothing to a second screen',
    code: 'PLAN_PARAMETER',
    script: [within('cert-agreed', 'first-crl] }', 'first-crl], medium: evidence }')],
  },
  {
    name: 'a second screen and sheets',
    code: '',
    script: [
      within('cert-agreed', 'first-crl] }', 'first-crl], sheet: printed, second-screen: auditor, medium: evidence }'),
    ],
  },
];
