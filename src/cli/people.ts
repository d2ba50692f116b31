import type { Duplex } from 'node:stream';
import { playedPeople, systemClock } from '../adapters/ambient.ts';
import type { GuardWatch } from '../adapters/guard-client.ts';
import type { Command } from '../adapters/table/opening.ts';
import { parseCanonicalObject } from '../base/canonical-json.ts';
import { Caller } from '../channel/requests.ts';
import type { Plan } from '../plan/plan.ts';
import type { Files, People } from '../ports.ts';
import { CeremonyLog } from './ceremony-log.ts';
import type { narrator } from './narration.ts';

/** Who answers: people at the terminal, or those whom a rehearsal plays. */
export interface Audience {
  readonly people: People;
  /** Shows what the guard is asked for, while it is. */
  readonly watch?: GuardWatch;
  /** The files of the ceremony, with what is recorded in them told in the log. */
  readonly logged: (files: Files) => Files;
  /** Told when the guard has had the screen. */
  screenTaken(): void;
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
      logged: (files) => files,
      screenTaken: () => undefined,
      finish: async () => undefined,
      close: () => caller.close(),
    };
  }
  const { TableDisplay } = await import('../adapters/table/table-display.ts');
  const { PeopleAtTable } = await import('../adapters/table/people-at-table.ts');
  const named = namesOf(names);
  const log = new CeremonyLog({ line: narrate.line, command, names: named });
  const people = new PeopleAtTable({
    display: new TableDisplay(pipe, size, process.env['NO_COLOR'] === undefined),
    command,
    title: plan.title,
    mode: plan.mode,
    // The numbers of acts count those on paper too.
    acts: plan.acts.length + plan.paper.length,
    names: named,
    now: () => systemClock.now(),
  });
  return {
    people: log.people(people),
    watch: people.watch,
    screenTaken: () => people.screenTaken(),
    logged: (files) => log.files(files),
    finish: (rows) => {
      for (const row of rows) if (row !== '') narrate.line(row);
      return people.finish(rows);
    },
    close: () => pipe.end(),
  };
}

/** Seat → name, from people.json. */
function namesOf(bytes: Uint8Array): ReadonlyMap<string, string> {
  const people = (parseCanonicalObject(bytes, 'people.json')['people'] ?? {}) as Record<string, { name?: unknown }>;
  return new Map(Object.entries(people).map(([seat, person]) => [seat, String(person.name ?? seat)]));
}
