import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { canonicalBytes, type Json } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../../src/base/digest.ts';
import { type Octets, wholeOf } from '../../src/base/octets.ts';
import { lastRowOf, wordRows } from '../../src/base/words.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { PATH } from '../../src/pack/layout.ts';
import { packDigest, RULE_PACKS } from '../../src/pki/rule-packs.ts';
import type { WeakKeys } from '../../src/pki/weak-keys.ts';
import { profileDigests } from '../../src/plan/make-plan.ts';
import { type Plan, planDigest, stepsOf } from '../../src/plan/plan.ts';
import type {
  Choice,
  Clock,
  Files,
  FolderEntry,
  Guard,
  Interjection,
  MediumFiles,
  NewFiles,
  People,
  Question,
} from '../../src/ports.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { NO_ROSTER, readRoster } from '../../src/quorum/roster.ts';
import { isOfRosterChange } from '../../src/quorum/roster-files.ts';
import { runCeremony } from '../../src/run/runner.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import type { Event, OpeningEvent } from '../../src/transcript/event.ts';
import { withBackup } from './backup.ts';
import { derivePlan } from './derive-plan.ts';
import { followedPack } from './following.ts';
import { guardDouble } from './guard-double.ts';
import { withHierarchy } from './hierarchy.ts';
import {
  authorizationDocument,
  backupSiteText,
  changingAuthorizationDocument,
  changingSiteText,
  documentBytes,
  exampleSiteText,
  foundingAuthorizationDocument,
  foundingSiteText,
  makeFounders,
  makeJoining,
  makeMembers,
  makeMoreMembers,
  makeRenewing,
  makeVaultMembers,
  membersOn,
  onRoster,
  PROGRAM_DIGEST,
  peopleDocument,
  renewingSiteText,
  rosterDocument,
  SHEET,
  type SoftMember,
  siteText,
  vaultSiteText,
} from './stage.ts';

/** What a ceremony left behind, before it is sealed: the raw material that the forge changes and seals. */
export interface Recording {
  readonly members: readonly SoftMember[];
  readonly plan: Plan;
  readonly mode: 'rehearsal' | 'production';
  readonly events: readonly Event[];
  /** Certificates, CRLs, published files and payloads, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly script: Uint8Array;
  readonly site: Uint8Array;
  readonly people: Uint8Array;
  /** Empty where the ceremony makes it. */
  readonly roster: Uint8Array;
  readonly authorization: Uint8Array;
  /** Of the pack before; null for a first ceremony. */
  readonly before: Ledger | null;
  /** The whole output folder as the runner left it. */
  readonly folder: ReadonlyMap<string, Uint8Array>;
}

export interface RecordOptions {
  readonly mode?: 'rehearsal' | 'production';
  /** A first enrolment, by the script that ships; a root generation unless told. */
  readonly founding?: boolean;
  /** A change of the roster: erin leaves, frank joins; or dave, whose card is lost, stays on it with another one. */
  readonly changing?: true | 'renews';
  /** The root generation in which custody is kept of everything in the room. */
  readonly vault?: boolean;
  /** The root generation after which the key is copied to a second HSM by its vendor's means. */
  readonly backup?: boolean;
  /** The root generation with two issuing CAs below the root. */
  readonly hierarchy?: boolean;
  /** The root generation as crypto officers want it: custody, two HSMs, a second screen. */
  readonly example?: boolean;
  /** The yearly CRL after the ceremony whose pack this is: path → bytes. */
  readonly follows?: ReadonlyMap<string, Uint8Array>;
  /** The roster has more members than the site calls. */
  readonly spare?: boolean;
  /** Changes the text of the script that is run. */
  readonly script?: (text: string) => string;
  /** Changes the text of the site binding. */
  readonly site?: (text: string) => string;
  /** Files of the computer that hold keys of the HSM: path → bytes. */
  readonly keyFiles?: ReadonlyMap<string, Uint8Array>;
  /** The list of weak keys that the site names. */
  readonly weakKeys?: WeakKeys;
  /** Mount point → what lies on the medium already, by name. */
  readonly brought?: ReadonlyMap<string, Map<string, Uint8Array>>;
  /** Of the authorization, and of the papers of those who bring something. */
  readonly references?: Readonly<Record<string, string>>;
  /** Fails at this question, so that the ceremony is aborted there. */
  readonly refuse?: (question: Question) => boolean;
  /** What people want when a step begins or is about to end: they are asked again until they want nothing. */
  readonly interject?: (step: string, phase: 'enter' | 'leave', events: readonly Event[]) => Interjection | undefined;
  /** The option that people choose; where it says nothing, they end the ceremony or take the first. */
  readonly choose?: (choice: Choice) => string | undefined;
  /** Other people around the usual ones. */
  readonly people?: (people: People) => People;
  /** Other files around the usual ones. */
  readonly files?: (files: Files) => Files;
  /** Another guard around the usual one: a token that fails, an officer who declines. */
  readonly guard?: (guard: Guard) => Guard;
}

/** Of a script by which somebody leaves and another joins, one by which somebody stays with another token. */
function renewing(text: string): string {
  return text.replaceAll('newcomer', 'returning').replace('leaves: [erin], joins: returning', 'renews: returning');
}

const EXAMPLE = new URL('../script/examples/root-generation.yaml', import.meta.url);
const VAULT = new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url);
const ENROLMENT = new URL('../../ceremonies/quorum-enrolment.yaml', import.meta.url);

class MemoryFiles implements MediumFiles {
  readonly content: Map<string, Uint8Array>;
  constructor(content: Map<string, Uint8Array> = new Map()) {
    this.content = content;
  }
  async create(path: string, octets: Octets): Promise<void> {
    const bytes = wholeOf(octets);
    if (this.content.has(path)) throw new Error(`${path} exists`);
    this.content.set(path, Uint8Array.from(bytes));
  }
  async createAll(files: NewFiles): Promise<void> {
    for await (const [path, bytes] of files) await this.create(path, bytes);
  }
  async append(path: string, line: string): Promise<void> {
    this.content.set(path, Buffer.concat([this.content.get(path) ?? Buffer.alloc(0), Buffer.from(`${line}\n`)]));
  }
  async read(path: string): Promise<Uint8Array> {
    const bytes = this.content.get(path);
    if (!bytes) throw new Error(`${path} is missing`);
    return bytes;
  }
  async open(path: string): Promise<Octets> {
    return await this.read(path);
  }

  async list(): Promise<readonly string[]> {
    return [...this.content.keys()].sort();
  }
  async entries(folder: string): Promise<readonly FolderEntry[]> {
    const below = [...this.content.keys()].filter((path) => path.startsWith(`${folder}/`));
    return below.map((path) => ({ name: path.slice(folder.length + 1), kind: 'file' }));
  }
}

/** Every tenth call is a second later, so that all of it lies within the minute to which dates are floored. */
function steadyClock(from: string): Clock {
  let now = Date.parse(from);
  return {
    now: () => {
      now += 100;
      return `${new Date(now).toISOString().slice(0, 19)}Z`;
    },
    milliseconds: () => now,
  };
}

function openingOf(
  plan: Plan,
  documents: Pick<Recording, 'people'> & { authorization: string; roster: string },
  { number, previous }: { readonly number: number; readonly previous: Sha256 },
): OpeningEvent {
  return {
    type: 'opening',
    title: plan.title,
    objectives: plan.objectives,
    number,
    mode: plan.mode,
    authorization: documents.authorization,
    script: plan.script,
    site: plan.site,
    roster: documents.roster,
    people: sha256(documents.people),
    previous,
    plan: planDigest(plan),
    program: PROGRAM,
    versions: {
      rules: Object.fromEntries(
        plan.rules.flatMap((name) => {
          const pack = RULE_PACKS.get(name);
          return pack ? [[name, packDigest(pack)]] : [];
        }),
      ),
      profiles: profileDigests(plan),
      steps: Object.fromEntries(stepsOf(plan).map(({ type }) => [type, STEP_TYPES.get(type)?.version ?? 0])),
      report: '1',
    },
  };
}

function siteOf({ vault, backup, example, changing }: RecordOptions, mode: 'rehearsal' | 'production'): string {
  if (changing) return changing === 'renews' ? renewingSiteText() : changingSiteText();
  if (vault) return vaultSiteText(mode);
  if (example) return exampleSiteText(mode);
  return backup ? backupSiteText(mode) : siteText(mode);
}

function membersOf({ founding, spare, vault, example, changing }: RecordOptions): readonly SoftMember[] {
  if (founding) return makeFounders();
  if (changing) return changing === 'renews' ? makeRenewing() : makeJoining();
  if (vault || example) return makeVaultMembers();
  return spare ? makeMoreMembers() : makeMembers();
}

/** Runs a ceremony with the real runner: people with software tokens, a guard and an HSM in this process. */
export async function recordCeremony(options: RecordOptions = {}): Promise<Recording> {
  const mode = options.mode ?? 'rehearsal';
  const founding = options.founding ?? false;
  const followedRoster = options.follows?.get(PATH.roster);
  const members = followedRoster ? membersOn(followedRoster, makeMoreMembers()) : membersOf(options);
  const url = founding
    ? ENROLMENT
    : options.vault
      ? VAULT
      : options.example
        ? EXAMPLE
        : new URL(
            options.changing ? 'changing.yaml' : options.follows ? 'following.yaml' : 'script.yaml',
            import.meta.url,
          );
  const usualText = readFileSync(url, 'utf8');
  const text = (
    options.changing === 'renews' ? renewing : options.backup ? withBackup : options.hierarchy ? withHierarchy : String
  )(usualText);
  const script = Buffer.from(options.script?.(text) ?? text);
  const usual = siteOf(options, mode);
  const siteBinding = founding ? foundingSiteText(members) : usual;
  const followed = options.follows && followedPack(options.follows);
  const bound = followed ? followed.site(siteBinding) : siteBinding;
  const site = Buffer.from(options.site?.(bound) ?? bound);
  const people = documentBytes(peopleDocument(members));
  const roster = founding ? undefined : documentBytes(rosterDocument(onRoster(members)));
  const digests = { script: sha256(script), site: sha256(site) };
  const permit = !roster
    ? foundingAuthorizationDocument(digests, members)
    : options.changing
      ? changingAuthorizationDocument({ ...digests, roster: sha256(roster) }, members)
      : authorizationDocument({ ...digests, roster: sha256(roster) }, members, mode, options.backup || options.example);
  const authorization = documentBytes({
    ...(followed ? followed.authorization(permit) : permit),
    references: options.references ?? {},
  });
  const inForce = roster ? readRoster(roster) : NO_ROSTER;
  const plan = derivePlan({
    script,
    site,
    roster: inForce,
    authorization: readAuthorization(authorization),
    ledger: followed?.ledger ?? null,
  });
  const files = new MemoryFiles();
  const inputs = { script, site, people, ...(roster ? { roster } : {}), authorization, plan: planBytes(plan) };
  for (const [name, bytes] of Object.entries(inputs)) await files.create(PATH[name as keyof typeof inputs], bytes);
  for (const [path, bytes] of followed?.carried ?? []) await files.create(path, bytes);
  const media = new Map<string, MemoryFiles>(followed && envelopesOf(followed.ledger));
  const clock = steadyClock('2027-03-10T09:00:01Z');
  let salts = 0;
  const { events } = await runCeremony({
    plan,
    roster: inForce,
    authorization: readAuthorization(authorization),
    previous: followed?.ledger ?? null,
    opening: openingOf(
      plan,
      { people, authorization: sha256(authorization), roster: inForce.digest },
      followed ?? { number: 1, previous: NO_DIGEST },
    ),
    stepTypes: STEP_TYPES,
    files: (options.files ?? ((usual) => usual))(files),
    media: (name) =>
      (plan.media[name] ?? []).map((at, index) => {
        const on = media.get(at) ?? new MemoryFiles(options.brought?.get(at));
        media.set(at, on);
        return { name: `${name} ${index + 1}`, at, files: on };
      }),
    sheets: new Map([['clone', Buffer.from(SHEET)]]),
    ...(options.weakKeys ? { weakKeys: options.weakKeys } : {}),
    keyFiles: () => {
      const { keyFiles = new Map<string, Uint8Array>() } = options;
      return {
        list: async () => [...keyFiles.keys()].sort(),
        read: async (path) => keyFiles.get(path) ?? Buffer.alloc(0),
      };
    },
    named: new Set(members.map(({ seat }) => seat)),
    guard: (options.guard ?? ((guard) => guard))(
      guardDouble(
        members,
        sha256(authorization),
        followed?.ledger.keys.map(({ label }) => label),
        roster,
      ),
    ),
    people: (options.people ?? ((people) => people))(peopleDouble(sha256(authorization), clock, bagsOf(plan), options)),
    clock,
    random: { bytes: (length) => hash('sha256', `salt ${salts++}`, 'buffer').subarray(0, length) },
    issue: lazyIssue,
    machine: { environment: async () => ENVIRONMENT, room: async () => 2 ** 30 },
  });
  const kept = [...files.content].filter(
    ([path]) =>
      /^(certificates|crls|publish|requests|requests-made|ocsp|inputs|sheets|previous)\/|\.tbs$/.test(path) ||
      (founding && path.startsWith('roster/')) ||
      isOfRosterChange(path),
  );
  const before = followed?.ledger ?? null;
  const documents = { script, site, people, roster: roster ?? new Uint8Array(), authorization, before };
  return { members, plan, mode, events, files: new Map(kept), folder: files.content, ...documents };
}

/** Envelopes as they were sealed: the people here open them without looking. */
function envelopesOf(ledger: Ledger): [string, MemoryFiles][] {
  return [1, 2].map((copy) => {
    const files = new MemoryFiles();
    for (const { envelopes } of ledger.shareSets)
      for (const name of envelopes[`envelopes ${copy}`] ?? []) files.content.set(name, Buffer.from(name));
    return [`/media/s${copy}`, files];
  });
}

const PROGRAM = { name: 'quorate', version: '0.1.0', digest: PROGRAM_DIGEST, runtime: 'node v26' };
const ENVIRONMENT = {
  program: PROGRAM,
  coreLimit: '0 / 0',
  swap: [],
  interfaces: [],
  defaultRoutes: [],
  kernel: 'Linux 6.1',
};

/** Thing → the bag that it arrives in. */
function bagsOf(plan: Plan): Map<string, string> {
  const units = plan.materials.flatMap((material) => material.units);
  return new Map(units.flatMap(({ unit, bag }) => (bag === null ? [] : [[unit, bag] as const])));
}

/** People who do as they are asked and want nothing else; where something went wrong they end the ceremony. */
function peopleDouble(authorization: string, clock: Clock, bags: Map<string, string>, options: RecordOptions): People {
  let taken = 1000;
  return {
    say: async () => undefined,
    open: async () => undefined,
    call: async () => undefined,
    enter: async ({ step, events }) => options.interject?.(step.key, 'enter', events()),
    endAct: async () => undefined,
    leave: async ({ step, events }) => options.interject?.(step.key, 'leave', events()),
    choose: async (choice) => {
      const offered = choice.options.map(({ name }) => name);
      return options.choose?.(choice) ?? offered.find((name) => name === 'abort') ?? offered[0] ?? '';
    },
    ask: async (question) => {
      if (options.refuse?.(question)) return 'no such answer';
      switch (question.kind) {
        case 'confirm':
          return 'done';
        case 'yes-no':
          return 'yes';
        case 'utc':
          return clock.now();
        case 'serial':
          return String(question.shape ?? '')
            .replaceAll('9', '7')
            .replaceAll('#', 'A');
        case 'words':
          if (question.against === 'authorization')
            return lastRowOf(options.references?.[String(question.subject).replace('.', '-')] ?? '');
          return (
            wordRows(question.against === 'print' ? authorization : String(question.shown))
              .at(-1)
              ?.words.join(' ') ?? ''
          );
        case 'bag':
          return bags.get(String(question.subject)) ?? '';
        case 'new-bag':
          bags.set(String(question.subject), `B${++taken}`);
          return bags.get(String(question.subject)) ?? '';
        case 'digits':
          return String(question.shown).slice(-16);
        default:
          return question.shown ?? '1';
      }
    },
  };
}

export function planBytes(plan: Plan): Uint8Array {
  return canonicalBytes(plan as unknown as Json);
}
