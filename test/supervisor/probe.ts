import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { Worker } from 'node:worker_threads';

/**
 * What a package poisoned in the core would try. Run with the core's flags; prints one line of JSON: what was tried →
 * the code of the refusal, or `done`.
 */
const [elsewhere = '', inside = '', secret = '', hardened = ''] = process.argv.slice(2);
// As the guard begins: unreadable, and then without FFI.
if (hardened === 'hardened') {
  const { refuseDumps } = await import('../../src/hardening/refuse-dumps.ts');
  refuseDumps();
  process.permission.drop('ffi');
}
const results: Record<string, string> = {};

function attempt(name: string, act: () => unknown): void {
  try {
    act();
    results[name] = 'done';
  } catch (error) {
    results[name] = (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

// A refused listen is thrown in a later turn of the event loop, at nobody.
let refusedLater: (error: NodeJS.ErrnoException) => void = () => undefined;
process.on('uncaughtException', (error) => refusedLater(error));

async function attemptLater(name: string, act: () => NodeJS.EventEmitter): Promise<void> {
  await new Promise<void>((resolve) => {
    refusedLater = (error) => {
      results[name] = error.code ?? String(error);
      resolve();
    };
    try {
      const emitter = act();
      emitter.once('error', (error: NodeJS.ErrnoException) => {
        results[name] = error.code ?? String(error);
        resolve();
      });
      for (const event of ['connect', 'listening']) {
        emitter.once(event, () => {
          results[name] = 'done';
          resolve();
        });
      }
    } catch (error) {
      results[name] = (error as NodeJS.ErrnoException).code ?? String(error);
      resolve();
    }
  });
}

await attemptLater('connect', () => net.connect(9, '127.0.0.1'));
await attemptLater('connect to a socket file', () => net.connect(`${inside}/socket`));
await attemptLater('listen', () => net.createServer().listen(0, '127.0.0.1'));
attempt('spawn', () => {
  const { error } = spawnSync('/bin/true');
  if (error) throw error;
});
attempt('worker', () => new Worker('1', { eval: true }));
attempt('addon', () => createRequire(import.meta.url)('pkcs11js'));
attempt('ffi', () =>
  (process as unknown as { getBuiltinModule(name: string): { dlopen(path: string): unknown } })
    .getBuiltinModule('node:ffi')
    .dlopen('libc.so.6'),
);
attempt('write elsewhere', () => writeFileSync(`${elsewhere}/stolen`, 'x'));
attempt('read elsewhere', () => readFileSync(secret));
attempt('read the memory of another process', () => readFileSync(`/proc/${process.ppid}/mem`));
attempt('read its environment', () => readFileSync(`/proc/${process.ppid}/environ`));
attempt('link out of the folder', () => symlinkSync(elsewhere, `${inside}/way-out`));
attempt('write inside', () => writeFileSync(`${inside}/mine`, 'x'));
attempt('read the program', () => readFileSync(new URL('../../package.json', import.meta.url)));
process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit(0));
