import { canonicalBytes, type Json } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import type { KeyState } from '../quorum/key-states.ts';
import type { LossState, RecordLoss } from '../quorum/loss.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import type { Custody } from './custody.ts';

/** What a CA has made so far: carried from one evidence pack to the next. JSON throughout. */
export interface Ledger {
  readonly type: 'quorate/ledger/1';
  readonly ceremony: Sha256;
  /** Number of the ceremony that wrote it, and the digest of the previous pack's manifest. */
  readonly number: number;
  readonly previous: Sha256;
  readonly tokens: readonly LedgerToken[];
  readonly keys: readonly LedgerKey[];
  /** Where else a key is, as a signature from there has shown, or may be. */
  readonly copies: readonly LedgerCopy[];
  /** CAs that were there before their first ceremony; absent where there are none. */
  readonly adoptions?: readonly LedgerAdoption[];
  readonly certificates: readonly LedgerCertificate[];
  readonly crls: readonly LedgerCrl[];
  readonly shareSets: readonly LedgerShareSet[];
  /** Keys that have left their HSM wrapped; absent where none has. */
  readonly backups?: readonly LedgerBackup[];
  /** Whoever has left a roster: their seats are nobody else's, ever. Absent while nobody has. */
  readonly former?: readonly LedgerFormer[];
  /** Whoever has stayed on a roster with other tokens, and which keys that superseded. Absent while nobody has. */
  readonly renewed?: readonly LedgerRenewed[];
  /** Share sets that were sealed and never put to use, of which envelopes lie on media; absent where there is none. */
  readonly unused?: readonly LedgerUnusedSet[];
  /** Files that hold keys, as they went onto media; absent where there are none. */
  readonly keyFiles?: readonly LedgerKeyFiles[];
  /** Seat → the place in which their own box is, as the sites said it last; absent where none did. */
  readonly boxes?: Readonly<Record<string, string>>;
  /** What was declared to be lost, or found again, in that order; absent where nothing was. */
  readonly losses?: readonly LedgerLoss[];
  /** Every thing that was in the room, and where it is. */
  readonly custody: readonly LedgerThing[];
}

/*
 * `provenance` says how a row is known that no ceremony made: `shown`, by a signature that verifies; `asserted`, by what people
 * said, and nothing proves it. What else it may be stands where it is.
 */

/** A CA that was there before its first ceremony: what was shown of it then, and what people said. */
export interface LedgerAdoption {
  /** Name of its key. */
  readonly key: string;
  readonly spkiSha256: Sha256;
  /** Key of the step, and when the key had signed that it is on its token. */
  readonly step: string;
  readonly provenAt: string;
  /** That its CRL is the newest, and that no certificate is missing in the list: nobody can show that. */
  readonly complete: 'asserted';
  /** Serial numbers, hex, that its CRL lists and of which no certificate was brought; in the CRL's order, a thousand at most. */
  readonly revokedUnseen: readonly string[];
  /** How many more there are, which the CRL has; absent where there is none. */
  readonly revokedUnseenMore?: number;
}

/** A member who has left the roster. */
export interface LedgerFormer {
  readonly seat: string;
  /** Key of the step that changed the roster, and when. */
  readonly step: string;
  readonly leftAt: string;
  /** SHA-256 of the last roster on which they stood. */
  readonly roster: Sha256;
}

/** A member whose tokens were replaced by others, while the member stayed. */
export interface LedgerRenewed {
  readonly seat: string;
  /** Key of the step that changed the roster, and when. */
  readonly step: string;
  readonly renewedAt: string;
  /** SHA-256 of the last roster on which the old tokens stood. */
  readonly roster: Sha256;
  /** SHA-256 of the SubjectPublicKeyInfo of each key that opened envelopes: what is sealed to no other, is lost to them. */
  readonly superseded: readonly Sha256[];
}

/** A declaration of the quorum that a thing is lost, or found again. It destroys nothing. */
export interface LedgerLoss extends Omit<RecordLoss, 'op' | 'to'> {
  readonly state: LossState;
  /** Key of the step, when it was declared, UTC, and the seats that approved it; sorted. */
  readonly step: string;
  readonly at: string;
  readonly approvedBy: readonly string[];
}

/** A thing of which custody is kept, as the record has it when it closes. */
export interface LedgerThing extends Omit<Custody, 'state'> {
  /** `lost`: the quorum has declared that nobody knows where it is. */
  readonly state: Custody['state'] | 'lost';
  /** Of what was destroyed on paper after a ceremony had closed; absent for what a record has. */
  readonly onPaper?: LedgerOnPaper;
  /** The material's name; `name.1` for a copy, `name@seat` for a person's. */
  readonly unit: string;
  readonly kind: string;
  readonly make: string | null;
  readonly serial: string | null;
}

/** What people have signed on paper of the end of a thing, as a later ceremony has typed it. */
export interface LedgerOnPaper {
  /** Number of the ceremony after whose close it was destroyed, and when, UTC, by the paper. */
  readonly ceremony: number;
  readonly at: string;
  /** Who signed, as they stand on it. */
  readonly signed: readonly string[];
  /** SHA-256 of the scan of the page; absent where the script names none. */
  readonly page?: Sha256;
  /** Key of the step that typed it. */
  readonly step: string;
}

/** The files without which the HSMs of a module have no keys, as they were written once; written anew they stand beside. */
export interface LedgerKeyFiles {
  /** As the site calls it. */
  readonly module: string;
  /** Where they lay on the computer. */
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly sha256: Sha256 }[];
  /** SHA-256 of the SubjectPublicKeyInfo of each key that the HSMs of the module had then, in the order of the ledger. */
  readonly keys: readonly Sha256[];
  /** Media that have all of them, read back; sorted. */
  readonly media: readonly string[];
}

export interface LedgerToken {
  /** The script's name for it. */
  readonly name: string;
  readonly serial: string;
  readonly model: string;
  readonly label: string;
  /** How it is unlocked: `shares`, … */
  readonly means: string;
  /** Ids of the share sets that open it. */
  readonly sets: readonly string[];
}

export interface LedgerKey {
  readonly name: string;
  readonly label: string;
  /** CKA_ID, hex. */
  readonly id: string;
  readonly algorithm: string;
  /** SubjectPublicKeyInfo, base64 of the DER. */
  readonly spki: string;
  readonly spkiSha256: Sha256;
  /** Serial of the token it was generated on. */
  readonly token: string;
  /** Key of the step that made it. */
  readonly step: string;
  /** Null for a key that was adopted: no record says it. */
  readonly generatedAt: string | null;
  /** Absent for one that a ceremony has made. */
  readonly provenance?: 'shown';
  /** `destroyed`: no HSM and no wrapped copy is left of it that anybody knows of. */
  readonly state: KeyState;
  /** It may leave its HSM wrapped: it is not NEVER_EXTRACTABLE. Absent for one that may not. */
  readonly wrappable?: true;
  /** How it came to that state: every transition, in that order; the first is its generation, or its adoption. */
  readonly states: readonly LedgerKeyState[];
  /** Where it was destroyed on the token that it was generated on; absent while it is there. */
  readonly destroyed?: LedgerDestroyed;
  /** What the token did not report, or reported in its own way. */
  readonly quirks: readonly string[];
}

/** A transition of a key (NIST SP 800-57 part 1 rev. 5 §7): when (UTC), in which step of which ceremony, and why. */
export interface LedgerKeyState {
  /** Null for the first. */
  readonly from: KeyState | null;
  readonly to: KeyState;
  readonly at: string;
  /** Number of the ceremony. */
  readonly ceremony: number;
  readonly step: string;
  readonly reason: string;
  /** Seats whose approvals it rests on, sorted; empty where no operation of that ceremony led to it. */
  readonly approvedBy: readonly string[];
}

/** When a key was destroyed on a token, UTC, and by which step. */
export interface LedgerDestroyed {
  readonly at: string;
  readonly step: string;
  /**
   * Where no signature shows it: `erased` with its whole token. Of a destruction that was interrupted, and finished when no private
   * object was left that could have signed, `absent` where the inventory afterwards has no object of the key, and `finished` where none
   * says so. Absent where the key signed right before.
   */
  readonly stated?: 'erased' | 'absent' | 'finished';
}

/** A key on another token than the one it was generated on. */
export interface LedgerCopy {
  /** Name of the key. */
  readonly key: string;
  readonly spkiSha256: Sha256;
  /** Serial of the token that holds the copy; of an asserted one what people call its holder. */
  readonly token: string;
  /** Key of the step that had it proven last, and when; of the one in which it was asserted, or made, and null. */
  readonly step: string;
  readonly provenAt: string | null;
  /**
   * Absent for one that has signed; `restored` for one that has signed after it was made there from a wrapped backup;
   * `unproven` for one that a vendor's tools have made, or were to make, or that a restoration was begun of, and that has not signed.
   */
  readonly provenance?: 'asserted' | 'restored' | 'unproven';
  /**
   * What a ceremony left that was to come to another end: `begun`, a restoration of which no result says that it was done; `undestroyed`,
   * one that was to be destroyed again, and the ceremony was aborted before. Absent for any other, and once it has signed in a later one.
   */
  readonly left?: LedgerLeft;
  /** Absent while it is there. */
  readonly destroyed?: LedgerDestroyed;
}

/** What was left of a restoration, and when that was begun, or done; UTC. */
export interface LedgerLeft {
  readonly how: 'begun' | 'undestroyed';
  readonly at: string;
}

export interface LedgerCertificate {
  readonly name: string;
  readonly path: string;
  readonly sha256: Sha256;
  /** Content octets of the serial number, hex. */
  readonly serial: string;
  /** Name of the key that signed. */
  readonly key: string;
  /** Of the SubjectPublicKeyInfo of the key that it certifies: below another CA not the one that signed. */
  readonly spkiSha256: Sha256;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly step: string;
  /** Absent for one that a ceremony has made. */
  readonly provenance?: 'shown';
}

export interface LedgerCrl {
  readonly name: string;
  readonly path: string;
  readonly sha256: Sha256;
  /** Name of the key that signed. */
  readonly issuer: string;
  /** CRL number, decimal: it may have 20 octets (RFC 5280 §5.2.3). */
  readonly number: string;
  /** Of a delta CRL: number of the complete one that it starts from (RFC 5280 §5.2.4). */
  readonly base?: string;
  /** The partition that it is of (RFC 5280 §5.2.5); absent for one of all that its CA issues. */
  readonly scope?: CrlScope;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly step: string;
  /** Absent for one that a ceremony has made. */
  readonly provenance?: 'shown';
}

/** A key outside of any HSM, wrapped: a file on media, which opens with enough shares of its set. */
export interface LedgerBackup {
  /** Name of the key. */
  readonly key: string;
  readonly spkiSha256: Sha256;
  /** Id of the share set whose secret gives the key that it is wrapped with. */
  readonly set: string;
  /** `aes-256-kwp`: what it means, whatever the HSM calls it. */
  readonly algorithm: string;
  /** Name of the file, and its bytes; they are in no pack. Null of an `orphan` that no record has on a medium. */
  readonly file: string;
  readonly sha256: Sha256 | null;
  readonly size: number | null;
  /** Media on which it was written and read back; sorted. */
  readonly media: readonly string[];
  /** Key of the step, and when what was wrapped had signed. */
  readonly step: string;
  /** Null of an `orphan`: no result says that it restores. */
  readonly madeAt: string | null;
  /**
   * `orphan`: the operation that makes it was begun, and came to no end: nobody knows whether it restores, nor whether somebody
   * has it, whatever the record says, and it counts as a live copy all the same.
   */
  readonly state: 'kept' | 'orphan' | 'destroyed';
}

export interface LedgerShareSet extends ShareSet {
  /** Serial of the token that it opens; of one of kind `kek`, of the token whose key was wrapped under it. */
  readonly hsm: string;
  /**
   * `superseded`: another set stands in its place, or its token was erased, and this one still counts as a live copy: other
   * HSMs may have the PIN that its secret gives. `void`: no HSM that the ledger knows can have it; of one of kind `kek`, the
   * wrapped key is gone; of one of kind `so`, its token was erased, and its envelopes are destroyed. `begun`: it was being put in another's place, and whether the token has its PIN is not known; of one
   * of kind `kek`, a key was being wrapped under it, and whether it was is not known. `lost`: its token is, and a copy of what
   * it opens with it.
   */
  readonly state: 'current' | 'lost' | 'superseded' | 'begun' | 'void';
  /** Seats whose envelope nobody has opened since it was sealed: what is in it is not proven yet. */
  readonly unproven: readonly string[];
  /** Medium → paths of the envelope files on it, sorted. */
  readonly envelopes: Readonly<Record<string, readonly string[]>>;
  /** Its shares that are on paper too, unencrypted; absent where none is. */
  readonly paper?: readonly LedgerPaperShare[];
}

/** A share set that opens nothing: its ceremony was cut off before it was put to use, and made another one. */
export interface LedgerUnusedSet {
  readonly set: string;
  /** Key of the step that wrote its envelopes. */
  readonly step: string;
  /** Medium → paths of the envelope files on it, sorted. */
  readonly envelopes: Readonly<Record<string, readonly string[]>>;
}

/** A share on paper: whoever reads the page has it. */
export interface LedgerPaperShare {
  /** For whom it was printed. */
  readonly seat: string;
  /** What the custody register calls the page. */
  readonly unit: string;
  /** When the page that its custodian read back was printed, UTC; null where nobody did, and there may be one. */
  readonly printedAt: string | null;
  /** How many went to the printer, as far as it is known: all but the one that was read back are shredded. */
  readonly pages: number;
}

export function ledgerBytes(ledger: Ledger): Uint8Array {
  return canonicalBytes(ledger as unknown as Json);
}
