import type { RecordOptions } from './record.ts';

/* A root generation in whose room the root's certificate is issued once more, for longer. */

const AGAIN = `      - id: again
        step: reissue-certificate
        with:
          existing: root
          issuer: self
          profile: root
          not-before: { at: proposal, floor: PT1M }
          not-after: { from: not-before, plus: P12Y, minus: PT1S }
        out: root-again.crt
        makes: { certificate: root-again }
`;

/** @param again its step, or what is put in the place of it */
export function withRenewal(script: string, again = AGAIN): string {
  return script
    .replace('objectives: [', 'objectives: [reissue-certificate, ')
    .replace('operations: 4 }', 'operations: 5 }')
    .replace('operations: [root-certificate, first-crl]', 'operations: [root-certificate, again, first-crl]')
    .replace('      - { id: first-crl,', `${again}      - { id: first-crl,`);
}

/** @param change of the step's lines */
export function renewing(change: (again: string) => string = (again) => again): RecordOptions {
  return { script: (text) => withRenewal(text, change(AGAIN)) };
}
