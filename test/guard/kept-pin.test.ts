import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { KeptPin } from '../../src/guard/kept-pin.ts';
import { GuardTerminal } from '../../src/guard/terminal.ts';
import type { TokenProcess } from '../../src/token/client.ts';
import { type FaultyHsm, makeFaultyHsm } from '../softhsm/soft-hsm.ts';
import {
  activeToken,
  der,
  generate,
  privateTemplate,
  publicTemplate,
  refusal,
  startOn,
  USER_PIN,
} from '../token/token-fixture.ts';

let hsm: FaultyHsm;
let client: TokenProcess;
let token: { readonly serial: string };
const spkis: Record<'asks' | 'silent' | 'agrees', Buffer> = {
  asks: Buffer.of(),
  silent: Buffer.of(),
  agrees: Buffer.of(),
};
let rows: string[] = [];

before(async () => {
  hsm = makeFaultyHsm();
  client = await startOn(hsm);
  token = await activeToken(client, 'card');
  const each = { ALWAYS_AUTHENTICATE: true };
  const asks = await client.generateKeyPair(
    token,
    'ecdsa-p256',
    publicTemplate('asks', '01'),
    privateTemplate('asks', '01', each),
  );
  spkis.asks = der(asks.spki);
  spkis.silent = der((await generate(client, token, 'ecdsa-p256', 'silent', '02')).spki);
  const agreeing = { ...each, SIGN: false, DERIVE: true };
  spkis.agrees = der((await generate(client, token, 'ecdsa-p256', 'agrees', '03', agreeing)).spki);
});
after(async () => {
  await client.end();
  hsm.remove();
});
beforeEach(() => {
  rows = [];
});

function kept(bytes: Buffer) {
  const terminal = new GuardTerminal({
    take: async () => undefined,
    release: () => undefined,
    show: async (lines) => void rows.push(...lines),
    status: () => undefined,
    readLine: async () => Buffer.alloc(0),
    waitFor: async () => undefined,
  });
  return new KeptPin({ seat: 'alice', called: `the token ${token.serial}`, client, name: token, terminal }, bytes);
}

const sign = (pin: KeptPin, spki: Buffer) =>
  pin.using(spki, (asked) => client.sign(token, spki, 'ecdsa-sha256', Buffer.from('payload'), asked));
const logins = () => hsm.calls().filter((line) => line.startsWith('C_Login user=2'));
const isZero = (bytes: Buffer) => bytes.every((octet) => octet === 0);

test('goes to a key that asks as often as its holder is told, and is zeroed with the last use', async () => {
  const bytes = Buffer.from(USER_PIN);
  const pin = kept(bytes);
  const before = logins().length;
  await pin.keepFor([
    { spki: spkis.asks, times: 2 },
    { spki: spkis.silent, times: 5 },
  ]);
  assert.deepEqual(rows, [
    `alice: the token ${token.serial} asks for its PIN each time.`,
    'The PIN that you typed is sent to it 2 times more, then it is forgotten.',
  ]);
  await sign(pin, spkis.silent);
  await sign(pin, spkis.asks);
  assert.ok(!isZero(bytes));
  await sign(pin, spkis.asks);
  assert.ok(isZero(bytes));
  assert.deepEqual(logins().slice(before), Array(2).fill(`C_Login user=2 pin=${USER_PIN.length} rv=0`));
  await assert.rejects(sign(pin, spkis.asks), TypeError);
  assert.equal(logins().length, before + 2);
});

test('is zeroed at once where no key asks, or the one that asks is not used', async () => {
  for (const uses of [
    [{ spki: spkis.silent, times: 3 }],
    [{ spki: spkis.asks, times: 0 }],
    // Nothing says when an agreement of keys would take a PIN.
    [{ spki: spkis.agrees, times: 1 }],
  ]) {
    const bytes = Buffer.from(USER_PIN);
    await kept(bytes).keepFor(uses);
    assert.ok(isZero(bytes));
    assert.deepEqual(rows, []);
  }
});

test('that the token refuses at a use is sent no second time', async () => {
  const bytes = Buffer.from('not the one');
  const pin = kept(bytes);
  const before = logins().length;
  await pin.keepFor([{ spki: spkis.asks, times: 3 }]);
  await assert.rejects(
    sign(pin, spkis.asks),
    refusal(
      'PIN_INCORRECT',
      `the token ${token.serial} of "alice" refuses at a use of its key the PIN that it took at the login`,
    ),
  );
  assert.ok(isZero(bytes));
  await assert.rejects(sign(pin, spkis.asks), TypeError);
  assert.equal(logins().length, before + 1);
});
