import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { PeopleAtTable } from '../../src/adapters/table/people-at-table.ts';
import { TableDisplay } from '../../src/adapters/table/table-display.ts';
import { stepsOf } from '../../src/plan/plan.ts';
import type { People, Place } from '../../src/ports.ts';
import { recordCeremony } from '../forge/record.ts';
import { EmulatedTerminal } from './emulated-terminal.ts';

const SHIPPED = readFileSync(new URL('../../ceremonies/root-generation.yaml', import.meta.url), 'utf8');
const SEATS = ['dana', 'alice', 'bob', 'carol', 'dave', 'erin', 'gus', 'ivo'];
/** Names of the longest kind that a page must hold. */
const NAMES = new Map(
  SEATS.map((seat) => [seat, `${seat.slice(0, 1).toUpperCase()}${seat.slice(1)} Longname-Example`]),
);

interface Watched {
  readonly terminal: EmulatedTerminal;
  /** Each screen at which people were asked something, with where that was. */
  readonly screens: { readonly at: string; readonly rows: readonly string[]; readonly lost: number }[];
  readonly steps: Set<string>;
}

/** Runs the script that ships with people who sit at a terminal of this size, and answer as those of the forge. */
async function watchedCeremony(columns: number, rows: number): Promise<Watched & { readonly all: readonly string[] }> {
  const terminal = new EmulatedTerminal(columns, rows);
  const watched: Watched = { terminal, screens: [], steps: new Set() };
  const { plan } = await recordCeremony({ script: () => SHIPPED, people: (double) => seated(double, watched) });
  return { ...watched, all: stepsOf(plan).map(({ key }) => key) };
}

function seated(double: People, { terminal, screens, steps }: Watched): People {
  const table = new PeopleAtTable({
    display: new TableDisplay(terminal.stream, { columns: terminal.columns, rows: terminal.rows }, true),
    command: { script: '/srv/root-generation.yaml', site: '/srv/site.yaml', out: '/srv/pack', resume: false },
    title: 'Example Root CA G1, generation',
    mode: 'rehearsal',
    acts: 6,
    names: NAMES,
    now: () => '2027-03-10T09:00:00Z',
  });
  let at = 'the opening';
  const answer = <T>(asked: Promise<T>, ...lines: readonly string[]) =>
    terminal.answer(asked, lines, (shown) => void screens.push({ at, rows: shown, lost: terminal.lost }));
  const begin = (place: Place) => {
    at = `step ${place.step.key}`;
    steps.add(place.step.key);
  };
  return {
    open: (opening, ceremony) => answer(table.open(opening, ceremony)),
    endAct: (act, head) => answer(table.endAct(act, head)),
    say: (lines) => answer(table.say(lines)),
    choose: (choice) => answer(table.choose(choice)),
    call: (call) => answer(table.call(call)),
    enter: (place) => {
      begin(place);
      return answer(table.enter(place), ...(place.irreversible ? [`${place.step.id}\r`] : []));
    },
    leave: (place, recorded) => answer(table.leave(place, recorded)),
    ask: async (question) => {
      const typed = await double.ask(question);
      if (question.kind === 'confirm') return await answer(table.ask(question));
      const first = question.kind === 'words' && question.against === 'paper' ? ['\r'] : [];
      return await answer(table.ask(question), ...first, `${String(typed)}\r`);
    },
  };
}

describe('a ceremony by the script that ships, at the smallest terminal', () => {
  test('has every step on the screen, and never a row that people could not read', async () => {
    const { screens, steps, all, terminal } = await watchedCeremony(80, 24);
    assert.deepEqual([...steps], all);
    for (const { at, rows, lost } of screens) assert.equal(lost, 0, `${at}: rows were pushed off\n${rows.join('\n')}`);
    assert.deepEqual(terminal.folded, []);
    assert.ok(screens.length > all.length);
  });
});
