import { isKeyAlgorithmName, KEY_ALGORITHMS } from '../pki/algorithms.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Positions } from '../script/positions.ts';
import type { Script } from '../script/script.ts';
import type { Site } from '../script/site.ts';
import { comparedOf, digestReference, READS_INPUT, spkiReference } from './inputs.ts';
import type { Plan, PlannedInput } from './plan.ts';
import type { PlanReporter } from './reporter.ts';
import type { World } from './world.ts';

type Bound = { readonly site: Site; readonly positions: Positions } | undefined;

/** Of the file or folder on the medium, where the site gives it no name. */
const SUFFIX = {
  csr: '.csr',
  'csr-folder': '',
  certificate: '.crt',
  crl: '.crl',
  'issued-list': '.pem',
  'revocation-list': '.csv',
} as const;

/** What people call it. */
const TITLES = {
  csr: 'request',
  'csr-folder': 'folder',
  certificate: 'certificate',
  crl: 'CRL',
  'issued-list': 'list of certificates',
  'revocation-list': 'revocation list',
} as const;

/**
 * The files that come in, with the medium of each and its name there.
 * @returns empty where the script has none, so that the plan of such a one has no word of them
 */
export function bindInputs(
  script: Script,
  positions: Positions,
  site: Bound,
  authorization: Authorization | undefined,
  reporter: PlanReporter,
): Pick<Plan, 'inputs'> {
  const inputs: Record<string, PlannedInput> = {};
  const places = new Map<string, string>();
  for (const [name, input] of Object.entries(script.inputs)) {
    const path = ['inputs', name];
    const file = site?.site.inputs[name]?.file ?? `${name}${SUFFIX[input.type]}`;
    holdMedium(script, positions, site, name, input.on, reporter);
    const place = `${input.on}/${file}`;
    const other = places.get(place);
    if (other !== undefined)
      reporter.atKey(
        positions,
        path,
        'PLAN_MEDIUM',
        `"${other}" is the ${input.type === 'csr-folder' ? 'folder' : 'file'} "${file}" on "${input.on}" too`,
      );
    places.set(place, name);
    const key = 'key' in input ? input.key : undefined;
    if (key !== undefined && !isKeyAlgorithmName(key))
      reporter.at(
        positions,
        [...path, 'key'],
        'PLAN_PARAMETER',
        `there is no key algorithm "${key}", expected one of ${Object.keys(KEY_ALGORITHMS).join(', ')}`,
      );
    const equal = input.type === 'crl' ? input['must-equal'] : undefined;
    const use = equal === undefined ? undefined : script.uses[equal];
    if (use && !('crl' in use))
      reporter.at(positions, [...path, 'must-equal'], 'PLAN_NAME', `"${equal}" is no CRL, and "${name}" is one`);
    // What a CA of earlier ceremonies has issued, the ledger has: but for what is shown by its file, to be revoked.
    if (input.type === 'issued-list' && script.uses[input.issuer] && !isShown(script, name))
      reporter.at(
        positions,
        [...path, 'issuer'],
        'PLAN_NAME',
        `"${name}" lists what "${input.issuer}" has issued, and the script uses that from the ledger, which has it all`,
        'a list comes in with the certificate of a CA that is adopted; one of what the ledger lacks is named by "certificates" of a revocation list or of a "revoke" step',
      );
    const spki = input.type === 'csr' ? input.spki : undefined;
    const independent = [
      ...(spki ? [['spki', spkiReference(name), `the key of "${name}"`] as const] : []),
      ...(input.sha256 ? [['sha256', digestReference(name), `the ${TITLES[input.type]} "${name}"`] as const] : []),
    ];
    for (const [member, reference, what] of independent) {
      if (authorization && !authorization.references.has(reference))
        reporter.at(
          positions,
          [...path, member],
          'PLAN_AUTHORIZATION',
          `the authorization has no reference "${reference}", the SHA-256 of ${what}`,
          `quorate authorize … --reference ${reference}=SHA256`,
        );
    }
    // Debian's weak keys (CVE-2008-0166): without a list only a key that is known beforehand can have been looked up.
    const cabf = script.rules.find((rule) => rule.startsWith('cabf-'));
    const isUnknown = input.type === 'csr' && independent.length === 0 && !site?.site['weak-keys'];
    if (isUnknown && cabf !== undefined && (key ?? 'rsa-').startsWith('rsa-'))
      reporter.at(
        positions,
        path,
        'PLAN_RULES',
        `under the rule pack "${cabf}" an RSA key of Debian's broken OpenSSL is refused (TLS BR §6.1.1.3), and the key of "${name}" is not known before the ceremony`,
        'have the site name a list of those keys ("weak-keys"), or add "spki: independent" and have the key looked up before the authorization is signed',
        'warning',
      );
    inputs[name] = {
      type: input.type,
      on: input.on,
      file,
      optional: input.optional ?? false,
      ...(input.optional && site ? { given: site.site.inputs[name] !== undefined } : {}),
      ...(key === undefined ? {} : { key }),
      ...(spki === undefined ? {} : { spki }),
      ...(input.sha256 === undefined ? {} : { sha256: input.sha256 }),
      ...('issuer' in input && input.issuer !== undefined ? { issuer: input.issuer } : {}),
      ...(equal === undefined ? {} : { mustEqual: equal }),
      ...(input.type === 'revocation-list' && input.certificates !== undefined
        ? { certificates: input.certificates }
        : {}),
      ...(input.type === 'revocation-list' && input.issued !== undefined ? { issued: input.issued } : {}),
    };
  }
  for (const name of Object.keys(site?.site.inputs ?? {})) {
    if (site && script.inputs[name] === undefined)
      reporter.atKey(site.positions, ['inputs', name], 'PLAN_MEDIUM', `the script has no input "${name}"`);
  }
  return Object.keys(inputs).length === 0 ? {} : { inputs };
}

/** Whether the list shows certificates that are to be revoked. */
function isShown(script: Script, list: string): boolean {
  const inputs = Object.values(script.inputs);
  const steps = script.acts.flatMap((act) => act.steps);
  return (
    inputs.some((one) => one.type === 'revocation-list' && one.certificates === list) ||
    steps.some((step) => step.with?.['certificates'] === list)
  );
}

function holdMedium(
  script: Script,
  positions: Positions,
  site: Bound,
  name: string,
  medium: string,
  reporter: PlanReporter,
): void {
  const path = ['inputs', name, 'on'];
  const material = script.materials[medium];
  if (material?.kind !== 'medium') return;
  if (material.holds !== 'inputs')
    reporter.at(
      positions,
      path,
      'PLAN_MEDIUM',
      `"${name}" comes in on "${medium}", which holds ${material.holds}, expected a medium that holds inputs`,
    );
  const copies = site?.site.media[medium]?.length;
  if (site && copies === undefined)
    reporter.atKey(
      site.positions,
      ['media'],
      'PLAN_MEDIUM',
      `the site has no medium "${medium}", on which "${name}" comes in`,
    );
  // Of two copies that differ nobody could say which was meant.
  if ((copies ?? material.copies ?? 1) !== 1)
    reporter.at(
      positions,
      path,
      'PLAN_MEDIUM',
      `"${name}" comes in on ${copies ?? material.copies} copies of "${medium}", expected one`,
    );
}

/** Every file that the script says comes in, and that is given, is read, and its key, or the folder, compared where that is promised. */
export function holdInputs(
  world: World,
  plan: Pick<Plan, 'inputs'>,
  isGiven: (input: string) => boolean,
  positions: Positions,
  reporter: PlanReporter,
): void {
  for (const [name, { type, spki }] of Object.entries(plan.inputs ?? {})) {
    const read = world.inputs.get(name);
    if (!read && !isGiven(name)) continue;
    const compared = type === 'csr-folder' || spki ? comparedOf(plan, name) : undefined;
    const say = (text: string, hint: string) => reporter.atKey(positions, ['inputs', name], 'PLAN_ORDER', text, hint);
    if (!read) say(`the input "${name}" is never read`, `add a step of type "${READS_INPUT}" with { input: ${name} }`);
    else if (compared && !read.compared)
      say(
        `${compared.what} is never compared with what arrives another way`,
        `add a step of type "compare" with { value: ${compared.value}, against: authorization }`,
      );
  }
}
