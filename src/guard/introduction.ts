import { hexGroups, type Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { wordRows } from '../base/words.ts';
import { isFounding } from '../quorum/roster.ts';
import type { GuardTerminal } from './terminal.ts';

/**
 * The first page at the table, before the core has drawn anything: the words by which people know the guard's own
 * questions, and the roster by which it will judge them.
 */
export async function introduce(terminal: GuardTerminal, words: string, roster: Sha256): Promise<void> {
  await terminal.session(async () => {
    await terminal.show([
      'This is the guard: the part of quorate that asks for PINs and counts the quorum.',
      `Its words for this ceremony are:  ${words}`,
      '',
      'Write them on your paper now. They stand above every page and in every question',
      'of the guard. Type a PIN only where they stand: anything else is not the guard.',
      '',
      ...judgedBy(roster),
    ]);
    await acknowledged(terminal);
  });
}

function judgedBy(roster: Sha256): string[] {
  if (isFounding({ roster }))
    return [
      'There is no roster yet: this ceremony makes the first one.',
      'Until then nobody can approve anything, and no HSM is named.',
    ];
  return [
    'It will count approvals by the roster whose SHA-256 is',
    ...hexGroups(roster),
    ...wordRows(roster).map((row) => `  ${row.number}  ${row.words.join('  ')}`),
    'Compare it with the roster digest on your paper.',
  ];
}

/** Ctrl-C leaves nothing here: what stands on the screen is read first. */
async function acknowledged(terminal: GuardTerminal): Promise<void> {
  for (;;) {
    try {
      await terminal.readText('Written down and compared? Press Enter.');
      return;
    } catch (error) {
      if (!(error instanceof CeremonyError) || error.code !== 'PRESENTATION_CANCELLED') throw error;
    }
  }
}
