import type { PlayedPrinter } from './played-printer.ts';

/** Shares that played people have on paper: set and seat → what a scanner types of the page. */
export type Papers = Map<string, string>;

export const paperName = (set: string, seat: string) => `${set} ${seat}`;

/** How a row goes on in the next one of the screen. */
const CONTINUED = /\r?\n {2}\| /g;
const GROUPED_SET = /^Set ((?:[0-9a-f]{4} ){7}[0-9a-f]{4})\s*$/m;

/**
 * What a custodian types where the guard asks for their share on paper, or has it printed; undefined where it asks something else.
 * @param screen what the guard has shown since something was typed last, the question behind it
 */
export function answerAtPaper(
  screen: string,
  prompt: string,
  { papers, printer }: { readonly papers: Papers; readonly printer: PlayedPrinter | null },
): string | undefined {
  const [, atPrinter] = /^(\S+), press Enter when you stand at the printer; [^\n]*\. $/.exec(prompt) ?? [];
  if (atPrinter !== undefined) {
    printer?.await(atPrinter);
    return '';
  }
  const [, seat = '', first] = /^(\S+), row (\d) of 7: $/.exec(prompt) ?? [];
  if (first !== undefined) {
    const [, set = ''] = GROUPED_SET.exec(screen) ?? [];
    const name = paperName(set.replaceAll(' ', ''), seat);
    const printed = printer?.scanned(seat);
    if (printed !== undefined) papers.set(name, printed);
    return papers.get(name) ?? '';
  }
  const [, holder] = /^(\S+), type "paper" or "none": $/.exec(prompt) ?? [];
  if (holder !== undefined) {
    const [, set = ''] = /of the set\s*([0-9a-f]{32})/.exec(screen.replaceAll(CONTINUED, '')) ?? [];
    return papers.has(paperName(set, holder)) ? 'paper' : 'none';
  }
  // A rehearsal wastes no paper: what cannot be read ends in order.
  return /^Type "type" or [^\n]*: $/.test(prompt) ? 'stop' : undefined;
}
