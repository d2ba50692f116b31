import { PATH } from '../pack/layout.ts';
import { readYaml } from '../script/read-yaml.ts';
import { isObject, plain, textAt, valueAt, words } from './facts.ts';

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

/**
 * What the site binding states of each token's validation: `tokens: { root-hsm: { validated: { scheme, certificate,
 * level, mode } } }`. Stated by people, not reported by the device.
 */
export function readValidations(site: Uint8Array): ReadonlyMap<string, string> {
  const validations = new Map<string, string>();
  const tokens = valueAt(readYaml(site, PATH.site).value, 'tokens');
  if (!isObject(tokens)) return validations;
  for (const name of Object.keys(tokens)) {
    const validated = valueAt(tokens, name, 'validated');
    if (!isObject(validated)) continue;
    const members = Object.entries(validated).map(
      ([key, value]) => `${words(key)} ${isObject(value) ? '' : plain(value)}`,
    );
    validations.set(name, members.join(', '));
  }
  return validations;
}
