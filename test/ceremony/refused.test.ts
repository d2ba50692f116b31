import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Conduct, conduct } from './conducted.ts';
import { verified } from './verified.ts';

/** A ceremony that people or tokens refuse: recorded, nothing done at the HSM, sealed as aborted, and verifiable as such. */
async function refused(wish: Conduct, code: string, exit: number, done: readonly string[]): Promise<void> {
  const held = await conduct(wish);
  try {
    assert.equal(held.code, exit, held.stderr);
    assert.match(held.stderr, new RegExp(`quorate: ${code}: `));
    const events = readFileSync(join(held.out, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const refusal = events.find((event) => event.type === 'refusal');
    assert.equal(refusal?.code, code);
    assert.ok(events.some((event) => event.type === 'abort' && event.code === code));
    assert.equal(events.at(-1)?.type, 'close');
    assert.equal(events.at(-1)?.outcome, 'aborted');
    assert.ok(
      events.some((event) => event.type === 'answer' && event.step === 'away'),
      'the act that is always done was done',
    );
    const finished = events
      .filter((event) => event.type === 'result' && event.outcome === 'done')
      .map((event) => events[event.proposal - 1].operation);
    assert.deepEqual(finished, done);
    assert.equal(existsSync(join(held.out, 'certificates')), done.includes('sign'));
    const roster = String(held.stage.start['expectedRoster']);
    const named = await verified([held.out], [roster], { outcome: ['aborted'] });
    assert.equal(named.status, 0, named.stdout);
    const unnamed = await verified([held.out], [roster]);
    assert.equal(unnamed.status, 1);
    assert.match(unnamed.stdout, /OUTCOME-EXPECTED/);
    execFileSync('sh', ['verify.sh', roster], { cwd: held.out });
  } finally {
    held.remove();
  }
}

test('a wrong PIN at the roll-call ends the ceremony before the HSM is touched', () => {
  let asked = 0;
  const pinOf = (holder: { person: { seat: string }; pin: Uint8Array }) =>
    holder.person.seat === 'crypto-officer-4' && ++asked === 1 ? Buffer.from('00000000') : holder.pin;
  return refused({ pinOf }, 'PIN_INCORRECT', 4, []);
});

test('a card that fails after the close costs its signature, not the pack', async () => {
  let asked = 0;
  // Officer 5: roll-call, prepare-token, sign-off, and then the manifest.
  const held = await conduct({
    pinOf: (holder) =>
      holder.person.seat === 'crypto-officer-5' && ++asked > 3 ? Buffer.from('00000000') : holder.pin,
  });
  try {
    assert.equal(held.code, 4, held.stderr);
    assert.match(
      held.stderr,
      /"crypto-officer-5" has not signed the manifest: the token \S+ of "crypto-officer-5" did not accept the PIN/,
    );
    const { status, stdout } = await verified([held.out], [String(held.stage.start['expectedRoster'])]);
    assert.equal(status, 1);
    assert.match(stdout, /^SIGNATURE-MISSING: .*crypto-officer-5/m);
  } finally {
    held.remove();
  }
});

test('an officer who declines the key ends it before the key exists', () => {
  let asked = 0;
  const decide = (seat: string) => (seat === 'crypto-officer-2' && ++asked > 1 ? 'decline' : 'approve');
  return refused({ decide }, 'OFFICER_DECLINED', 3, ['prepare-token']);
});

test('a printed copy that differs ends it at once', () =>
  refused(
    {
      answer: (question, honest) =>
        question['kind'] === 'words' ? `${honest.split(' ').reverse().join(' ')}` : honest,
    },
    'COMPARISON_FAILED',
    2,
    [],
  ));

test('a clock that is off ends it', () =>
  refused(
    {
      answer: (question, honest) =>
        question['kind'] === 'utc' && question['step'] === 'clock' ? '2031-01-01T00:00:00Z' : honest,
    },
    'CLOCK_OFFSET',
    2,
    [],
  ));
