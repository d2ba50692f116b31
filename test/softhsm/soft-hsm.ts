import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** What the module in between does that SoftHSM never does. */
export interface Faults {
  /** C_Login returns CKR_PIN_LOCKED, untried, after so many wrong PINs. */
  readonly lockAfter?: number;
  /** C_Sign returns this CK_RV, never returns, or aborts the process. */
  readonly sign?: number | 'hang' | 'abort';
  /** Has CKM_ECDSA_SHA256. */
  readonly ecdsaSha?: boolean;
  /** Shows a token as blank after C_InitToken until it is finalised. */
  readonly stale?: boolean;
}

export interface FaultyHsm extends SoftHsm {
  /** The calls that were counted, in order: "C_Login user=1 pin=8 rv=0" (the length of the PIN, or "null"). */
  calls(): readonly string[];
}

/** A SoftHSM behind a module that counts and misbehaves, compiled here from fault-module.c. */
export function makeFaultyHsm(faults: Faults = {}): FaultyHsm {
  const hsm = makeSoftHsm();
  const library = join(hsm.folder, 'fault-module.so');
  const log = join(hsm.folder, 'calls.log');
  const headers = fileURLToPath(new URL('../../node_modules/pkcs11js/includes', import.meta.url));
  const source = fileURLToPath(new URL('fault-module.c', import.meta.url));
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', `-I${headers}`, '-o', library, source, '-ldl']);
  return {
    ...hsm,
    library,
    environment: {
      ...hsm.environment,
      FAULT_MODULE: hsm.library,
      FAULT_LOG: log,
      FAULT_LOCK_AFTER: String(faults.lockAfter ?? 0),
      FAULT_SIGN: String(faults.sign ?? ''),
      FAULT_STALE: faults.stale ? '1' : '0',
      FAULT_ECDSA_SHA: faults.ecdsaSha ? '1' : '0',
    },
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : []),
  };
}
