import type { Duplex } from 'node:stream';
import { playedPeople, systemClock } from '../adapters/ambient.ts';
import type { GuardWatch } from '../adapters/guard-client.ts';
import type { Command } from '../adapters/table/people-at-table.ts';
import { parseCanonicalObject } from '../base/canonical-json.ts';
import { Caller } from '../channel/requests.ts';
import type { Plan } from '../plan/plan.ts';
import type { People } from '../ports.ts';
import type { narrator } from './narration.ts';

/** Who answers: people at the terminal, or those whom a rehearsal plays. */
export interface Audience {
  readonly people: People;
  /** Shows what the guard is asked for, while it is. */
  readonly watch?: GuardWatch;
  /** A last word, which people read to its end. */
  finish(rows: readonly string[]): Promise<void>;
  close(): void;
}

export interface AudienceSetting {
  readonly pipe: Duplex;
  readonly command: Command;
  readonly plan: Plan;
  /** people.json */
  readonly names: Uint8Array;
  readonly narrate: ReturnType<typeof narrator>;
  /** Size of the terminal; absent where nobody sits at one. */
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
}

export async function audience({ pipe, command, plan, names, narrate, size }: AudienceSetting): Promise<Audience> {
  if (!size) {
    const caller = new Caller(pipe, 'the people', 'INTERRUPTED');
    return {
      people: playedPeople(caller, narrate),
      finish: async () => undefined,
      close: () => caller.close(),
    };
  }
  const { TableDisplay } = await import('../adapters/table/table-display.ts');
  const { PeopleAtTable } = await import('../adapters/table/people-at-table.ts');
  const people = new PeopleAtTable({
    display: new TableDisplay(pipe, size, process.env['NO_COLOR'] === undefined),
    command,
    title: plan.title,
    mode: plan.mode,
    acts: plan.acts.length,
    names: namesOf(names),
    present: Object.values(plan.seats).flat(),
    now: () => systemClock.now(),
  });
  return {
    people: watched(people, narrate),
    watch: people.watch,
    finish: (rows) => people.finish(rows),
    close: () => pipe.end(),
  };
}

/** What people see goes to standard error as well, a line a step, for the log beside the screen. */
function watched(people: People, narrate: ReturnType<typeof narrator>): People {
  return {
    open: (opening, ceremony) => people.open(opening, ceremony),
    endAct: (act, head) => people.endAct(act, head),
    say: (lines) => {
      for (const line of lines) narrate.line(`    ${line}`);
      return people.say(lines);
    },
    ask: (question) => people.ask(question),
    choose: (choice) => people.choose(choice),
    enter: (place) => {
      narrate.step(place);
      return people.enter(place);
    },
    leave: (place, recorded) => people.leave(place, recorded),
  };
}

/** Seat → name, from people.json. */
function namesOf(bytes: Uint8Array): ReadonlyMap<string, string> {
  const people = (parseCanonicalObject(bytes, 'people.json')['people'] ?? {}) as Record<string, { name?: unknown }>;
  return new Map(Object.entries(people).map(([seat, person]) => [seat, String(person.name ?? seat)]));
}
