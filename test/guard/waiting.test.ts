import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CeremonyError } from '../../src/base/errors.ts';
import { HsmSession } from '../../src/guard/hsm.ts';
import type { Screen } from '../../src/guard/screen.ts';
import { GuardTerminal } from '../../src/guard/terminal.ts';
import { Waiting, type WaitingTimes } from '../../src/guard/waiting.ts';
import { SHARES } from '../../src/quorum/activation.ts';
import type { TokenProcess, UnderWay } from '../../src/token/client.ts';
import { type FaultyHsm, makeFaultyHsm } from '../softhsm/soft-hsm.ts';
import { MODEL, prepareToken, privateTemplate, publicTemplate, startOn, USER_PIN } from '../token/token-fixture.ts';

const KEY = { op: 'generate-key', step: 'root-key' } as const;
const HOLD = { operations: 3, seconds: 600 };

/** A terminal that notes what is shown below everything, and whose people answer each question in turn; else nobody does. */
class Table implements Screen {
  readonly states: (string | undefined)[] = [];
  readonly shown: string[] = [];
  readonly asked: string[] = [];
  /** Questions that went away unanswered. */
  withdrawn = 0;
  readonly #answers: (string | Error)[];

  constructor(...answers: (string | Error)[]) {
    this.#answers = answers;
  }

  async take(): Promise<void> {}

  release(): void {}

  async show(rows: readonly string[]): Promise<void> {
    this.shown.push(...rows);
  }

  status(row: string | undefined): void {
    this.states.push(row);
  }

  async waitFor(): Promise<undefined> {
    return undefined;
  }

  async readLine(prompt: string, _echo: boolean, until?: AbortSignal): Promise<Buffer> {
    // A slow computer may have people asked about what does not hang.
    if (!/ s, in C_(?:GenerateKeyPair|Login|Sign)$/m.test(this.shown.slice(-7).join('\n'))) return Buffer.from('wait');
    this.asked.push(prompt);
    const answer = this.#answers.shift();
    if (answer instanceof Error) throw answer;
    if (answer !== undefined) return Buffer.from(answer);
    await new Promise((resolve) => until?.addEventListener('abort', resolve));
    this.withdrawn += 1;
    return Buffer.alloc(0);
  }
}

function waitingAt(table: Table, times: Partial<WaitingTimes> = {}): Waiting {
  return new Waiting(new GuardTerminal(table), { shown: 40, tick: 30, more: 60_000, ...times });
}

describe('what takes long', () => {
  test('is shown until it is over, with the time so far', async () => {
    const table = new Table();
    const waiting = waitingAt(table, { shown: 400, tick: 300 });
    assert.equal(await waiting.during('Secrets are made', () => sleep(1300, 'done')), 'done');
    assert.equal(table.states[0], 'Secrets are made … 0 s. Nothing is to be typed.');
    assert.equal(table.states.at(-2), 'Secrets are made … 1 s. Nothing is to be typed.');
    assert.equal(table.states.at(-1), undefined);
    const { length } = table.states;
    assert.ok(length >= 3);
    await sleep(400);
    assert.equal(table.states.length, length);
  });

  test('is not shown when it is soon over, nor when it fails', async () => {
    const table = new Table();
    const waiting = waitingAt(table);
    await waiting.during('x', async () => 1);
    await assert.rejects(
      waiting.during('x', () => Promise.reject(new RangeError('no'))),
      RangeError,
    );
    await sleep(100);
    assert.deepEqual(table.states, []);
  });

  test('says what a token does, by the request, whatever that is', async () => {
    for (const [method, says] of [
      ['generate-key-pair', 'The HSM "root-hsm" is making the key … 0 s. Nothing is to be typed.'],
      ['tokens', 'The HSM "root-hsm" is being looked at … 0 s. Nothing is to be typed.'],
    ] as const) {
      const table = new Table();
      const over = new AbortController();
      const request: UnderWay = { method, patience: 60_000, call: () => undefined, answered: over.signal };
      const attended = waitingAt(table).attendant('The HSM "root-hsm"')(request);
      await sleep(60);
      over.abort();
      assert.equal(await attended, 'answered');
      assert.equal(table.states[0], says);
      assert.equal(table.states.at(-1), undefined);
    }
  });

  test('is asked about again after each decision to wait', async () => {
    const table = new Table('wait', 'wait', 'end');
    const over = new AbortController();
    const waiting = waitingAt(table, { more: 50 });
    const request: UnderWay = { method: 'sign', patience: 50, call: () => 'C_Sign', answered: over.signal };
    assert.equal(await waiting.attendant('The HSM "root-hsm"')(request), 'end');
    assert.deepEqual(
      waiting.takeDecided().map(({ decided }) => decided),
      ['wait', 'wait', 'end'],
    );
    assert.deepEqual(waiting.takeDecided(), []);
  });
});

describe('an HSM that hangs', () => {
  let hsm: FaultyHsm;
  let serial: string;
  let started: TokenProcess[];

  beforeEach(async () => {
    started = [];
    hsm = makeFaultyHsm();
    const client = await startOn(hsm);
    ({ serial } = await prepareToken(client, 'waiting'));
    await client.end();
  });

  afterEach(() => {
    for (const client of started) client.kill();
    hsm.remove();
  });

  /** The guard's hold on it, whose people are asked after this time, in milliseconds. */
  function session(waiting: Waiting, patience = 1500, within = 60_000): HsmSession {
    const attend = waiting.attendant('The HSM "root-hsm"');
    return new HsmSession(
      { name: 'root-hsm', module: 'module', model: MODEL, serial, activation: SHARES },
      'rehearsal',
      async () => {
        const client = await startOn(hsm, { within, endWithin: 500, patience, attend });
        started.push(client);
        return client;
      },
    );
  }

  const make = (label: string, id: string) => (client: TokenProcess) =>
    client.generateKeyPair({ serial }, 'ecdsa-p256', publicTemplate(label, id), privateTemplate(label, id));

  async function refused(attempt: Promise<unknown>): Promise<CeremonyError> {
    return await attempt.then(
      () => assert.fail('it was expected to be refused'),
      (error: CeremonyError) => error,
    );
  }

  test('is waited for when people say so, and what it did is done', async () => {
    const table = new Table('what?', 'wait');
    const waiting = waitingAt(table);
    const root = session(waiting);
    await root.activate(USER_PIN, HOLD, KEY);
    hsm.proxy.at('C_GenerateKeyPair', 1, { hang: 6 });
    const { spki } = await root.underActivation(HOLD, KEY, make('one', '01'));
    assert.ok(spki.length > 100);
    assert.deepEqual(table.asked, ['Type "wait" or "end":', 'Type "wait" or "end":']);
    assert.match(
      table.shown.join('\n'),
      /^NO ANSWER FOR \d+ s, in C_GenerateKeyPair\nThe HSM "root-hsm" is making the key\.$/m,
    );
    const decided = waiting.takeDecided().at(-1);
    assert.ok(Number(decided?.['seconds']) >= 1);
    assert.deepEqual(
      { ...decided, seconds: 0 },
      { request: 'generate-key-pair', call: 'C_GenerateKeyPair', decided: 'wait', seconds: 0 },
    );
    assert.equal(root.active, true);
    assert.equal(table.states.at(-1), undefined);
  });

  test('that answers while people are asked withdraws the question: what is typed for it answers no other', async () => {
    const table = new Table();
    const waiting = waitingAt(table);
    const root = session(waiting);
    await root.activate(USER_PIN, HOLD, KEY);
    hsm.proxy.at('C_GenerateKeyPair', 1, { hang: 6 });
    await root.underActivation(HOLD, KEY, make('one', '01'));
    await sleep(0);
    assert.deepEqual([table.asked.length, table.withdrawn], [2, 1]);
    assert.match(String(table.asked[1]), /Press Enter to go on: it has answered/);
    assert.equal(
      waiting.takeDecided().some(({ call }) => call === 'C_GenerateKeyPair'),
      false,
    );
    assert.equal(root.active, true);
  });

  test('is ended when people say so: its process is killed, what it did is not known, and a new one works', async () => {
    const table = new Table('end');
    const waiting = waitingAt(table);
    const root = session(waiting);
    await root.activate(USER_PIN, HOLD, KEY);
    hsm.proxy.at('C_GenerateKeyPair', 1, { hang: 60 });
    const logins = hsm.proxy.count('C_Login');
    const error = await refused(root.underActivation(HOLD, KEY, make('one', '01')));
    assert.equal(error.code, 'TOKEN_PROCESS_ENDED');
    assert.match(
      error.message,
      /^"root-hsm" \(.*\) did not answer, and people had its process ended, during generate-key of step "root-key": the token process did not answer "generate-key-pair" within \d+ s in C_GenerateKeyPair, and people had it ended$/,
    );
    assert.match(String(error.hint), /^it is not known whether a key was made; see whether the device waits/);
    assert.equal(error.details?.['reached'], 'maybe');
    assert.deepEqual(await started[0]?.ended, { code: null, signal: 'SIGKILL' });
    assert.equal(root.active, false);
    assert.equal(waiting.takeDecided().at(-1)?.['decided'], 'end');
    hsm.proxy.heal();
    await root.activate(USER_PIN, null, KEY);
    await root.underActivation(null, KEY, make('two', '02'));
    assert.equal(hsm.proxy.count('C_Login'), logins + 1);
  });

  test('before anything could be done on it says that nothing was', async () => {
    const root = session(waitingAt(new Table('end')));
    hsm.proxy.at('C_Login', 1, { hang: 60 });
    const error = await refused(root.activate(USER_PIN, null, KEY));
    assert.equal(error.code, 'TOKEN_PROCESS_ENDED');
    assert.equal(error.details?.['reached'], 'no');
    assert.match(String(error.hint), /^nothing was done on it but perhaps a login; /);
  });

  test('is waited for on Ctrl-C, which decides nothing', async () => {
    const table = new Table(new CeremonyError('PRESENTATION_CANCELLED', 'the question was left with Ctrl-C'));
    const root = session(waitingAt(table));
    await root.activate(USER_PIN, HOLD, KEY);
    hsm.proxy.at('C_GenerateKeyPair', 1, { hang: 6 });
    await root.underActivation(HOLD, KEY, make('one', '01'));
    assert.equal(table.asked.length, 1);
  });

  test('is ended in time where the terminal is gone and nobody can be asked', async () => {
    const table = new Table(new CeremonyError('INTERRUPTED', 'the terminal was closed'));
    const root = session(waitingAt(table), 1500, 3000);
    await root.activate(USER_PIN, HOLD, KEY);
    hsm.proxy.at('C_GenerateKeyPair', 1, { hang: 60 });
    const error = await refused(root.underActivation(HOLD, KEY, make('one', '01')));
    assert.equal(error.code, 'TOKEN_PROCESS_TIMEOUT');
    assert.match(error.message, /did not answer "generate-key-pair" within 3 s in C_GenerateKeyPair, and was ended$/);
  });

  test('is seen to end when people wait for that, and not when its time is over while they do something else', async () => {
    const attended: string[] = [];
    const root = new HsmSession(
      { name: 'root-hsm', module: 'module', model: MODEL, serial, activation: SHARES },
      'rehearsal',
      async () => {
        const attend = async ({ method, answered }: UnderWay) => {
          attended.push(method);
          await new Promise((resolve) => answered.addEventListener('abort', resolve));
          return 'answered' as const;
        };
        const client = await startOn(hsm, { endWithin: 500, attend });
        started.push(client);
        return client;
      },
    );
    await root.activate(USER_PIN, { operations: 3, seconds: 1 }, KEY);
    await started[0]?.ended;
    assert.equal(root.active, false);
    assert.equal(attended.includes('end'), false);
    await root.activate(USER_PIN, HOLD, KEY);
    await root.deactivate();
    assert.equal(attended.at(-1), 'end');
  });

  test('is ended by the kernel, whatever people decided: the question goes then', async () => {
    const table = new Table('wait');
    const root = session(waitingAt(table, { more: 500 }));
    await root.activate(USER_PIN, HOLD, KEY);
    const held = hsm.proxy.hold('C_GenerateKeyPair', 1);
    const attempt = refused(root.underActivation(HOLD, KEY, make('one', '01')));
    await held.reached();
    while (table.asked.length < 2) await sleep(20);
    process.kill(started[0]?.pid as number, 'SIGALRM');
    const error = await attempt;
    assert.equal(error.code, 'TOKEN_PROCESS_DIED');
    assert.match(error.message, /: SIGALRM in C_GenerateKeyPair$/);
    assert.equal(error.details?.['reached'], 'maybe');
    await sleep(0);
    assert.equal(table.withdrawn, 1);
  });
});
