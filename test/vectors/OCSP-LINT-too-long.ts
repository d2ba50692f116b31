import { withAnswers } from '../forge/answering.ts';
import { answeredOtherwise, shorter } from '../forge/reanswer.ts';
import { defineVector } from '../forge/vector.ts';

const weekly = (script: string) =>
  withAnswers(script)
    .replace('rules: [rfc5280]', 'rules: [rfc5280, microsoft]')
    .replaceAll(/(crl: root\n.*\n.*plus: )P364D/g, '$1P7D');

export const vector = defineVector({
  check: 'OCSP-LINT',
  title: 'the response stands longer than the rules allow',
  faults: answeredOtherwise({ record: { script: (text) => weekly(text) }, answers: shorter }),
});
