import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { ADOPTED, NO_COPY } from '../ledger/adopted.ts';
import { KEY_ALGORITHMS } from '../pki/algorithms.ts';
import { digestReference, inputOf, READS_INPUT } from '../plan/inputs.ts';
import { ADOPT } from '../plan/key-places.ts';
import { fieldPart } from '../plan/paper-part.ts';
import { hasSite, type Plan, type PlannedInput, type PlannedStep } from '../plan/plan.ts';
import { resultOf } from '../plan/record.ts';
import { defineStep, type SimulateContext } from '../plan/step-type.ts';
import { type World, withEntry } from '../plan/world.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';
import { copyStatement, LABEL, type Operation } from '../quorum/operation.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { verifySignature } from '../x509/signature.ts';
import { type Adoption, adoptedPaths, adoptionOf } from './adoption.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { seen, tokenParts } from './paper-parts.ts';
import { observationIn } from './recorded-facts.ts';
import { fieldFaults, typedFields } from './typed-fields.ts';

const schema = z.strictObject({
  token: name,
  label: z.string({ error: 'the label that the key has on its HSM' }).regex(LABEL, {
    error: 'a label of at most 32 letters, digits, blanks, dots, hyphens and underscores',
  }),
  certificate: name,
  crl: name,
  issued: name.exactOptional(),
  'crl-lists': z.literal('all', { error: '"all"' }).exactOptional(),
});
type Params = z.infer<typeof schema>;

/**
 * A root CA that was there before its first ceremony gets a ledger: its certificate, its newest CRL and what it has issued are
 * held to each other, its key signs on its HSM under the quorum, and people say where else the key is.
 */
export const adoptCa = defineStep({
  name: ADOPT,
  version: 1,
  summary: 'Take up a root CA that exists: prove its key by a signature, and begin its ledger.',
  irreversible: false,
  operation: () => 'prove-key' as const,
  proposesItself: true,
  makes: 'key',
  recordsFields: true,
  needs: ['operations', 'pack', 'terminal'],
  schema,
  mark: (params, marking) => ({ ...params, label: `${marking.label}${params.label}` }),
  simulate(params, world, context) {
    holdToInputs(params, world, context);
    return onToken(params, world, context);
  },
  describe: (params) => [
    `The certificate "${params.certificate}" is self-signed, the CRL "${params.crl}" is its own and can be continued${params.issued === undefined ? '. That nothing was issued, people say.' : `, and the list "${params.issued}" is of certificates that it has signed. That none is missing, people say.`}`,
    ...(params['crl-lists'] === undefined
      ? []
      : [
          `"${params.crl}" may name one part of the certificates by its issuing distribution point. That it lists all that the CA has revoked, people say: the next CRL is complete.`,
        ]),
    `Type of every other place of the key what holds it and where, or "${NO_COPY}". What is typed is asserted: nothing proves it.`,
    `The key "${params.label}" on "${params.token}" signs that it is there: this ceremony, its digest, the serial.`,
    `The officers see the certificate, which the authorization names as "${digestReference(params.certificate)}".`,
  ],
  paper: (params, step, plan) => [
    { kind: 'digest', name: digestReference(params.certificate), printed: 'reference' },
    ...Object.entries(step.fields).map(([field, { type, shape }]) =>
      fieldPart(field, type as 'text', shape as string | undefined),
    ),
    ...tokenParts(plan, step, params.token, [['key', params.label]]),
    { kind: 'approvals', operations: ['prove-key'] },
    seen('the serial on the screen is that of this HSM', 'the signature verifies'),
  ],
  async *run(params, step, { operations, pack, terminal, ceremony }) {
    const { plan } = ceremony;
    const files = new Map<string, Uint8Array>();
    for (const path of Object.values(adoptedPaths(params, ceremony.events()))) files.set(path, await pack.read(path));
    const adoption = adoptionOf(params, ceremony.events(), (path) => files.get(path));
    await terminal.say(saidOf(params, adoption));
    yield await typedFields(step, terminal);
    if (!operations.isDone(step)) {
      yield* operations.put(step, () => ({
        operation: proofAsPlanned(params, adoption, step, plan, ceremony.events()),
        payload: adoption.certificate,
        lint: [],
      }));
      yield* operations.collectQuorum([step]);
    }
    const { facts } = yield* operations.execute(step);
    if (facts['label'] !== params.label)
      throw new CeremonyError(
        'TOKEN_UNEXPECTED',
        `on "${params.token}" the key of "${params.certificate}" is labelled ${JSON.stringify(facts['label'] ?? null)}, planned "${params.label}"`,
        { hint: 'later ceremonies find the key by its label: nothing is adopted; have the script say the label' },
      );
    yield { type: 'observation', step: step.key, subject: ADOPTED, facts: adoption.facts };
  },
  verify(params, step, own, { ceremony, plan, events, file, authorization }) {
    const fault = (message: string) => ({
      check: 'STEP-ADOPT',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const typed = fieldFaults(step, own);
    try {
      const adoption = adoptionOf(params, events, file);
      const reference = authorization.references.get(digestReference(params.certificate));
      return [
        ...typed,
        ...[
          ...unplanned(step, own, events, (_proposed, before) => proofAsPlanned(params, adoption, step, plan, before)),
          ...(reference === sha256(adoption.certificate)
            ? []
            : [`the authorization does not name the certificate "${params.certificate}"`]),
          ...proofFaults(params, adoption, ceremony, plan, step, events),
          ...(canonicalJson(observationIn(own, ADOPTED)?.facts ?? null) === canonicalJson(adoption.facts)
            ? []
            : ['what the record says was adopted is not what came in']),
        ].map(fault),
      ];
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return [...typed, fault(error.message)];
    }
  },
});

/** What came in belongs together, and arrived another way than its medium. */
function holdToInputs(params: Params, world: World, { plan, report }: SimulateContext): void {
  const hold = (key: 'certificate' | 'crl' | 'issued', type: PlannedInput['type']) => {
    const called = params[key];
    if (called === undefined) return;
    const path = ['with', key];
    const input = inputOf(plan, called);
    if (input?.type !== type) report('PLAN_NAME', path, `there is no input "${called}" of type ${type}`);
    else if (!world.inputs.has(called))
      report('PLAN_ORDER', path, `"${called}" is not read before this`, `add a step of type "${READS_INPUT}"`);
    else if (type === 'certificate' && input.sha256 === undefined)
      report(
        'PLAN_PARAMETER',
        path,
        `the key is learned from "${called}", and nothing but its medium says whose it is`,
        'add "sha256: independent" to the input: the authorization names its digest',
      );
    else if (type !== 'certificate' && input.issuer !== params.certificate)
      report('PLAN_NAME', path, `"${called}" is of "${input.issuer ?? ''}", and "${params.certificate}" is adopted`);
  };
  hold('certificate', 'certificate');
  hold('crl', 'crl');
  hold('issued', 'issued-list');
}

function onToken(params: Params, world: World, { step, plan, report }: SimulateContext): World {
  const path = ['with', 'token'];
  const token = world.tokens.get(params.token);
  const planned = plan.tokens.find((one) => one.name === params.token);
  if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody says where the key is', 'add "by:"');
  if (Object.keys(step.fields).length === 0)
    report(
      'PLAN_PARAMETER',
      [],
      'nobody is asked where else the key is',
      `add "fields:", one of type text for each copy; "${NO_COPY}" is an answer`,
    );
  if (step.makes['key'] === undefined)
    report('PLAN_NAME', ['makes'], 'the key that is adopted has no name', 'add "makes: { key: NAME }"');
  if (!token || !planned) {
    report('PLAN_TOKEN', path, `the script has no token "${params.token}"`);
    return world;
  }
  if (planned.expect !== 'adopted')
    report('PLAN_TOKEN', path, `"${params.token}" is expected ${planned.expect}`, 'write "expect: adopted" of it');
  if (token.active)
    report(
      'PLAN_ACTIVATION',
      path,
      `"${params.token}" is active here: it is logged in to for the proof alone, and logged out after it`,
    );
  if (hasSite(plan) && token.labels.has(params.label))
    report('PLAN_NAME', ['with', 'label'], `"${params.label}" on "${params.token}" is adopted before`);
  const labels = new Set(token.labels).add(params.label);
  return { ...world, tokens: withEntry(world.tokens, params.token, { ...token, labels }) };
}

/** One login, one signature: no activation is held for it. */
function proofAsPlanned(
  params: Params,
  { certificate, spkiSha256, algorithm }: Adoption,
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
): Operation {
  return {
    op: 'prove-key',
    ...commonAsPlanned(plan, before, step, params.token),
    hold: null,
    key: spkiSha256,
    mechanism: KEY_ALGORITHMS[algorithm].signature,
    certificate: { name: params.certificate, sha256: sha256(certificate), size: certificate.length },
  };
}

/** What is wrong with the signature, and with what the HSM said of the key. */
function proofFaults(
  params: Params,
  { certificate, spkiSha256, algorithm }: Adoption,
  ceremony: string,
  plan: Plan,
  step: PlannedStep,
  events: readonly Event[],
): string[] {
  const facts = resultOf(events, step.key)?.facts;
  if (!facts) return ['no key has signed that it is on this HSM'];
  const { spki } = parseCertificate(certificate, params.certificate);
  const serial = plan.tokens.find((one) => one.name === params.token)?.serial ?? '';
  const statement = copyStatement(ceremony, spkiSha256, serial);
  const identifier = algorithmIdentifier(KEY_ALGORITHMS[algorithm].signature);
  const signature = Buffer.from(String(facts['signature']), 'base64');
  return [
    ...(facts['key'] === spkiSha256 && facts['spki'] === Buffer.from(spki.der).toString('base64')
      ? []
      : ['another key has signed']),
    ...(facts['serial'] === serial ? [] : [`the HSM with serial ${String(facts['serial'])} signed, not ${serial}`]),
    ...(facts['label'] === params.label
      ? []
      : [`the key is labelled ${JSON.stringify(facts['label'] ?? null)}, planned "${params.label}"`]),
    ...(verifySignature(spki, identifier, statement, signature)
      ? []
      : ['the signature does not show that the key is on this HSM']),
  ];
}

/** What people hear before they say where the key is. */
function saidOf(params: Params, { facts, number, unseen, crlOf }: Adoption): string[] {
  const issued = (facts['issued'] as readonly unknown[]).length;
  return [
    `"${params.certificate}" is self-signed; the CRL is number ${number}, and the next one can follow it.`,
    params.issued === undefined
      ? 'No list of issued certificates came in.'
      : `It has signed ${issued} other ${issued === 1 ? 'certificate' : 'certificates'} of the list. Whether one is missing cannot be shown.`,
    ...(crlOf === undefined
      ? []
      : [
          `THE CRL SAYS THAT IT IS OF ${escapeForeign(crlOf)}. That it lists all that the CA has revoked, the script says; nothing shows it.`,
        ]),
    unseenWords(unseen),
  ];
}

/** Of so many people are told the serial numbers. */
const MOST_SAID = 20;

function unseenWords({ first, more }: Adoption['unseen']): string {
  const count = first.length + more;
  if (count === 0) return 'Every certificate that the CRL lists is in the list.';
  const said = first.slice(0, MOST_SAID);
  const rest = count > said.length ? ` and ${count - said.length} more, which the CRL has` : '';
  return `The CRL lists ${count} of which no certificate came in: serial ${said.join(', ')}${rest}.`;
}
