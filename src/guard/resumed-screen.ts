import type { Sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import type { Operation } from '../quorum/operation.ts';
import type { Roster } from '../quorum/roster.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import { digestLines } from '../quorum/statement-screen.ts';
import { subjectRows } from './operation-rows.ts';

/** One operation that the guard was told of. */
export interface Told {
  readonly operation: Operation;
  /** False where it was only begun, as far as anybody knows. */
  readonly isDone: boolean;
}

/** What a guard that was started anew knows of one HSM. */
export interface HsmKnown {
  readonly name: string;
  readonly serial: string | null;
  /** Those that open it now. */
  readonly sets: readonly Pick<ShareSet, 'id' | 'kind'>[];
  readonly keys: readonly KeySaid[];
}

/** One key that is said to be on an HSM. */
export interface KeySaid {
  readonly digest: Sha256;
  readonly label: string;
  /** False where the guard has not seen it there: it counts as no copy. */
  readonly isSeen: boolean;
}

/**
 * What people read before they approve that an interrupted ceremony goes on: all that the new guard knows of what was before.
 * What the core leaves out is missing here, and nobody but those who approved it can see that.
 */
export function resumedScreen(roster: Roster, hsms: readonly HsmKnown[], told: readonly Told[]): string[] {
  return [
    'THIS GUARD WAS STARTED ANEW. Of what was before the interruption it knows this, AND NOTHING ELSE:',
    'roster in force',
    ...digestLines(roster.digest),
    ...hsms.flatMap(hsmLines),
    ...(told.length === 0 ? ['told of     nothing'] : told.flatMap(toldLines)),
    'Compare it with what you have approved, and with your roster on paper. Where something is missing, decline.',
  ];
}

function hsmLines({ name, serial, sets, keys }: HsmKnown): string[] {
  return [
    `HSM         "${name}", serial ${serial ?? 'none yet (blank)'}`,
    ...sets.map(({ kind, id }) => `  opened by ${kind} set ${id}`),
    ...(keys.length === 0 ? ['  holds no key that is known'] : keys.flatMap(keyLines)),
  ];
}

/** The whole digest: of a key that nobody has seen there, this page is all there is to compare. */
function keyLines({ digest, label, isSeen }: KeySaid): string[] {
  return [
    `  holds key "${escapeForeign(label)}"`,
    `    ${digest}`,
    ...(isSeen ? [] : ['    NOT SEEN THERE without a login: no copy, until it has shown that it is']),
  ];
}

function toldLines({ operation, isDone }: Told): string[] {
  const { op, step, hsm } = operation;
  return [
    `told of     ${op} of step "${escapeForeign(step)}" on "${hsm.name}": ${isDone ? 'done' : 'BEGUN, end unknown'}`,
    ...subjectRows(operation).map((what) => `  ${what}`),
  ];
}
