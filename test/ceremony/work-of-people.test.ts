import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { workLines, workOfPeople } from '../../src/cli/work-of-people.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Event } from '../../src/transcript/event.ts';
import { SCRIPT } from './played-pack.ts';
import { sharedRehearsal } from './shared-rehearsal.ts';

describe('what a plan says that people do', { concurrency: false }, () => {
  let folder = '';
  let plan: Plan;
  let events: readonly Event[];
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-work-test-'));
    const pack = join(folder, 'pack');
    const { status, stderr } = sharedRehearsal(SCRIPT, pack);
    assert.equal(status, 0, stderr);
    plan = JSON.parse(readFileSync(join(pack, 'plan.json'), 'utf8')) as Plan;
    events = readFileSync(join(pack, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Event);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('is what the record of its rehearsal has', () => {
    const work = workOfPeople(plan);
    const of = (type: Event['type']) => events.filter((event) => event.type === type) as readonly { step: string }[];
    const types = new Map(plan.acts.flatMap(({ steps }) => steps).map(({ key, type }) => [key, type]));
    const answered = of('answer').map(({ step }) => types.get(step));
    assert.equal(work.comparisons, answered.filter((type) => type === 'compare').length);
    assert.equal(work.typed, answered.filter((type) => type === 'transcribe').length);
    assert.equal(work.answers, answered.length - work.comparisons - work.typed);
    assert.equal(work.statements, of('statement').length);
    assert.equal(work.steps, new Set(of('step').map(({ step }) => step)).size);
  });

  test('has each presentation of a token once: of several operations that are approved together one', () => {
    const { sittings, presentations, ofOne } = workOfPeople(plan);
    const officers = new Set(plan.seats['crypto-officer']);
    const presented = new Set<string>();
    let step = '';
    for (const event of events) {
      if (event.type === 'step') step = event.step;
      if (event.type === 'approval' || (event.type === 'statement' && officers.has(event.seat)))
        presented.add(`${step} ${event.seat}`);
    }
    assert.equal(presentations, presented.size);
    assert.deepEqual(
      sittings.map(({ step: at, need }) => [at, need]),
      [
        ['activation', 5],
        ['key-agreed', 3],
        ['cert-agreed', 3],
      ],
    );
    assert.equal(
      ofOne,
      Math.max(...[...officers].map((seat) => [...presented].filter((one) => one.endsWith(` ${seat}`)).length)),
    );
    assert.match(
      workLines(workOfPeople(plan)).join('\n'),
      /officers' tokens +presented 21 times, each with its PIN; 5 by one who/,
    );
  });
});
