import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CeremonyError } from '../../src/base/errors.ts';
import {
  startTokenProcess,
  type TimeLimits,
  type TokenProcess,
  tokenProcessArguments,
} from '../../src/token/client.ts';
import { CKF, CKR } from '../softhsm/fault-proxy.ts';
import { type Faults, type FaultyHsm, makeFaultyHsm, makeSoftHsm, type SoftHsm } from '../softhsm/soft-hsm.ts';
import {
  activeToken,
  der,
  generate,
  PROGRAM_ROOT,
  prepareToken,
  refusal,
  SO_PIN,
  startOn,
  startRaw,
  USER_PIN,
} from './token-fixture.ts';

const stages: (() => void)[] = [];
afterEach(() => {
  for (const clear of stages.splice(0)) clear();
});

function soft(): SoftHsm {
  const hsm = makeSoftHsm();
  stages.push(hsm.remove);
  return hsm;
}

function faulty(faults: Faults = {}): FaultyHsm {
  const hsm = makeFaultyHsm(faults);
  stages.push(hsm.remove);
  return hsm;
}

async function start(hsm: SoftHsm, options: TimeLimits = {}): Promise<TokenProcess> {
  const process = await startOn(hsm, options);
  stages.push(() => process.kill());
  return process;
}

function probe(what: string, hsm: SoftHsm) {
  const program = fileURLToPath(new URL('permission-probe.ts', import.meta.url));
  const argv = [...tokenProcessArguments(PROGRAM_ROOT, program), what, hsm.library];
  return spawnSync(process.execPath, argv, { env: { ...hsm.environment }, encoding: 'utf8', timeout: 20_000 });
}

const since = (start: number) => performance.now() - start;

test('no network, no processes, no writing, no reading elsewhere; after loading no reading and no addon either', () => {
  const { stdout, stderr } = probe('permissions', soft());
  const denied = 'ERR_ACCESS_DENIED';
  const always = { connect: denied, listen: denied, datagram: denied, spawn: denied, worker: denied, write: denied };
  assert.equal(stderr, '');
  assert.deepEqual(JSON.parse(stdout), {
    before: { ...always, readElsewhere: denied, readProgram: 'done', addon: 'ERR_DLOPEN_FAILED' },
    after: { ...always, readElsewhere: denied, readProgram: denied, addon: denied },
    slots: 1,
  });
});

test('the environment of the process is what was allowed, and neither it nor the command line ever holds a PIN', async () => {
  const hsm = soft();
  assert.deepEqual(JSON.parse(probe('environment', hsm).stdout), hsm.environment);
  const running = await start(hsm);
  const token = await activeToken(running, 'argv');
  await running.setPin(token, USER_PIN, Buffer.from('another pin'));
  const commandLine = readFileSync(`/proc/${running.pid}/cmdline`);
  assert.match(commandLine.toString(), /--permission\0.*(?:src\/token\/main\.ts|dist\/token\/main\.js)\0$/);
  for (const pin of [SO_PIN, USER_PIN, Buffer.from('another pin')]) assert.equal(commandLine.indexOf(pin), -1);
  let environment: Buffer;
  try {
    environment = readFileSync(`/proc/${running.pid}/environ`);
  } catch (error) {
    // Not dumpable, so that only one who may trace any process may read it.
    assert.equal((error as { code: string }).code, 'EACCES');
    return;
  }
  const expected = Object.entries(hsm.environment).map(([name, value]) => `${name}=${value}\0`);
  assert.equal(environment.toString(), expected.join(''));
});

test('an environment that could change the permissions is refused', async () => {
  const hsm = soft();
  await assert.rejects(
    startTokenProcess({
      programRoot: PROGRAM_ROOT,
      library: hsm.library,
      environment: { ...hsm.environment, NODE_OPTIONS: '--allow-net' },
    }),
    refusal('PKCS11_ARGUMENT', 'environment variable "NODE_OPTIONS" could change the permissions of a token process'),
  );
});

test('no core file, ever', async () => {
  const running = await start(soft());
  assert.match(readFileSync(`/proc/${running.pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
});

test('a library that is missing, no library, or no PKCS#11 module is refused, and no process is left', async () => {
  const hsm = soft();
  const open = (library: string) =>
    startTokenProcess({ programRoot: PROGRAM_ROOT, library, environment: hsm.environment, stderr: 'capture' });
  await assert.rejects(
    open('/nonexistent/p11.so'),
    refusal('PKCS11_ERROR', /^library "\/nonexistent\/p11\.so" cannot be loaded: .*No such file or directory$/),
  );
  await assert.rejects(open('p11.so'), refusal('PKCS11_ARGUMENT', 'library "p11.so" is not an absolute path'));
  await assert.rejects(
    open('/proc/self/cmdline'),
    refusal('PKCS11_ERROR', /cannot be loaded: .*\/proc\/self\/cmdline/),
  );
  const libc = ['/lib/x86_64-linux-gnu/libm.so.6', '/lib/aarch64-linux-gnu/libm.so.6', '/lib64/libm.so.6'];
  const outcomes = await Promise.all(libc.map((path) => open(path).catch((error: Error) => error.message)));
  assert.ok(
    outcomes.some((message) => /undefined symbol: C_GetFunctionList$/.test(String(message))),
    String(outcomes),
  );
});

test('killed in the middle of a call: that call and all later ones say so, and where it was', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  const token = await activeToken(running, 'kill');
  const { spki } = await generate(running, token, 'ecdsa-p256', 'k', '01');
  const held = hsm.proxy.hold('C_Sign', 1);
  const lasting = running.lastingCalls;
  const pending = running.sign(token, der(spki), 'ecdsa-sha256', Buffer.from('x'));
  await held.reached();
  running.kill();
  const died = 'the token process ended (SIGKILL)';
  await assert.rejects(pending, (error: CeremonyError) => {
    refusal('TOKEN_PROCESS_DIED', `${died} in C_Sign before it answered "sign"`)(error);
    assert.deepEqual(error.details, { call: 'C_Sign', end: 'SIGKILL' });
    return true;
  });
  assert.equal(running.lastingCalls, lasting + 1);
  assert.deepEqual(await running.ended, { code: null, signal: 'SIGKILL' });
  await assert.rejects(running.tokens(), refusal('TOKEN_PROCESS_DIED', `${died} before it answered "tokens"`));
});

test('a module that aborts takes its process along, and nothing else', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  const token = await activeToken(running, 'abort');
  const { spki } = await generate(running, token, 'ecdsa-p256', 'k', '01');
  hsm.proxy.at('C_Sign', 1, 'abort');
  await assert.rejects(
    running.sign(token, der(spki), 'ecdsa-sha256', Buffer.from('x')),
    refusal('TOKEN_PROCESS_DIED', 'the token process ended (SIGABRT) in C_Sign before it answered "sign"'),
  );
  assert.deepEqual(await running.ended, { code: null, signal: 'SIGABRT' });
});

test('before a call that leaves something behind is announced, a death has certainly done nothing', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  const token = await activeToken(running, 'before');
  const lasting = running.lastingCalls;
  hsm.proxy.at('C_FindObjectsInit', 1, 'segv');
  await assert.rejects(
    generate(running, token, 'ecdsa-p256', 'k', '01'),
    refusal('TOKEN_PROCESS_DIED', 'the token process ended (SIGSEGV) before it answered "generate-key-pair"'),
  );
  assert.equal(running.lastingCalls, lasting);
});

test('a module that does not answer in time is told apart from one that died, and its process is ended', async () => {
  const hsm = faulty();
  const running = await start(hsm, { within: 5000 });
  const token = await activeToken(running, 'hang');
  const { spki } = await generate(running, token, 'ecdsa-p256', 'k', '01');
  hsm.proxy.at('C_Sign', 1, { hang: 60 });
  await assert.rejects(
    running.sign(token, der(spki), 'ecdsa-sha256', Buffer.from('x')),
    refusal('TOKEN_PROCESS_TIMEOUT', 'the token process did not answer "sign" within 5 s in C_Sign, and was ended'),
  );
  assert.deepEqual(await running.ended, { code: null, signal: 'SIGKILL' });
});

test('a call that is under way when its process is to end is waited for', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  const token = await activeToken(running, 'stop');
  const held = hsm.proxy.hold('C_GenerateKeyPair', 1);
  const pending = generate(running, token, 'ecdsa-p256', 'k', '01');
  await held.reached();
  const stopped = running.stop();
  setTimeout(held.release, 300);
  assert.match((await pending).spkiSha256, /^[0-9a-f]{64}$/);
  await stopped;
  assert.deepEqual(await running.ended, { code: 0, signal: null });
});

test('a module that hangs in its logout or its end is killed', async () => {
  for (const call of ['C_Logout', 'C_Finalize']) {
    const hsm = faulty();
    const running = await start(hsm, { endWithin: 500 });
    await activeToken(running, 'hang');
    hsm.proxy.at(call, 1, { hang: 60 });
    const begun = performance.now();
    await running.stop();
    assert.ok(since(begun) > 400 && since(begun) < 5000, `${since(begun)} ms`);
    assert.deepEqual(await running.ended, { code: null, signal: 'SIGKILL' });
  }
});

test('a PIN pad has a time limit of its own', async () => {
  const hsm = faulty();
  const running = await start(hsm, { within: 60_000, loginWithin: 500 });
  const token = await prepareToken(running, 'pad');
  hsm.proxy.at('C_Login', 1, { hang: 60 });
  await assert.rejects(
    running.login(token, 'user', null),
    refusal('TOKEN_PROCESS_TIMEOUT', 'the token process did not answer "login" within 0.5 s in C_Login, and was ended'),
  );
  assert.equal(running.lastingCalls, 2, 'C_InitToken and C_InitPIN; a login leaves nothing behind');
});

test('a return value that only this vendor knows keeps its number', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  const token = await activeToken(running, 'vendor');
  const { spki } = await generate(running, token, 'ecdsa-p256', 'k', '01');
  hsm.proxy.at('C_Sign', 1, { return: 0x800000e0 });
  await assert.rejects(running.sign(token, der(spki), 'ecdsa-sha256', Buffer.from('x')), (error: Error) => {
    refusal('PKCS11_ERROR', `C_Sign on token "${token.serial}" returned CKR_VENDOR_DEFINED|0xe0 (2147483872)`)(error);
    const { details } = error as Error & { details: object };
    assert.deepEqual(details, { ckr: 0x800000e0, name: 'CKR_VENDOR_DEFINED|0xe0', call: 'C_Sign' });
    return true;
  });
});

test('a token that was removed, failed, or lost its session has a code of its own', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  const token = await activeToken(running, 'codes');
  const { spki } = await generate(running, token, 'ecdsa-p256', 'k', '01');
  const cases = [
    ['C_Sign', CKR.deviceRemoved, 'HSM_REMOVED', 'CKR_DEVICE_REMOVED (50)'],
    ['C_SignInit', CKR.tokenNotPresent, 'HSM_REMOVED', 'CKR_TOKEN_NOT_PRESENT (224)'],
    ['C_Sign', CKR.deviceError, 'HSM_DEVICE_ERROR', 'CKR_DEVICE_ERROR (48)'],
    ['C_OpenSession', CKR.sessionHandleInvalid, 'HSM_SESSION_LOST', 'CKR_SESSION_HANDLE_INVALID (179)'],
    ['C_FindObjectsInit', CKR.sessionClosed, 'HSM_SESSION_LOST', 'CKR_SESSION_CLOSED (176)'],
    ['C_SignInit', CKR.userNotLoggedIn, 'HSM_SESSION_LOST', 'CKR_USER_NOT_LOGGED_IN (257)'],
  ] as const;
  for (const [call, ckr, code, name] of cases) {
    hsm.proxy.at(call, 1, { return: ckr });
    // The session cannot be closed either: what went wrong first is told.
    hsm.proxy.at('C_CloseSession', 'always', { return: CKR.generalError }, 'after');
    const shown = call === 'C_FindObjectsInit' ? 'C_FindObjects' : call;
    await assert.rejects(
      running.sign(token, der(spki), 'ecdsa-sha256', Buffer.from('x')),
      refusal(code, `${shown} on token "${token.serial}" returned ${name}`),
    );
    hsm.proxy.heal();
  }
  assert.equal((await running.sign(token, der(spki), 'ecdsa-sha256', Buffer.from('x')))[0], 0x30);
});

test('a token that disappears is not listed, and comes back', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  const token = await activeToken(running, 'gone');
  hsm.proxy.at('C_GetSlotList', 1, 'remove');
  assert.deepEqual(await running.tokens(), []);
  await assert.rejects(
    generate(running, token, 'ecdsa-p256', 'k', '01'),
    refusal('HSM_REMOVED', `C_FindObjects on token "${token.serial}" returned CKR_DEVICE_REMOVED (50)`),
  );
  hsm.proxy.heal();
  const facts = async () => (await running.tokens()).find(({ serial }) => serial === token.serial);
  assert.equal((await facts())?.label, 'gone');
  hsm.proxy.token(token.serial, 'removed');
  assert.equal(await facts(), undefined);
  hsm.proxy.heal();
  hsm.proxy.token(token.serial, { flags: CKF.userPinFinalTry });
  assert.equal((await facts())?.userPinFinalTry, true);
});

test('a token that locks says so', async () => {
  const running = await start(faulty({ lockAfter: 2 }));
  const token = await prepareToken(running, 'lock');
  const login = (pin: Buffer) => running.login(token, 'user', pin);
  await assert.rejects(login(Buffer.from('wrong')), refusal('PIN_INCORRECT', /CKR_PIN_INCORRECT \(160\)$/));
  await assert.rejects(login(Buffer.from('wrong')), refusal('PIN_INCORRECT', /CKR_PIN_INCORRECT \(160\)$/));
  await assert.rejects(
    login(USER_PIN),
    refusal('PIN_LOCKED', `C_Login on token "${token.serial}" returned CKR_PIN_LOCKED (164)`),
  );
});

test('when its pipe closes, the process logs out and ends by itself', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  await activeToken(running, 'pipe');
  const before = hsm.calls().length;
  const start_ = performance.now();
  running.close();
  assert.deepEqual(await running.ended, { code: 0, signal: null });
  assert.ok(since(start_) < 1000, `${since(start_)} ms`);
  assert.deepEqual(hsm.calls().slice(before), ['C_Logout rv=0', 'C_Finalize rv=0']);
});

test('asked to end, it logs out of every token, answers, and ends', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  await activeToken(running, 'one');
  await activeToken(running, 'two');
  const before = hsm.calls().length;
  assert.deepEqual(await running.end(), { code: 0, signal: null });
  assert.deepEqual(hsm.calls().slice(before), ['C_Logout rv=0', 'C_Logout rv=0', 'C_Finalize rv=0']);
});

test('when the time limit of a login runs out, the process logs out and ends', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  const [short, long] = [await prepareToken(running, 'short'), await prepareToken(running, 'long')];
  await running.login(long, 'user', USER_PIN, 3600);
  await running.login(short, 'user', USER_PIN, 1);
  const before = hsm.calls().length;
  const begun = performance.now();
  assert.deepEqual(await running.ended, { code: 75, signal: null });
  assert.ok(since(begun) > 800 && since(begun) < 4000, `${since(begun)} ms`);
  assert.deepEqual(hsm.calls().slice(before), ['C_Logout rv=0', 'C_Logout rv=0', 'C_Finalize rv=0']);
});

test('a login that ended in time leaves no limit behind', async () => {
  const running = await start(soft());
  const token = await prepareToken(running, 'in time');
  await running.login(token, 'user', USER_PIN, 1);
  await running.logout(token);
  await new Promise((resolve) => setTimeout(resolve, 1300));
  assert.equal((await running.tokens()).length, 2);
});

test('the kernel ends a process that hangs beyond its limit', () => {
  assert.equal(probe('hang', soft()).signal, 'SIGALRM');
});

test('interrupts at the terminal are the starter’s to deal with; SIGTERM is an orderly end', async () => {
  const hsm = faulty();
  const running = await start(hsm);
  const token = await activeToken(running, 'signals');
  process.kill(running.pid!, 'SIGINT');
  process.kill(running.pid!, 'SIGHUP');
  assert.equal((await running.inventory(token)).length, 0);
  process.kill(running.pid!, 'SIGTERM');
  assert.deepEqual(await running.ended, { code: 0, signal: null });
  assert.deepEqual(hsm.calls().slice(-2), ['C_Logout rv=0', 'C_Finalize rv=0']);
});

test('a peer that does not speak the protocol ends the process, after its logout', async () => {
  const hsm = faulty();
  const program = fileURLToPath(new URL('../../src/token/main.ts', import.meta.url));
  const child = spawn(process.execPath, tokenProcessArguments(PROGRAM_ROOT, program), {
    env: { ...hsm.environment },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  const channel = child.stdio[3] as NodeJS.WritableStream;
  channel.on('error', () => {});
  channel.write(Buffer.from('\0\0\0\x06\0\0\0\0secret'));
  assert.equal(await ended, 70);
  assert.equal(printed, 'token process: the channel does not speak the protocol\n');
});

test('one process, one module', async () => {
  const hsm = soft();
  const { caller, child } = startRaw(hsm);
  stages.push(() => child.kill('SIGKILL'));
  await assert.rejects(caller.call('tokens'), refusal('PKCS11_ARGUMENT', 'no PKCS#11 module is open'));
  await caller.call('open', { library: hsm.library });
  await assert.rejects(
    caller.call('open', { library: hsm.library }),
    refusal('PKCS11_ARGUMENT', 'a module was opened before; a process has one module'),
  );
  await assert.rejects(caller.call('wrap'), refusal('REQUEST_UNKNOWN', 'no such request: "wrap"'));
});
