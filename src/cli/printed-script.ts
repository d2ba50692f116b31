import { dirname, join } from 'node:path';
import { systemClock } from '../adapters/ambient.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { type Person, readPeople } from '../pack/people.ts';
import { PAPER_NAMES, type PaperName } from '../paper/book-input.ts';
import { STEP_TYPES } from '../steps/registry.ts';
import { optional, readInput } from './input.ts';
import { planFiles } from './planning.ts';
import { programVersion } from './version.ts';

/** Writes the printed script to standard output, for the supervisor; all problems and exit 2 when there is no plan. */
export async function printedScriptCommand(
  script: string,
  options: { readonly site?: string; readonly asOf?: string; readonly paper?: string },
): Promise<number> {
  const paper = paperNamed(options.paper ?? 'a4');
  const { site } = options;
  const planned = await planFiles({
    script,
    ...(site === undefined ? {} : { site }),
    at: options.asOf ?? systemClock.now(),
    issue: lazyIssue,
  });
  process.stderr.write(planned.printed);
  const { plan } = planned.planning;
  if (!plan || !planned.script.script) return EXIT.refused;
  const { renderBook } = await import('../paper/book.ts');
  const pdf = await renderBook({
    plan,
    script: planned.script.script,
    stepTypes: STEP_TYPES,
    authorization: planned.authorization,
    roster: planned.roster,
    people: peopleBeside(site),
    program: { name: 'quorate', version: programVersion() },
    paper,
  });
  process.stdout.write(pdf);
  return EXIT.done;
}

function paperNamed(name: string): PaperName {
  const known = PAPER_NAMES.find((one) => one === name);
  if (known) return known;
  throw new CeremonyError('USAGE', `there is no paper "${name}", expected ${PAPER_NAMES.join(' or ')}`);
}

/** Names of the people, where they lie beside the site; without them they are written in by hand. */
function peopleBeside(site: string | undefined): ReadonlyMap<string, Person> {
  if (site === undefined) return new Map();
  const path = join(dirname(site), 'people.json');
  return optional(() => readPeople(readInput(path, 'list of people'))) ?? new Map();
}
