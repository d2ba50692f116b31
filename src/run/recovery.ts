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
import { type Committed, committedPart } from '../transcript/committed.ts';
import type { Event, ResumeEvent } from '../transcript/event.ts';

/** What an interrupted ceremony left, put in order: the committed record, and what was kept aside. */
export interface Interrupted extends Committed {
  readonly recovered: ResumeEvent['recovered'];
}

/** What lies in the folder before the first event, and is named by it through digests. */
const BEFORE =
  /^(?:script\.yaml|site\.yaml|plan\.json|people\.json|authorization\.json|(?:roster|authorization)\/.*|events\.jsonl|chain\.jsonl)$/;
const FOLDER = 'recovered';

/**
 * Reads the record back and puts the folder in order: what was never committed is kept under `recovered/<n>/`, so
 * that nothing is lost and nothing stands where the ceremony will write.
 * @throws CeremonyError TRANSCRIPT_BROKEN; FILE_MISSING when there is no record to go on from
 */
export async function recover(files: RecoverableFiles): Promise<Interrupted> {
  const paths = await files.list();
  if (!paths.includes(PATH.events) || !paths.includes(PATH.chain)) throw nothingBegun();
  const eventsFile = await files.read(PATH.events);
  const chainFile = await files.read(PATH.chain);
  const committed = committedPart(eventsFile, chainFile);
  if (committed.events.length === 0) throw nothingBegun();
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
  const named = namedBy(committed.events);
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

/** Whether a file has its place: a committed event names it, or it was there before the first. */
function namedBy(events: readonly Event[]): (path: string) => boolean {
  const named = new Set(events.flatMap(filesOf));
  return (path) => BEFORE.test(path) || named.has(path) || path.startsWith(`${FOLDER}/`);
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

function nothingBegun(): CeremonyError {
  return new CeremonyError('FILE_MISSING', 'no ceremony was begun in this folder: not one event is committed', {
    hint: 'start anew, in a new folder',
  });
}
