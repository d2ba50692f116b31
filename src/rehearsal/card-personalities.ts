import type { MemberPurpose } from '../quorum/member-keys.ts';
import type { KeyTemplate } from '../token/client.ts';

/** A key that a card has when it is handed out. */
export interface CardKey {
  readonly label: string;
  /** CKA_ID, hex. */
  readonly id: string;
  /** Attributes of the private half beside those of a member's key. */
  readonly more: KeyTemplate;
}

/**
 * How a kind of quorum card behaves where SoftHSM does not: played by `fault-module.c` in front of it, and by SoftHSM
 * with mechanisms switched off. Its keys are there before any ceremony.
 */
export interface CardPersonality {
  /** As C_GetTokenInfo gives them, to everybody's card alike. */
  readonly serial: string;
  readonly model: string;
  readonly keys: Readonly<Record<MemberPurpose, CardKey>>;
  /** Mechanisms that it does not have. */
  readonly lacks: readonly string[];
  /** Lines of the control file. */
  readonly plays: readonly string[];
}

/** CKR_FUNCTION_NOT_SUPPORTED. */
const NOT_SUPPORTED = 0x54;

/** One row for each; by the name that `--as` takes. */
const CARDS: Readonly<Record<string, CardPersonality>> = {
  // PIV (NIST SP 800-73-4) by OpenSC's documentation and source; no card was there. Its keys come with it: making one
  // wants the management key, which is no PIN of its holder. The signing key (9C) wants the PIN each time.
  piv: {
    serial: '',
    model: 'PKCS#15 emulated',
    keys: {
      sign: { label: 'SIGN key', id: '02', more: { ALWAYS_AUTHENTICATE: true } },
      open: { label: 'KEY MAN key', id: '03', more: {} },
    },
    lacks: ['CKM_RSA_PKCS_OAEP'],
    plays: [
      'token * serial',
      'token * model PKCS#15 emulated',
      'token * manufacturer piv_II',
      ...['C_GenerateKeyPair', 'C_InitToken', 'C_InitPIN'].map(
        (call) => `call ${call} * * before return ${NOT_SUPPORTED}`,
      ),
    ],
  },
};

export const CARD_NAMES: readonly string[] = Object.keys(CARDS);

/** Undefined for what is no quorum card. */
export function cardNamed(name: string): CardPersonality | undefined {
  return Object.hasOwn(CARDS, name) ? CARDS[name] : undefined;
}
