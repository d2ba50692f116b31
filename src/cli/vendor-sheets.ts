import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { checkText, describeTextFault } from '../base/text.ts';
import { PlanReporter } from '../plan/reporter.ts';
import type { Problem } from '../script/problem.ts';
import type { SiteReading } from '../script/read-script.ts';
import { readInput } from './input.ts';

/** People follow it line by line: what is longer is a manual. */
const LONGEST = 65_536;

/** The sheets of other tools' steps that a site names, each held to its digest. */
export interface SheetsReading {
  readonly sheets: ReadonlyMap<string, Uint8Array>;
  readonly problems: readonly Problem[];
}

/** @param at where a path of the site lies */
export function readSheets(reading: SiteReading | undefined, at: (path: string) => string): SheetsReading {
  const sheets = new Map<string, Uint8Array>();
  const reporter = new PlanReporter();
  if (!reading?.site) return { sheets, problems: [] };
  for (const [name, { file, sha256: digest }] of Object.entries(reading.site['vendor-sheets'])) {
    const say = (member: string, text: string, hint?: string) =>
      reporter.at(reading.positions, ['vendor-sheets', name, member], 'PLAN_FILE', text, hint);
    try {
      const bytes = readInput(at(file), 'sheet');
      const found = sha256(bytes);
      if (found !== digest) {
        say(
          'sha256',
          `"${file}" has SHA-256 ${found}`,
          'it is not the sheet that was reviewed, or the site names another',
        );
        continue;
      }
      const fault = textFault(bytes);
      if (fault === undefined) sheets.set(name, bytes);
      else say('file', `"${file}" ${fault}`, 'a sheet is plain text that people can follow on the screen');
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      say('file', error.message);
    }
  }
  return { sheets, problems: reporter.problems };
}

function textFault(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0 || bytes.length > LONGEST) return `has ${bytes.length} bytes, expected 1 to ${LONGEST}`;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return 'is no UTF-8';
  }
  const [fault] = checkText(text);
  return fault && describeTextFault(fault);
}
