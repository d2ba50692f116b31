import { parse } from 'yaml';

/**
 * What the script says the people of each role do: `seats: { witness: { duties: … } }`. Read leniently: whether the
 * script is well formed was decided when the plan was made, and is decided again by the verifier.
 */
export function readDuties(script: Uint8Array): ReadonlyMap<string, string> {
  const duties = new Map<string, string>();
  let document: unknown;
  try {
    document = parse(new TextDecoder().decode(script), { logLevel: 'silent', maxAliasCount: 0 });
  } catch {
    return duties;
  }
  for (const [role, seat] of membersOf(membersOf(document).get('seats'))) {
    const text = membersOf(seat).get('duties');
    if (typeof text === 'string') duties.set(role, text);
  }
  return duties;
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : new Map();
}
