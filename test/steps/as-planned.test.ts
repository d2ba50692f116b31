import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { EVENTS, judged, PLAN, stepOf } from './recorded.ts';

/** What only the HSM or chance gives: it is taken from the proposal, and judged by what follows from it. */
const GIVEN: Readonly<Record<string, readonly string[]>> = { activation: ['sets'], 'root-key': ['id'] };
const OPERATIONS = EVENTS.filter((event) => event.type === 'proposed');

describe('the proposal of every step with an operation is held whole to the plan', () => {
  for (const { step, seq, descriptor } of OPERATIONS) {
    const given = GIVEN[step] ?? [];
    const members = Object.keys(descriptor).filter((member) => !given.includes(member));

    test(`${step}: each of ${members.join(', ')}`, () => {
      assert.ok(members.length >= 6, members.join());
      assert.deepEqual(judged(step), []);
      for (const member of members) {
        const said = judged(step, {
          event: (event) => {
            if (event.type === 'proposed' && event.step === step) event.descriptor[member] = 'another';
          },
        });
        const planned = canonicalJson(descriptor[member] ?? null);
        const message = `event ${seq} proposes "${member}" "another"; planned was ${planned}`;
        assert.ok(
          said.some((finding) => finding.endsWith(`step ${stepOf(step).number} "${step}": ${message}`)),
          `${member}: ${said.join('\n')}`,
        );
      }
    });

    test(`${step}: nothing besides`, () => {
      const said = judged(step, {
        event: (event) => {
          if (event.type === 'proposed' && event.step === step) event.descriptor.wipe = 'old-root';
        },
      });
      assert.match(said.join('\n'), new RegExp(`: event ${seq} proposes "wipe" "old-root"; planned was null`));
    });
  }

  test('they are all those that the plan has', () => {
    const planned = PLAN.acts.flatMap((act) => act.steps).filter((step) => step.operation !== null);
    assert.deepEqual(
      OPERATIONS.map(({ step }) => step),
      planned.map(({ key }) => key),
    );
  });
});

describe('a template that the plan does not lead to', () => {
  for (const [half, name] of [
    ['privateTemplate', 'EXTRACTABLE'],
    ['privateTemplate', 'DECRYPT'],
    ['publicTemplate', 'WRAP'],
  ] as const) {
    test(`is found: ${name} in ${half}`, () => {
      const said = judged('root-key', {
        event: (event) => {
          if (event.type === 'proposed' && event.step === 'root-key') event.descriptor[half][name] = true;
        },
      });
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', new RegExp(`proposes "${half}" .*"${name}":true.*; planned was .*"${name}":false`));
    });
  }
});

describe('a proposal that was declined', () => {
  test('is held to the plan too', () => {
    const declined = OPERATIONS.find((event) => event.step === 'first-crl');
    const said = judged('first-crl', {
      add: (events) => {
        const again = structuredClone(declined) as (typeof events)[number] & { descriptor: { out: string } };
        again.descriptor.out = 'other.crl';
        const at = events.findIndex((event) => event.seq === declined?.seq);
        return [...events.slice(0, at), { ...again, seq: again.seq - 0.5 }, ...events.slice(at)];
      },
    });
    assert.match(said.join('\n'), /proposes "out" "other\.crl"; planned was "root\.crl"/);
  });
});

describe('bytes to be signed that are not in the pack', () => {
  test('leave the proposal unjudged, and that is said', () => {
    for (const step of ['root-certificate', 'first-crl']) {
      const proposed = OPERATIONS.find((event) => event.step === step);
      const said = judged(step, { files: (files) => void files.delete(proposed?.payload ?? '') });
      assert.equal(said.length, 1);
      assert.match(
        said[0] ?? '',
        /what event \d+ proposes cannot be rebuilt: the bytes to be signed are not in the pack$/,
      );
    }
  });
});
