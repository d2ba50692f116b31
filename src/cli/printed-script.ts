import { dirname, join } from 'node:path';
import { systemClock } from '../adapters/ambient.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { carriedFiles, previousCrlPath } from '../ledger/carried.ts';
import { PATH } from '../pack/layout.ts';
import { type Person, readPeople } from '../pack/people.ts';
import { type Before, PAPER_NAMES, type PaperName } from '../paper/book-input.ts';
import { nameLines } from '../report/name-lines.ts';
import { STEP_TYPES } from '../steps/registry.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCrl } from '../x509/crl.ts';
import { optional, readInput } from './input.ts';
import { planFiles } from './planning.ts';
import type { PreviousPack } from './previous-pack.ts';
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
    before: planned.previous && before(planned.previous),
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

/** The pack before, and what of its files people compare with the screen: a digest alone says nothing to them. */
function before({ ledger, files }: PreviousPack): Before {
  const says = carriedFiles(ledger).map(({ path, sha256: digest }): [Sha256, readonly string[]] => {
    const der = files.get(path) as Uint8Array;
    return [digest, path === previousCrlPath(digest) ? listedIn(der, path) : nameLines(parseCertificate(der).subject)];
  });
  const manifest = sha256(files.get(PATH.previousManifest) as Uint8Array);
  return { manifest, number: ledger.number, says: new Map(says) };
}

function listedIn(der: Uint8Array, path: string): readonly string[] {
  const { count } = parseCrl(der, path).revoked;
  return [`lists ${count === 0 ? 'no certificate' : count === 1 ? '1 certificate' : `${count} certificates`}`];
}

/** Names of the people, where they lie beside the site; without them they are written in by hand. */
function peopleBeside(site: string | undefined): ReadonlyMap<string, Person> {
  if (site === undefined) return new Map();
  const path = join(dirname(site), 'people.json');
  return optional(() => readPeople(readInput(path, 'list of people'))) ?? new Map();
}
