import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { Module } from 'graphene-pk11';
import { refuseDumps } from '../../src/hardening/refuse-dumps.ts';
import { dropLoadingPermissions, endedByKernelAfter } from '../../src/token/hardening.ts';

/**
 * Runs with the arguments of a token process, tries what one must not be able to do, and prints a JSON object:
 * what was tried → "done", or the code of the refusal.
 */
const [what, library = ''] = process.argv.slice(2);

async function attempt(action: () => unknown): Promise<string> {
  try {
    await action();
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

function event(emitter: NodeJS.EventEmitter, good: string): Promise<void> {
  return new Promise((resolve, reject) => emitter.once(good, () => resolve()).once('error', reject));
}

async function attempts(): Promise<Record<string, string>> {
  return {
    connect: await attempt(() => event(connect(9, '127.0.0.1'), 'connect')),
    listen: await attempt(() => event(createServer().listen(0), 'listening')),
    datagram: await attempt(() => event(createSocket('udp4').bind(0, '127.0.0.1'), 'listening')),
    spawn: await attempt(() => {
      const { error } = spawnSync('/bin/true');
      if (error) throw error;
    }),
    worker: await attempt(() => new Worker('0', { eval: true })),
    write: await attempt(() => writeFileSync('/tmp/quorate-permission-probe', '')),
    readElsewhere: await attempt(() => readFileSync('/etc/passwd')),
    readProgram: await attempt(() => readFileSync(new URL(import.meta.url))),
    addon: await attempt(() => process.dlopen({ exports: {} }, '/nonexistent.node')),
  };
}

if (what === 'environment') {
  process.stdout.write(JSON.stringify(process.env));
} else if (what === 'hang') {
  endedByKernelAfter(1);
  for (;;);
} else {
  const module = Module.load(library);
  refuseDumps();
  const before = await attempts();
  dropLoadingPermissions();
  const after = await attempts();
  module.initialize();
  process.stdout.write(JSON.stringify({ before, after, slots: module.getSlots(true).length }));
}
