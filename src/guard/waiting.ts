import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Attend, UnderWay } from '../token/client.ts';
import type { GuardTerminal } from './terminal.ts';

/** Milliseconds. */
export interface WaitingTimes {
  /** After this people are shown what they wait for. */
  readonly shown: number;
  /** From one showing to the next. */
  readonly tick: number;
  /** What is added when people decide to wait. */
  readonly more: number;
}

const TIMES: WaitingTimes = { shown: 2000, tick: 1000, more: 300_000 };

const [WAIT, END] = ['wait', 'end'] as const;

/** What a token is doing, by the request that is under way. */
const DOING: Readonly<Record<string, string>> = {
  open: 'is being reached',
  login: 'is checking the PIN',
  logout: 'is being locked',
  end: 'is being locked',
  'init-token': 'is being initialised',
  'init-pin': 'is taking a new PIN',
  'set-pin': 'is taking a new PIN',
  inventory: 'is listing its objects',
  random: 'is drawing random bytes',
  'generate-key-pair': 'is making the key',
  sign: 'is signing',
  'sign-many': 'is signing a list, part by part',
  ecdh: 'is opening an envelope',
  'rsa-oaep-decrypt': 'is opening an envelope',
  'rsa-raw-decrypt': 'is opening an envelope',
};

/** The one place where people are kept informed while the guard waits, and asked when that takes too long. */
export class Waiting {
  readonly #terminal: GuardTerminal;
  readonly #times: WaitingTimes;
  #decided: JsonObject[] = [];

  constructor(terminal: GuardTerminal, times: WaitingTimes = TIMES) {
    this.#terminal = terminal;
    this.#times = times;
  }

  /** What people have decided about requests that took too long, since it was asked last: for the record. */
  takeDecided(): readonly JsonObject[] {
    const decided = this.#decided;
    this.#decided = [];
    return decided;
  }

  /** Work of the guard itself. @param what as people read it: `Secrets are made and sealed` */
  async during<T>(what: string, work: () => Promise<T>): Promise<T> {
    const shown = this.#show(what);
    try {
      return await work();
    } finally {
      shown.end();
    }
  }

  /** For a token process. @param who as people read it: `The HSM "root-hsm"` */
  attendant(who: string): Attend {
    return async (request) => {
      const shown = this.#show(`${who} ${DOING[request.method] ?? 'is being looked at'}`);
      try {
        let left = request.patience;
        while (!(await isAnsweredWithin(left, request.answered))) {
          const choice = await this.#ask(shown, request);
          if (request.answered.aborted || choice === 'nobody') break;
          this.#decided.push({ ...nameOf(request), decided: choice, seconds: shown.seconds });
          if (choice === END) return 'end';
          left = this.#times.more;
        }
        return request.answered.aborted ? 'answered' : 'unattended';
      } finally {
        shown.end();
      }
    };
  }

  /** Below whatever stands on the screen, from some time on and until it ends. */
  #show(what: string) {
    const since = performance.now();
    const seconds = () => Math.round((performance.now() - since) / 1000);
    const draw = () => this.#terminal.status(`${what} … ${seconds()} s. Nothing is to be typed.`);
    let ticking: NodeJS.Timeout | undefined;
    const begin = () => {
      draw();
      ticking = setInterval(draw, this.#times.tick);
    };
    const first = setTimeout(begin, this.#times.shown);
    const rest = () => {
      clearTimeout(first);
      clearInterval(ticking);
      if (ticking) this.#terminal.status(undefined);
      ticking = undefined;
    };
    return {
      what,
      get seconds() {
        return seconds();
      },
      /** While people are asked. */
      rest,
      begin,
      end: rest,
    };
  }

  /** @returns `nobody` where no answer can come: the terminal is gone */
  async #ask(
    shown: { readonly what: string; readonly seconds: number; rest(): void; begin(): void },
    { answered, call }: UnderWay,
  ): Promise<typeof WAIT | typeof END | 'nobody'> {
    shown.rest();
    const minutes = Math.round(this.#times.more / 60_000);
    const where = call();
    try {
      return await this.#terminal.session(async () => {
        if (answered.aborted) return WAIT;
        const rows = [
          '',
          `NO ANSWER FOR ${shown.seconds} s${where === undefined ? '' : `, in ${where}`}`,
          `${shown.what}.`,
          'See whether the device waits for somebody, or shows an error. If it answers,',
          'that is said here. Otherwise, or now:',
          `  ${WAIT}   wait another ${minutes} minutes`,
          `  ${END}    end it: the module’s process is killed; what was done is looked at then`,
        ];
        await this.#terminal.show(rows, answered);
        const choice = await this.#terminal.readChoice(`Type "${WAIT}" or "${END}":`, [WAIT, END], answered);
        // What was being typed for this question must not become the answer to the next one.
        if (choice === undefined) await this.#terminal.readText('Press Enter to go on: it has answered.');
        return choice ?? WAIT;
      });
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      // Left with Ctrl-C it is not decided; without a terminal it cannot be.
      return error.code === 'PRESENTATION_CANCELLED' ? WAIT : 'nobody';
    } finally {
      if (!answered.aborted) shown.begin();
    }
  }
}

function nameOf({ method, call }: UnderWay): JsonObject {
  const where = call();
  return { request: method, ...(where === undefined ? {} : { call: where }) };
}

async function isAnsweredWithin(milliseconds: number, answered: AbortSignal): Promise<boolean> {
  if (answered.aborted) return true;
  await new Promise<void>((resolve) => {
    // Longer than a timer can be, nobody is asked.
    const timer = Number.isFinite(milliseconds) ? setTimeout(resolve, milliseconds) : undefined;
    answered.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return answered.aborted;
}
