import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Screen } from '../../src/guard/screen.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import { MODEL, type SoftToken } from '../forge/stage.ts';

/** Of every token of these tests. */
export const PIN = '123456';

/** What people type, each answer at the question it is for; everything that was shown. */
export class Typed implements Screen {
  readonly shown: string[] = [];
  readonly asked: string[] = [];
  readonly #answers: (readonly [question: RegExp, answer: string])[];

  constructor(answers: readonly (readonly [question: RegExp, answer: string])[]) {
    this.#answers = [...answers];
  }

  get left(): number {
    return this.#answers.length;
  }

  async take(): Promise<void> {}

  release(): void {}

  status(): void {}

  async show(rows: readonly string[]): Promise<void> {
    this.shown.push(...rows);
  }

  async waitFor(): Promise<undefined> {
    return undefined;
  }

  async readLine(prompt: string): Promise<Buffer> {
    this.asked.push(prompt);
    const [question, answer] = this.#answers.shift() ?? [/^$/, ''];
    assert.match(prompt, question);
    if (answer === 'Ctrl-C') throw new CeremonyError('PRESENTATION_CANCELLED', 'the question was left with Ctrl-C');
    if (answer === 'closed') throw new CeremonyError('INTERRUPTED', 'the terminal was closed');
    return Buffer.from(answer);
  }
}

/** A token process over the forge's tokens; it counts logins. */
export function cardsOf(tokens: readonly SoftToken[], logins: string[]): TokenProcess {
  const process = {
    ended: new Promise(() => undefined),
    tokens: async () => tokens.map(({ serial }) => ({ serial, model: MODEL, initialized: true })),
    tokensOf: async (of: string) => [{ facts: { serial: of, model: MODEL, initialized: true }, keys: [] }],
    findKey: async () => ({ private: { attributes: { SIGN: true } } }),
    login: async ({ serial }: { serial: string }, _user: string, pin: Uint8Array) => {
      logins.push(serial);
      if (Buffer.from(pin).toString() !== PIN)
        throw new CeremonyError('PIN_INCORRECT', 'wrong', { details: { ckr: 0xa0 } });
    },
    logout: async () => undefined,
    sign: async ({ serial }: { serial: string }, _spki: Uint8Array, mechanism: string, bytes: Uint8Array) => {
      assert.equal(mechanism, 'ecdsa-sha256');
      const token = tokens.find((one) => one.serial === serial);
      assert.ok(token);
      return sign('sha256', bytes, token.signingKey);
    },
    stop: async () => undefined,
  };
  return process as unknown as TokenProcess;
}
