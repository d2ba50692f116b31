import { CeremonyError } from '../base/errors.ts';
import type { HsmActivation } from '../quorum/activation.ts';

/** PINs of the SoftHSM token behind a played HSM; throw-away, like all that a rehearsal makes. */
export interface PlayedPins {
  readonly user: string;
  readonly so: string;
}

/** How a kind of HSM behaves where SoftHSM does not: played by `fault-module.c` in front of it, and by nothing else. */
export interface Personality {
  /** As a site has it; what `login` says is for the site alone. */
  readonly activation: Exclude<HsmActivation, { means: 'shares' }> & { readonly login?: 'null-pin' };
  /** `login-within` of the module, where it is not the usual. */
  readonly loginWithin?: string;
  /** What is behind instead of SoftHSM: then nothing but the login is played. */
  readonly behind?: 'nss';
  /** Whether its keys are files of the host: the module in front keeps them in the folder `key-files`. */
  readonly keepsKeyFiles?: true;
  /** Lines of the control file. */
  readonly plays: (pins: PlayedPins) => readonly string[];
}

/** CKF_PROTECTED_AUTHENTICATION_PATH (PKCS #11 v2.40 base, CK_TOKEN_INFO). */
const ASKS_ITSELF = 0x100;
/** CKR_KEY_NOT_WRAPPABLE: a partition that clones its keys wraps no private one. */
const NOT_WRAPPABLE = 0x69;
/** CKR_FUNCTION_NOT_SUPPORTED. */
const NOT_SUPPORTED = 0x54;
/** What each of the three PIN functions returns where the device has none. */
const unsupported = (call: string) => `call ${call} * * before return ${NOT_SUPPORTED}`;

/** One row for each; by name, as `behaves-as` of a site has it. */
const PERSONALITIES: Readonly<Record<string, Personality>> = {
  // By the vendor's documentation of Luna 7 with a PED; no such device was there.
  'luna-7': {
    activation: { means: 'device-quorum', login: 'null-pin', devices: 'black PED keys', need: 3, of: 5 },
    // 200 seconds for each of the keys that are presented.
    loginWithin: 'PT15M',
    plays: ({ user, so }) => [
      'token * model Luna G7 (played)',
      `token * flags ${ASKS_ITSELF}`,
      `device-pins ${user} ${so}`,
      'call C_Login * * before hang 1',
      `call C_WrapKey * * before return ${NOT_WRAPPABLE}`,
      // A partition's crypto officer has ten; then its keys are gone.
      `erase-after 10 ${so}`,
    ],
  },
  // By the vendor's documentation of the YubiHSM 2: a PIN is the id of an authentication key and its password. It has no
  // security officer and no function that sets a PIN, and shows nothing before a login.
  yubihsm: {
    activation: { means: 'pin', pin: { prefix: '0001', length: '8..60', alphabet: 'printable' } },
    plays: () => [
      'token * model YubiHSM (played)',
      'blind',
      'pin-form 8',
      ...['C_InitToken', 'C_InitPIN', 'C_SetPIN'].map(unsupported),
    ],
  },
  // By the vendor's documentation of nShield in a FIPS 140 level 3 Security World. Its one NULL PIN stands for what
  // `preload` or C_LoginBegin does with a card set of more than one card: neither is called.
  nshield: {
    activation: { means: 'device-quorum', login: 'null-pin', devices: 'operator cards', need: 3, of: 5 },
    loginWithin: 'PT15M',
    keepsKeyFiles: true,
    plays: ({ user, so }) => [
      'token * model nShield (played)',
      'token * manufacturer nCipher Corp. Ltd',
      `token * flags ${ASKS_ITSELF}`,
      `device-pins ${user} ${so}`,
      unsupported('C_InitToken'),
      'frozen',
      'needs-card',
    ],
  },
  // The softoken of NSS itself holds the key: the module in front exports the functions that NSS has in its list alone, and
  // plays a login at the device, since no PIN of an NSS database can be set through PKCS#11 as a ceremony sets it.
  nss: {
    activation: { means: 'device-quorum', login: 'null-pin', devices: 'played keys', need: 3, of: 5 },
    behind: 'nss',
    plays: ({ user, so }) => [`token * flags ${ASKS_ITSELF}`, `device-pins ${user} ${so}`],
  },
};

/** Whether such an HSM is played, and unlocked by these means. */
export function isPlayed(name: string, means: string): boolean {
  return Object.hasOwn(PERSONALITIES, name) && PERSONALITIES[name]?.activation.means === means;
}

/** @throws CeremonyError USAGE */
export function personalityNamed(name: string): Personality {
  const found = Object.hasOwn(PERSONALITIES, name) ? PERSONALITIES[name] : undefined;
  if (found) return found;
  throw new CeremonyError('USAGE', `no HSM is played as "${name}", expected ${Object.keys(PERSONALITIES).join(', ')}`, {
    hint: 'without --as the HSM is a blank SoftHSM, activated by shares',
  });
}
