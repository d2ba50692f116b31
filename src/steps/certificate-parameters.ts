import { z } from 'zod';
import { ATTRIBUTE_TYPES, type AttributeType } from '../pki/name.ts';
import type { CertificateFields } from '../pki/profile.ts';
import { profileWords } from '../pki/profile-words.ts';
import {
  type CertificateRequest,
  type IssuerIdentity,
  isCopied,
  requestProblems,
  SERIAL_RANDOM_BYTES,
} from '../pki/request.ts';
import { type CertificateParameters, type DatedParameters, dateParameter, type Made } from '../plan/issuing.ts';
import { certificateAtHand, type KeyAtHand, keyAtHand, usedCertificate } from '../plan/known.ts';
import { hexShape, type PaperPart } from '../plan/paper-part.ts';
import type { Plan } from '../plan/plan.ts';
import { makerOf } from '../plan/record.ts';
import type { SimulateContext } from '../plan/step-type.ts';
import type { World } from '../plan/world.ts';
import { dateExpression } from '../script/schema/dates.ts';
import { name } from '../script/schema/words.ts';
import { dateWords, usedWords } from './paper-parts.ts';
import { objectIn } from './recorded-facts.ts';

/*
 * What the steps that issue a certificate have in common before anything is issued, whoever signs it: parameters, what of
 * them cannot be, and how they are printed.
 */

const attribute = z.string({ error: 'text' }).exactOptional();

/** Parameters of every certificate, whatever its subject. */
export const DATED_PARAMETERS = { profile: name, 'not-before': dateExpression, 'not-after': dateExpression };

/** Of one whose subject the script says. */
export const CERTIFICATE_PARAMETERS = {
  ...DATED_PARAMETERS,
  subject: z.strictObject(
    Object.fromEntries(ATTRIBUTE_TYPES.map((type) => [type, attribute])) as Record<AttributeType, typeof attribute>,
  ),
};

type Subject = { readonly [type in AttributeType]?: string };
type Asked = CertificateParameters & { readonly subject: Subject };

/** A rehearsal's prefix before the common name. */
export function markSubject(subject: Subject, { commonName }: Plan['marking']): Subject {
  return { ...subject, ...(subject['CN'] === undefined ? {} : { CN: `${commonName}${subject['CN']}` }) };
}

/** The CA that signs, by its certificate; `key` may say which key that is, and then it is that one. */
export function holdIssuer(
  params: { readonly issuer: string; readonly key?: string },
  world: World,
  { plan, report }: Pick<SimulateContext, 'plan' | 'report'>,
): { readonly key: KeyAtHand | undefined; readonly isOf: (key: string) => boolean } {
  const issuer = certificateAtHand(plan, world, params.issuer);
  if (!issuer)
    report('PLAN_NAME', ['with', 'issuer'], `the certificate "${params.issuer}" is not made by an earlier step`);
  else if (issuer.key === undefined)
    report('PLAN_NAME', ['with', 'issuer'], `the key of "${params.issuer}" is neither made nor used in this ceremony`);
  if (params.key !== undefined && !issuer?.isOf(params.key))
    report('PLAN_NAME', ['with', 'key'], `"${params.key}" is not the key of "${params.issuer}"`);
  const key = issuer?.key === undefined ? undefined : keyAtHand(world, issuer.key);
  return { key, isOf: issuer?.isOf ?? (() => false) };
}

/** Stands for what is repeated of a CA, for judging the rest before there is one: a name of nobody, 160 bits. */
export const NO_ISSUER: IssuerIdentity = { name: Uint8Array.of(0x30, 0x00), keyIdentifier: new Uint8Array(20) };

/** The name and the file of what is made. @returns the name, where it has one */
export function holdOutput(
  world: World,
  { step, report }: Pick<SimulateContext, 'step' | 'report'>,
): string | undefined {
  const made = step.makes['certificate'];
  if (made === undefined)
    report('PLAN_NAME', [], 'the certificate gets no name for later steps', 'add "makes: { certificate: NAME }"');
  else if (world.certificates.has(made))
    report('PLAN_NAME', ['makes', 'certificate'], `the certificate "${made}" is made already`);
  if (step.out === null || !step.out.endsWith('.crt'))
    report('PLAN_FILE', ['out'], 'the certificate needs a file', 'add "out: NAME.crt"');
  return made;
}

/** What would be asked for at each end of the window; what cannot be is reported. */
export function holdRequests(
  { window, report }: Pick<SimulateContext, 'window' | 'report'>,
  make: (at: string, end: number) => Made<CertificateRequest>,
): CertificateRequest[] {
  return window.flatMap((at, end) => {
    const { request, problems } = make(at, end);
    for (const problem of problems)
      report(problem.path[0] === 'profile' ? 'PLAN_PROFILE' : 'PLAN_DATE', ['with', ...problem.path], problem.message);
    for (const problem of request ? requestProblems(request) : []) {
      const date = dateParameter(problem);
      const field = date ?? (request && isCopied(request.subject) ? 'profile' : 'subject');
      report(date === undefined ? 'PLAN_PARAMETER' : 'PLAN_DATE', ['with', field], problem);
    }
    return request ? [request] : [];
  });
}

/** `root: Example Root CA G1`; of one that is used, its digest. */
export function certificateWords(plan: Plan, name: string): string {
  const used = usedCertificate(plan, name);
  if (used) return `${name}: certificate "${used.name}" ${usedWords(used)}`;
  const { subject, existing } = (makerOf(plan, 'certificate', name)?.params ?? {}) as {
    readonly subject?: { readonly CN?: string };
    readonly existing?: string;
  };
  if (existing !== undefined && existing !== name && usedCertificate(plan, existing))
    return `${name}: as ${certificateWords(plan, existing)}`;
  return subject?.CN === undefined ? name : `${name}: ${subject.CN}`;
}

type Values = (readonly [name: string, value: string])[];

/** What stands in its row of the printed script. */
export function subjectValues(params: Asked): Values {
  return Object.entries(params.subject).map(([type, value]) => [type, String(value)] as const);
}

export function dateValues(params: DatedParameters, plan: Pick<Plan, 'uses'>): Values {
  return [
    ['not before', dateWords(params['not-before'] as never, plan)],
    ['not after', dateWords(params['not-after'] as never, plan)],
  ];
}

/** What the profile fixes. */
export function profileValues(plan: Plan, profile: string): Values {
  return [...profileWords(objectIn(objectIn(plan.profiles[profile])['fields']) as unknown as CertificateFields)];
}

/** Places for the serial number and the key, which exist only once it is proposed. */
export const PROPOSED_BOXES: readonly PaperPart[] = [
  {
    kind: 'boxes',
    name: 'serial number',
    shape: hexShape(2 * (SERIAL_RANDOM_BYTES + 1)),
    hint: '0-9 and a-f',
  },
  { kind: 'boxes', name: 'SHA-256 of the key', shape: hexShape(64), hint: '0-9 and a-f, as read in words before' },
];
