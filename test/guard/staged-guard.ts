import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { GuardClient } from '../../src/adapters/guard-client.ts';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { Caller } from '../../src/channel/requests.ts';
import { deviationStatementBytes } from '../../src/quorum/deviation.ts';
import { keyTemplate } from '../../src/quorum/key-template.ts';
import { namedSet } from '../../src/quorum/named-set.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import { type Roster, readRoster } from '../../src/quorum/roster.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import type { Enrolled } from '../../src/rehearsal/enrol.ts';
import { type StageSet, setStage } from '../../src/rehearsal/stage.ts';
import { startGuard } from '../../src/supervisor/processes.ts';
import { type Authorized, authorizedAgain } from '../softhsm/interposed-stage.ts';

export const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
export const inMinutes = (minutes: number) => utc(Date.now() + minutes * 60_000);

export const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 5, present: 5 },
    witness: { of: 1, present: 1 },
    auditor: { of: 1, present: 1 },
  },
  tokens: ['root-hsm'],
  media: { envelopes: 2 },
  quorums: { administer: 3, inventory: 3, generate: 3, sign: 3, destroy: 3 },
  materials: {},
  vendor: [],
  enrols: {},
};

/** How an officer behaves at the guard's terminal; the honest one types their own PIN and approves. */
export interface Behaviour {
  readonly pin?: Uint8Array;
  readonly answer?: 'approve' | 'decline' | readonly ('approve' | 'decline')[];
  /** At each time of asking; the last one from then on. */
  readonly reason?: string | readonly string[];
}

/** A guard process over real SoftHSM tokens; the test is its supervisor, its core and its people. */
export class StagedGuard {
  readonly stage: StageSet;
  readonly folder: string;
  readonly roster: Roster;
  readonly ceremony: string;
  readonly behaviour = new Map<string, Behaviour>();
  /** Everything the guard has shown on its terminal. */
  screen = '';
  /** Where in `screen` the counting of what is asked begins. */
  asked = 0;
  /** What is typed when a token does not answer. */
  onHang: () => 'wait' | 'end' = () => 'end';
  /** What is typed before the last try of an HSM's PIN. */
  lastTry = 'last try';
  /** What is typed where a PIN of an HSM is asked for, by the end of the question: `, part 1 of 2` or nothing. */
  hsmPin: (part: string) => string = () => this.stage.hsmPins.get('root-hsm') ?? '';
  /** Who stands at an HSM that logs in by itself: called before Enter is pressed here. */
  atDevice: () => void = () => undefined;
  /** Whether somebody without an envelope has a paper share: what they type. */
  hasPaper: (seat: string) => 'paper' | 'none' = () => 'none';
  /** Who prints a paper share and reads it back: told each question, returns what is typed. */
  atPaper: (question: string) => string | Promise<string> = () => '';
  guard: GuardClient;
  readonly caller: Caller;
  /** The test in the supervisor's place. */
  readonly supervisor: Caller;
  /** Ends the guard; what is on the stage stays. */
  readonly end: () => Promise<void>;
  readonly #close: () => Promise<void>;
  /** Of the pack before. */
  #documents: JsonObject = {};

  private constructor(
    stage: StageSet,
    folder: string,
    core: Caller,
    supervisor: Caller,
    { end, close }: { readonly end: () => Promise<void>; readonly close: () => Promise<void> },
    ceremony: string,
  ) {
    this.ceremony = ceremony;
    this.stage = stage;
    this.folder = folder;
    this.roster = readRoster(Buffer.from(String(stage.start['roster']), 'base64'));
    this.caller = core;
    this.supervisor = supervisor;
    this.guard = new GuardClient(core);
    this.end = end;
    this.#close = close;
  }

  /**
   * @param change edits what the guard is started with; @param program starts another guard than ours
   * @param more changes the stage before the guard starts; `tokens` are the script's HSMs, `as` what they are played as
   */
  static async start(
    change: (start: JsonObject) => JsonObject = (start) => start,
    program: typeof startGuard = startGuard,
    more: {
      readonly tokens?: readonly string[];
      /** Numbers of approvals besides those of CAST. */
      readonly quorums?: JsonObject;
      /** What people do with other tools. */
      readonly vendor?: JsonObject['vendor'];
      /** What the HSMs are played as. */
      readonly as?: string;
      /** What the quorum tokens are played as. */
      readonly cardsAs?: string;
      /** Changes the authorization, which the policy authority then signs again. */
      readonly authorized?: (document: Authorized) => void;
      readonly reset?: (stage: StageSet, folder: string) => Promise<StageSet>;
    } = {},
  ): Promise<StagedGuard> {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-guard-'));
    const window = { from: utc(Date.now() - 3_600_000), until: utc(Date.now() + 3_600_000) };
    const set = await setStage({
      cast: readCast({
        ...CAST,
        quorums: { ...CAST.quorums, ...more.quorums },
        tokens: [...(more.tokens ?? CAST.tokens)],
        vendor: more.vendor ?? [],
      }),
      folder,
      script: sha256('script'),
      program: sha256('program'),
      window,
      ...(more.as === undefined ? {} : { as: more.as }),
      ...(more.cardsAs === undefined ? {} : { cardsAs: more.cardsAs }),
    });
    const authorized = more.authorized === undefined ? set : await authorizedAgain(set, more.authorized);
    const stage = (await more.reset?.(authorized, folder)) ?? authorized;
    try {
      return await StagedGuard.#on(stage, folder, change, program);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The same people and HSMs in the ceremony after this one, under another authorization; this guard has ended. */
  async next(authorized: (document: Authorized) => void, documents: JsonObject): Promise<StagedGuard> {
    const stage = await authorizedAgain(this.stage, authorized);
    const next = await StagedGuard.#on(stage, this.folder, (start) => ({ ...start, ...documents }), startGuard);
    next.#documents = documents;
    return next;
  }

  /** As after an interruption: another guard for the same ceremony, started to resume it; this one has ended. */
  async resumed(
    change: (start: JsonObject) => JsonObject = (start) => start,
    program: typeof startGuard = startGuard,
  ): Promise<StagedGuard> {
    await this.end();
    const start = (before: JsonObject) => change({ ...before, ...this.#documents, resumes: true });
    const resumed = await StagedGuard.#on(this.stage, this.folder, start, program, this.ceremony);
    resumed.#documents = this.#documents;
    return resumed;
  }

  /** Three officers approve that the ceremony goes on, or as many as there are. */
  async goOn(seats: readonly string[] = OFFICERS.slice(0, 3)): Promise<void> {
    const statement = deviationStatementBytes({
      ...{ ceremony: this.ceremony, deviation: sha256('head'), effect: 'resume', event: 9, names: [] },
      ...{ step: 'activation', what: 'The ceremony was interrupted, and goes on', why: 'the lights went out' },
    });
    await this.guard.deviate(statement);
    for (const seat of seats) await this.guard.approveDeviation(seat, statement);
  }

  static async #on(
    stage: StageSet,
    folder: string,
    change: (start: JsonObject) => JsonObject,
    program: typeof startGuard,
    ceremony = sha256(randomBytes(32)),
  ): Promise<StagedGuard> {
    const process = program(stage.modules, 'pipe');
    const supervisor = new Caller(process.pipe(3), 'the guard', 'GUARD_DIED');
    const end = async () => {
      process.child.kill('SIGKILL');
      await process.exited;
    };
    const close = async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      await supervisor.call('start', change(stage.start));
    } catch (error) {
      await end();
      throw error;
    }
    const core = new Caller(process.pipe(4), 'the guard', 'GUARD_DIED');
    const staged = new StagedGuard(stage, folder, core, supervisor, { end, close }, ceremony);
    staged.#play(process.pipe(5));
    await staged.guard.begin(staged.ceremony);
    return staged;
  }

  close(): Promise<void> {
    return this.#close();
  }

  holder(seat: string): Enrolled {
    const found = this.stage.enrolled.find((one) => one.person.seat === seat);
    if (!found) throw new Error(`nobody is ${seat}`);
    return found;
  }

  /** Registers a proposal as the core would; the id stands for the chain line of its event. */
  async propose(
    operation: Operation,
    payload: Uint8Array | null = null,
    expires = inMinutes(30),
    wrapped?: Uint8Array,
  ): Promise<{ id: string; statement: Uint8Array }> {
    const id = sha256(randomBytes(32));
    const statement = await this.guard.propose({
      descriptor: describeOperation(operation).bytes,
      payload,
      proposal: id,
      expires,
      ...(wrapped ? { wrapped } : {}),
    });
    return { id, statement };
  }

  /** Has people approve, and returns what the core would hand to `execute`. */
  async approvals(id: string, seats: readonly string[], envelopes: ReadonlyMap<string, Uint8Array> = new Map()) {
    const approvals: { seat: string; signature: Uint8Array }[] = [];
    for (const seat of seats) {
      const own = new Map([...envelopes].filter(([name]) => name.includes(`-${seat}-v1`)));
      const { decisions } = await this.guard.approve(seat, [id], own);
      const [decision] = decisions;
      if (decision && 'signature' in decision) approvals.push({ seat, signature: decision.signature });
    }
    return approvals;
  }

  /** Has the quorum put a key into use that nobody has certified. @returns what a guard is told of it that comes later */
  async activate(serial: string, key: string): Promise<Parameters<GuardClient['recall']>[0]> {
    const operation: Operation = {
      ...{ op: 'set-key-state', hsm: hsm(serial), step: 'activated', index: 0, hold: null },
      ...{ key, from: 'pre-activation', to: 'active', reason: 'another CA has certified it' },
    };
    const expires = inMinutes(30);
    const { id } = await this.propose(operation, null, expires);
    const approvals = await this.approvals(id, OFFICERS.slice(0, 3));
    await this.guard.execute(id, approvals);
    const { bytes: descriptor } = describeOperation(operation);
    return { descriptor, proposal: id, expires, approvals, serial, keys: [] };
  }

  /** Prepares the HSM with all five custodians. */
  async prepare(name = 'root-hsm'): Promise<{
    sets: readonly ShareSet[];
    envelopes: ReadonlyMap<string, Uint8Array>;
    serial: string;
    /** What a guard is told that comes later. */
    past: Parameters<GuardClient['recall']>[0];
  }> {
    const made = await this.guard.makeShareSets({
      hsm: name,
      label: 'rehearsal-root-hsm',
      holders: OFFICERS,
      userThreshold: 3,
      soThreshold: 3,
    });
    const [operation, expires] = [prepareOperation(made.sets, name), inMinutes(30)];
    const { id } = await this.propose(operation, null, expires);
    const approvals = await this.approvals(id, OFFICERS, made.envelopes);
    await this.guard.proveShareSets(name);
    const { facts } = await this.guard.execute(id, approvals);
    const serial = String(facts['serial']);
    const past = { descriptor: describeOperation(operation).bytes, proposal: id, expires, approvals, serial, keys: [] };
    return { ...made, serial, past };
  }

  #play(terminal: Duplex): void {
    let pending = '';
    terminal.on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      this.screen += text;
      pending += text;
      const prompt = pending.slice(pending.lastIndexOf('\n') + 1);
      const pin = /^(\S+), PIN of token .+: $/.exec(prompt);
      const decision = /^(\S+), type "approve" or "decline": $/.exec(prompt);
      const reason = /^(\S+), reason for declining: $/.exec(prompt);
      if (/^Press Enter [^\n]*\. $/.test(prompt)) {
        pending = '';
        if (prompt.startsWith('Press Enter when they stand at the device')) this.atDevice();
        terminal.write('\n');
        return;
      }
      if (/^(?:\S+, (?:row \d of 7:|press Enter when you stand at the printer)|Type "type" or )/.test(prompt)) {
        pending = '';
        void Promise.resolve(this.atPaper(prompt)).then((typed) => terminal.write(`${typed}\n`));
        return;
      }
      const paper = /^(\S+), type "paper" or "none": $/.exec(prompt);
      if (paper) {
        pending = '';
        terminal.write(`${this.hasPaper(paper[1] ?? '')}\n`);
        return;
      }
      const hsmPin = /^PIN of "[^"]+"(.*): $/.exec(prompt);
      if (hsmPin) {
        pending = '';
        terminal.write(`${this.hsmPin(hsmPin[1] ?? '')}\n`);
        return;
      }
      if (/^Type "wait" or "end": $/.test(prompt)) {
        pending = '';
        terminal.write(`${this.onHang()}\n`);
        return;
      }
      if (/^Type "last try" to log in; Ctrl-C leaves it alone: $/.test(prompt)) {
        pending = '';
        terminal.write(`${this.lastTry}\n`);
        return;
      }
      const seat = (pin ?? decision ?? reason)?.[1];
      if (seat === undefined) return;
      pending = '';
      const behaviour = this.behaviour.get(seat) ?? {};
      if (pin) terminal.write(Buffer.concat([behaviour.pin ?? this.holder(seat).pin, Buffer.from('\n')]));
      else {
        const given = decision ? (behaviour.answer ?? 'approve') : (behaviour.reason ?? 'no reason');
        const asked = this.screen.slice(this.asked).split(prompt).length - 2;
        terminal.write(`${typeof given === 'string' ? given : (given[asked] ?? given.at(-1))}\n`);
      }
    });
  }
}

export const OFFICERS = [1, 2, 3, 4, 5].map((number) => `crypto-officer-${number}`);
export const MODEL = 'SoftHSM v2';

export function hsm(serial: string | null, name = 'root-hsm') {
  return { name, model: MODEL, serial };
}

export function prepareOperation(sets: readonly ShareSet[], name = 'root-hsm'): Operation {
  return {
    op: 'prepare-token',
    hsm: hsm(null, name),
    step: 'activation',
    index: 0,
    hold: null,
    label: 'rehearsal-root-hsm',
    wipes: null,
    adopts: null,
    sets,
  };
}

export function rotateOperation(
  serial: string,
  replaced: ShareSet,
  set: ShareSet,
  adopts: string | null = null,
): Extract<Operation, { op: 'rotate-activation' }> {
  return {
    op: 'rotate-activation',
    hsm: hsm(serial),
    step: `rotate-${set.kind}`,
    index: 0,
    hold: null,
    replaces: namedSet(replaced),
    set,
    adopts,
  };
}

export function keyOperation(
  serial: string,
  id = '0a0b0c0d',
  hold: Operation['hold'] = null,
  label = 'rehearsal-root',
): Operation {
  return {
    op: 'generate-key',
    hsm: hsm(serial),
    step: 'root-key',
    index: 0,
    hold,
    label,
    id,
    algorithm: 'ecdsa-p384',
    publicTemplate: keyTemplate('public', label, id),
    privateTemplate: keyTemplate('private', label, id),
    possession: true,
    adopts: null,
  };
}
