import type { Custody } from '../ledger/custody.ts';
import type { Change } from '../pki/reissue-differences.ts';
import type { CertificateRequest } from '../pki/request.ts';
import type { CertificateKind } from '../pki/rule.ts';
import type { KeyState } from '../quorum/key-states.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import { GrownMap } from './grown-map.ts';

/** What the plan holds true before a step. Values are replaced, never changed in place. */
export interface World {
  readonly tokens: ReadonlyMap<string, WorldToken>;
  readonly keys: ReadonlyMap<string, WorldKey>;
  /** Key → its state, where that is not active, or was not, and the step by which it came to it; null for an earlier ceremony. */
  readonly states: ReadonlyMap<string, { readonly state: KeyState; readonly by: string | null }>;
  /** Key → HSM on which it was destroyed → id of the step that did it. */
  readonly destroyed: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly certificates: ReadonlyMap<string, WorldCertificate>;
  readonly crls: ReadonlyMap<string, WorldCrl>;
  /** File name → id of the step that writes it. */
  readonly files: ReadonlyMap<string, string>;
  /** Modules with keys in files of the computer that are on no medium yet, with the HSM that made the last one. */
  readonly unkept: ReadonlyMap<string, string>;
  /** Operation step id → id of the `approve` step that covers it. */
  readonly approved: ReadonlyMap<string, string>;
  /** What came in on a medium and was read, by the script's name for it. */
  readonly inputs: ReadonlyMap<string, WorldInput>;
  /** Ids of the steps that were done. */
  readonly done: ReadonlyMap<string, true>;
  /** Seats whose token has answered a roll-call. */
  readonly present: ReadonlySet<string>;
  /** Seat → how many of its tokens have been enrolled: in a first enrolment. */
  readonly enrolled: ReadonlyMap<string, number>;
  /** Whether the first roster has been made. */
  readonly rostered: boolean;
  /** Step types that have run, e.g. `roll-call`: rules of order ask for them. */
  readonly ran: ReadonlyMap<string, number>;
  /** Thing → where it is, and whether what put it there is done on abort too. */
  readonly custody: ReadonlyMap<string, WorldCustody>;
  /** Things that are not where they were at first. */
  readonly moved: ReadonlySet<string>;
  /** Who has signed in, and not out again. */
  readonly inRoom: ReadonlySet<string>;
  /** Whoever has signed in since the last adjournment, whether or not they have signed out since. */
  readonly signedIn: ReadonlySet<string>;
  /** The step that last ended a day, if any. */
  readonly adjourned: string | undefined;
  /** Titles of the acts on paper that were typed into the record. */
  readonly transcribed: ReadonlySet<string>;
  /** Whether an HSM operation was done. */
  readonly operated: boolean;
  /** Whether the provisional pack was verified on another computer. */
  readonly verified: boolean;
  readonly signedOff: boolean;
  readonly closed: boolean;
}

export interface WorldToken {
  readonly name: string;
  /** `erased`: there is nothing on it, and nothing more is done with it here. */
  readonly state: 'blank' | 'prepared' | 'known' | 'erased';
  /** Logged in: an activation stands. */
  readonly active: boolean;
  /** A full inventory was taken since the activation and before a write. */
  readonly inspected: boolean;
  readonly labels: ReadonlySet<string>;
}

export interface WorldCustody {
  readonly state: Custody['state'];
  readonly always: boolean;
}

export interface WorldKey {
  readonly name: string;
  readonly token: string;
  readonly label: string;
  readonly algorithm: string;
  /** Whether it may leave its HSM wrapped. */
  readonly wrappable?: boolean;
  /** Of one that is restored here: serials of the HSMs that have it by the ledger. */
  readonly elsewhere?: readonly string[];
  /** Null for one of an earlier ceremony. */
  readonly step: string | null;
}

export interface WorldCertificate {
  readonly name: string;
  /** The name here of the key that it certifies; null where it has none here. */
  readonly key: string | null;
  /** Name of the certificate of the CA that signs it; null where it signs itself, and for one of an earlier ceremony. */
  readonly issuer: string | null;
  /** Name of the certificate, or of the input, beside which it stands, of the same subject and key. */
  readonly existing?: string;
  /** Of one that is issued again: what may differ from the existing one, besides dates and serial number. */
  readonly changes?: readonly Change[];
  /** By what it is linted; null for one of an earlier ceremony, which was. */
  readonly kind: CertificateKind | null;
  /** Null for one of an earlier ceremony. */
  readonly step: string | null;
  /** Requests at both ends of the approved date bounds: what the plan lints with a stand-in key. */
  readonly requests: readonly CertificateRequest[];
}

export interface WorldCrl {
  readonly name: string;
  /** The name here of the certificate of the CA that it is of; empty where it has none here. */
  readonly issuer: string;
  /** Absent for a complete one. */
  readonly delta?: true;
  /** The partition that it is of; absent for one of all that its CA issues. */
  readonly scope?: CrlScope;
  /** Whether nobody can say of which it is: no site says from which pack it comes. */
  readonly assumed?: true;
  /** Null for one of an earlier ceremony. */
  readonly step: string | null;
}

export interface WorldInput {
  readonly name: string;
  /** Id of the step that reads it. */
  readonly step: string;
  /** Whether its key was compared with what arrives another way. */
  readonly compared: boolean;
}

export const EMPTY_WORLD: World = {
  tokens: new Map(),
  keys: new Map(),
  states: new Map(),
  destroyed: new Map(),
  certificates: new Map(),
  crls: new Map(),
  files: new Map(),
  unkept: new Map(),
  approved: new Map(),
  inputs: new Map(),
  done: new Map(),
  present: new Set(),
  enrolled: new Map(),
  rostered: false,
  ran: new Map(),
  custody: new Map(),
  moved: new Set(),
  inRoom: new Set(),
  signedIn: new Set(),
  adjourned: undefined,
  transcribed: new Set(),
  operated: false,
  verified: false,
  signedOff: false,
  closed: false,
};

/** Operations that are approved and not done: step id → id of the `approve` step. */
export function openApprovals({ approved, done }: World): readonly (readonly [step: string, by: string])[] {
  return [...approved].filter(([step]) => !done.has(step));
}

/** The tokens after a key on one of them has signed: an activation is held, or its operation logs out. */
export function signsOn(
  { tokens }: Pick<World, 'tokens'>,
  key: { readonly token: string | undefined } | undefined,
  act: { readonly activation: unknown },
): World['tokens'] {
  const token = key?.token === undefined ? undefined : tokens.get(key.token);
  return token ? withEntry(tokens, token.name, { ...token, active: act.activation !== null }) : tokens;
}

/** The map with one more entry, or one replaced. */
export function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return GrownMap.of(map).with(key, value);
}
