import type { RecordOptions } from './record.ts';

/* The yearly CRL, in which the quorum declares that dave's token and a medium with envelopes are lost, and that the token was found. */

const ROLL_CALL = /^ +- \{ id: roll-call,.*\n/m;

const loss = (id: string, say: string, more: string) =>
  `      - { id: ${id}, step: record-loss, by: auditor, check: witness, say: "${say}", with: { token: root-hsm, ${more} } }\n`;

const DECLARED = `  - title: Losses
    steps:
${loss('card-lost', 'Dave told me that his card is gone.', 'kind: quorum-token, thing: dave, state: lost, since: 2027-03-01, exposed: true, how: "Gone with a bag.", circumstances: "Report 12."')}${loss(
  'medium-lost',
  'I saw the other site burn.',
  'kind: medium, thing: envelopes.1, state: lost, since: 2027-02-01, exposed: false, how: "Burnt.", circumstances: "Report 13."',
)}${loss('card-found', 'Dave has shown me his card.', 'kind: quorum-token, thing: dave, state: found, since: 2027-03-09, exposed: true, how: "In the bag.", circumstances: "Report 14."')}`;

export function losingScript(text: string): string {
  const [called] = ROLL_CALL.exec(text) ?? [];
  if (called === undefined) throw new Error('the script that follows is another');
  return text
    .replace(called, `${called}${DECLARED}`)
    .replace('quorums: { sign: 3 }', 'quorums: { sign: 3, administer: 3 }');
}

export const losing: RecordOptions = { script: losingScript };
