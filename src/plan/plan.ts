import { canonicalBytes, type Json, type JsonObject } from '../base/canonical-json.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import type { HsmActivation, Means } from '../quorum/activation.ts';
import type { KeyState } from '../quorum/key-states.ts';
import type { OperationName } from '../quorum/operation.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { CrlScope } from '../x509/crl-scope.ts';

/** A step as it will be run: bound to people, marking applied, numbered as on paper. */
export interface PlannedStep {
  /** Id of the script's step; for an `each`, the same for every repetition. */
  readonly id: string;
  /** `id`, or for one repetition `id@seat` of an `each`, `id@token` of a step about several HSMs: unique in the plan. */
  readonly key: string;
  /** The HSM that this repetition is about, of a step that is repeated for each of several HSMs. */
  readonly token?: string;
  /** What paper says: `7`, or `7.2`. */
  readonly number: string;
  readonly type: string;
  readonly act: number;
  /** Seats (roster pseudonyms) who perform and who check. */
  readonly by: readonly string[];
  readonly check: readonly string[];
  readonly say: string;
  /** The step type's own parameters, as its schema reads them from `with:`. */
  readonly params: JsonObject;
  readonly fields: Readonly<Record<string, JsonObject>>;
  readonly out: string | null;
  /** What is shown with it, e.g. `request.differences`; absent where nothing is. */
  readonly show?: string;
  /** kind → name, e.g. `{ key: 'root' }`. */
  readonly makes: Readonly<Record<string, string>>;
  readonly when: Condition | null;
  readonly operation: OperationName | null;
}

/** What a step hangs on: the answer of an earlier one, or whether an optional input is given. */
export type Condition = { readonly answer: string; readonly is: string } | { readonly input: string };

/** A thing of its own custody: one copy of a material, or the one of a person. */
export interface PlannedUnit {
  /** The material's name; `name.1` for a copy, `name@seat` for a person's. */
  readonly unit: string;
  /** Whose it is, or null. */
  readonly seat: string | null;
  readonly make: string | null;
  readonly serial: string | null;
  /** Number of the bag in which it arrives, and where it is kept; null where it does not arrive sealed. */
  readonly bag: string | null;
  readonly place: string | null;
}

/** A thing in the room whose custody is recorded. */
export interface PlannedMaterial {
  readonly name: string;
  readonly kind: 'computer' | 'hsm' | 'quorum-token' | 'paper-share' | 'medium' | 'document';
  readonly arrives: 'sealed' | 'blank' | 'open';
  /** What a medium holds, or null. */
  readonly holds: string | null;
  /** The script's name of an HSM's token, or null. */
  readonly token: string | null;
  readonly units: readonly PlannedUnit[];
}

export interface PlannedAct {
  readonly index: number;
  readonly title: string;
  readonly always: boolean;
  readonly activation: { readonly seconds: number; readonly operations: number } | null;
  readonly steps: readonly PlannedStep[];
}

export interface PlannedToken {
  readonly name: string;
  readonly module: string;
  readonly model: string;
  readonly serial: string | null;
  readonly label: string;
  readonly means: Means;
  /** As the authorization has it, where the means are not `shares`. */
  readonly activation?: HsmActivation;
  /** Row of the quirk table; absent for an HSM without one. */
  readonly behavesAs?: string;
  readonly expect: string;
  /** Of an HSM that earlier ceremonies left: the keys on it by the ledger. */
  readonly holds?: readonly KeyThere[];
  /** Of one that shares open: its current sets, and the medium on which their envelopes come. */
  readonly sets?: readonly ShareSet[];
  readonly envelopes?: string;
}

/** A key that is to be on an HSM, as it is known by its label there. */
export interface KeyThere {
  readonly name: string;
  readonly label: string;
  readonly spkiSha256: Sha256;
}

/** A quorum token that is to be enrolled. */
export interface PlannedCard {
  readonly serial: string;
  readonly model: string;
  /** Labels of the keys to adopt, or null. */
  readonly sign: string | null;
  readonly open: string | null;
  /** There where the site says that it keeps its own keys. */
  readonly keys?: 'adopted';
  /** SHA-256 of the SubjectPublicKeyInfo of its signing key, by which it is known; there where the site names it. */
  readonly key?: string;
}

/** What is left of a key that is to be destroyed, besides what is on the HSMs here. */
export type KeyRemains = {
  /** Serials of HSMs that are not here and hold it by the ledger. */
  readonly elsewhere: readonly string[];
  /** What people have said of where else it is, and nothing has shown. */
  readonly asserted: readonly string[];
  /** Certificates that it has signed, beside its own: their names, and when each ends, UTC. */
  readonly certificates: readonly { readonly name: string; readonly notAfter: string }[];
};

/** A partition of which a key has signed CRLs, and the number of the newest complete one. */
export type PartitionUsed = {
  readonly uri?: string;
  readonly only?: 'ca' | 'user';
  readonly number: string;
};

/** What an earlier ceremony made or adopted, as the ledger of the previous pack has it. */
export type PlannedUse = {
  /** Absent for what a ceremony has made; of what was adopted how it is known. */
  readonly provenance?: 'shown';
} & (
  | {
      readonly kind: 'key';
      /** The ledger's name for it. */
      readonly name: string;
      readonly label: string;
      /** CKA_ID, hex. */
      readonly id: string;
      readonly algorithm: string;
      /** SubjectPublicKeyInfo, base64 of the DER. */
      readonly spki: string;
      readonly spkiSha256: Sha256;
      /** The plan's name for the HSM here that holds it, or null. */
      readonly token: string | null;
      /** It may leave its HSM wrapped; absent for one that may not. */
      readonly wrappable?: true;
      /** Number of the newest CRL of all it issues that it has signed; absent where there is none. */
      readonly lastCrl?: string;
      /** The same of each partition of its CRL; absent where it has none. */
      readonly partitions?: readonly PartitionUsed[];
      /** By the ledger; absent for an active one. */
      readonly state?: KeyState;
      /** What the ledger has of it besides; there where the script destroys it. */
      readonly remains?: KeyRemains;
    }
  | {
      readonly kind: 'certificate';
      readonly name: string;
      readonly sha256: Sha256;
      /** In this pack: `previous/certificates/<sha256>.crt`. */
      readonly path: string;
      /** SHA-256 of the SubjectPublicKeyInfo that it certifies, and of the one that signed it. */
      readonly spkiSha256: Sha256;
      readonly signedBy: Sha256;
      readonly notBefore: string;
      readonly notAfter: string;
      /** Number of the newest CRL of all it issues that the key it certifies has signed; absent where there is none. */
      readonly lastCrl?: string;
      /** The same of each partition of its CRL; absent where it has none. */
      readonly partitions?: readonly PartitionUsed[];
    }
  | {
      readonly kind: 'crl';
      readonly name: string;
      readonly sha256: Sha256;
      /** In this pack: `previous/crls/<sha256>.crl`. */
      readonly path: string;
      readonly signedBy: Sha256;
      /** The partition that it is of; absent for one of all that its CA issues. */
      readonly scope?: CrlScope;
      /** Decimal. */
      readonly number: string;
      readonly thisUpdate: string;
      readonly nextUpdate: string;
      /** The delta CRL after it: what is revoked, both say together. Absent where there is none. */
      readonly delta?: {
        readonly name: string;
        readonly sha256: Sha256;
        readonly path: string;
        readonly number: string;
        readonly thisUpdate: string;
        readonly nextUpdate: string;
      };
    }
  | {
      readonly kind: 'backup';
      /** The ledger's name for the key that is wrapped, and what it has of it besides. */
      readonly name: string;
      readonly label: string;
      /** CKA_ID, hex. */
      readonly id: string;
      readonly algorithm: string;
      /** SubjectPublicKeyInfo, base64 of the DER. */
      readonly spki: string;
      readonly spkiSha256: Sha256;
      /** Serials of the HSMs that have the key: it is restored on none of them. */
      readonly places: readonly string[];
      /** Under which it is wrapped. */
      readonly set: ShareSet;
      /** The wrapped key: a file on media, which is in no pack. */
      readonly wrapped: {
        readonly algorithm: string;
        readonly file: string;
        readonly sha256: Sha256;
        readonly size: number;
      };
    }
);

/** A file that comes in on a medium. */
export interface PlannedInput {
  readonly type: 'csr' | 'csr-folder' | 'crl' | 'certificate' | 'issued-list' | 'revocation-list';
  /** The medium, and the name on it of the file, or of the folder. */
  readonly on: string;
  readonly file: string;
  readonly optional: boolean;
  /** Of an optional one, once there is a site: whether that says where it is. */
  readonly given?: boolean;
  /** Of a request, or of each in a folder: the algorithm of its key, where the script says it. */
  readonly key?: string;
  /** Of a request: its key's digest must be one of the authorization's references. */
  readonly spki?: 'independent';
  /** Its digest must be one of the authorization's references. */
  readonly sha256?: 'independent';
  /** Name under `uses` of what it must be, byte for byte. */
  readonly mustEqual?: string;
  /** Name of the certificate that must have signed it, or all that it lists. */
  readonly issuer?: string;
  /** Of a revocation list: name of a list of certificates that the CA has issued, and its ledger may lack. */
  readonly certificates?: string;
  /** Of a revocation list: that the CA has issued what neither ledger nor list shows is said by who brings it. */
  readonly issued?: 'asserted';
}

/** A list of weak RSA keys. */
export interface PlannedWeakKeys {
  readonly sha256: Sha256;
  readonly entries: number;
}

/** Script and site, bound and simulated to the end: what is printed, approved and run. JSON throughout. */
export interface Plan {
  readonly type: 'quorate/plan/1';
  readonly title: string;
  readonly objectives: readonly string[];
  readonly policy: string;
  readonly place: string;
  readonly mode: 'rehearsal' | 'production';
  readonly marking: { readonly commonName: string; readonly label: string };
  readonly script: Sha256;
  readonly site: Sha256;
  readonly rules: readonly string[];
  readonly waivers: readonly JsonObject[];
  /** Resolved profiles by the script's name for them. */
  readonly profiles: Readonly<Record<string, JsonObject>>;
  /** Role → the seats that are present, in the site's order. */
  readonly seats: Readonly<Record<string, readonly string[]>>;
  /** Floors by operation class. */
  readonly quorums: Readonly<Record<string, number>>;
  readonly tokens: readonly PlannedToken[];
  /** Sheets of other tools' steps: the site's name → digest of the file. */
  readonly vendorSheets: Readonly<Record<string, Sha256>>;
  /** The list in which each RSA key that comes in is looked up, and how many keys it has; absent where the site names none. */
  readonly weakKeys?: PlannedWeakKeys;
  /** Medium name → mount points of its copies. */
  readonly media: Readonly<Record<string, readonly string[]>>;
  /** Module → the interface of its network HSM and that HSM's address; absent where no HSM hangs on a network. */
  readonly network?: Readonly<Record<string, { readonly interface: string; readonly peer: string }>>;
  /** Module → where the keys of its HSMs lie as files of the computer, and the medium they are kept on; absent where none do. */
  readonly keyFiles?: Readonly<Record<string, { readonly folder: string; readonly keptOn: string }>>;
  /** Device or pipe that prints shares; absent where none are printed. */
  readonly printer?: string;
  /** Seat → its tokens to enrol, the spare second; empty but in a first enrolment, and where somebody joins a roster. */
  readonly cards: Readonly<Record<string, readonly PlannedCard[]>>;
  /** Things in the room, in the script's order; empty where a script keeps no custody. */
  readonly materials: readonly PlannedMaterial[];
  /** Seat → the place in which the box of their own is; absent where the site says none. */
  readonly boxes?: Readonly<Record<string, string>>;
  /** Bags to bring: one for each seal, and the spare ones. */
  readonly bags: { readonly needed: number; readonly spare: number };
  /** Kinds of evidence that is promised for after the close, as addenda to the pack; in the script's order. */
  readonly evidence: readonly string[];
  /** What earlier ceremonies made and this one uses, by the script's name for it; absent where it uses nothing. */
  readonly uses?: Readonly<Record<string, PlannedUse>>;
  /** Files that come in, by the script's name for them; absent where none do. */
  readonly inputs?: Readonly<Record<string, PlannedInput>>;
  /** What the program runs; `index` counts the acts on paper too. */
  readonly acts: readonly PlannedAct[];
  /** Acts on paper: before the program runs, and after it ends. */
  readonly paper: readonly PlannedAct[];
}

/** A plan before its steps are known. */
export type PlanHead = Omit<Plan, 'acts' | 'paper' | 'bags'>;

export function planDigest(plan: Plan): Sha256 {
  return sha256(canonicalBytes(plan as unknown as Json));
}

/** Whether a site is bound; a script linted alone has none, and nobody can say what its media are. */
export function hasSite(plan: Pick<Plan, 'site'>): boolean {
  return plan.site !== NO_DIGEST;
}

/** Type of the step that makes the first roster. */
export const MAKES_ROSTER = 'make-roster';

/** Type of the step that has several operations approved in one presentation. */
export const APPROVES = 'approve';

/** The step in which an operation is approved, or undefined where it collects its approvals itself. */
export function approvingStep(plan: Plan, { id }: Pick<PlannedStep, 'id'>): PlannedStep | undefined {
  return stepsOf(plan).find(
    ({ type, params }) => type === APPROVES && Array.isArray(params['operations']) && params['operations'].includes(id),
  );
}

/** Whether this ceremony makes the first roster: there is none before it. */
export function foundsRoster(plan: Plan): boolean {
  return stepsOf(plan).some((step) => step.type === MAKES_ROSTER);
}

/** Role of a seat that is present. */
export function roleOf(plan: Pick<Plan, 'seats'>, seat: string): string | undefined {
  return Object.keys(plan.seats).find((role) => plan.seats[role]?.includes(seat));
}

/** All steps in order, acts flattened. */
export function stepsOf(plan: Pick<Plan, 'acts'>): readonly PlannedStep[] {
  return plan.acts.flatMap((act) => act.steps);
}

/** What the program runs and what is done on paper, in the order of the script. */
export function allActs(plan: Pick<Plan, 'acts' | 'paper'>): readonly PlannedAct[] {
  return [...plan.acts, ...plan.paper].sort((one, other) => one.index - other.index);
}

/** All steps on paper in order, before the program and after it. */
export function paperSteps(plan: Plan): readonly PlannedStep[] {
  return plan.paper.flatMap((act) => act.steps);
}

/** @returns the first planned step with that script id */
export function stepById(plan: Plan, id: string): PlannedStep | undefined {
  return stepsOf(plan).find((step) => step.id === id);
}
