import { hexGroups, type Sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import { wordRows } from '../base/words.ts';
import type { DeviationEffect, DeviationStatement } from './deviation.ts';
import type { ApprovalStatement, Attestation } from './statement.ts';

/*
 * What a person reads before their token signs a statement. Guard and auditor draw the same lines, each from the
 * bytes that are signed.
 */

/** For roll-call. */
export function presenceScreen(seat: string, authorization: Sha256): string[] {
  return ['PRESENCE', `${seat} is here for the ceremony authorized as`, ...digestLines(authorization)];
}

export function attestationScreen({ seat, step, text, head }: Attestation): string[] {
  return [`STATEMENT of ${seat}, step ${step}`, escapeForeign(text), 'over the record up to', ...digestLines(head)];
}

/** What of a manifest its signers read. */
export interface ShownManifest {
  readonly mode: string;
  readonly outcome: string;
  readonly events: number;
  /** How many it lists. */
  readonly files: number;
  readonly head: Sha256;
  /** Of the manifest itself. */
  readonly digest: Sha256;
}

export function manifestScreen({ mode, outcome, events, files, head, digest }: ShownManifest): string[] {
  return [
    `EVIDENCE PACK, ${mode}, outcome ${outcome}: ${events} events, ${files} files`,
    ...digestLines(digest),
    'head of the record',
    ...digestLines(head),
  ];
}

const EFFECT: Readonly<Record<DeviationEffect, string>> = {
  none: 'the step goes on',
  skip: 'the step ends here, WITHOUT what it demands',
  repeat: 'the step is left, and done again from its beginning',
  resume: 'the ceremony GOES ON after the interruption',
  quirk: 'the key IS USED though its HSM does not report all of it',
  exchange: 'ONE PERSON TAKES THE PLACE OF ANOTHER, once enough approve it now',
};

/** Whose names go with a deviation, and what becomes of each. */
function namedLines({ effect, names }: DeviationStatement): string[] {
  const [leaves, comes] = names;
  if (effect === 'quirk') return [`HSM         ${names[0]}`, ...names.slice(1).map((quirk) => `unreported  ${quirk}`)];
  if (effect !== 'exchange') return [];
  return [
    `leaves      ${leaves}: does, checks, approves and signs nothing any more`,
    `comes       ${comes}: does all that from now on`,
  ];
}

/** Of a departure from the script that the `administer` quorum is asked to approve. */
export function deviationScreen(statement: DeviationStatement): string[] {
  return [
    `DEVIATION   event ${statement.event}, step ${escapeForeign(statement.step)}`,
    `what        ${escapeForeign(statement.what)}`,
    `why         ${escapeForeign(statement.why)}`,
    `effect      ${EFFECT[statement.effect]}`,
    ...namedLines(statement),
    'the record up to it',
    ...digestLines(statement.deviation),
  ];
}

/** What an approval's signature covers: the operation by its digest alone. */
export function approvalStatementScreen(approval: ApprovalStatement): string[] {
  return [
    `APPROVAL    of "${escapeForeign(approval.operation)}" in step ${escapeForeign(approval.step)}`,
    `expires     ${approval.expires}`,
    'the operation',
    ...digestLines(approval.digest),
    'the record up to its proposal',
    ...digestLines(approval.proposal),
    'the ceremony',
    ...digestLines(approval.ceremony),
  ];
}

/** Hex in groups, then the same in numbered rows of words. */
export function digestLines(digest: Sha256): string[] {
  return [...hexGroups(digest), ...wordRows(digest).map((row) => `${row.number}  ${row.words.join('  ')}`)];
}
