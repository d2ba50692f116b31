import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { type PlannedStep, stepsOf } from '../../src/plan/plan.ts';
import type { RunContext, Running, StepEvidence, StepType } from '../../src/plan/step-type.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { type Roster, readRoster } from '../../src/quorum/roster.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { linkEvent } from '../../src/transcript/chain.ts';
import type { Event, EventData } from '../../src/transcript/event.ts';
import { ownEvents } from '../../src/verify/own-events.ts';
import type { Recording } from '../forge/record.ts';
import { signWith } from '../forge/stage.ts';

// biome-ignore lint/suspicious/noExplicitAny: a record that tests falsify at will
export type Falsified = any;

export interface Falsification {
  /** Changes an event in place; those of the step are told by `event.step`. */
  readonly event?: (event: Falsified) => void;
  /** Which events are there. */
  readonly keep?: (event: Event) => boolean;
  readonly files?: (files: Map<string, Uint8Array>) => void;
  /** Events that are there besides. */
  readonly add?: (events: readonly Event[]) => readonly Event[];
  /** By which the step is judged. */
  readonly roster?: Roster;
  /** Other parameters than the step has in the script. */
  readonly params?: JsonObject;
}

/** A judgement of the step at that key, without and with each falsification. */
export type Faults = readonly (readonly [
  name: string,
  change: Falsification,
  message: string | RegExp | readonly string[],
])[];

/** What the tests of step types take from a whole ceremony that the real runner recorded. @param roster in force at its end */
export function recordOf(recording: Recording, roster: Roster = readRoster(recording.roster)) {
  const heads: string[] = [];
  const lines: string[] = [];
  for (const { seq, at, salt, ...data } of recording.events) {
    const link = linkEvent(data as EventData, { seq, at, salt }, heads.at(-1) ?? NO_DIGEST);
    heads.push(link.head);
    lines.push(link.eventLine);
  }
  const id = sha256(lines[0] ?? '');
  const { plan, events, folder } = recording;
  const authorization = readAuthorization(recording.authorization);

  /** Signs as that person would with their token. */
  function signAs(seat: string, content: Uint8Array): Uint8Array {
    const token = recording.members.find((member) => member.seat === seat)?.tokens[0];
    assert.ok(token, `${seat} has no token`);
    return signWith(token, content);
  }

  function stepOf(key: string): PlannedStep {
    const step = stepsOf(plan).find((one) => one.key === key);
    assert.ok(step, `the plan has no step "${key}"`);
    return step;
  }

  /** What the step's type finds in the record, with something falsified in it: check id and message. */
  function judged(key: string, change: Falsification = {}): string[] {
    const step = stepOf(key);
    const type = STEP_TYPES.get(step.type) as StepType;
    const there = events.map((event) => structuredClone(event)).filter((event) => change.keep?.(event) ?? true);
    for (const event of there) change.event?.(event);
    if (change.add) there.splice(0, there.length, ...change.add(there));
    const files = new Map(folder);
    change.files?.(files);
    const evidence: StepEvidence = {
      ceremony: id,
      headAt: (seq) => heads[seq - 1] ?? '',
      plan,
      planAt: () => plan,
      roster: change.roster ?? roster,
      rosterAtEnd: change.roster ?? roster,
      authorization,
      events: there,
      paths: [...files.keys()],
      file: (path) => files.get(path),
      octets: (path) => files.get(path),
    };
    const own = ownEvents(there, proposalsOf(there)).get(key)?.events ?? [];
    return type
      .verify(change.params ?? step.params, step, own, evidence)
      .map(({ check, message }) => `${check} ${message}`);
  }

  /** Runs a step alone; what it asks for comes from `context`. Returns what it recorded, also when it then refused. */
  async function recordedBy(
    type: { readonly run: unknown },
    step: PlannedStep,
    context: object,
  ): Promise<{ readonly events: readonly EventData[]; readonly error: unknown }> {
    const yielded: EventData[] = [];
    const run = type.run as (params: JsonObject, step: PlannedStep, context: unknown) => Running;
    const ceremony = {
      id,
      plan,
      roster: () => roster,
      authorization,
      head: () => NO_DIGEST,
      headAt: () => NO_DIGEST,
      events: () => [],
      outcome: () => 'complete' as const,
    };
    const running = run(step.params, step, { ceremony, ...context } as unknown as RunContext<never>);
    try {
      for (
        let next = await running.next(undefined as never);
        !next.done;
        next = await running.next(committed(next.value, yielded))
      );
      return { events: yielded, error: undefined };
    } catch (error) {
      return { events: yielded, error };
    }
  }

  /** The record as it was made has no finding; with each falsification it has exactly this one, or these. */
  function judges(key: string, faults: Faults): void {
    describe(`the record of "${key}" is judged`, () => {
      test('as it was made: nothing is found', () => assert.deepEqual(judged(key), []));
      for (const [name, change, message] of faults) {
        test(name, () => {
          const findings = judged(key, change);
          if (message instanceof RegExp) assert.match(findings.join('\n'), message);
          else assert.deepEqual(findings, typeof message === 'string' ? [message] : message);
        });
      }
    });
  }

  return {
    id,
    plan,
    roster,
    authorization,
    events,
    /** The folder as it was left. */
    files: folder,
    members: recording.members,
    signAs,
    /** Of the chain after the event of that seq. */
    headAt: (seq: number) => heads[seq - 1] ?? '',
    stepOf,
    judged,
    judges,
    recordedBy,
  };
}

function proposalsOf(events: readonly Event[]): Parameters<typeof ownEvents>[1] {
  return events.flatMap((event) => {
    if (event.type !== 'proposed') return [];
    const of = <T extends Event['type']>(type: T) =>
      events.filter((one) => one.type === type && 'proposal' in one && one.proposal === event.seq);
    return [
      { event, approvals: of('approval'), declined: of('declined'), intents: of('intent'), results: of('result') },
    ];
  }) as never;
}

/** A change of the facts of one observation, answer or statement of a step. */
export const facts = (step: string, change: (facts: Falsified, event: Falsified) => void): Falsification => ({
  event: (event) => {
    if (event.step === step && (event.facts || event.values)) change(event.facts ?? event.values, event);
  },
});
export const withoutEvent = (step: string, type: Event['type']): Falsification => ({
  keep: (event) => !(event.type === type && 'step' in event && event.step === step),
});

/** The event of that kind in a step, recorded a second time. */
export const twice = (step: string, type: Event['type']): Falsification => ({
  add: (events) =>
    events.flatMap((event) =>
      event.type === type && 'step' in event && event.step === step ? [event, structuredClone(event)] : [event],
    ),
});

function committed(yielded: EventData | readonly EventData[], events: EventData[]) {
  const all = 'type' in yielded ? [yielded] : yielded;
  events.push(...all);
  const data = all.at(-1);
  return { event: { ...data, seq: events.length, at: '2027-03-10T09:00:00Z', salt: '' } as Event, head: NO_DIGEST };
}

/** Asks people who answer with these words, one after another. */
export function terminalOf(...answers: readonly string[]) {
  const asked: { readonly text: string; readonly kind: string; readonly seat: string }[] = [];
  return {
    asked,
    terminal: {
      say: async () => undefined,
      ask: async (question: { text: string; kind: string; seat: string }) => {
        asked.push(question);
        return answers[asked.length - 1] ?? '';
      },
    },
  };
}
