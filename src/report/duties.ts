import { PATH } from '../pack/layout.ts';
import { readYaml } from '../script/read-yaml.ts';
import { isObject, textAt, valueAt } from './facts.ts';

/**
 * What the script says the people of each role do: `seats: { witness: { duties: … } }`. Read leniently: whether the
 * script is well formed was decided when the plan was made, and is decided again by the verifier.
 */
export function readDuties(script: Uint8Array): ReadonlyMap<string, string> {
  const duties = new Map<string, string>();
  const seats = valueAt(readYaml(script, PATH.script).value, 'seats');
  if (!isObject(seats)) return duties;
  for (const role of Object.keys(seats)) {
    const text = textAt(seats, role, 'duties');
    if (text !== undefined) duties.set(role, text);
  }
  return duties;
}
