import type { Duplex, Readable } from 'node:stream';
import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { Caller, type Reply } from '../channel/requests.ts';
import { mayLast } from './announced.ts';
import { LIMIT_SECONDS, LONGEST_CALL_SECONDS, limitOf, patienceOf } from './limits.ts';

/** What is needed of a child process (node:child_process) whose descriptor 3 is the channel. */
export interface Child {
  readonly pid: number | undefined;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly channel: Duplex;
  readonly ended: Promise<Ended>;
  readonly kill: () => void;
}

/** How the process ended. Code 0: asked to, or its pipe closed; 75: time limit. Both null: it never started. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Time limits of requests, in milliseconds, where they are not those of limits.ts. */
export interface TimeLimits {
  /** For every request but those of people at a PIN pad. */
  readonly within?: number | undefined;
  /** For a PIN that people enter at the device. */
  readonly loginWithin?: number | undefined;
  /** For logging out, finalising the module and ending, once nothing is asked any more. */
  readonly endWithin?: number | undefined;
  /** Until whoever attends decides about a request, whatever it is. */
  readonly patience?: number | undefined;
}

/** A request that has not been answered yet. */
export interface UnderWay {
  /** `end` while the process ends. */
  readonly method: string;
  /** Milliseconds from its beginning after which somebody decides; Infinity where nothing is to be decided. */
  readonly patience: number;
  /** The call of the module that was announced last, in which it may hang. */
  readonly call: () => string | undefined;
  /** Aborted once it is over: answered, refused, or its process gone. */
  readonly answered: AbortSignal;
}

/**
 * Told of every request, and decides about one that takes long. Resolves with `answered` when it is over; with `end` to
 * have the process killed; with `unattended` where nobody can decide any more, so that the time limit holds.
 */
export type Attend = (request: UnderWay) => Promise<'answered' | 'end' | 'unattended'>;

export interface Asked {
  readonly bytes?: Octets | undefined;
  /** The answer waits for people who enter a PIN at the device. */
  readonly atPinPad?: boolean;
}

const PEER = 'the token process';

const KEPT_STDERR = 64 * 1024;

/** How long one whose pipe has closed may take to end: it is on its way. */
const CLOSED_END_MS = 1000;

/** The kernel ends a killed process at once, unless a driver holds it; nobody waits for that. */
const KILLED_END_MS = 5000;

let milliseconds = 0;

/** Time that this process has waited for answers of its token processes so far, all together: what tokens cost. */
export function tokenMilliseconds(): number {
  return milliseconds;
}

/**
 * The life of a token process, and the requests to it. One that does not answer is killed when whoever attends decides
 * so, or in time where nobody attends: what its module was doing is not known then.
 */
export class TokenChild {
  readonly pid: number | undefined;
  readonly ended: Promise<Ended>;
  readonly #kill: () => void;
  readonly #caller: Caller;
  readonly #limits: TimeLimits;
  readonly #attend: Attend | undefined;
  readonly #underWay = new Set<Promise<unknown>>();
  #stderr = '';
  #lasting = 0;
  #announced: string | undefined;

  constructor(child: Child, limits: TimeLimits = {}, attend?: Attend) {
    this.#attend = attend;
    this.pid = child.pid;
    this.ended = child.ended;
    this.#kill = child.kill;
    this.#limits = limits;
    for (const output of [child.stdout, child.stderr]) this.#keep(output);
    this.#caller = new Caller(child.channel, PEER, 'TOKEN_PROCESS_DIED', (call) => {
      this.#announced = call;
      if (mayLast(call)) this.#lasting += 1;
    });
  }

  /**
   * How many calls this process has made or begun that may leave something on a token, or a signature. While it does
   * not grow, it is certain that nothing was done, even if the process has died.
   */
  get lastingCalls(): number {
    return this.#lasting;
  }

  /** What the process and its module have printed, where it is captured. Foreign text. */
  stderrText(): string {
    return this.#stderr;
  }

  /** Closes the pipe: the process logs out and ends by itself. */
  close(): void {
    this.#caller.close();
  }

  /**
   * Closes the pipe, and has the process gone when it resolves: in order if it still can, else killed. A request that
   * is under way is waited for, as long as the longest may take.
   * @param unseen where nobody waits for it: whoever attends is not told
   */
  async stop(unseen = false): Promise<void> {
    this.close();
    const over = new AbortController();
    const ending = { method: 'end', patience: Number.POSITIVE_INFINITY, call: () => undefined, answered: over.signal };
    try {
      const isIdle = await isSettledWithin(Promise.allSettled(this.#underWay), LONGEST_CALL_SECONDS * 1000);
      if (!unseen) void this.#attend?.(ending);
      const within = this.#limits.endWithin ?? LIMIT_SECONDS.end * 1000;
      if (!isIdle || !(await isSettledWithin(this.ended, within))) await this.#destroy();
    } finally {
      over.abort();
    }
  }

  /** At once, without a logout (SIGKILL); `ended` tells when it is gone. */
  kill(): void {
    this.#kill();
  }

  /** @throws CeremonyError as the process threw it; TOKEN_PROCESS_DIED, _TIMEOUT or _ENDED, and the process is gone then */
  protected async request(method: string, params: JsonObject, { bytes, atPinPad }: Asked = {}): Promise<Reply> {
    const before = performance.now();
    const within = atPinPad
      ? (this.#limits.loginWithin ?? LIMIT_SECONDS.loginAtDevice * 1000)
      : (this.#limits.within ?? limitOf(method, params, bytes?.length ?? 0) * 1000);
    const patience = this.#limits.patience ?? patienceOf(method, params, bytes?.length ?? 0) * 1000;
    if (this.#underWay.size === 0) this.#announced = undefined;
    const over = new AbortController();
    const request = {
      method,
      patience: atPinPad ? within : patience,
      call: () => this.#announced,
      answered: over.signal,
    };
    const answer = this.#caller.call(method, params, bytes === undefined ? {} : { bytes });
    const settled = Promise.race([answer, this.#giveUp(request, within)]);
    this.#underWay.add(settled);
    try {
      return await settled;
    } catch (error) {
      // An answer that comes too late may be a secret.
      answer.then(
        (late) => late.bytes.fill(0),
        () => undefined,
      );
      throw await this.#explain(error, method);
    } finally {
      over.abort();
      this.#underWay.delete(settled);
      // Loading the module is the program's cost, not the token's.
      if (method !== 'open') milliseconds += performance.now() - before;
    }
  }

  /** Never resolves. @throws CeremonyError TOKEN_PROCESS_ENDED by decision, TOKEN_PROCESS_TIMEOUT where nobody decides */
  async #giveUp(request: UnderWay, within: number): Promise<never> {
    const since = performance.now();
    const decision = this.#attend ? await this.#attend(request) : 'unattended';
    const says = `${PEER} has not answered "${request.method}"`;
    const seconds = () => Math.round((performance.now() - since) / 1000);
    if (decision === 'end') throw new CeremonyError('TOKEN_PROCESS_ENDED', says, { details: { seconds: seconds() } });
    await new Promise<void>((resolve) => {
      if (decision === 'answered' || request.answered.aborted) return;
      const timer = setTimeout(resolve, Math.max(0, within - (performance.now() - since)));
      request.answered.addEventListener('abort', () => clearTimeout(timer));
    });
    throw new CeremonyError('TOKEN_PROCESS_TIMEOUT', says, { details: { seconds: within / 1000 } });
  }

  /** What is known of a process that has died, or is killed here because it did not answer. */
  async #explain(error: unknown, method: string): Promise<unknown> {
    if (!(error instanceof CeremonyError)) return error;
    const call = this.#announced;
    const where = call === undefined ? '' : ` in ${call}`;
    const details = call === undefined ? {} : { call };
    if (error.code === 'TOKEN_PROCESS_TIMEOUT' || error.code === 'TOKEN_PROCESS_ENDED') {
      await this.#destroy();
      const { seconds } = error.details ?? {};
      const why = error.code === 'TOKEN_PROCESS_ENDED' ? 'people had it ended' : 'was ended';
      const message = `${PEER} did not answer "${method}" within ${seconds} s${where}, and ${why}`;
      return new CeremonyError(error.code, message, { cause: error, details });
    }
    if (error.code !== 'TOKEN_PROCESS_DIED') return error;
    // A pipe that closes while its process lives on is of no more use than one that is gone.
    if (!(await isSettledWithin(this.ended, CLOSED_END_MS))) await this.#destroy();
    const { code, signal } = await Promise.race([this.ended, { code: null, signal: null }]);
    const end = signal ?? (code === null ? null : `exit code ${code}`);
    const message = `${PEER} ended${end === null ? '' : ` (${end})`}${where} before it answered "${method}"`;
    return new CeremonyError(error.code, message, {
      cause: error,
      details: { ...details, ...(end === null ? {} : { end }) },
    });
  }

  async #destroy(): Promise<void> {
    this.kill();
    await isSettledWithin(this.ended, KILLED_END_MS);
  }

  #keep(output: Readable | null): void {
    output?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR);
    });
  }
}

async function isSettledWithin(promise: Promise<unknown>, limit: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limit);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
