import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { CeremonyError } from '../../src/base/errors.ts';
import { TableScreen } from '../../src/guard/table-screen.ts';
import { GuardTerminal } from '../../src/guard/terminal.ts';
import { FakeDevice } from './fake-device.ts';

const MARK = '[tiger Wichita] ';

export interface Session<T> {
  readonly result?: T;
  readonly error?: CeremonyError;
  /** What was written to the terminal, all of it. */
  readonly written: string;
  /** What was asked, in order, but for pages that are read on. */
  readonly asked: readonly string[];
  readonly device: FakeDevice;
}

/**
 * Somebody at a terminal of the guard, who answers each question as it is asked.
 * @param answer what is typed before Enter; a lone \u0003 is Ctrl-C
 */
export async function atTerminal<T>(
  use: (terminal: GuardTerminal) => Promise<T>,
  answer: (question: string) => string | Promise<string>,
): Promise<Session<T>> {
  const device = new FakeDevice();
  const [guardSide, core] = duplexPair();
  core.resume();
  let end: { result?: T; error?: CeremonyError } | undefined;
  const used = use(new GuardTerminal(new TableScreen(device, guardSide, MARK.slice(1, -2)))).then(
    (result) => {
      end = { result };
    },
    (error: unknown) => {
      assert.ok(error instanceof CeremonyError, String(error));
      end = { error };
    },
  );
  const asked: string[] = [];
  let seen = 0;
  while (!end) {
    await turn();
    const questions = device.written.split(MARK);
    if (questions.length - 1 === seen) continue;
    seen = questions.length - 1;
    const question = (questions.at(-1) as string).trim();
    if (question.endsWith('Press Enter to read on.')) {
      device.type('\r');
      continue;
    }
    asked.push(question);
    device.type(`${await answer(question)}\r`);
  }
  await used;
  return { ...end, written: device.written, asked, device };
}
