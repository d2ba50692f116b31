import { readFileSync } from 'node:fs';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Guard } from '../../src/ports.ts';
import { readDescriptor } from '../../src/quorum/operation.ts';
import type { Faults } from './faults.ts';
import { reissued } from './reissue.ts';

/* A delta CRL after the CRL of the complete rehearsal, by a script that claims no public policy. */

const FOLLOWING = new URL('following.yaml', import.meta.url);

/** Serial numbers of what the first CRL lists: on hold, and for good. */
export const [HELD, GONE] = [Uint8Array.of(5), Uint8Array.of(6)];

/** The complete rehearsal, in which the first CRL lists two certificates. */
export function listingTwo(): Faults {
  const { files, events } = reissued({
    crl: (request) => ({
      ...request,
      revoked: [
        { serial: HELD, at: request.thisUpdate, reason: 'certificateHold' },
        { serial: GONE, at: request.thisUpdate, reason: 'superseded' },
      ],
    }),
  });
  return { recorded: files, events };
}

/** The script of the yearly CRL, with a delta CRL in its place. @param release whether what is on hold is released */
export function deltaScript(release = false): () => string {
  return () =>
    readFileSync(FOLLOWING, 'utf8')
      .replace('rules: [rfc5280, cabf-tls]', 'rules: [rfc5280, private]')
      .replace('previous: last-crl,', `delta-of: last-crl,${release ? ' release: [{ serial: "05" }],' : ''}`)
      .replace('plus: P364D', 'plus: P30D')
      .replace('out: root.crl, makes: { crl: root }', 'out: root-delta.crl, makes: { crl: root-delta }');
}

const DATES = 'this-update: { at: proposal }, next-update: { from: this-update, plus: P30D }';

/** The script of the yearly CRL, and a delta CRL beside it. */
export function besideScript(): string {
  return readFileSync(FOLLOWING, 'utf8')
    .replace('rules: [rfc5280, cabf-tls]', 'rules: [rfc5280, private]')
    .replace('operations: 2 }', 'operations: 3 }')
    .replace('operations: [hsm-full, crl]', 'operations: [hsm-full, crl, delta]')
    .replace('this-update: { at: proposal, floor: PT1M }', 'this-update: { at: proposal }')
    .replace(
      /^( +)- \{ id: lock,/m,
      `$1- { id: delta, step: issue-crl, with: { issuer: root, key: root-key, delta-of: last-crl, beside: root, ${DATES} }, out: root-delta.crl, makes: { crl: root-delta } }\n$&`,
    );
}

/** The HSM fails once at what this step asks for, before it has done anything: it is proposed again. */
export function failingOnce(step: string): (guard: Guard) => Guard {
  let hasFailed = false;
  const ids = new Set<string>();
  return (guard) => ({
    ...guard,
    propose: async (proposal) => {
      if (readDescriptor(proposal.descriptor).operation.step === step) ids.add(proposal.proposal);
      return await guard.propose(proposal);
    },
    execute: async (id, approvals) => {
      if (hasFailed || !ids.has(id)) return await guard.execute(id, approvals);
      hasFailed = true;
      throw new CeremonyError('HSM_DEVICE_ERROR', 'the HSM is not there', { details: { reached: 'no' } });
    },
  });
}
