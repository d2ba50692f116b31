import { hexGroups, NO_DIGEST, type Sha256 } from '../../base/digest.ts';
import { wordRows } from '../../base/words.ts';
import type { OpeningEvent } from '../../transcript/event.ts';
import { labelled } from './layout.ts';

/** What was typed to start the program, as it was understood. */
export interface Command {
  readonly script: string;
  readonly site: string;
  readonly out: string;
  /** A second folder that holds the same, if any. */
  readonly mirror?: string | undefined;
  /** Whether the ceremony in `out` goes on after an interruption. */
  readonly resume: boolean;
}

/** What people compare with their papers before anything is done; each digest is kept together by blank rows. */
export function openingRows(
  opening: OpeningEvent,
  ceremony: Sha256,
  { script, site, out, mirror, resume }: Command,
  width: number,
): string[] {
  const { program, versions } = opening;
  const row = (name: string, text: string) => labelled(name, text, width);
  const digest = (name: string, value: Sha256) => ['', name, ...digestRows(value)];
  return [
    ...row('command', resume ? 'run --resume: the ceremony in the folder goes on' : 'run: a new ceremony'),
    ...row('script', script),
    ...row('site', site),
    ...row('folder', out),
    ...(mirror === undefined ? [] : row('mirror', mirror)),
    '',
    ...row('ceremony', `${opening.title}, number ${opening.number} of this CA`),
    ...row('objectives', opening.objectives.join(', ')),
    ...row('mode', opening.mode),
    ...row('program', `${program.name} ${program.version}, ${program.runtime}`),
    ...row('rule packs', Object.keys(versions.rules).join(', ') || 'none'),
    ...row('report', `version ${versions.report}`),
    ...digest('authorization', opening.authorization),
    ...(opening.previous === NO_DIGEST ? [] : digest('pack before this, by its manifest', opening.previous)),
    ...digest('script', opening.script),
    ...digest('site binding', opening.site),
    ...(opening.roster === NO_DIGEST
      ? ['', 'roster: none yet; this ceremony makes the first one']
      : digest('roster', opening.roster)),
    ...digest('program, as it states itself', program.digest),
    ...digest(`ceremony id: ${resume ? 'compare it with your paper' : 'everyone writes it by hand'}`, ceremony),
  ];
}

/** A digest as it stands on every page: its digits, and its words to be read aloud. */
export function digestRows(value: Sha256): string[] {
  return [
    ...hexGroups(value).map((row) => `  ${row}`),
    ...wordRows(value).map(({ number, words }) => `  ${number}  ${words.join('  ')}`),
  ];
}
