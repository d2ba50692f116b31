import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { lastRowOf } from '../../src/base/words.ts';
import type { Guard } from '../../src/ports.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { forge } from '../forge/forge.ts';
import { type RecordOptions, recordCeremony } from '../forge/record.ts';

/** The real runner and the real verifier, over a ceremony with second screen and sheets in which something goes wrong. */

const VAULT = { vault: true } as const;

/** @param made anew for each time that the ceremony is held */
async function judged(made: () => RecordOptions) {
  const { events } = await recordCeremony(made());
  const { source, options, derive } = await forge({ record: made() });
  const { findings, notRun } = verifyPack(source, options, derive);
  assert.deepEqual(
    { findings: findings.map(({ check, message }) => `${check}: ${message}`), notRun },
    { findings: [], notRun: [] },
  );
  const examined = events.flatMap((event) =>
    event.type === 'observation' && (event.subject === 'second-screen' || event.subject === 'sheet')
      ? [`${event.step} ${event.subject}`]
      : [],
  );
  return { events, examined };
}

/** The HSM does not answer at the first signature. */
function failingOnce(): (guard: Guard) => Guard {
  let failed = false;
  return (guard) => ({
    ...guard,
    execute: async (proposal, approvals) => {
      const done = await guard.execute(proposal, approvals);
      if (failed || done.facts['signature'] === undefined) return done;
      failed = true;
      throw new CeremonyError('HSM_DEVICE_ERROR', 'the HSM did not sign');
    },
  });
}

test('what is put up anew in its own step is held to second screen and sheet there, and that is in order', async () => {
  const { examined } = await judged(() => ({
    ...VAULT,
    guard: failingOnce(),
    choose: ({ options }) => options.find(({ name }) => name === 'propose-again' || name === 'reconcile')?.name,
  }));
  assert.deepEqual(examined, [
    'cert-agreed second-screen',
    'cert-agreed second-screen',
    'cert-agreed sheet',
    'cert-agreed sheet',
    'root-certificate second-screen',
    'root-certificate sheet',
  ]);
});

test('what the second screen shows otherwise is declined before anybody approves, and approved once it was put up anew', async () => {
  const { events, examined } = await judged(() => {
    let wrong = true;
    return {
      ...VAULT,
      people: (people) => ({
        ...people,
        ask: async (question) => {
          if (!wrong || question.kind !== 'words' || question.subject !== 'first-crl')
            return await people.ask(question);
          wrong = false;
          return lastRowOf('00'.repeat(32));
        },
      }),
      choose: ({ options }) => options.find(({ name }) => name === 'propose-again')?.name,
    };
  });
  const declined = events.filter((event) => event.type === 'declined');
  assert.deepEqual(
    declined.map((event) => event.type === 'declined' && [event.seat, /^the second screen shows "/.test(event.reason)]),
    [['ivo', true]],
  );
  const [first] = declined;
  const approved = events.filter(
    (event) => event.type === 'approval' && event.proposal === (first as never as { proposal: number }).proposal,
  );
  assert.deepEqual(approved, []);
  assert.equal(examined.filter((one) => one === 'cert-agreed second-screen').length, 2);
  assert.equal(examined.filter((one) => one === 'cert-agreed sheet').length, 2);
});
