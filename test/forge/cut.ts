import {
  approvalSignaturePath,
  approvalStatementPath,
  PATH,
  SEALED_PATHS,
  statementSignaturePath,
} from '../../src/pack/layout.ts';
import type { Event } from '../../src/transcript/event.ts';

/** What lies in the folder when the program is killed after event `count` of a whole pack was committed. */
export function cutAfter(
  whole: ReadonlyMap<string, Uint8Array>,
  events: readonly Event[],
  count: number,
): Map<string, Uint8Array> {
  const kept = new Set<string>();
  for (const event of events.slice(0, count)) {
    if (event.type === 'file' && event.medium === null) kept.add(event.path);
    if (event.type === 'proposed') kept.add(approvalStatementPath(event.seq)).add(event.payload ?? '');
    if (event.type === 'deviation') kept.add(approvalStatementPath(event.seq));
    if (event.type === 'approval') kept.add(approvalSignaturePath(event.proposal, event.seat));
    if (event.type === 'statement' && event.statement)
      kept.add(event.statement).add(statementSignaturePath(event.statement));
  }
  const files = new Map<string, Uint8Array>();
  for (const [path, bytes] of whole) {
    if (SEALED_PATHS.includes(path) || /^(signatures|views)\//.test(path)) continue;
    if (!/^(approvals|statements|certificates|crls|requests-made|ocsp|publish)\//.test(path) || kept.has(path))
      files.set(path, bytes);
  }
  for (const path of [PATH.events, PATH.chain]) files.set(path, firstLines(whole, path, count));
  return files;
}

/** The first lines of events.jsonl or chain.jsonl, line feeds included. */
export function firstLines(whole: ReadonlyMap<string, Uint8Array>, path: string, count: number): Uint8Array {
  const bytes = whole.get(path) as Uint8Array;
  let at = 0;
  for (let line = 0; line < count; line++) at = bytes.indexOf(0x0a, at) + 1;
  return bytes.subarray(0, at);
}
