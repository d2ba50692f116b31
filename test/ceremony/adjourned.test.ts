import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { PLANNED_WHY } from '../../src/plan/adjournment.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import type { Event } from '../../src/transcript/event.ts';
import { twoDays } from '../forge/two-days.ts';
import { eventsIn } from './went-on.ts';

const QUORATE = join(PROGRAM_ROOT, 'bin', 'quorate');

describe('a ceremony of two days, in a room where custody is kept', () => {
  let folder: string;
  let out: string;
  let events: readonly Event[];
  let said: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-adjourned-'));
    out = join(folder, 'pack');
    writeFileSync(join(folder, 'two-days.yaml'), twoDays());
    const held = spawnSync(QUORATE, ['rehearse', join(folder, 'two-days.yaml'), '--out', out], { encoding: 'utf8' });
    said = held.stderr;
    assert.equal(held.status, 0, said);
    events = eventsIn(out);
  });
  after(() => rmSync(folder, { recursive: true }));

  const rosterOf = () => sha256(readFileSync(join(out, 'roster', 'roster.json')));

  test('ends its first day with the act, and goes on by a resume that needs no reason', () => {
    const at = events.findIndex(({ type }) => type === 'resume');
    assert.deepEqual(
      events.slice(at - 3, at + 2).map((event) => [event.type, 'phase' in event ? event.phase : '']),
      [
        ['observation', ''],
        ['step', 'end'],
        ['act', 'end'],
        ['resume', ''],
        ['act', 'begin'],
      ],
    );
    assert.equal(events.filter(({ type }) => type === 'resume' || type === 'abort').length, 1);
    assert.match(said, /the ceremony is adjourned at the end of act 4, for PT20H at most/);
    assert.match(said, /THIS CEREMONY WAS ADJOURNED, as its script has it/);
    const deviations = events.filter((event) => event.type === 'deviation');
    assert.deepEqual(
      deviations.map(({ effect, why }) => [effect, why]),
      [['resume', PLANNED_WHY]],
    );
  });

  test('compares clock and environment again, before anything else of the second day', () => {
    const resumed = events.find(({ type }) => type === 'resume')?.seq ?? 0;
    const begun = events.flatMap((event) =>
      event.type === 'step' && event.phase === 'begin' && event.seq > resumed ? [event.kind] : [],
    );
    assert.deepEqual(begun.slice(0, 3), ['check-clock', 'check-environment', 'sign-in']);
  });

  test('verifies, by both verifiers', () => {
    const verified = spawnSync(QUORATE, ['verify', out, '--expect', 'rehearsal', '--roster', rosterOf()], {
      encoding: 'utf8',
    });
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    const script = spawnSync('sh', [join(out, 'verify.sh'), rosterOf()], { cwd: out, encoding: 'utf8' });
    assert.equal(script.status, 0, script.stdout);
  });
});
