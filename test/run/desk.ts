import { sha256 } from '../../src/base/digest.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { ProposalMaterial, Running } from '../../src/plan/step-type.ts';
import type { Guard } from '../../src/ports.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import { OperationDesk, type OperationsInput } from '../../src/run/operations.ts';
import type { Event, EventData } from '../../src/transcript/event.ts';
import { clockOf, guardLog, MemoryFiles, planOf, ROSTER } from './fakes.ts';

export const NOON = '2027-03-10T12:00:00Z';
export const [SIGN, TAKE, PREPARE] = planOf([
  {
    steps: [
      { id: 'sign-it', operation: 'sign' },
      { id: 'look', operation: 'inventory', params: { token: 'root-hsm' } },
      { id: 'prepare', operation: 'prepare-token', params: { token: 'root-hsm' } },
    ],
  },
]).acts.flatMap((act) => act.steps) as [PlannedStep, PlannedStep, PlannedStep];

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

interface Desk {
  readonly desk: OperationDesk;
  readonly files: MemoryFiles;
  readonly events: Event[];
  /** Everything that happened: events, files written, the guard asked. */
  readonly log: string[];
  /** Runs to the end, committing what is yielded. */
  readonly drain: <T>(running: Running<T>) => Promise<T>;
}

export function deskOf(guard: Partial<Guard> = {}, change: Partial<OperationsInput> = {}): Desk {
  const files = new MemoryFiles();
  const log: string[] = [];
  const events: Event[] = [];
  files.onChange = (text) => void log.push(text);
  const answers: Partial<Guard> = {
    propose: async ({ proposal }) => {
      log.push('guard propose');
      return Buffer.from(`statement ${proposal}`);
    },
    approve: async (seat, proposals) => {
      log.push(`guard approve ${seat}`);
      return {
        seat,
        token: `token of ${seat}`,
        origin: 'attested',
        tries: 'all',
        decisions: proposals.map(() => ({ signature: Buffer.from(`by ${seat}`) })),
        opened: [],
      };
    },
    execute: async () => {
      log.push('guard execute');
      return { facts: { done: true }, bytes: Buffer.from('signature') };
    },
  };
  const desk = new OperationDesk({
    guard: guardLog(log, { ...answers, ...guard }),
    clock: clockOf(NOON),
    roster: ROSTER,
    present: ['dana', 'alice', 'bob', 'carol', 'dave', 'erin', 'gus', 'ivo'],
    write: (path, bytes) => files.create(path, bytes),
    events: () => events,
    media: () => [],
    envelopesOf: () => undefined,
    material: async (step) => MATERIAL[step.key] as ProposalMaterial,
    ...change,
  });
  const commit = (data: EventData) => {
    const event = { ...data, seq: events.length + 1, at: NOON, salt: '' } as Event;
    events.push(event);
    log.push(
      event.type === 'result'
        ? `result ${event.outcome}`
        : event.type === 'approval' || event.type === 'declined'
          ? `${event.type} ${event.seat}`
          : event.type,
    );
    return { event, head: sha256(`head ${event.seq}`) };
  };
  const drain = async <T>(running: Running<T>): Promise<T> => {
    let next = await running.next(undefined as never);
    while (!next.done) next = await running.next(commit(next.value));
    return next.value;
  };
  return { desk, files, events, log, drain };
}
