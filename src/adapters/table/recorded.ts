import type { Json } from '../../base/canonical-json.ts';
import type { Event } from '../../transcript/event.ts';
import { mechanismRow, objectRows } from './object-rows.ts';

/** What a step left in the record, a row or a few for each event, for those who stood by. */
export function recordedRows(events: readonly Event[]): string[] {
  return events
    .filter((event) => event.type !== 'file')
    .flatMap((event) => rowsOf(event))
    .concat(fileRows(events));
}

/** More files than these in one place are counted, not named. */
const SOME_FILES = 6;

/** Files last, and by where they are: what the HSM did and who approved it stands above them. */
function fileRows(events: readonly Event[]): string[] {
  const places = new Map<string, string[]>();
  for (const event of events) {
    if (event.type !== 'file') continue;
    const place = event.medium === null ? 'written' : `written to ${event.medium}`;
    places.set(place, [...(places.get(place) ?? []), `${event.path}, ${event.size} bytes`]);
  }
  return [...places].flatMap(([place, files]) =>
    files.length > SOME_FILES ? [`${place}: ${files.length} files`] : files.map((file) => `${place}: ${file}`),
  );
}

function rowsOf(event: Event): string[] {
  switch (event.type) {
    case 'answer':
      return [`${event.seat}: ${brief(event.values)}`];
    case 'observation':
      return [`seen: ${event.subject}`, ...factRows(event.facts)];
    case 'proposed':
      return [`proposed: ${event.operation} for step ${event.step}, SHA-256 ${event.digest.slice(0, 16)}…`];
    case 'approval':
      return [`approved: ${event.seat}, token ${event.token}`];
    case 'declined':
      return [`DECLINED: ${event.seat}: ${event.reason}`];
    case 'refusal':
      return [`refused: ${event.code}: ${event.message}`];
    case 'result':
      return [event.outcome === 'done' ? 'done by the HSM' : 'FAILED', ...factRows(event.facts)];
    case 'key-state':
      return [`state of the key ${event.key.slice(0, 16)}…: ${event.to.toUpperCase()}, ${event.reason}`];
    case 'statement':
      return [`${event.kind} of ${event.seat}, by ${event.evidence}`];
    case 'deviation':
      return [
        `deviation: ${event.what} (${event.why})`,
        ...(event.effect === 'exchange' ? [`  ${event.names[1]} for ${event.names[0]}`] : []),
      ];
    case 'correction':
      return [`corrected: ${brief(event.values)} (${event.why})`];
    default:
      return [];
  }
}

function factRows(facts: Readonly<Record<string, Json>>): string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const objects = name === 'objects' ? objectRows(value) : undefined;
    if (objects) return objects;
    const mechanisms = name === 'mechanisms' ? mechanismRow(value) : undefined;
    if (mechanisms) return [mechanisms];
    const text = brief(value);
    return text === '' ? [] : [`  ${name}: ${text}`];
  });
}

function brief(value: Json): string {
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(brief).join('; ');
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${brief(inner)}`)
    .join(', ');
}
