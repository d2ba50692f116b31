/** What the token process answers, and what its requests are made of; shared with its client, so types alone. */

/**
 * A token that is initialised: by its serial, or, since cards may repeat their serial or have none, by a public key that
 * it shows without a login, as the SHA-256 of its SubjectPublicKeyInfo. Exactly one must be present. Never a slot.
 */
export type TokenName = { readonly serial: string } | { readonly key: string };

/** The same, or a blank one by its model. */
export type TokenSelector = TokenName | { readonly blank: true; readonly model: string };

export type ModuleFacts = {
  /** "2.40" */
  readonly cryptokiVersion: string;
  readonly manufacturer: string;
  readonly description: string;
  readonly libraryVersion: string;
};

/** C_GetSlotInfo of one slot: a reader, or what the module calls one. */
export type ReaderFacts = {
  /** The module's own words: escape them before showing. */
  readonly description: string;
  readonly tokenPresent: boolean;
};

/** C_GetSlotInfo and C_GetTokenInfo of one slot. Texts are the module's own words: escape them before showing. */
export type TokenFacts = {
  /** For the record alone: slot numbers change when a token is initialised. */
  readonly slot: number;
  readonly slotDescription: string;
  readonly label: string;
  readonly serial: string;
  readonly model: string;
  readonly manufacturer: string;
  readonly hardwareVersion: string;
  readonly firmwareVersion: string;
  readonly initialized: boolean;
  readonly userPinInitialized: boolean;
  readonly loginRequired: boolean;
  readonly protectedAuthenticationPath: boolean;
  readonly userPinCountLow: boolean;
  readonly userPinFinalTry: boolean;
  readonly userPinLocked: boolean;
  readonly soPinCountLow: boolean;
  readonly soPinFinalTry: boolean;
  readonly soPinLocked: boolean;
  /** Bytes. */
  readonly minPinLength: number;
  readonly maxPinLength: number;
  readonly writeProtected: boolean;
  readonly errorState: boolean;
};

/** A token, and the public keys and certificates that it shows without a login. */
export type TokenWithKeys = {
  readonly facts: TokenFacts;
  /** SHA-256 of each SubjectPublicKeyInfo, of kinds that we know; once each, sorted. */
  readonly keys: readonly string[];
};

export type MechanismFacts = {
  readonly mechanism: number;
  /** "CKM_ECDSA" */
  readonly name: string;
  readonly minKeySize: number;
  readonly maxKeySize: number;
  /** CKF_ bits. */
  readonly flags: number;
};

/** By CKA name without its prefix. ID and EC_PARAMS in hex; KEY_TYPE as "CKK_EC", KEY_GEN_MECHANISM as "CKM_…". */
export type Attributes = { readonly [name: string]: boolean | number | string };

export type ObjectFacts = {
  /** "private-key", … */
  readonly class: string;
  /** Null when the token does not report it. */
  readonly label: string | null;
  /** Hex. */
  readonly id: string | null;
  readonly attributes: Attributes;
  /** Names that were asked for and that the token does not report, or reports as unavailable. */
  readonly unreported: readonly string[];
  /** Of a public key, and of the one in a certificate, whose kind we know: base64 of its SubjectPublicKeyInfo. */
  readonly spki: string | null;
  readonly spkiSha256: string | null;
  /** Of a certificate or data object: SHA-256 of CKA_VALUE. */
  readonly valueSha256: string | null;
};

export type KeyAlgorithm =
  | 'ecdsa-p256'
  | 'ecdsa-p384'
  | 'ecdsa-p521'
  | 'ed25519'
  | 'rsa-2048'
  | 'rsa-3072'
  | 'rsa-4096';
export type SignatureAlgorithm =
  | 'ecdsa-sha256'
  | 'ecdsa-sha384'
  | 'ecdsa-sha512'
  | 'ed25519'
  | 'rsa-pkcs1-sha256'
  | 'rsa-pkcs1-sha384'
  | 'rsa-pkcs1-sha512';
export type OaepHash = 'sha1' | 'sha256';
export type User = 'user' | 'so';

/** Attributes to be set, by CKA name without its prefix; ID in hex. Closed list: see template.ts. */
export type KeyTemplate = { readonly [name: string]: boolean | string };

export type GeneratedKeyPair = {
  readonly spki: string;
  readonly spkiSha256: string;
  readonly public: Attributes;
  readonly private: Attributes;
  readonly unreported: { readonly public: readonly string[]; readonly private: readonly string[] };
  readonly mechanism: string;
};

export type FoundKey = {
  readonly label: string | null;
  readonly id: string;
  readonly private: ObjectFacts;
  /** Null when the token shows no public key object beside the private one. */
  readonly public: ObjectFacts | null;
};
