import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** The openssl command line as an outside judge and maker of test data, in a folder of its own. */
export const folder = mkdtempSync(join(tmpdir(), 'quorate-openssl-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export function pathOf(name: string): string {
  return join(folder, name);
}

export function put(name: string, bytes: Uint8Array | string): string {
  writeFileSync(pathOf(name), bytes);
  return pathOf(name);
}

export function get(name: string): Buffer {
  return readFileSync(pathOf(name));
}

/** Runs openssl in the folder; throws with its standard error when it fails. */
export function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** As openssl, for a run that may fail. */
export function tryOpenssl(...args: readonly string[]): { status: number | null; text: string } {
  const run = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  return { status: run.status, text: run.stdout + run.stderr };
}

export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'RSA';

const KEY_OPTIONS: Record<KeyKind, readonly string[]> = {
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  RSA: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
};

/** Makes NAME.key. */
export function makeKey(name: string, kind: KeyKind): void {
  openssl('genpkey', ...KEY_OPTIONS[kind], '-out', `${name}.key`);
}

/** Makes NAME.key (unless there), NAME.pem and NAME.der: self-signed, with these lines of an extension section. */
export function makeCertificate(
  name: string,
  kind: KeyKind,
  extensions: readonly string[],
  options: {
    readonly subject?: string;
    readonly digest?: string;
    readonly days?: number;
    readonly more?: readonly string[];
  } = {},
): Buffer {
  makeKey(name, kind);
  const lines = [
    '[req]',
    'distinguished_name=dn',
    'x509_extensions=ext',
    'utf8=yes',
    'string_mask=utf8only',
    '[dn]',
    '[ext]',
    ...extensions,
  ];
  put(`${name}.cnf`, `${lines.join('\n')}\n`);
  const digest = options.digest ?? (kind === 'P-384' ? 'sha384' : kind === 'P-521' ? 'sha512' : 'sha256');
  openssl(
    ...['req', '-x509', '-new', '-key', `${name}.key`, '-config', `${name}.cnf`, `-${digest}`, '-utf8', '-batch'],
    ...['-subj', options.subject ?? `/CN=${name}`, '-days', String(options.days ?? 30), '-out', `${name}.pem`],
    ...(options.more ?? []),
  );
  openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
  return get(`${name}.der`);
}
