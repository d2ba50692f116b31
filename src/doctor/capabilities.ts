import { SHORTEST_PIN } from '../quorum/share-set.ts';
import type { MechanismFacts } from '../token/client.ts';
import type { TokenSeen } from './facts.ts';

/** What a token can be in a ceremony. */
export interface Part {
  /** What it does of what may be asked. */
  readonly can: readonly string[];
  /** What it does not, without which it can take the part all the same. */
  readonly without: readonly string[];
  /** Empty when it can take the part. */
  readonly lacks: readonly string[];
}

export interface Capabilities {
  readonly hsm: Part;
  readonly quorumToken: Part;
}

// Mechanisms and flags of PKCS #11 v2.40 (mechanisms §2.1, §2.3; base, CK_MECHANISM_INFO); those of Ed25519 of v3.0 (§2.3).
const CKM = {
  rsaKeyPairGen: 0x0,
  rsaPkcs: 0x1,
  rsaRaw: 0x3,
  rsaOaep: 0x9,
  sha256Rsa: 0x40,
  sha384Rsa: 0x41,
  ecKeyPairGen: 0x1040,
  ecdsa: 0x1041,
  ecdsaSha256: 0x1044,
  ecdsaSha384: 0x1045,
  ecdsaSha512: 0x1046,
  ecdh1Derive: 0x1050,
  edwardsKeyPairGen: 0x1055,
  eddsa: 0x1057,
} as const;
const CKF = { decrypt: 0x200, sign: 0x800, generateKeyPair: 0x10000, derive: 0x80000 } as const;

interface Wanted {
  readonly mechanism: number;
  readonly flag: number;
}

/** A key of `bits` that some mechanism of each list must take: one hashes on the token, the other is given a digest. */
interface Use {
  readonly name: string;
  readonly bits: number;
  /** The same size as other modules count it, where they do; never less. */
  readonly orBits?: number;
  readonly all: readonly (readonly Wanted[])[];
}

const generateEc: readonly Wanted[] = [{ mechanism: CKM.ecKeyPairGen, flag: CKF.generateKeyPair }];
const generateEdwards: readonly Wanted[] = [{ mechanism: CKM.edwardsKeyPairGen, flag: CKF.generateKeyPair }];
const generateRsa: readonly Wanted[] = [{ mechanism: CKM.rsaKeyPairGen, flag: CKF.generateKeyPair }];
const signWith = (...mechanisms: number[]): readonly Wanted[] =>
  mechanisms.map((mechanism) => ({ mechanism, flag: CKF.sign }));

/** The algorithms of a CA key, of which a ceremony needs the one that its script names. */
const CA_KEYS: readonly Use[] = [
  { name: 'ECDSA P-256', bits: 256, all: [generateEc, signWith(CKM.ecdsa, CKM.ecdsaSha256)] },
  { name: 'ECDSA P-384', bits: 384, all: [generateEc, signWith(CKM.ecdsa, CKM.ecdsaSha384)] },
  { name: 'ECDSA P-521', bits: 521, all: [generateEc, signWith(CKM.ecdsa, CKM.ecdsaSha512)] },
  { name: 'RSA-3072', bits: 3072, all: [generateRsa, signWith(CKM.rsaPkcs, CKM.sha384Rsa)] },
  { name: 'RSA-4096', bits: 4096, all: [generateRsa, signWith(CKM.rsaPkcs, CKM.sha384Rsa)] },
  // The field has 255 bits, the key 256: SoftHSM reports 256 and more, others 255.
  { name: 'Ed25519', bits: 255, orBits: 256, all: [generateEdwards, signWith(CKM.eddsa)] },
];

/** How a member's token signs approvals; its keys may have been made elsewhere. */
const APPROVING: readonly Use[] = [
  { name: 'ECDSA P-256', bits: 256, all: [signWith(CKM.ecdsa, CKM.ecdsaSha256)] },
  { name: 'ECDSA P-384', bits: 384, all: [signWith(CKM.ecdsa, CKM.ecdsaSha384)] },
  { name: 'RSA', bits: 2048, all: [signWith(CKM.rsaPkcs, CKM.sha256Rsa)] },
];

/** How it opens its holder's share. */
const OPENING: readonly Use[] = [
  { name: 'ECDH', bits: 256, all: [[{ mechanism: CKM.ecdh1Derive, flag: CKF.derive }]] },
  // Where the token does the raw operation alone, the guard undoes the padding.
  {
    name: 'RSA-OAEP',
    bits: 2048,
    all: [
      [
        { mechanism: CKM.rsaOaep, flag: CKF.decrypt },
        { mechanism: CKM.rsaRaw, flag: CKF.decrypt },
      ],
    ],
  },
];

/** In words, for a line. */
export function describePart(name: string, { can, without, lacks }: Part, once = ''): string {
  if (lacks.length > 0) return `cannot be a ${name}; it lacks ${lacks.join('; ')}`;
  return `can be a ${name}${once}: ${can.join('; ')}${without.length > 0 ? ` (not ${without.join(', ')})` : ''}`;
}

/** What the token's mechanism list and flags allow. That a mechanism is listed does not prove that it works. */
export function capabilitiesOf({ facts, mechanisms, random, problem }: TokenSeen): Capabilities {
  if (!mechanisms) {
    const part: Part = {
      can: [],
      without: [],
      lacks: [`its mechanisms, which could not be read: ${problem?.message ?? 'unknown'}`],
    };
    return { hsm: part, quorumToken: part };
  }
  const divide = (uses: readonly Use[]) => {
    const names = (able: boolean) => uses.filter((use) => isAble(mechanisms, use) === able).map(({ name }) => name);
    return { able: names(true), unable: names(false) };
  };
  const caKeys = divide(CA_KEYS);
  const approving = divide(APPROVING);
  const opening = divide(OPENING);
  const common = when(facts.errorState, 'a sound state: it reports an error');
  const asksItself = facts.protectedAuthenticationPath;
  return {
    hsm: {
      can: [
        caKeys.able.join(', '),
        random === null ? 'random bytes not tried' : 'random bytes',
        ...when(asksItself, 'a login at the device itself'),
      ],
      without: caKeys.unable,
      lacks: [
        ...common,
        ...when(caKeys.able.length === 0, `generation and signing with any of ${caKeys.unable.join(', ')}`),
        ...when(random === false, 'random bytes without a login'),
        ...when(facts.writeProtected, 'storage: it is write-protected'),
        // Nought stands for "not told" with some modules.
        ...when(
          !asksItself && facts.maxPinLength > 0 && facts.maxPinLength < SHORTEST_PIN,
          `PINs of ${SHORTEST_PIN} characters: it takes ${facts.maxPinLength} at most`,
        ),
      ],
    },
    quorumToken: {
      can: [`signs by ${approving.able.join(', ')}`, `opens by ${opening.able.join(', ')}`],
      without: [...approving.unable, ...opening.unable],
      lacks: [
        ...common,
        ...when(asksItself, 'a PIN that this computer hands over: it asks for PINs at a keypad of its own'),
        ...when(approving.able.length === 0, `signing by any of ${approving.unable.join(', ')}`),
        ...when(opening.able.length === 0, `opening by ${opening.unable.join(' or ')}`),
      ],
    },
  };
}

function isAble(mechanisms: readonly MechanismFacts[], { bits, orBits = bits, all }: Use): boolean {
  return all.every((wanted) =>
    wanted.some(({ mechanism, flag }) =>
      mechanisms.some(
        (one) =>
          one.mechanism === mechanism &&
          (one.flags & flag) !== 0 &&
          one.minKeySize <= orBits &&
          // Nought: the module does not tell.
          (one.maxKeySize === 0 || bits <= one.maxKeySize),
      ),
    ),
  );
}

function when(condition: boolean, text: string): string[] {
  return condition ? [text] : [];
}
