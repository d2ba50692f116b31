import assert from 'node:assert/strict';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { type PlannedStep, stepsOf } from '../../src/plan/plan.ts';
import type { RunContext, Running, StepEvidence, StepType } from '../../src/plan/step-type.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { linkEvent } from '../../src/transcript/chain.ts';
import type { Event, EventData } from '../../src/transcript/event.ts';
import { ownEvents } from '../../src/verify/own-events.ts';
import { recordCeremony } from '../forge/record.ts';
import { signWith } from '../forge/stage.ts';

/** A whole ceremony as the real runner recorded it, once for each test file. */
const RECORDING = await recordCeremony();
const HEADS: string[] = [];
const LINES: string[] = [];
for (const { seq, at, salt, ...data } of RECORDING.events) {
  const link = linkEvent(data as EventData, { seq, at, salt }, HEADS.at(-1) ?? NO_DIGEST);
  HEADS.push(link.head);
  LINES.push(link.eventLine);
}
const CEREMONY = sha256(LINES[0] ?? '');
export const ROSTER = readRoster(RECORDING.roster);
export const AUTHORIZATION = readAuthorization(RECORDING.authorization);
export const PLAN = RECORDING.plan;
export const EVENTS = RECORDING.events;

/** Signs as that person would with their token. */
export function signAs(seat: string, content: Uint8Array): Uint8Array {
  const token = RECORDING.members.find((member) => member.seat === seat)?.tokens[0];
  assert.ok(token, `${seat} has no token`);
  return signWith(token, content);
}

/** The folder as it was left. */
export const FILES = RECORDING.folder;

export function stepOf(key: string): PlannedStep {
  const step = stepsOf(PLAN).find((one) => one.key === key);
  assert.ok(step, `the plan has no step "${key}"`);
  return step;
}

// biome-ignore lint/suspicious/noExplicitAny: a record that tests falsify at will
type Falsified = any;

export interface Falsification {
  /** Changes an event in place; those of the step are told by `event.step`. */
  readonly event?: (event: Falsified) => void;
  /** Which events are there. */
  readonly keep?: (event: Event) => boolean;
  readonly files?: (files: Map<string, Uint8Array>) => void;
  /** Events that are there besides. */
  readonly add?: (events: readonly Event[]) => readonly Event[];
}

/** What the step's type finds in the record, with something falsified in it: check id and message. */
export function judged(key: string, change: Falsification = {}): string[] {
  const step = stepOf(key);
  const type = STEP_TYPES.get(step.type) as StepType;
  const events = RECORDING.events
    .map((event) => structuredClone(event))
    .filter((event) => change.keep?.(event) ?? true);
  for (const event of events) change.event?.(event);
  if (change.add) events.splice(0, events.length, ...change.add(events));
  const files = new Map(FILES);
  change.files?.(files);
  const evidence: StepEvidence = {
    ceremony: CEREMONY,
    headAt: (seq) => HEADS[seq - 1] ?? '',
    plan: PLAN,
    roster: ROSTER,
    authorization: AUTHORIZATION,
    events,
    paths: [...files.keys()],
    file: (path) => files.get(path),
  };
  const own = ownEvents(events, proposalsOf(events)).get(key)?.events ?? [];
  return type.verify(step.params, step, own, evidence).map(({ check, message }) => `${check} ${message}`);
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

/** A judgement of the step at that key, without and with each falsification. */
export type Faults = readonly (readonly [
  name: string,
  change: Falsification,
  message: string | RegExp | readonly string[],
])[];

/** A change of the facts of one observation, answer or statement of a step. */
export const facts = (step: string, change: (facts: Falsified, event: Falsified) => void): Falsification => ({
  event: (event) => {
    if (event.step === step && (event.facts || event.values)) change(event.facts ?? event.values, event);
  },
});
export const resultFacts = (key: string, change: (facts: Falsified) => void): Falsification => {
  const proposed = RECORDING.events.findLast((event) => event.type === 'proposed' && event.step === key);
  return {
    event: (event) => {
      if (event.type === 'result' && event.proposal === proposed?.seq) change(event.facts);
    },
  };
};
/** Whether that is the result of the operation of the step at that key. */
export function isResultOf(event: Event, key: string): boolean {
  const proposed = RECORDING.events.findLast((one) => one.type === 'proposed' && one.step === key);
  return event.type === 'result' && event.proposal === proposed?.seq;
}
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

/** Runs a step alone; what it asks for comes from `context`. Returns what it recorded, also when it then refused. */
export async function recordedBy(
  type: { readonly run: unknown },
  step: PlannedStep,
  context: object,
): Promise<{ readonly events: readonly EventData[]; readonly error: unknown }> {
  const events: EventData[] = [];
  const run = type.run as (params: JsonObject, step: PlannedStep, context: unknown) => Running;
  const ceremony = {
    id: CEREMONY,
    plan: PLAN,
    roster: () => ROSTER,
    authorization: AUTHORIZATION,
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
      next = await running.next(committed(next.value, events))
    );
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

function committed(data: EventData, events: EventData[]) {
  events.push(data);
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
