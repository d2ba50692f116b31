import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import {
  approvalPayloadPath,
  approvalSignaturePath,
  approvalStatementPath,
  PATH,
  statementSignaturePath,
} from '../pack/layout.ts';
import type { RecoverableFiles } from '../ports.ts';
import { isFounding } from '../quorum/roster.ts';
import { isOfRosterChange } from '../quorum/roster-files.ts';
import { type Committed, committedPart } from '../transcript/committed.ts';
import type { Event, OpeningEvent, ResumeEvent } from '../transcript/event.ts';

/** What an interrupted ceremony left, put in order: the committed record, and what was kept aside. */
export interface Interrupted extends Committed {
  readonly recovered: ResumeEvent['recovered'];
}

/** What lies in the folder before the first event, and is named by it through digests. */
const BEFORE =
  /^(?:script\.yaml|site\.yaml|plan\.json|people\.json|authorization\.json|(?:roster|authorization|previous)\/.*|events\.jsonl|chain\.jsonl)$/;
const FOLDER = 'recovered';

/** What a ceremony is held under, by the digests in its first event: it goes on under the same or not at all. */
const HELD_UNDER = ['authorization', 'script', 'site', 'roster', 'people', 'plan'] as const;

/**
 * Reads the record back and puts the folder in order: what was never committed is kept under `recovered/<n>/`, so
 * that nothing is lost and nothing stands where the ceremony will write.
 * @param opening the first event as this run would write it
 * @throws CeremonyError TRANSCRIPT_BROKEN; FILE_MISSING when there is no record to go on from; OUTPUT_EXISTS when it is
 *   another ceremony's. Nothing has been changed then
 */
export async function recover(files: RecoverableFiles, opening: OpeningEvent): Promise<Interrupted> {
  const paths = await files.list();
  if (!paths.includes(PATH.events) || !paths.includes(PATH.chain)) throw nothingBegun();
  const eventsFile = await files.read(PATH.events);
  const chainFile = await files.read(PATH.chain);
  const committed = committedPart(eventsFile, chainFile);
  const [first] = committed.events;
  if (first?.type !== 'opening') throw nothingBegun();
  for (const what of HELD_UNDER) if (first[what] !== opening[what]) throw another(what);
  await holdToRecord(files, new Set(paths), committed.events);
  // Nothing is recorded after it, so nothing is put aside either: sealing goes on where it was.
  if (committed.events.at(-1)?.type === 'close') return { ...committed, recovered: [] };
  const number = 1 + Math.max(0, ...paths.map((path) => Number(/^recovered\/([0-9]+)\//.exec(path)?.[1] ?? 0)));
  const aside = (name: string) => `${FOLDER}/${number}/${name.replaceAll('/', '.')}`;

  const tails = [
    [PATH.events, eventsFile, committed.eventBytes],
    [PATH.chain, chainFile, committed.chainBytes],
  ] as const;
  for (const [path, bytes, length] of tails) {
    if (bytes.length === length) continue;
    await files.create(aside(`${path}.tail`), bytes.subarray(length));
    await files.truncate(path, length);
  }
  const named = namedBy(committed.events, isFounding(first));
  for (const path of paths) if (!named(path)) await files.setAside(path, aside(path));

  const before = new Set(
    committed.events.flatMap((event) => (event.type === 'resume' ? event.recovered.map((one) => one.path) : [])),
  );
  const recovered: { path: string; sha256: string; size: number }[] = [];
  for (const path of await files.list()) {
    if (!path.startsWith(`${FOLDER}/`) || before.has(path)) continue;
    const bytes = await files.read(path);
    recovered.push({ path, sha256: sha256(bytes), size: bytes.length });
  }
  return { ...committed, recovered };
}

/** What the record says was written must be there as it was: a crash changes no file that has its name. */
async function holdToRecord(
  files: RecoverableFiles,
  paths: ReadonlySet<string>,
  events: readonly Event[],
): Promise<void> {
  for (const event of events) {
    for (const [path, digest] of digestsIn(event)) {
      const found = paths.has(path) ? sha256(await files.read(path)) : undefined;
      if (found === digest) continue;
      const what = found === undefined ? 'is not there' : `has SHA-256 ${found}`;
      throw new CeremonyError('TRANSCRIPT_BROKEN', `"${path}" ${what}; event ${event.seq} records ${digest}`, {
        hint: 'a crash does not do this: do not go on with this folder',
      });
    }
  }
}

function digestsIn(event: Event): readonly (readonly [path: string, sha256: string])[] {
  switch (event.type) {
    case 'file':
      return event.medium === null ? [[event.path, event.sha256]] : [];
    case 'approval':
      return [[approvalSignaturePath(event.proposal, event.seat), event.signature]];
    case 'statement':
      return event.statement === null || event.signature === null
        ? []
        : [[statementSignaturePath(event.statement), event.signature]];
    case 'resume':
      return event.recovered.map(({ path, sha256: digest }) => [path, digest]);
    default:
      return [];
  }
}

/** Whether a file has its place: a committed event names it, or it was there before the first. */
function namedBy(events: readonly Event[], founding: boolean): (path: string) => boolean {
  const named = new Set(events.flatMap(filesOf));
  // A first enrolment makes its roster, and a change the one that follows: of that nothing lay there before.
  const isMade = (path: string) => isOfRosterChange(path) || (founding && path.startsWith('roster/'));
  const wasThere = (path: string) => BEFORE.test(path) && !isMade(path);
  return (path) => wasThere(path) || named.has(path) || path.startsWith(`${FOLDER}/`);
}

function filesOf(event: Event): string[] {
  switch (event.type) {
    case 'proposed':
      return [approvalStatementPath(event.seq), approvalPayloadPath(event.seq)];
    case 'deviation':
      return [approvalStatementPath(event.seq)];
    case 'approval':
      return [approvalSignaturePath(event.proposal, event.seat)];
    case 'statement':
      return event.statement === null ? [] : [event.statement, statementSignaturePath(event.statement)];
    case 'file':
      return event.medium === null ? [event.path] : [];
    default:
      return [];
  }
}

function another(what: string): CeremonyError {
  return new CeremonyError('OUTPUT_EXISTS', `the ceremony in this folder was begun under another ${what}`, {
    hint: 'it goes on with what it was begun with, or not at all: nothing was changed',
  });
}

function nothingBegun(): CeremonyError {
  return new CeremonyError('FILE_MISSING', 'no ceremony was begun in this folder: not one event is committed', {
    hint: 'start anew, in a new folder',
  });
}
