import type { Duplex, Readable } from 'node:stream';
import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { Caller, type Reply } from '../channel/requests.ts';
import { mayLast } from './announced.ts';
import { LIMIT_SECONDS, limitOf } from './limits.ts';

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
}

export interface Asked {
  readonly bytes?: Uint8Array | undefined;
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
 * The life of a token process, and the requests to it. One that does not answer in time is killed: what its module
 * was doing is not known then, and it could do no more for anybody.
 */
export class TokenChild {
  readonly pid: number | undefined;
  readonly ended: Promise<Ended>;
  readonly #kill: () => void;
  readonly #caller: Caller;
  readonly #limits: TimeLimits;
  readonly #underWay = new Set<Promise<unknown>>();
  #stderr = '';
  #lasting = 0;
  #announced: string | undefined;

  constructor(child: Child, limits: TimeLimits = {}) {
    this.pid = child.pid;
    this.ended = child.ended;
    this.#kill = child.kill;
    this.#limits = limits;
    for (const output of [child.stdout, child.stderr]) this.#keep(output);
    this.#caller = new Caller(child.channel, PEER, 'TOKEN_PROCESS_DIED', 'TOKEN_PROCESS_TIMEOUT', (call) => {
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
   * is under way is waited for, since it has its own limit.
   */
  async stop(): Promise<void> {
    this.close();
    await Promise.allSettled(this.#underWay);
    const within = this.#limits.endWithin ?? LIMIT_SECONDS.end * 1000;
    if (!(await isSettledWithin(this.ended, within))) await this.#destroy();
  }

  /** At once, without a logout (SIGKILL); `ended` tells when it is gone. */
  kill(): void {
    this.#kill();
  }

  /** @throws CeremonyError as the process threw it; TOKEN_PROCESS_DIED or _TIMEOUT, and the process is gone then */
  protected async request(method: string, params: JsonObject, { bytes, atPinPad }: Asked = {}): Promise<Reply> {
    const before = performance.now();
    const within = atPinPad
      ? (this.#limits.loginWithin ?? LIMIT_SECONDS.loginAtDevice * 1000)
      : (this.#limits.within ?? limitOf(method, params, bytes?.length ?? 0) * 1000);
    if (this.#underWay.size === 0) this.#announced = undefined;
    const answer = this.#caller.call(method, params, { ...(bytes === undefined ? {} : { bytes }), within });
    this.#underWay.add(answer);
    try {
      return await answer;
    } catch (error) {
      throw await this.#explain(error, method, within);
    } finally {
      this.#underWay.delete(answer);
      // Loading the module is the program's cost, not the token's.
      if (method !== 'open') milliseconds += performance.now() - before;
    }
  }

  /** What is known of a process that has died, or is killed here because it did not answer. */
  async #explain(error: unknown, method: string, within: number): Promise<unknown> {
    if (!(error instanceof CeremonyError)) return error;
    const call = this.#announced;
    const where = call === undefined ? '' : ` in ${call}`;
    const details = call === undefined ? {} : { call };
    if (error.code === 'TOKEN_PROCESS_TIMEOUT') {
      await this.#destroy();
      const message = `${PEER} did not answer "${method}" within ${within / 1000} s${where}, and was ended`;
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
