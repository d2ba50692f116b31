import { OID } from '../der/oid.ts';
import { hexOf } from '../der/values.ts';
import { certificateExtensions, encodeExtension } from '../pki/extensions.ts';
import { ATTRIBUTES, subjectOf } from '../pki/name.ts';
import type { ResolvedProfile } from '../pki/profile.ts';
import { requestWishes } from '../pki/request-differences.ts';
import type { RequestOfMany } from '../pki/request-intake.ts';
import { BATCH, type BatchParameters, batchItems } from '../plan/batch.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';
import type { CertificationRequest } from '../x509/certification-request.ts';
import { COLUMNS, layoutLines, quoteForeign } from '../x509/layout.ts';
import type { NameAttribute } from '../x509/model.ts';
import { deriveKeyIdentifier } from '../x509/public-key.ts';
import { cutGroups, linesOf, type WishGroup } from './cut-groups.ts';

/*
 * What the requests of a folder ask for and their certificates will not have. A thousand lists of it nobody reads: those that ask
 * for the same stand together, with the name of each.
 */

/** As many lines as people can be expected to read on a screen; the report has them all. */
export const MOST_SHOWN = 300;

/** Whether the certificate of a request has what is asked for; nothing is had where none is issued. */
interface Had {
  readonly attribute: (asked: NameAttribute) => boolean;
  readonly extension: (der: Uint8Array) => boolean;
}

/**
 * In lines of at most 80 columns, foreign text escaped: how many requests ask for nothing else, and of the others those that ask
 * for the same, most of them first. Common names, of which each has its own, come last.
 * @param requests of the folder, ascending by their files
 * @param most lines of them; beyond that each group is cut, and none is left out
 */
export function folderDifferences(
  plan: Pick<Plan, 'acts' | 'profiles'>,
  input: string,
  requests: readonly RequestOfMany[],
  most?: number,
): readonly string[] {
  const steps = stepsOf(plan).filter(({ type, params }) => type === BATCH && params['input'] === input);
  const named = namesGiven(steps, requests);
  const groups = new Map<string, string[]>();
  const commonNames: string[] = [];
  for (const { name, request } of requests) {
    const had = hadIn(
      plan,
      steps,
      request,
      named.map((names) => names.get(name)),
    );
    const left = request.subject.attributes.filter((one) => !had.attribute(one));
    const stem = name.replace(/\.csr$/, '');
    const own = left.filter(({ oid }) => oid === OID.commonName).map(({ value }) => quoteForeign(value));
    if (own.length > 0) commonNames.push(...layoutLines([{ depth: 2, label: stem, value: own.join(', ') }]));
    const wishes = wishesOf(request, left, had);
    const alike = groups.get(wishes);
    if (alike) alike.push(stem);
    else groups.set(wishes, [stem]);
  }
  const nothing = groups.get('')?.length ?? 0;
  groups.delete('');
  const own = requests.length - nothing;
  const all: WishGroup[] = [...groups]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([wishes, stems]) => ({
      head: stems.length === 1 ? '1 request asks for:' : `${stems.length} requests ask for:`,
      wishes: wishes.split('\n'),
      askedBy: wrapped(stems, `  ${stems.length === 1 ? 'Asked for by' : 'Asked for by each of'} `),
    }));
  if (commonNames.length > 0)
    all.push({ head: 'Common names that are asked for and not had:', wishes: commonNames, askedBy: [] });
  return [
    own === 0 && commonNames.length === 0
      ? `All ${requests.length} ask for nothing else.`
      : `${nothing} of ${requests.length} ask for nothing else${commonNames.length > 0 ? ', but for common names' : ''}.`,
    ...(most === undefined ? all.flatMap(linesOf) : cutGroups(all, most)),
  ];
}

/** The common names that each step gives, by the file of the request, as they are outside of a rehearsal. */
function namesGiven(steps: readonly PlannedStep[], requests: readonly RequestOfMany[]) {
  return steps.map(({ params }) => {
    const items = batchItems(params as unknown as BatchParameters, requests, '');
    return new Map(items.map(({ file, commonName }) => [file, commonName]));
  });
}

/** @param names that the steps give its certificates */
function hadIn(
  plan: Pick<Plan, 'profiles'>,
  steps: readonly PlannedStep[],
  request: CertificationRequest,
  names: readonly (string | undefined)[],
): Had {
  if (steps.length === 0) return { attribute: () => false, extension: () => false };
  const subjects = steps.map(({ params }, index) => {
    const { subject } = params as unknown as BatchParameters;
    const given = subjectOf({ ...subject, CN: names[index] ?? '' });
    return new Set(given.map(({ type, value }) => `${ATTRIBUTES[type].oid} ${value}`));
  });
  const identifier = deriveKeyIdentifier(request.spki);
  const extensions = steps.map(({ params }) => {
    const profile = plan.profiles[(params as unknown as BatchParameters).profile] as ResolvedProfile | undefined;
    if (profile?.type !== 'quorate/certificate-profile/1') return new Set<string>();
    // That of the issuer is not known to who asks: one that is asked for is said to be left out.
    const wanted = certificateExtensions(profile.fields, { subject: identifier, authority: new Uint8Array() });
    return new Set(wanted.map((one) => hexOf(encodeExtension(one))));
  });
  return {
    attribute: ({ oid, value }) => subjects.every((given) => given.has(`${oid} ${value}`)),
    extension: (der) => extensions.every((given) => given.has(hexOf(der))),
  };
}

/** Lines of all that is asked for and not had, but for common names; empty where that is nothing. */
function wishesOf(request: CertificationRequest, left: readonly NameAttribute[], had: Had): string {
  const attributes = left.filter(({ oid }) => oid !== OID.commonName);
  const fields = requestWishes({
    ...request,
    subject: { ...request.subject, attributes },
    extensions: request.extensions.filter(({ der }) => !had.extension(der)),
  });
  return [...layoutLines(fields.map((one) => ({ ...one, depth: one.depth + 1 })))].join('\n');
}

function wrapped(words: readonly string[], head: string): string[] {
  const lines: string[] = [];
  let line = head;
  for (const [index, word] of words.entries()) {
    const piece = `${word}${index === words.length - 1 ? '' : ', '}`;
    if (line.trim() !== '' && line.length + piece.trimEnd().length > COLUMNS) {
      lines.push(line.trimEnd());
      line = '    ';
    }
    line += piece;
  }
  return [...lines, line];
}
