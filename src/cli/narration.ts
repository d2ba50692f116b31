import type { CeremonyError } from '../base/errors.ts';
import { escapeHidden } from '../base/text.ts';
import type { Place } from '../ports.ts';
import type { Summary } from './summary.ts';

/**
 * Narration on standard error while a ceremony runs. What is foreign in a line can hide nothing.
 * @param now stands at the beginning of each line, where it is given: UTC, whole seconds
 */
export function narrator(stream: { write(text: string): unknown }, now?: () => string) {
  let act = -1;
  const line = (text: string) => {
    for (const one of text.split('\n')) stream.write(`${now ? `${now()}  ` : ''}${escapeHidden(one)}\n`);
  };
  return {
    line,
    /** One line for an act, one for a step. */
    step({ step, act: current, position }: Place): void {
      if (current.index !== act) {
        act = current.index;
        line(`${current.title}`);
      }
      const who = step.by.length > 0 ? `  ${step.by.join(', ')}` : '';
      line(`  ${step.number.padStart(5)}  ${step.id} (${step.type})${who}  [${position.index} of ${position.of}]`);
    },
    outcome(outcome: string, summary: Summary): void {
      line(`${outcome}: ${summary.events} events, head ${summary.head}`);
      line(`evidence pack: ${summary.pack}`);
    },
    error(error: CeremonyError): void {
      line(`quorate: ${error.code}: ${error.message}`);
      if (error.hint) line(`quorate: ${error.hint}`);
    },
  };
}
