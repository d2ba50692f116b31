import { sha256 } from '../../src/base/digest.ts';
import { deviationNeed } from '../../src/plan/left-steps.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import { planAfter } from '../../src/plan/plan-in-force.ts';
import type { ProposalMaterial, Running } from '../../src/plan/step-type.ts';
import type { Clock, Guard, Place } from '../../src/ports.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import type { Roster } from '../../src/quorum/roster.ts';
import { Attendance } from '../../src/run/attendance.ts';
import { Interjections } from '../../src/run/interjections.ts';
import { OperationDesk, type OperationsInput } from '../../src/run/operations.ts';
import { reconcile } from '../../src/run/reconciliation.ts';
import { Recorder } from '../../src/run/recorder.ts';
import type { Room } from '../../src/run/wishes.ts';
import type { Event, EventData } from '../../src/transcript/event.ts';
import {
  AUTHORIZATION,
  clockOf,
  countingRandom,
  guardLog,
  MemoryFiles,
  planOf,
  ROSTER,
  ScriptedPeople,
} from './fakes.ts';

export const NOON = '2027-03-10T12:00:00Z';
export const CEREMONY = sha256('ceremony');
const PLAN = planOf([
  {
    steps: [
      { id: 'sign-it', operation: 'sign' },
      { id: 'look', operation: 'inventory', params: { token: 'root-hsm' } },
      { id: 'prepare', operation: 'prepare-token', params: { token: 'root-hsm' } },
      { id: 'make-key', operation: 'generate-key', params: { token: 'root-hsm' } },
      { id: 'rotate', operation: 'rotate-activation', params: { token: 'root-hsm' } },
      { id: 'restore', operation: 'unwrap-key', params: { token: 'root-hsm' } },
      { id: 'lunch', type: 'confirm' },
      { id: 'camera', type: 'record', fields: { serial: { type: 'serial', shape: '#9999' }, day: { type: 'date' } } },
      { id: 'oath', type: 'attest' },
    ],
  },
]);
const STEPS = new Map(PLAN.acts.flatMap((act) => act.steps).map((step) => [step.key, step]));
const stepNamed = (key: string): PlannedStep => STEPS.get(key) as PlannedStep;
export const SIGN = stepNamed('sign-it');
export const TAKE = stepNamed('look');
export const PREPARE = stepNamed('prepare');
export const GENERATE = stepNamed('make-key');
export const ROTATE = stepNamed('rotate');
export const RESTORE = stepNamed('restore');
export const LUNCH = stepNamed('lunch');
export const CAMERA = stepNamed('camera');
export const OATH = stepNamed('oath');

/** Where a step of that plan is. */
export function placeOf(step: PlannedStep, events: () => readonly Event[]): Place {
  const [act] = PLAN.acts;
  if (!act) throw new Error('the plan has no act');
  const position = { index: act.steps.indexOf(step) + 1, of: act.steps.length };
  return { step, act, position, describes: [], irreversible: false, asks: false, events, here: () => [] };
}

export const common = { hsm: { name: 'root-hsm', serial: '1', model: 'HSM' }, index: 0, hold: null } as const;
export const PAYLOAD = Buffer.from('tbs');
export const signing: Operation = {
  ...common,
  op: 'sign',
  step: SIGN.key,
  key: sha256('spki'),
  mechanism: 'ecdsa-sha384',
  kind: 'certificate',
  payload: { sha256: sha256(PAYLOAD), size: PAYLOAD.length },
  out: 'root.crt',
};
export const MATERIAL: { readonly [key: string]: ProposalMaterial } = {
  [SIGN.key]: { operation: signing, payload: PAYLOAD, lint: [] },
  [TAKE.key]: { operation: { ...common, op: 'inventory', step: TAKE.key }, payload: null, lint: [] },
};

/** Says what was recorded, in a word or two. */
class LoggedRecorder extends Recorder {
  readonly #log: string[];

  constructor(clock: Clock, log: string[]) {
    super(new MemoryFiles(), clock, countingRandom());
    this.#log = log;
  }

  override async commitAll(all: readonly EventData[]) {
    const committed = await super.commitAll(all);
    this.#log.push(...this.events.slice(-all.length).map(inBrief));
    return committed;
  }
}

function inBrief(event: Event): string {
  switch (event.type) {
    case 'result':
      return `result ${event.outcome}`;
    case 'approval':
    case 'declined':
      return `${event.type} ${event.seat}`;
    case 'refusal':
      return `refusal ${event.code} ${event.seat}`;
    case 'decision':
      return `decision ${event.choice}`;
    case 'deviation':
      return `deviation ${event.effect}`;
    case 'pause':
      return `pause ${event.phase}`;
    default:
      return event.type;
  }
}

interface Desk {
  readonly desk: OperationDesk;
  readonly attendance: Attendance;
  readonly interjections: Interjections;
  readonly people: ScriptedPeople;
  readonly recorder: Recorder;
  readonly files: MemoryFiles;
  readonly events: readonly Event[];
  /** Everything that happened: events, files written, the guard asked. */
  readonly log: string[];
  /** Runs to the end, committing what is yielded. */
  readonly drain: <T>(running: Running<T>) => Promise<T>;
}

/** The desk, the people before it and their record, in the first step of its plan. */
export function deskOf(
  guard: Partial<Guard> = {},
  { roster = ROSTER, ...change }: Partial<Omit<OperationsInput, 'roster'>> & { readonly roster?: Roster } = {},
  room: Partial<Room> = {},
): Desk {
  const files = new MemoryFiles();
  const log: string[] = [];
  files.onChange = (text) => void log.push(text);
  const signed = (seat: string) => ({
    signature: Buffer.from(`by ${seat}`),
    token: `token of ${seat}`,
    origin: 'attested',
  });
  const asked = guardLog(log, {
    propose: async ({ proposal }) => {
      log.push('guard propose');
      return Buffer.from(`statement ${proposal}`);
    },
    approve: async (seat, proposals) => {
      log.push(`guard approve ${seat}`);
      return { seat, decisions: proposals.map(() => signed(seat)), opened: [] };
    },
    approveDeviation: async (seat) => {
      log.push(`guard approveDeviation ${seat}`);
      return { seat, decisions: [signed(seat)], opened: [] };
    },
    execute: async () => {
      log.push('guard execute');
      return { facts: { done: true }, bytes: Buffer.from('signature') };
    },
    ...guard,
  });
  const people = new ScriptedPeople();
  const clock = change.clock ?? clockOf(NOON);
  const recorder = new LoggedRecorder(clock, log);
  const write: OperationsInput['write'] = (path, bytes) => files.create(path, bytes);
  const inForce = () => planAfter(PLAN, recorder.events, deviationNeed(roster, PLAN));
  const interjections = new Interjections({
    plan: inForce,
    room: () => ({
      plan: inForce(),
      roster: roster,
      authorization: AUTHORIZATION,
      named: new Set(ROSTER.members.map(({ seat }) => seat)),
      events: recorder.events,
      ...room,
    }),
    roster: () => roster,
    guard: asked,
    recorder,
    ceremony: () => CEREMONY,
    write,
    isProposed: () => desk.isProposed,
    isEnding: () => false,
  });
  const attendance = new Attendance(people, recorder, inForce, interjections);
  const desk = new OperationDesk({
    guard: asked,
    attendance,
    approveDeviations: () => interjections.approveAll(attendance),
    acceptQuirks: (step, refusal) => interjections.acceptQuirks(step, refusal, attendance),
    reconcile: async (open) => {
      await reconcile(open, { guard: asked, recorder, attendance });
    },
    clock,
    roster: () => roster,
    present: () => ['dana', 'alice', 'bob', 'carol', 'dave', 'erin', 'gus', 'ivo'],
    write,
    open: (path) => files.open(path),
    events: () => recorder.events,
    media: () => [],
    plan: { tokens: [], acts: [] },
    material: async (step) => MATERIAL[step.key] as ProposalMaterial,
    // What people hold it to has tests of its own.
    // biome-ignore lint/correctness/useYield: nothing is recorded of it
    examine: async function* () {
      return [];
    },
    ...change,
  });
  // Its first line says where the people are, before anybody is asked.
  void attendance.enter(placeOf(SIGN, () => recorder.events));
  const drain = async <T>(running: Running<T>): Promise<T> => {
    let next = await running.next(undefined as never);
    while (!next.done) {
      const all = 'type' in next.value ? [next.value] : next.value;
      next = await running.next(await recorder.commitAll(all));
    }
    return next.value;
  };
  return { desk, attendance, interjections, people, recorder, files, events: recorder.events, log, drain };
}
