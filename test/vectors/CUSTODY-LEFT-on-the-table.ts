import { defineVector } from '../forge/vector.ts';

const AWAY =
  '      - { id: publish-away, step: hand-over, by: administrator, check: witness, with: { item: publish, to: pki-operations } }\n';

export const vector = defineVector({
  check: 'CUSTODY-LEFT',
  title: 'a medium lies on the table when the record closes: nobody had said yet to whom it goes',
  faults: {
    record: {
      vault: true,
      script: (text) =>
        text
          .replace(
            '      - { id: lunch,',
            '      - { id: asked, step: confirm, by: administrator, say: "Is it published here?", with: { answer: yes-or-no } }\n      - { id: lunch,',
          )
          .replace(
            AWAY,
            AWAY.replace('step: hand-over', 'step: hand-over, when: { answer: asked, is: yes }') +
              AWAY.replace('publish-away', 'publish-away-too')
                .replace('step: hand-over', 'step: hand-over, when: { answer: asked, is: no }')
                .replace('pki-operations', 'auditor'),
          ),
      interject: (step, phase, events) =>
        step === 'documents' && phase === 'enter' && !events.some(({ type }) => type === 'abort')
          ? { interject: 'abort', why: 'The camera fell down' }
          : undefined,
    },
    options: { outcome: 'aborted' },
  },
});
