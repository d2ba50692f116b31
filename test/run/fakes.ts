import { z } from 'zod';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { type Octets, wholeOf } from '../../src/base/octets.ts';
import type { Plan, PlannedAct, PlannedStep } from '../../src/plan/plan.ts';
import type { Needs, RunContext, Running, StepType } from '../../src/plan/step-type.ts';
import type {
  Call,
  Choice,
  Clock,
  FolderEntry,
  Guard,
  Interjection,
  MediumFiles,
  NewFiles,
  People,
  Place,
  Question,
  Random,
} from '../../src/ports.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { type RunInput, runCeremony } from '../../src/run/runner.ts';
import type { Event, EventData, OpeningEvent } from '../../src/transcript/event.ts';
import { authorizationDocument, documentBytes, makeMembers, rosterDocument } from '../forge/stage.ts';

/** An output folder in memory, which says what happened in which order, and fails when it is told to. */
export class MemoryFiles implements MediumFiles {
  readonly content = new Map<string, Buffer>();
  readonly log: string[] = [];
  /** Called before each change; throws to refuse it. */
  onChange: (change: string) => void = () => undefined;

  async create(path: string, octets: Octets): Promise<void> {
    const bytes = wholeOf(octets);
    this.#change(`create ${path}`);
    if (this.content.has(path)) throw new Error(`${path} exists`);
    this.content.set(path, Buffer.from(bytes));
  }

  async createAll(files: NewFiles): Promise<void> {
    for await (const [path, bytes] of files) await this.create(path, bytes);
  }

  async append(path: string, line: string): Promise<void> {
    this.#change(`append ${path}`);
    this.content.set(path, Buffer.concat([this.content.get(path) ?? Buffer.alloc(0), Buffer.from(`${line}\n`)]));
  }

  async read(path: string): Promise<Uint8Array> {
    const bytes = this.content.get(path);
    if (!bytes) throw new Error(`${path} is missing`);
    return bytes;
  }

  async open(path: string): Promise<Octets> {
    return await this.read(path);
  }

  async list(): Promise<readonly string[]> {
    return [...this.content.keys()].sort();
  }
  async entries(folder: string): Promise<readonly FolderEntry[]> {
    const below = [...this.content.keys()].filter((path) => path.startsWith(`${folder}/`));
    return below.map((path) => ({ name: path.slice(folder.length + 1), kind: 'file' }));
  }

  /** Lines of a transcript file. */
  lines(path: string): readonly string[] {
    return (this.content.get(path)?.toString('utf8') ?? '').split('\n').slice(0, -1);
  }

  #change(change: string): void {
    this.onChange(change);
    this.log.push(change);
  }
}

/** Gives these times one after another, and the last one from then on. */
export function clockOf(...times: readonly string[]): Clock {
  let index = 0;
  return { now: () => times[Math.min(index++, times.length - 1)] as string, milliseconds: () => 0 };
}

export function countingRandom(): Random {
  let count = 0;
  return { bytes: (length) => Buffer.alloc(length, ++count) };
}

/** A guard that only says what it was asked. */
export function guardLog(log: string[], overrides: Partial<Guard> = {}): Guard {
  const note = (method: string) => (first?: unknown) => {
    log.push(typeof first === 'string' ? `${method} ${first.slice(0, 12)}` : method);
    return Promise.resolve(undefined as never);
  };
  const methods = [
    'begin',
    'inspect',
    'random',
    'rollCall',
    'makeKekSet',
    'makeNextShareSet',
    'makeShareSets',
    'propose',
    'approve',
    'proveKekSet',
    'proveShareSets',
    'deviate',
    'approveDeviation',
    'lock',
    'withdraw',
    'execute',
    'deactivate',
    'attest',
    'signOff',
    'signManifest',
  ] as const;
  return { ...(Object.fromEntries(methods.map((method) => [method, note(method)])) as unknown as Guard), ...overrides };
}

/**
 * People who say what they are told to, in order. Asked for more, they press Enter; told to choose, they end the
 * ceremony where that is offered, and take the first option where it is not.
 */
export class ScriptedPeople implements People {
  /** What they answer: to questions, at the doors of a step, when somebody is called, and to choices. */
  readonly answers: (string | Interjection)[] = [];
  readonly doors: (Interjection | undefined)[] = [];
  readonly calls: (Interjection | undefined)[] = [];
  readonly choices: (string | Interjection)[] = [];
  /** What they were asked and told. */
  readonly questions: Question[] = [];
  readonly choosing: Choice[] = [];
  readonly told: string[] = [];
  readonly passed: string[] = [];
  /** Who was called to present a token, and how far the approvals were. */
  readonly called: Call[] = [];
  /** What each step left in the record. */
  readonly recorded: (readonly Event[])[] = [];
  /** Called at each step's begin and end, and for each question. */
  onDoor: (phase: 'enter' | 'leave', place: Place) => void = () => undefined;

  async open(): Promise<void> {
    this.passed.push('open');
  }

  async endAct(act: PlannedAct): Promise<void> {
    this.passed.push(`end of act ${act.index}`);
  }

  async say(lines: readonly string[]): Promise<void> {
    this.told.push(...lines);
  }

  async ask(question: Question): Promise<string | Interjection> {
    this.questions.push(question);
    return this.answers.shift() ?? 'done';
  }

  async choose(choice: Choice): Promise<string | Interjection> {
    this.choosing.push(choice);
    const names = choice.options.map((option) => option.name);
    return this.choices.shift() ?? (names.includes('abort') ? 'abort' : (names[0] as string));
  }

  async call(call: Call): Promise<Interjection | undefined> {
    this.called.push(call);
    return this.calls.shift();
  }

  async enter(place: Place): Promise<Interjection | undefined> {
    return this.#door('enter', place);
  }

  async leave(place: Place, recorded: readonly Event[]): Promise<Interjection | undefined> {
    this.recorded.push(recorded);
    return this.#door('leave', place);
  }

  /** Names of the options of each choice that they had. */
  get offered(): readonly (readonly string[])[] {
    return this.choosing.map((choice) => choice.options.map((option) => option.name));
  }

  #door(phase: 'enter' | 'leave', place: Place): Interjection | undefined {
    this.passed.push(`${phase} ${place.step.key}`);
    this.onDoor(phase, place);
    return this.doors.shift();
  }
}

const MEMBERS = makeMembers();
export const ROSTER = readRoster(documentBytes(rosterDocument(MEMBERS)));
export const AUTHORIZATION = readAuthorization(
  documentBytes(
    authorizationDocument(
      { script: sha256('script'), site: sha256('site'), roster: ROSTER.digest },
      MEMBERS,
      'rehearsal',
    ),
  ),
);

export const OPENING: OpeningEvent = {
  type: 'opening',
  title: 'Test',
  objectives: ['test'],
  number: 1,
  mode: 'rehearsal',
  authorization: AUTHORIZATION.digest,
  script: sha256('script'),
  site: sha256('site'),
  roster: ROSTER.digest,
  people: sha256('people'),
  previous: NO_DIGEST,
  plan: sha256('plan'),
  program: { name: 'quorate', version: '0.0.0', digest: sha256('program'), runtime: 'node' },
  versions: { rules: {}, profiles: {}, steps: {}, report: '1' },
};

type FakeRun = (step: PlannedStep, context: RunContext<keyof Needs>) => Running;

/** A step type of tests: what it does, and what it declares to need. */
export function fakeType(name: string, run: FakeRun, needs: readonly (keyof Needs)[] = []): StepType {
  return {
    name,
    version: 1,
    summary: name,
    irreversible: false,
    needs,
    schema: z.strictObject({}) as unknown as z.ZodType<JsonObject>,
    simulate: (_params, world) => world,
    describe: () => [],
    run: (_params, step, context) => run(step, context),
    verify: () => [],
  };
}

export interface FakeAct {
  readonly title?: string;
  readonly always?: boolean;
  /** Ids of steps; each is of the type of the same name. */
  readonly steps: readonly (string | Partial<PlannedStep>)[];
}

export function planOf(acts: readonly FakeAct[]): Plan {
  let number = 0;
  const planned: PlannedAct[] = acts.map((act, index) => ({
    index,
    title: act.title ?? `act ${index}`,
    always: act.always ?? false,
    activation: null,
    steps: act.steps.map((step): PlannedStep => {
      const given = typeof step === 'string' ? { id: step } : step;
      const id = given.id ?? 'step';
      return {
        id,
        key: id,
        number: String(++number),
        type: id,
        act: index,
        by: ['dana'],
        check: ['gus'],
        say: '',
        params: {},
        fields: {},
        out: null,
        makes: {},
        when: null,
        operation: null,
        ...given,
      };
    }),
  }));
  return {
    type: 'quorate/plan/1',
    title: 'Test',
    objectives: ['test'],
    policy: 'Test CPS',
    place: 'Room',
    mode: 'rehearsal',
    marking: { commonName: '', label: '' },
    script: sha256('script'),
    site: sha256('site'),
    rules: [],
    waivers: [],
    profiles: {},
    seats: { administrator: ['dana'], 'crypto-officer': ['alice', 'bob', 'carol', 'dave', 'erin'], witness: ['gus'] },
    quorums: {},
    tokens: [],
    vendorSheets: {},
    media: {},
    cards: {},
    materials: [],
    bags: { needed: 0, spare: 0 },
    paper: [],
    evidence: [],
    acts: planned,
  };
}

export interface Stage {
  readonly files: MemoryFiles;
  readonly asked: string[];
  readonly people: ScriptedPeople;
  readonly input: RunInput;
}

export function stageOf(acts: readonly FakeAct[], types: readonly StepType[], change: Partial<RunInput> = {}): Stage {
  const files = new MemoryFiles();
  const asked: string[] = [];
  const people = new ScriptedPeople();
  const input: RunInput = {
    plan: planOf(acts),
    roster: ROSTER,
    authorization: AUTHORIZATION,
    previous: null,
    opening: OPENING,
    stepTypes: new Map(types.map((type) => [type.name, type])),
    files,
    media: () => [],
    sheets: new Map(),
    keyFiles: () => ({ list: async () => [], read: async () => new Uint8Array() }),
    guard: guardLog(asked),
    people,
    named: new Set(ROSTER.members.map(({ seat }) => seat)),
    clock: clockOf('2027-03-10T09:00:00Z'),
    random: countingRandom(),
    issue: {} as RunInput['issue'],
    machine: { environment: async () => ({}), room: async () => 1 },
    ...change,
  };
  return { files, asked, people, input };
}

export const saw = (step: string, n: number): EventData => ({ type: 'observation', step, subject: `${n}`, facts: {} });
export const CLOSE = fakeType('close', async function* (step, { ceremony }) {
  yield { type: 'close', step: step.key, outcome: ceremony.outcome() };
});
export const QUIET = fakeType('quiet', async function* (step) {
  yield saw(step.key, 1);
});
export const REFUSED = new CeremonyError('CLOCK_OFFSET', 'this computer says noon');
export const REFUSE = fakeType('refuse', async function* (step) {
  yield saw(step.key, 1);
  throw REFUSED;
});

/** What happened, in a word or two each. */
export function told(events: readonly Event[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'act':
        return `act ${event.act} ${event.phase}`;
      case 'step':
        return `${event.step} ${event.phase}`;
      case 'observation':
        return `${event.step} saw ${event.subject}`;
      case 'refusal':
        return `${event.step} refused ${event.code}`;
      case 'decision':
        return `${event.step} decided ${event.choice}`;
      case 'deviation':
        return `${event.step} deviated ${event.effect}`;
      case 'pause':
        return `${event.step} pause ${event.phase}`;
      case 'approval':
      case 'declined':
        return `${event.type} of ${event.seat}`;
      case 'abort':
        return `${event.step} aborted ${event.code}`;
      case 'close':
        return `closed ${event.outcome}`;
      default:
        return event.type;
    }
  });
}

export async function run(
  acts: readonly FakeAct[],
  types: readonly StepType[],
  change: Parameters<typeof stageOf>[2] = {},
  instruct: (people: ScriptedPeople) => void = () => undefined,
) {
  const stage = stageOf(acts, types, change);
  instruct(stage.people);
  return { ...stage, outcome: await runCeremony(stage.input) };
}
export const recorded = ({ files }: Pick<Stage, 'files'>) =>
  files.lines('events.jsonl').map((line) => JSON.parse(line) as Event);
