import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { addDuration, formatUtc, parseUtc } from '../../src/base/dates.ts';
import { lintDraft } from '../../src/plan/lint-draft.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { ruleChanges } from '../../src/plan/rule-changes.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { edited, SCRIPT, TEMPLATES } from './planned.ts';

const PACKS = ['rfc5280', 'microsoft'];

/** What changes for a root of so many years between two days. */
async function changes(years: number, from: string, to: string) {
  const script = readScript(
    Buffer.from(
      edited(SCRIPT, [
        ['cabf-tls]', 'microsoft]'],
        ['plus: P10Y', `plus: P${years}Y`],
      ]),
    ),
    'script.yaml',
    STEP_TYPES,
  );
  const problems = async (at: string) => {
    const window = [at, formatUtc(addDuration(parseUtc(at), 'P1D'))] as const;
    const { draft } = makePlan({ script, stepTypes: STEP_TYPES, templates: TEMPLATES, window });
    assert.ok(draft);
    return lintDraft(draft, script.positions, lazyIssue, window);
  };
  return ruleChanges(PACKS, [from, to], await problems(from), await problems(to));
}

describe('ruleChanges', () => {
  const clause = 'Microsoft Trusted Root Program 1.2 §3.1.8';
  it('names a rule that comes into force before the ceremony, and that the script breaks then', async () => {
    assert.deepEqual(await changes(12, '2026-03-01T00:00:00Z', '2026-09-01T00:00:00Z'), [
      { day: '2026-07-01', rule: 'microsoft/root-validity', clause, change: 'comes into force' },
    ]);
  });
  it('names a rule that lapses, and that the script breaks until then', async () => {
    assert.deepEqual(await changes(7, '2026-03-01T00:00:00Z', '2026-09-01T00:00:00Z'), [
      { day: '2026-07-01', rule: 'microsoft/root-validity-until-2026', clause, change: 'lapses' },
    ]);
  });
  it('names none that the script keeps, or that changes on another day', async () => {
    assert.deepEqual(await changes(10, '2026-03-01T00:00:00Z', '2026-09-01T00:00:00Z'), []);
    assert.deepEqual(await changes(12, '2026-07-01T00:00:00Z', '2026-09-01T00:00:00Z'), []);
    assert.deepEqual(await changes(12, '2026-03-01T00:00:00Z', '2026-06-28T00:00:00Z'), []);
  });
  it('counts the first and the last day', async () => {
    assert.equal((await changes(12, '2026-06-30T23:59:59Z', '2026-07-01T00:00:00Z')).length, 1);
  });
});
