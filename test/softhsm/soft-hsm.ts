import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy } from './fault-proxy.ts';

/** A SoftHSM of its own: configuration and tokens in a folder that goes with it. */
export interface SoftHsm {
  readonly library: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  remove(): void;
}

const LIBRARIES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
];

/** @throws Error when it is not installed: a test without it would prove nothing */
export function softHsmLibrary(): string {
  const found = LIBRARIES.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`SoftHSM is not installed; looked for ${LIBRARIES.join(', ')}`);
  return found;
}

/** @param mechanisms "ALL", or the only ones: "CKM_A,CKM_B" */
export function makeSoftHsm(mechanisms = 'ALL'): SoftHsm {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-softhsm-'));
  mkdirSync(join(folder, 'tokens'));
  const configuration = join(folder, 'softhsm2.conf');
  const settings = [
    `directories.tokendir = ${join(folder, 'tokens')}`,
    'objectstore.backend = file',
    'log.level = ERROR',
    'slots.removable = false',
    `slots.mechanisms = ${mechanisms}`,
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  return {
    library: softHsmLibrary(),
    environment: { SOFTHSM2_CONF: configuration },
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the module in between does from the beginning; its proxy can be told more later. */
export interface Faults {
  /** C_Login returns CKR_PIN_LOCKED, untried, after so many wrong PINs. */
  readonly lockAfter?: number;
  /** Has CKM_ECDSA_SHA256. */
  readonly ecdsaSha?: boolean;
  /** Shows a token as blank after C_InitToken until it is finalised. */
  readonly stale?: boolean;
}

export interface FaultyHsm extends SoftHsm {
  readonly proxy: FaultProxy;
  /** Those of the calls that returned which log in, log out, end, or leave something behind, in order. */
  calls(): readonly string[];
}

const NOTED = /^(?:C_Login|C_Logout|C_Finalize|C_InitToken|C_SetPIN|C_DestroyObject|C_Sign) /;

/** A SoftHSM behind a module that counts and misbehaves. */
export function makeFaultyHsm(faults: Faults = {}): FaultyHsm {
  const hsm = makeSoftHsm();
  const proxy = new FaultProxy(hsm, join(hsm.folder, 'faults'));
  if (faults.lockAfter !== undefined) proxy.say(`lock-after ${faults.lockAfter}`);
  if (faults.ecdsaSha) proxy.say('ecdsa-sha');
  if (faults.stale) proxy.say('stale');
  return {
    ...hsm,
    library: proxy.library,
    environment: proxy.environment,
    proxy,
    calls: () => proxy.returned().filter((line) => NOTED.test(line)),
  };
}
