import type { Sha256 } from '../base/digest.ts';
import type { MechanismFacts, ModuleFacts, ReaderFacts, TokenFacts } from '../token/client.ts';

/** A refusal, as it is told. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export type Mode = 'rehearsal' | 'production';

/** Everything that was looked at. Nothing is judged here, and nothing is looked at elsewhere. */
export interface Seen {
  /** UTC, whole seconds. */
  readonly at: string;
  readonly machine: MachineSeen;
  readonly terminal: TerminalSeen;
  readonly program: ProgramSeen;
  readonly output: OutputSeen;
  readonly modules: readonly ModuleSeen[];
  /** Null when no site was named. */
  readonly site: SiteSeen | null;
  /** Folders of the site's media. */
  readonly media: readonly MediumSeen[];
}

export interface MachineSeen {
  readonly kernel: string;
  readonly swap: readonly string[];
  /** "0 / 0": soft and hard. */
  readonly coreLimit: string;
  readonly corePattern: string;
  /** Interfaces, other than loopback, that have an address. */
  readonly addressed: readonly string[];
  /** Interfaces, other than loopback, that are switched on, with an address or without. */
  readonly up: readonly string[];
  readonly defaultRoutes: readonly string[];
  /** Radio transmitters that are not switched off: "wlan phy0". */
  readonly radios: readonly string[];
  /** UTC, or null where the computer has none that can be read. */
  readonly hardwareClock: string | null;
  /** Whether the smart card service (pcscd) listens. */
  readonly cardService: boolean;
}

export interface TerminalSeen {
  /** Null when there is none. */
  readonly size: { readonly columns: number; readonly rows: number } | null;
  readonly term: string;
}

export interface ProgramSeen {
  readonly version: string;
  readonly runtime: string;
  readonly root: string;
  /** Null when it could not be measured. */
  readonly digest: Sha256 | null;
  readonly problem: string | null;
  /** When the newest of its files was written, UTC. */
  readonly newest: string;
  /** Whether others than its owner may write into its folder. */
  readonly writableByOthers: boolean;
}

export interface OutputSeen {
  /** Null when none was named: then `parent` is where the program was started. */
  readonly folder: string | null;
  readonly state: 'missing' | 'empty' | 'occupied' | 'no folder';
  /** The nearest folder above (or itself) that exists. */
  readonly parent: string;
  readonly writable: boolean;
  /** Whether anybody may put or remove files there (and no sticky bit keeps ours). */
  readonly open: boolean;
  readonly freeBytes: number;
  readonly umask: number;
}

/** `found` where such modules usually lie; `named` on the command line; `site`: bound by the site under that name. */
export type Origin = { readonly by: 'found' | 'named' } | { readonly by: 'site'; readonly name: string };

export interface ModuleSeen {
  readonly library: string;
  readonly origin: Origin;
  readonly sha256: Sha256 | null;
  readonly writableByOthers: boolean;
  /** Null when it was not loaded. */
  readonly facts: ModuleFacts | null;
  readonly readers: readonly ReaderFacts[];
  readonly tokens: readonly TokenSeen[];
  /** Why it was not loaded, or where looking at it ended. */
  readonly problem: Refusal | null;
}

export interface TokenSeen {
  readonly facts: TokenFacts;
  /** Null when they could not be read. */
  readonly mechanisms: readonly MechanismFacts[] | null;
  /** Whether it gives random bytes to whoever has not logged in; null when that cannot be known. */
  readonly random: boolean | null;
  readonly problem: Refusal | null;
}

export interface MediumSeen {
  readonly name: string;
  readonly at: string;
  readonly exists: boolean;
  readonly writable: boolean;
  /** Whether something is mounted there. */
  readonly mounted: boolean;
  /** Tells apart what is mounted: two folders of one device are one medium. */
  readonly device: string;
  readonly freeBytes: number;
}

/** What the read-only core reads of a site binding and of what lies beside it. */
export interface SiteSeen {
  readonly path: string;
  /** Why it is no site that could be used, one line each. */
  readonly problems: readonly string[];
  readonly binding: Binding | null;
  readonly authorization: AuthorizationSeen | Refusal;
  readonly roster: RosterSeen | Refusal;
  readonly people: PeopleSeen | Refusal;
}

export interface Binding {
  readonly sha256: Sha256;
  readonly mode: Mode;
  readonly place: string;
  readonly modules: readonly SiteModuleSeen[];
  readonly tokens: readonly SiteTokenSeen[];
  /** Name of the module that reaches the quorum tokens. */
  readonly cards: string | null;
  /** Everybody who comes. */
  readonly seats: readonly string[];
  readonly media: readonly { readonly name: string; readonly at: string }[];
}

export interface SiteModuleSeen {
  readonly name: string;
  readonly library: string;
  readonly sha256: Sha256;
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly sha256: Sha256 }[];
  readonly initArgs: string | null;
}

export interface SiteTokenSeen {
  readonly name: string;
  readonly module: string;
  readonly label: string;
  readonly model: string;
  /** Null for one that is blank. */
  readonly serial: string | null;
  readonly firmware: string | null;
  /** Whether the site says that the device asks for its login itself. */
  readonly asksItself: boolean;
}

export interface AuthorizationSeen {
  readonly sha256: Sha256;
  readonly mode: Mode;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly site: Sha256;
  readonly roster: Sha256;
  readonly program: Sha256;
  readonly modules: readonly SiteModuleSeen[];
  readonly hsms: readonly Pick<SiteTokenSeen, 'name' | 'module' | 'model' | 'serial'>[];
  readonly cards: string;
  readonly tokens: readonly { readonly serial: string; readonly model: string }[];
  /** Seats of the policy authority who signed it, or why they do not count. */
  readonly signers: readonly string[] | Refusal;
}

export interface RosterSeen {
  readonly sha256: Sha256;
  readonly version: number;
  readonly members: readonly {
    readonly seat: string;
    readonly role: string;
    readonly tokens: readonly { readonly serial: string; readonly model: string }[];
  }[];
  /** Members with a token whose signature over the roster is missing or does not hold, and why. */
  readonly unsigned: readonly { readonly seat: string; readonly why: string }[];
}

export interface PeopleSeen {
  readonly seats: readonly string[];
}

export function isRefusal<T extends object>(seen: T | Refusal): seen is Refusal {
  return 'code' in seen && 'message' in seen;
}
