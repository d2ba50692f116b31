import type { Json, JsonObject } from '../base/canonical-json.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type ChangedRoster, changedRoster } from '../pack/changed-roster.ts';
import { isListed, PATH } from '../pack/layout.ts';
import { type Manifest, type ManifestFile, manifestFile } from '../pack/manifest.ts';
import { openPack, type Pack } from '../pack/pack-reader.ts';
import type { Person } from '../pack/people.ts';
import type { PackSource } from '../pack/source.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Roster } from '../quorum/roster.ts';
import type { Event, OpeningEvent } from '../transcript/event.ts';
import { faultOf } from './event-members.ts';
import { isObject, listAt, textAt, valueAt } from './facts.ts';
import { readDuties, readValidations } from './script-and-site.ts';

/** A line of the transcript, as the report shows it. */
export interface RecordedLine {
  readonly seq: number;
  /** Undefined where the line is withheld or cannot be read; `fault` says which, `leaf` what its bytes hash to. */
  readonly event: Event | undefined;
  readonly fault: string | undefined;
  readonly leaf: Sha256 | undefined;
  /** SHA-256 of the chain line: the head after this event. Undefined where the chain does not reach so far. */
  readonly head: Sha256 | undefined;
}

/**
 * An evidence pack as far as it can be read. What is missing or malformed is undefined here and named in `gaps`:
 * the report of a ceremony that went wrong is the one that people need most.
 */
export interface PackRecord {
  readonly pack: Pack;
  readonly opening: OpeningEvent & { readonly at: string };
  /** SHA-256 of the first event line. */
  readonly ceremony: Sha256;
  readonly lines: readonly RecordedLine[];
  readonly events: readonly Event[];
  readonly plan: Plan | undefined;
  /** Steps of the plan by key. */
  readonly steps: ReadonlyMap<string, PlannedStep>;
  /** With which the ceremony began, and what took its place. */
  readonly roster: Roster | undefined;
  readonly changed: ChangedRoster | undefined;
  readonly people: ReadonlyMap<string, Person>;
  readonly authorization: Authorization | undefined;
  readonly manifest: Manifest | undefined;
  readonly manifestDigest: Sha256 | undefined;
  /** The files that the manifest lists; without a manifest, those that one would. */
  readonly files: readonly ManifestFile[];
  /** Role → what the script says people in it do. */
  readonly duties: ReadonlyMap<string, string>;
  /** Name of a token → what the site binding states of its validation. */
  readonly validations: ReadonlyMap<string, string>;
  readonly outcome: 'complete' | 'aborted' | 'interrupted';
  /** UTC of the `close` event, else of the last event: the report's own date. */
  readonly endedAt: string;
  readonly gaps: readonly string[];
}

/** @throws CeremonyError PACK_UNREADABLE where there is no opening event: nothing can be said of such a folder */
export function readRecord(source: PackSource): PackRecord {
  const pack = openPack(source);
  const gaps: string[] = [];
  const attempt = <T>(what: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      gaps.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const lines = readLines(pack, attempt, gaps);
  const events = lines.flatMap(({ event }) => (event ? [event] : []));
  const opening = events[0];
  if (opening?.type !== 'opening') {
    throw new CeremonyError('PACK_UNREADABLE', `"${PATH.events}" does not begin with an opening event`);
  }
  const manifest = attempt('manifest', () => pack.manifest());
  const plan = attempt('plan', () => planOf(pack.plan()));
  const close = events.findLast((event) => event.type === 'close');
  return {
    pack,
    opening,
    ceremony: pack.ceremony(),
    lines,
    events,
    plan,
    steps: new Map((plan?.acts ?? []).flatMap((act) => act.steps.map((step) => [step.key, step]))),
    roster: attempt('roster', () => pack.roster()),
    changed: attempt('next roster', () => changedRoster(pack)) ?? undefined,
    people: attempt('people', () => pack.people()) ?? new Map(),
    authorization: attempt('authorization', () => pack.authorization()),
    manifest,
    manifestDigest: manifest && pack.digest(PATH.manifest),
    files: manifest?.files ?? listedFiles(pack),
    duties: attempt('script', () => readDuties(pack.need(PATH.script))) ?? new Map(),
    validations: attempt('site', () => readValidations(pack.need(PATH.site))) ?? new Map(),
    outcome: manifest?.outcome ?? outcomeOf(close),
    endedAt: (close ?? events.at(-1) ?? opening).at,
    gaps,
  };
}

function outcomeOf(close: Event | undefined): PackRecord['outcome'] {
  if (close?.type !== 'close') return 'interrupted';
  return close.outcome === 'complete' ? 'complete' : 'aborted';
}

/** What a manifest would list. */
function listedFiles(pack: Pack): ManifestFile[] {
  return pack.paths.filter(isListed).flatMap((path) => {
    const bytes = pack.file(path);
    return bytes ? [manifestFile(path, bytes)] : [];
  });
}

/** Bytes of a listed file; undefined for any other, and for one that is missing. */
export function fileOf(record: PackRecord, path: string): Uint8Array | undefined {
  return record.files.some((file) => file.path === path) ? record.pack.file(path) : undefined;
}

/** The listed files of a folder with that ending. @param pattern of the whole path */
export function filesLike(
  record: Pick<PackRecord, 'files' | 'pack'>,
  pattern: RegExp,
): { readonly path: string; readonly bytes: Uint8Array | undefined }[] {
  return record.files
    .filter(({ path }) => pattern.test(path))
    .map(({ path }) => ({ path, bytes: record.pack.file(path) }));
}

/** The same in the order in which they were made, not of their names: a root stands before what it signed. */
export function filesAsMade(
  record: Pick<PackRecord, 'events' | 'files' | 'pack'>,
  pattern: RegExp,
): ReturnType<typeof filesLike> {
  const written = record.events.flatMap((event) =>
    event.type === 'file' && event.medium === null ? [event.path] : [],
  );
  const place = ({ path }: { readonly path: string }) => {
    const at = written.indexOf(path);
    return at < 0 ? written.length : at;
  };
  return filesLike(record, pattern).toSorted((one, other) => place(one) - place(other));
}

/** The plan as the runner wrote it, as far as this report needs its shape. @throws CeremonyError PACK_UNREADABLE */
function planOf(value: JsonObject): Plan {
  const acts = listAt(value, 'acts');
  const steps = acts.flatMap((act) => listAt(act, 'steps'));
  const whole =
    textAt(value, 'type') === 'quorate/plan/1' &&
    isObject(valueAt(value, 'seats')) &&
    ['objectives', 'rules', 'waivers', 'evidence', 'acts'].every((key) => Array.isArray(value[key])) &&
    listAt(value, 'evidence').every((kind) => typeof kind === 'string') &&
    acts.every((act) => Array.isArray(valueAt(act, 'steps'))) &&
    steps.every(isStep);
  if (!whole) throw new CeremonyError('PACK_UNREADABLE', `"${PATH.plan}" is no plan of type quorate/plan/1`);
  return value as unknown as Plan;
}

function isStep(step: Json): boolean {
  return (
    ['key', 'number', 'type', 'say', 'id'].every((member) => textAt(step, member) !== undefined) &&
    ['params', 'makes', 'fields'].every((member) => isObject(valueAt(step, member))) &&
    ['by', 'check'].every((member) => listAt(step, member).every((seat) => typeof seat === 'string'))
  );
}

type Attempt = <T>(what: string, read: () => T) => T | undefined;

function readLines(pack: Pack, attempt: Attempt, gaps: string[]): RecordedLine[] {
  const chain = attempt('chain', () => pack.chainLines()) ?? [];
  const lines = attempt('transcript', () => pack.eventLines()) ?? [];
  for (const path of [PATH.events, PATH.chain] as const) {
    const tail = pack.file(path) === undefined ? 0 : pack.tail(path).length;
    if (tail > 0) gaps.push(`${path}: ${tail} bytes after its last line were never committed and are left out`);
  }
  return lines.map(({ number, bytes, event: read, problem }, index) => {
    const malformed = read && faultOf(read);
    const event = malformed === undefined ? read : undefined;
    const link = chain[index];
    const withheld = `withheld${link?.line ? `, level ${link.line.level}` : ''}`;
    return {
      seq: number,
      event,
      fault: event ? undefined : (malformed ?? problem?.message ?? (bytes.length === 0 ? withheld : 'not readable')),
      leaf: link?.line?.leaf,
      head: link && sha256(link.bytes),
    };
  });
}

/** The head after the last event; 64 zeros for a transcript without a chain. */
export function lastHead(record: PackRecord): Sha256 {
  return record.manifest?.head ?? record.lines.findLast(({ head }) => head !== undefined)?.head ?? NO_DIGEST;
}
