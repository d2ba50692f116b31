import { z } from 'zod';
import { canonicalJson, type JsonObject } from '../base/canonical-json.ts';
import { NO_DIGEST } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { isCalendarTime } from '../der/time.ts';
import { refusedBy } from '../pki/delta-policy.ts';
import { HOLD } from '../pki/hold.ts';
import { deadlineWords } from '../pki/revocation-deadlines.ts';
import { LIST_REASONS, revocationFaults } from '../pki/revocation-list.ts';
import { fieldFault } from '../plan/field-value.ts';
import { inputOf } from '../plan/inputs.ts';
import { certificateAtHand, decidedStep, decisionsOf, usedCertificate, usedCrl } from '../plan/known.ts';
import { followed } from '../plan/last-crl.ts';
import { fieldPart } from '../plan/paper-part.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { defineStep, type SimulateContext } from '../plan/step-type.ts';
import type { World } from '../plan/world.ts';
import type { Terminal } from '../ports.ts';
import { name } from '../script/schema/words.ts';
import { answerFaults } from './answers.ts';
import { DECIDES, type Deciding, decide, decisionFacts, decisionFiles, decisionLines, type Told } from './decision.ts';
import { holdBaseSigned } from './delta-order.ts';
import { observationIn } from './recorded-facts.ts';
import { DECIDED } from './revocations.ts';

const moment = z
  .string({ error: 'a time such as "2027-03-01T09:00:00Z"' })
  .refine(isCalendarTime, { error: 'a time that exists, as YYYY-MM-DDTHH:MM:SSZ' });

/**
 * A certificate is to be revoked: which, why, since when the CA has known, and until when it has to be done. The CRL that
 * takes the decision up lists it.
 */
export const revoke = defineStep({
  name: DECIDES,
  version: 1,
  summary: 'Decide to revoke a certificate, and record since when the CA has known and until when it is due.',
  irreversible: false,
  needs: ['attempts', 'clock', 'pack', 'terminal'],
  schema: z.strictObject({
    issuer: name,
    certificate: name.exactOptional(),
    serial: z
      .string({ error: 'the octets of a serial number in hex, as openssl and the ledger print them' })
      .regex(/^(?:[0-9a-f]{2}){1,20}$/i)
      .exactOptional(),
    certificates: name.exactOptional(),
    reason: z.enum(LIST_REASONS, { error: `one of ${LIST_REASONS.join(', ')}` }),
    revoked: moment.exactOptional(),
    'invalid-since': moment.exactOptional(),
  }),
  simulate(params, world, context) {
    const { step, steps, report } = context;
    holdCertificate(params, world, context);
    holdDates(params, context);
    holdBaseSigned(decidedStep({ acts: [{ steps }] } as unknown as Plan, step.id), world, context);
    const refused = params.reason === HOLD ? refusedBy(context.plan.rules, 'hold') : undefined;
    if (refused !== undefined)
      report('PLAN_PARAMETER', ['with', 'reason'], refused, 'revoke it for good, or not at all');
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody decides this', 'add "by:"');
    if (step.key !== step.id)
      report('PLAN_PEOPLE', [], 'several people would decide it each for themselves', 'write "by:" with one role');
    if (!steps.some(({ type, params: other }) => type === 'issue-crl' && decisionsOf(other).includes(step.id)))
      report(
        'PLAN_NAME',
        [],
        `no CRL takes up the decision "${step.id}": nothing would be revoked by it`,
        `in a later "issue-crl": decisions: [${step.id}]`,
      );
    return world;
  },
  describe: (params, _step, plan) => [
    `Decide to revoke ${named(params, plan)}, issued by "${params.issuer}", for ${params.reason}: ${params.reason === HOLD ? 'until it is released or revoked for good' : 'for good'}.`,
    ...(params.revoked === undefined
      ? ['It is revoked as of this decision, by the date of the CRL that lists it.']
      : [`It is revoked on ${params.revoked}.`]),
    ...(params['invalid-since'] === undefined ? [] : [`It is not to be trusted since ${params['invalid-since']}.`]),
    'Type since when the CA has known of the reason, and who reported it.',
    ...terms(params, plan),
  ],
  paper: (params, _step, plan) => [
    fieldPart('known since', 'utc'),
    fieldPart('reported by', 'text'),
    ...(terms(params, plan).length === 0
      ? []
      : [fieldPart('revoke not later than', 'utc'), fieldPart('publish not later than', 'utc')]),
  ],
  async *run(params, step, { attempts, clock, pack, terminal, ceremony }) {
    const { plan } = ceremony;
    const events = ceremony.events();
    const files = new Map<string, Uint8Array>();
    for (const path of decisionFiles(params, { id: step.id, plan, events }, await pack.list()))
      files.set(path, await pack.read(path));
    const read = { id: step.id, plan, events, file: (path: string) => files.get(path) };
    // What cannot be revoked is refused before anybody is asked about it.
    decide(params, { ...read, at: clock.now() });
    const { told, decision, at } = await attempts.attended(async () => {
      const typed = await ask(step, terminal, clock.now);
      const now = clock.now();
      const made = decide(params, { ...read, at: now });
      await terminal.say(decisionLines(made, typed));
      await confirm(step, params, terminal);
      return { told: typed, decision: made, at: now };
    });
    yield {
      type: 'answer',
      step: step.key,
      seat: step.by[0] as string,
      checkedBy: step.check,
      question: step.say,
      values: { known: told.known, reportedBy: told.reportedBy },
    };
    yield { type: 'observation', step: step.key, subject: DECIDED, facts: decisionFacts(decision, told, at) };
  },
  verify(params, step, own, { plan, events, file }) {
    const fault = (message: string) => ({
      check: 'STEP-REVOKE',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const answer = own.find((event) => event.type === 'answer');
    const seen = observationIn(own, DECIDED);
    if (answer?.type !== 'answer' || !seen) return [fault('nothing was decided')];
    const { known, reportedBy } = answer.values;
    const at = seen.facts['decidedAt'];
    if (typeof known !== 'string' || typeof reportedBy !== 'string' || typeof at !== 'string')
      return [fault('it is not on record when the CA came to know, who reported it, or when it was decided')];
    try {
      const before = events.filter(({ seq }) => seq < seen.seq);
      const decision = decide(params, { id: step.id, plan, events: before, file, at });
      const due = decisionFacts(decision, { known, reportedBy }, at);
      return [
        ...answerFaults(step, own),
        ...toldFaults({ known, reportedBy }, at),
        ...(isBetween(own[0]?.at, at, seen.at) ? [] : [`it was decided at ${at}, outside the time of the step`]),
        ...unlike(due, seen.facts),
      ].map(fault);
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return [fault(error.message)];
    }
  },
});

/** `the certificate "tls-ca-1"` */
function named({ certificate, serial, certificates }: Deciding, plan: Pick<Plan, 'uses'>): string {
  if (certificate !== undefined) return `the certificate "${usedCertificate(plan, certificate)?.name ?? certificate}"`;
  const which = serial === undefined ? 'the certificate' : `the certificate with the serial number ${serial}`;
  return certificates === undefined ? which : `${which} of the list "${certificates}"`;
}

/** Before its bytes are read nobody here knows whether it is a CA's. */
function terms({ reason }: Deciding, { rules }: Pick<Plan, 'rules'>): readonly string[] {
  const [ofCa, ofOther] = [true, false].map((isCa) => deadlineWords({ rules, isCa, reason })) as [string[], string[]];
  return [
    ...ofCa.filter((term) => !ofOther.includes(term)).map((term) => `Of a CA: ${term}.`),
    ...ofOther.filter((term) => !ofCa.includes(term)).map((term) => `Of no CA: ${term}.`),
    ...ofCa.filter((term) => ofOther.includes(term)).map((term) => `${term}.`),
  ];
}

function holdCertificate(params: Deciding, world: World, { plan, report }: SimulateContext): void {
  const { issuer, certificate, serial, certificates } = params;
  if (!certificateAtHand(plan, world, issuer))
    report('PLAN_NAME', ['with', 'issuer'], `the certificate "${issuer}" is not there before this step`);
  const ways = [certificate, certificates ?? serial].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    const what = ways.length === 0 ? 'it is not said which certificate is revoked' : 'the certificate is named twice';
    report('PLAN_PARAMETER', ['with'], what, 'name it with "certificate:", or with "serial:" or "certificates:"');
  }
  const used = certificate === undefined ? undefined : usedCertificate(plan, certificate);
  if (certificate !== undefined && !used)
    report('PLAN_NAME', ['with', 'certificate'], `the script uses no certificate "${certificate}"`);
  const signer = usedCertificate(plan, issuer);
  if (used && signer && used.signedBy !== signer.spkiSha256)
    report('PLAN_NAME', ['with', 'certificate'], `"${certificate}" was not issued by "${issuer}"`);
  // While nobody knows the keys, all that is of one CA stands for one.
  if (used && signer && used.sha256 !== NO_DIGEST && used.spkiSha256 === signer.spkiSha256)
    report('PLAN_NAME', ['with', 'certificate'], `"${certificate}" is that CA's own: no CRL of its own revokes it`);
  if (certificates === undefined) return;
  const list = inputOf(plan, certificates);
  if (list?.type !== 'issued-list')
    report('PLAN_NAME', ['with', 'certificates'], `there is no input "${certificates}" of type issued-list`);
  else if (list.issuer !== issuer)
    report('PLAN_NAME', ['with', 'certificates'], `"${certificates}" lists what "${list.issuer}" has issued`);
  else if (!world.inputs.has(certificates))
    report('PLAN_ORDER', ['with', 'certificates'], `the list "${certificates}" is not read before this step`);
}

/** What the script says of dates, as far as it can be held to something before the day. */
function holdDates(params: Deciding, { plan, step, steps, window, report }: SimulateContext): void {
  const used = usedCertificate(plan, params.certificate ?? '');
  const since = params['invalid-since'];
  const before = usedCrl(
    plan,
    followed(decidedStep({ acts: [{ steps }] } as unknown as Plan, step.id)?.params ?? {}) ?? '',
  );
  const last = before?.delta?.thisUpdate ?? before?.thisUpdate;
  const faults = revocationFaults(
    { serial: '', at: params.revoked ?? window[1], ...(since === undefined ? {} : { invalidSince: since }) },
    {
      ...{ name: params.certificate ?? params.serial ?? params.certificates ?? '', serial: '', isOwn: false },
      notBefore: used?.notBefore || '',
      // Without a date it is revoked at some moment of the window: an end within it is judged then.
      notAfter: (params.revoked === undefined && (used?.notAfter ?? '') > window[0] ? '' : used?.notAfter) || LATEST,
    },
    { listed: new Map(), noHold: undefined, lastUpdate: last || undefined, thisUpdate: window[1] },
  );
  for (const fault of faults)
    report('PLAN_DATE', ['with', params.revoked === undefined ? 'invalid-since' : 'revoked'], fault);
}

const LATEST = '9999-12-31T23:59:59Z';

async function ask(step: PlannedStep, terminal: Terminal, now: () => string): Promise<Told> {
  const question = { step: step.key, seat: step.by[0] as string };
  const typed = async (text: string, kind: 'utc' | 'text', problem: (given: string) => string | undefined) => {
    const given = await terminal.ask({ ...question, text: `${step.say} ${text}`.trim(), kind, problem });
    const fault = problem(given);
    if (fault !== undefined) throw new CeremonyError('ANSWER_REFUSED', `"${given}" was typed: ${fault}`);
    return given;
  };
  return {
    known: await typed('Since when has the CA known of it (UTC)?', 'utc', (given) => knownFault(given, now())),
    reportedBy: await typed('Who reported it?', 'text', (given) => fieldFault(given, 'text', undefined)),
  };
}

async function confirm(step: PlannedStep, { reason }: Deciding, terminal: Terminal): Promise<void> {
  const text =
    reason === HOLD
      ? 'Is this the decision on paper: this certificate is to be put on hold?'
      : 'Is this the decision on paper: this certificate is to be revoked, for good?';
  const typed = await terminal.ask({ step: step.key, seat: step.by[0] as string, text, kind: 'yes-no' });
  if (typed !== 'yes')
    throw new CeremonyError('ANSWER_REFUSED', `"${typed}" was answered, and a decision wants yes`, {
      hint: 'type it again, or stop: the script is what has to be put right then',
    });
}

function knownFault(typed: string, now: string): string | undefined {
  const fault = fieldFault(typed, 'utc', undefined);
  if (fault !== undefined) return fault;
  return typed > now ? `that is in the future: it is now ${now}` : undefined;
}

function toldFaults({ known, reportedBy }: Told, at: string): readonly string[] {
  const faults = [
    ['known', known, knownFault(known, at)],
    ['reportedBy', reportedBy, fieldFault(reportedBy, 'text', undefined)],
  ] as const;
  return faults.flatMap(([what, typed, fault]) => (fault === undefined ? [] : [`"${what}" is "${typed}": ${fault}`]));
}

/** The computer's own time is that of the record: it lies between the events around it. */
function isBetween(begin: string | undefined, at: string, end: string): boolean {
  return isCalendarTime(at) && String(begin) <= at && at <= end;
}

function unlike(due: JsonObject, found: JsonObject): readonly string[] {
  return [...new Set([...Object.keys(due), ...Object.keys(found)])].flatMap((member) => {
    const [is, wanted] = [found, due].map((facts) => canonicalJson(facts[member] ?? null));
    return is === wanted ? [] : [`the record says ${is} as "${member}", expected ${wanted}`];
  });
}
