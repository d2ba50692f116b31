import type { RecordOptions } from './record.ts';

/* The yearly CRL, in which it is typed that a medium with envelopes was destroyed on paper after the ceremony before had closed. */

const ROLL_CALL = /^ +- \{ id: roll-call,.*\n/m;

const TYPED =
  '      - { id: shredded, step: transcribe-earlier, by: administrator, check: auditor, say: "From page 9.", with: { kind: medium, thing: envelopes.1, ceremony: 1, signed: ["Gina Test", "Ivo Test"] } }\n';

export const onPaper: RecordOptions = {
  script: (text) => {
    const [called] = ROLL_CALL.exec(text) ?? [];
    if (called === undefined) throw new Error('the script that follows is another');
    return text.replace(called, `${called}${TYPED}`);
  },
};
