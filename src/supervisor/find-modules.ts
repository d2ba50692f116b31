import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { arch } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';

const TRIPLET = arch() === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const LIB = `/usr/lib/${TRIPLET}`;

/** Where Debian's packages and vendors' installers put PKCS#11 modules. */
const KNOWN: readonly string[] = [
  // softhsm2
  '/usr/lib/softhsm/libsofthsm2.so',
  `${LIB}/softhsm/libsofthsm2.so`,
  // opensc: smart cards, also PIV, OpenPGP and SmartCard-HSM
  `${LIB}/opensc-pkcs11.so`,
  `${LIB}/pkcs11/opensc-pkcs11.so`,
  // ykcs11, yubihsm-pkcs11
  `${LIB}/libykcs11.so.2`,
  `${LIB}/libykcs11.so`,
  `${LIB}/pkcs11/yubihsm_pkcs11.so`,
  // libtpm2-pkcs11-1
  `${LIB}/libtpm2_pkcs11.so.1`,
  `${LIB}/pkcs11/libtpm2_pkcs11.so`,
  // opencryptoki
  '/usr/lib/opencryptoki/libopencryptoki.so',
  `${LIB}/opencryptoki/libopencryptoki.so`,
  // Entrust nShield, Thales Luna and ProtectServer, Utimaco
  '/opt/nfast/toolkits/pkcs11/libcknfast.so',
  '/usr/safenet/lunaclient/lib/libCryptoki2_64.so',
  '/opt/safenet/protecttoolkit5/ptk/lib/libcryptoki.so',
  '/usr/lib/libcs_pkcs11_R3.so',
  '/opt/utimaco/lib/libcs_pkcs11_R3.so',
  // Thales smart cards, CardContact
  '/usr/lib/libeToken.so',
  '/usr/lib/pkcs11/libIDPrimePKCS11.so',
  '/usr/local/lib/libsc-hsm-pkcs11.so',
];

/** Folders of p11-kit's module descriptions (pkcs11.conf(5)), and where a relative name in one leads. */
const DESCRIPTIONS = ['/usr/share/p11-kit/modules', '/etc/pkcs11/modules'];
const RELATIVE_TO = `${LIB}/pkcs11`;

/** Not modules of tokens: they pass on what other modules do, or hold certificates alone. */
const PASSED_OVER = /^(?:p11-kit-(?:proxy|client|trust)|libnssckbi|pkcs11-spy|onepin-opensc-pkcs11)\b/;

/** PKCS#11 modules that are installed where such modules usually are, each once, sorted. */
export function findModules(): string[] {
  const found = new Map<string, string>();
  for (const path of [...KNOWN, ...DESCRIPTIONS.flatMap(described)]) {
    const real = realPath(path);
    if (real !== undefined && !PASSED_OVER.test(basename(path)) && !found.has(real)) found.set(real, path);
  }
  return [...found.values()].sort();
}

function described(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => name.endsWith('.module'))
    .flatMap((name) => {
      const path = /^\s*module\s*:\s*(\S.*?)\s*$/m.exec(textOf(join(folder, name)))?.[1];
      if (path === undefined) return [];
      return [isAbsolute(path) ? path : join(RELATIVE_TO, path)];
    });
}

/** Undefined where there is nothing. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // p11-kit is not installed.
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
