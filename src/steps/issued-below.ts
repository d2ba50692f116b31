import { z } from 'zod';
import { inputOf, inputPath } from '../plan/inputs.ts';
import { subordinateCertificateRequest } from '../plan/issuing.ts';
import { datesAtHand, keyAtHand } from '../plan/known.ts';
import { fieldPart } from '../plan/paper-part.ts';
import type { Plan, PlanHead } from '../plan/plan.ts';
import { makerOf } from '../plan/record.ts';
import type { Report, StepType } from '../plan/step-type.ts';
import { signsOn, type World, withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import {
  CERTIFICATE_PARAMETERS,
  certificateWords,
  dateValues,
  holdIssuer,
  holdOutput,
  holdRequests,
  markSubject,
  NO_ISSUER,
  PROPOSED_BOXES,
  profileValues,
  subjectValues,
} from './certificate-parameters.ts';
import { proposeCertificate, requestOf, signCertificate } from './certificates.ts';
import { type Certified, certifiedKey, intermediateAsked } from './certificates-asked.ts';
import { judgeCertificate } from './certificates-judged.ts';
import { above, certifierOf, issuerCertificate, issuerKey } from './issuers.ts';

const SCHEMA = z
  .strictObject({
    issuer: name,
    key: name.exactOptional(),
    request: name.exactOptional(),
    'subject-key': name.exactOptional(),
    ...CERTIFICATE_PARAMETERS,
  })
  .refine((params) => (params.request === undefined) !== (params['subject-key'] === undefined), {
    error: 'either "request" or "subject-key"',
  });

type Parameters = z.infer<typeof SCHEMA>;

/** What a CA certifies under a name that the script gives: another CA, or whoever answers for it. */
export type KindBelow = 'subordinate-ca' | 'ocsp-responder';

/** A step type but for what it is called. Of a request that came in, its key is taken and nothing else: name, dates and extensions are the script's. */
export function issuedBelow(kind: KindBelow) {
  return {
    irreversible: true,
    operation: () => 'sign' as const,
    proposalNeeds: (params) => [
      { kind: 'certificate', name: params.issuer },
      'subject-key' in params
        ? { kind: 'key', name: params['subject-key'] ?? '' }
        : { kind: 'request', name: params.request ?? '' },
    ],
    makes: 'certificate' as const,
    writesOut: true as const,
    needs: ['guard', 'operations', 'issue', 'pack'] as const,
    schema: SCHEMA,
    mark: (params, marking) => ({ ...params, subject: markSubject(params.subject, marking) }),
    simulate(params, world, context) {
      const { step, act, plan, report } = context;
      const key = holdIssuer(params, world, context);
      const algorithm =
        params.request === undefined
          ? holdKey(params, world, report)
          : holdRequest(params.request, plan, world, report);
      const made = holdOutput(world, context);
      const requests = holdRequests(context, (at, end) => {
        const dates = datesAtHand(plan, world, params.issuer, end);
        const facts = { identity: NO_ISSUER, keyAlgorithm: key?.algorithm ?? 'ecdsa-p384', dates };
        return subordinateCertificateRequest(plan, params, facts, algorithm ?? 'ecdsa-p384', at, kind);
      });
      const after = { ...world, tokens: signsOn(world, key, act) };
      if (made === undefined) return after;
      const certificate = {
        name: made,
        key: params['subject-key'] ?? null,
        issuer: params.issuer,
        kind,
        step: step.key,
        requests,
      };
      return { ...after, certificates: withEntry(world.certificates, made, certificate) };
    },
    describe: (params, step) => [
      `Sign the certificate of "${params.subject['CN'] ?? ''}" for ${whoseKey(params)} with the key of "${params.issuer}": ${step.out ?? ''}.`,
    ],
    paper: (params, step, plan) => [
      {
        kind: 'expected',
        values: [
          ...subjectValues(params),
          ['issuer', certificateWords(plan, params.issuer)],
          ...dateValues(params, plan),
          ['key', keyWords(plan, params)],
          ['profile', params.profile],
          ['file', step.out ?? ''],
        ],
      },
      fieldPart('not before', 'utc'),
      fieldPart('not after', 'utc'),
      fieldPart('serial number', 'serial'),
    ],
    sheet: (params, step, plan) => [
      {
        kind: 'expected',
        values: [
          ...subjectValues(params),
          ['issuer', certificateWords(plan, params.issuer)],
          ...dateValues(params, plan),
          ['key', keyWords(plan, params)],
          ...profileValues(plan, params.profile),
          ['file', step.out ?? ''],
        ],
      },
      fieldPart('not before', 'utc'),
      fieldPart('not after', 'utc'),
      ...PROPOSED_BOXES,
    ],
    async propose(params, step, context, at) {
      const { issue, pack, ceremony } = context;
      const { plan } = ceremony;
      const events = ceremony.events();
      const signer = issuerKey(plan, events, params.issuer);
      const { issuer, identity, dates } = await above(plan, params.issuer, (one) =>
        issuerCertificate(plan, one, events, pack, issue),
      );
      const path = params.request === undefined ? undefined : inputPath(events, params.request);
      const came = path === undefined ? undefined : await pack.read(path);
      const certified = certifiedKey(params, plan, events, (one) => (one === path ? came : undefined));
      const facts = { identity, keyAlgorithm: signer.algorithm, dates };
      const request = requestOf(subordinateCertificateRequest(plan, params, facts, certified.algorithm, at, kind));
      return await proposeCertificate(
        { request, spki: certified.spki, signer, judgedAs: { kind, issuer } },
        step,
        context,
        at,
      );
    },
    async *run(params, step, context) {
      const { pack, ceremony } = context;
      yield* signCertificate(step, context, async () => ({
        ...(await certifierOf(kind, ceremony.plan, params.issuer, pack)),
        refusal: `the signature of the new certificate does not verify with the certificate "${params.issuer}"`,
      }));
    },
    verify: (params, step, own, evidence) =>
      judgeCertificate(step, own, evidence, {
        signer: () => issuerKey(evidence.plan, evidence.events, params.issuer).name,
        asked: (at) => intermediateAsked(params, evidence, at, kind),
      }),
  } satisfies Omit<StepType<Parameters, 'guard' | 'operations' | 'issue' | 'pack'>, 'name' | 'version' | 'summary'>;
}

function holdKey(params: Certified, world: World, report: Report): string | undefined {
  const name = params['subject-key'] ?? '';
  const key = keyAtHand(world, name);
  if (!key) report('PLAN_NAME', ['with', 'subject-key'], `the key "${name}" is not made by an earlier step`);
  return key?.algorithm;
}

/** @returns the algorithm that the script says its key has; a request of another one is not taken */
function holdRequest(name: string, plan: PlanHead, world: World, report: Report): string | undefined {
  const input = inputOf(plan, name);
  const read = world.inputs.get(name);
  const path = ['with', 'request'];
  if (input?.type !== 'csr') report('PLAN_NAME', path, `the script has no input "${name}" of type csr`);
  else if (!read)
    report('PLAN_NAME', path, `the request "${name}" is not read by an earlier step`, 'add a "read-input" step of it');
  else if (input.spki === 'independent' && !read.compared)
    report(
      'PLAN_ORDER',
      path,
      `the key of "${name}" was not compared with what arrived another way`,
      `add a "compare" step of ${name}.spki against authorization before this`,
    );
  return input?.key;
}

function whoseKey(params: Certified): string {
  return params.request === undefined ? `the key "${params['subject-key'] ?? ''}"` : `the key of "${params.request}"`;
}

function keyWords(plan: Plan, params: Certified): string {
  if (params.request !== undefined) {
    const algorithm = inputOf(plan, params.request)?.key;
    return `the one of the request "${params.request}"${algorithm === undefined ? '' : `, ${algorithm}`}`;
  }
  const name = params['subject-key'] ?? '';
  const used = plan.uses?.[name];
  const algorithm = makerOf(plan, 'key', name)?.params['algorithm'] ?? (used?.kind === 'key' ? used.algorithm : '');
  return `${name}, ${String(algorithm)}`;
}
