/**
 * How long a token process may take for a request before it is ended where nobody can be asked, in seconds. No standard
 * has such numbers: they are several times what slow devices take (a smart card makes an RSA-4096 key in minutes, an
 * HSM on the network zeroises in one), so that one that runs out means a device that hangs.
 */
export const LIMIT_SECONDS = {
  /** Loading a module and C_Initialize: some look for their devices on the network. */
  open: 120,
  /** Logging out, C_Finalize and the end of the process. */
  end: 30,
  /** Whatever neither computes nor waits for people. */
  plain: 60,
  /** Every attribute of every object. */
  inventory: 300,
  /** A PIN that comes with the request: C_Login, C_InitPIN, C_SetPIN. */
  login: 120,
  /** A PIN that a person enters at the device. */
  loginAtDevice: 600,
  initToken: 600,
  generateEc: 300,
  generateRsa: 900,
  /** A private key at work, and a second more for each part of the payload that goes to the token. */
  use: 300,
  /** For each further signature of a request that has several made. */
  nextSignature: 10,
} as const;

/** Payloads of one `sign-many`: whoever asks for more asks again, and can look at what came meanwhile. */
export const MOST_IN_ONE_REQUEST = 50;

/** How long a login has to stand for so many signatures and nothing else. Seconds. */
export function loginSecondsFor(signatures: number): number {
  return LONGEST_CALL_SECONDS + signatures * LIMIT_SECONDS.nextSignature;
}

/** Bytes of payload that the slowest token is given a second for. */
const BYTES_PER_SECOND = 8192;

/** The longest that a call may take which nobody waits for at a device. */
export const LONGEST_CALL_SECONDS = LIMIT_SECONDS.generateRsa;

const BY_METHOD: Readonly<Record<string, number>> = {
  open: LIMIT_SECONDS.open,
  inventory: LIMIT_SECONDS.inventory,
  login: LIMIT_SECONDS.login,
  'init-pin': LIMIT_SECONDS.login,
  'set-pin': LIMIT_SECONDS.login,
  'init-token': LIMIT_SECONDS.initToken,
  ecdh: LIMIT_SECONDS.use,
  'rsa-oaep-decrypt': LIMIT_SECONDS.use,
  'rsa-raw-decrypt': LIMIT_SECONDS.use,
  'import-wrapping-key': LIMIT_SECONDS.use,
  'destroy-wrapping-key': LIMIT_SECONDS.use,
  'wrap-key': LIMIT_SECONDS.use,
  'try-wrapped-key': LIMIT_SECONDS.use,
  'unwrap-key': LIMIT_SECONDS.use,
};

/**
 * Seconds for a request. `generate-key-pair`, `sign` and `sign-many` depend on what is asked; a PIN that is entered at the device
 * is the caller's to judge.
 */
export function limitOf(method: string, params: { readonly [name: string]: unknown }, bytes: number): number {
  if (method === 'generate-key-pair') {
    return String(params['algorithm']).startsWith('rsa') ? LIMIT_SECONDS.generateRsa : LIMIT_SECONDS.generateEc;
  }
  if (method === 'sign') return LIMIT_SECONDS.use + Math.ceil(bytes / BYTES_PER_SECOND);
  if (method === 'sign-many')
    return LIMIT_SECONDS.use + countOf(params) * LIMIT_SECONDS.nextSignature + Math.ceil(bytes / BYTES_PER_SECOND);
  return BY_METHOD[method] ?? LIMIT_SECONDS.plain;
}

function countOf({ sizes }: { readonly [name: string]: unknown }): number {
  return Array.isArray(sizes) ? sizes.length : 0;
}

/** How long a request may take before people are asked whether to go on waiting, in seconds: what is unusual, not what is too long. */
const PATIENCE_SECONDS = { plain: 60, initToken: 120, generateRsa: 300, nextSignature: 2 } as const;

/** @see limitOf */
export function patienceOf(method: string, params: { readonly [name: string]: unknown }, bytes: number): number {
  if (method === 'init-token') return PATIENCE_SECONDS.initToken;
  if (method === 'generate-key-pair' && String(params['algorithm']).startsWith('rsa'))
    return PATIENCE_SECONDS.generateRsa;
  if (method === 'sign-many') return PATIENCE_SECONDS.plain + countOf(params) * PATIENCE_SECONDS.nextSignature;
  return PATIENCE_SECONDS.plain + (method === 'sign' ? Math.ceil(bytes / BYTES_PER_SECOND) : 0);
}
