import { hexGroups, sha256 } from '../base/digest.ts';
import { wordRows } from '../base/words.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName } from '../pki/algorithms.ts';
import { digestReference } from '../plan/inputs.ts';
import type { Plan, PlannedInput } from '../plan/plan.ts';
import { folderWords } from './folder-taken.ts';
import { kindOf, type Taken } from './input-taken.ts';
import { lookupWords } from './looked-up.ts';

/*
 * What comes in on a medium, as people read of it: before it is read, and once it was.
 */

/** What the step does, and what is refused. @param input undefined where the script has none of that name */
export function inputWords(
  name: string,
  input: PlannedInput | undefined,
  plan: Pick<Plan, 'weakKeys'>,
): readonly string[] {
  if (input?.type === 'csr-folder') return [...folderWords(name, input, keyWords(input)), ...lookupOf(input, plan)];
  const isRequest = input === undefined || input.type === 'csr';
  return [
    `Read the ${input ? kindOf(input).title : 'certificate request'} "${input?.file ?? ''}" from the medium "${input?.on ?? ''}".`,
    ...refusalWords(input),
    ...lookupOf(input, plan),
    ...(input?.mustEqual ? [`It must be "${input.mustEqual}", byte for byte.`] : []),
    ...(input?.sha256 && !isRequest
      ? [`It is held to the digest "${digestReference(name)}" of the authorization.`]
      : []),
  ];
}

/** Of what brings a key that may be RSA. */
function lookupOf(input: PlannedInput | undefined, plan: Pick<Plan, 'weakKeys'>): readonly string[] {
  const brings = input?.type === 'csr' || input?.type === 'csr-folder' || input?.type === 'certificate';
  return brings && (input.key ?? 'rsa-').startsWith('rsa-') ? lookupWords(plan) : [];
}

function refusalWords(input: PlannedInput | undefined): readonly string[] {
  const issuer = input?.issuer ?? '';
  switch (input?.type) {
    case 'crl':
      return [`It is refused unless it is strict DER, a full CRL with a number, and signed by "${issuer}".`];
    case 'issued-list':
      return [
        `It is refused unless every certificate of it is strict DER, signed by "${issuer}", and there once.`,
        'Whether one is missing cannot be shown.',
      ];
    case 'revocation-list':
      return input.issued === 'asserted'
        ? [
            `It is refused unless each of its lines is of a certificate that "${issuer}" has not revoked, with reason and date.`,
            `That "${issuer}" has issued each of them is SAID BY WHO BRINGS THE LIST, and shown by nothing.`,
          ]
        : [
            `It is refused unless each of its lines is of a certificate that "${issuer}" has issued and not revoked, with reason and date.`,
          ];
    case 'certificate':
      return [
        `It is refused unless it is strict DER, one of a CA with a subject key identifier, and has ${keyWords(input)}.`,
      ];
    default:
      return [
        `It is refused unless it is strict DER, is signed with its own key, and has ${keyWords(input)}. Only that key is taken.`,
      ];
  }
}

function keyWords(input: PlannedInput | undefined): string {
  if (input?.key === undefined) return 'a key that a CA may have';
  return `a key of ${KEY_ALGORITHMS[input.key as KeyAlgorithmName]?.title ?? input.key}`;
}

/** What people may hold to a paper: the digest of a key, or of what has none. */
export function shownDigest({ spki, der }: Taken): readonly string[] {
  const digest = sha256(spki?.der ?? der);
  return [
    spki ? 'SHA-256 of its key:' : 'Its SHA-256:',
    ...hexGroups(digest),
    ...wordRows(digest).map((row) => `${row.number}  ${row.words.join('  ')}`),
  ];
}
