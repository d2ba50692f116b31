import { changing, chained } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const NIGHT = '- { id: night, step: confirm, by: administrator, check: witness, say: "Every bag is in its safe." }';
const MORNING = '- { id: back, step: sign-in, each: all, say: "Sign the log." }';
const ADJOURNED = NIGHT.replace('step: confirm', 'step: adjourn').replace(
  ' }',
  ', with: { at-most: PT20H, return: head-words } }',
);

export const vector = defineVector({
  check: 'STEP-ADJOURN',
  title: 'the day was to end, and the program went on as if it were a question',
  faults: {
    record: {
      script: (text) =>
        text.replace(
          '  - title: Judgement\n',
          `  - title: Evening\n    steps:\n      ${NIGHT}\n  - title: Morning\n    steps:\n      ${MORNING}\n  - title: Judgement\n`,
        ),
    },
    documents: (documents) => {
      documents.script = documents.script.replace(NIGHT, ADJOURNED);
    },
    events: chained(
      changing(
        'step',
        (event) => event.step === 'night',
        (event) => ({ ...event, kind: 'adjourn' }),
      ),
      changing(
        'opening',
        () => true,
        (event) => ({
          ...event,
          versions: { ...event.versions, steps: { ...event.versions.steps, adjourn: 1 } },
        }),
      ),
    ),
  },
});
