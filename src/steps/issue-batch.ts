import { z } from 'zod';
import { ANY_NAME, BATCH, type BatchParameters, batchRequest, kindOfBatch, NAMED_FROM } from '../plan/batch.ts';
import { MOST_REQUESTS } from '../plan/folder-input.ts';
import { inputOf } from '../plan/inputs.ts';
import { datesAtHand } from '../plan/known.ts';
import { fieldPart } from '../plan/paper-part.ts';
import type { Plan, PlanHead } from '../plan/plan.ts';
import { defineStep, type Report } from '../plan/step-type.ts';
import { signsOn, type World, withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import { judgeBatch, proposeBatch, signBatch } from './batch-issued.ts';
import {
  certificateWords,
  DATED_PARAMETERS,
  dateValues,
  holdIssuer,
  holdRequests,
  NO_ISSUER,
  profileValues,
  SUBJECT,
} from './certificate-parameters.ts';

const SCHEMA = z.strictObject({
  input: name,
  issuer: name,
  key: name.exactOptional(),
  ...DATED_PARAMETERS,
  subject: SUBJECT.omit({ CN: true }),
  'common-name': z.enum(NAMED_FROM, { error: '"from-file-name" or "from-request"' }).exactOptional(),
});

type Parameters = z.infer<typeof SCHEMA>;

/**
 * Issues a certificate for every request of a folder that was read, under one profile and one approval: all are signed, or
 * none. Of a request its key is taken, and where the script says so its common name; all else is the script's.
 */
export const issueBatch = defineStep({
  name: BATCH,
  version: 1,
  summary: 'Issue a certificate for every request of a folder, under one profile and one approval.',
  irreversible: true,
  operation: () => 'sign-list' as const,
  proposalNeeds: (params) => [
    { kind: 'certificate', name: params.issuer },
    { kind: 'request', name: params.input },
  ],
  needs: ['guard', 'operations', 'issue', 'pack'],
  schema: SCHEMA,
  simulate(params, world, context) {
    const { step, act, plan, report } = context;
    holdPacks(plan, report);
    holdFolder(params.input, plan, world, report);
    const key = holdIssuer(params, world, context);
    const kind = kindOfBatch(plan, params.profile) ?? 'subordinate-ca';
    const algorithm = inputOf(plan, params.input)?.key ?? 'ecdsa-p384';
    const requests = holdRequests(context, (at, end) => {
      const dates = datesAtHand(plan, world, params.issuer, end);
      const facts = { identity: NO_ISSUER, keyAlgorithm: key?.algorithm ?? 'ecdsa-p384', dates };
      const commonName = `${plan.marking.commonName}${ANY_NAME}`.slice(0, 64);
      return batchRequest(plan, asBatch(params), facts, { commonName, algorithm }, at);
    });
    // One stands for all of them: no name of the script is this one, with blanks in it.
    const each = `each of ${step.id}`;
    const certificate = { name: each, key: null, issuer: params.issuer, kind, step: step.key, requests };
    return {
      ...world,
      tokens: signsOn(world, key, act),
      certificates: withEntry(world.certificates, each, certificate),
    };
  },
  describe: (params) => [
    `Sign a certificate for every request of "${params.input}" with the key of "${params.issuer}": at most ${MOST_REQUESTS}, all of them or none.`,
    `Each is named by ${namedBy(params)}, and its file by the file of its request: NAME.crt for NAME.csr.`,
  ],
  paper: (params, _step, plan) => [
    { kind: 'expected', values: valuesOf(params, plan) },
    fieldPart('how many certificates', 'integer'),
    fieldPart('not before', 'utc'),
    fieldPart('not after', 'utc'),
  ],
  sheet: (params, _step, plan) => [
    { kind: 'expected', values: [...valuesOf(params, plan), ...profileValues(plan, params.profile)] },
    fieldPart('how many certificates', 'integer'),
    fieldPart('not before', 'utc'),
    fieldPart('not after', 'utc'),
  ],
  propose: (params, step, context, at) => proposeBatch(asBatch(params), step, context, at),
  run: (params, step, context) => signBatch(asBatch(params), step, context),
  verify: (params, step, own, evidence) => judgeBatch(asBatch(params), step, own, evidence),
});

function asBatch(params: Parameters): BatchParameters {
  return params as unknown as BatchParameters;
}

function holdPacks({ rules }: PlanHead, report: Report): void {
  if (rules.length === 0) report('PLAN_RULES', [], 'no rule pack is named: nothing would be linted');
  const pack = rules.find((one) => one.startsWith('cabf-'));
  if (pack !== undefined)
    report(
      'PLAN_RULES',
      [],
      `under the rule pack "${pack}" a person issues each certificate by a direct command (BR 4.3.1.1), and a batch is one command for many`,
      'issue each by a step of its own, or none of that pack below this CA',
    );
}

function holdFolder(name: string, plan: PlanHead, world: World, report: Report): void {
  const path = ['with', 'input'];
  const read = world.inputs.get(name);
  if (inputOf(plan, name)?.type !== 'csr-folder')
    report('PLAN_NAME', path, `the script has no input "${name}" of type csr-folder`);
  else if (!read)
    report('PLAN_NAME', path, `the folder "${name}" is not read by an earlier step`, 'add a "read-input" step of it');
  else if (!read.compared)
    report(
      'PLAN_ORDER',
      path,
      `the folder "${name}" was not compared with what arrived another way`,
      `add a "compare" step of ${name}.sha256 against authorization before this`,
    );
}

function namedBy(params: Parameters): string {
  return params['common-name'] === 'from-request' ? 'the common name in its request' : 'the file of its request';
}

function valuesOf(params: Parameters, plan: Plan) {
  const algorithm = inputOf(plan, params.input)?.key;
  return [
    ...Object.entries(params.subject).map(([type, value]) => [type, String(value)] as const),
    ['CN', namedBy(params)] as const,
    ['issuer', certificateWords(plan, params.issuer)] as const,
    ...dateValues(params, plan),
    ['keys', `those of the requests "${params.input}"${algorithm === undefined ? '' : `, ${algorithm}`}`] as const,
    ['profile', params.profile] as const,
    ['files', 'NAME.crt for NAME.csr'] as const,
  ];
}
