import { dirname, join } from 'node:path';
import { systemClock } from '../adapters/ambient.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { bindAuthorization } from '../plan/bind-authorization.ts';
import { holdWindow } from '../quorum/authorization-window.ts';
import { readRoster } from '../quorum/roster.ts';
import { isRefused, printProblems } from '../script/problem.ts';
import { readInput } from './input.ts';
import { planFiles } from './planning.ts';
import { previousManifest } from './previous-pack.ts';

/** Vendors' modules have tens of megabytes. */
const LARGEST_LIBRARY = 2 ** 28;

export interface AuthorizationBindingOptions {
  readonly site: string;
  readonly from: string;
  readonly until: string;
  /** SHA-256 of the previous pack's manifest. */
  readonly previous: Sha256;
}

/**
 * Plans a script with its site, as of both ends of the window, and prints for the supervisor what an authorization
 * takes from site and roster; or all problems.
 */
export async function printAuthorizationBinding(script: string, options: AuthorizationBindingOptions): Promise<number> {
  const { site, from, until, previous } = options;
  const at = systemClock.now();
  holdWindow({ notBefore: from, notAfter: until }, at);
  const planned = await planFiles({ script, site, at, issue: lazyIssue, window: [from, until] });
  process.stderr.write(planned.printed);
  const { plan, draft } = planned.planning;
  const reading = planned.site;
  if (!draft || !reading?.site) return EXIT.refused;
  // The plan has held that it is there, or that the script makes it.
  const roster =
    reading.site.roster === undefined ? undefined : readRoster(readInput(join(dirname(site), 'roster.json'), 'roster'));
  const libraries = new Map(
    Object.entries(reading.site.modules).map(([name, { library }]) => [name, digestOf(library)]),
  );
  const files = new Map(
    Object.values(reading.site.modules)
      .flatMap((module) => module.files ?? [])
      .map(({ path }) => [path, digestOf(path)]),
  );
  const { tokens, cards } = draft.plan;
  const { binding, problems } = bindAuthorization({
    site: reading.site,
    positions: reading.positions,
    tokens,
    cards,
    roster,
    libraries,
    files,
    previous,
  });
  process.stderr.write(printProblems(problems, reading.source));
  if (!plan || isRefused(problems)) return EXIT.refused;
  process.stdout.write(`${JSON.stringify({ ...binding, previous: previousManifest(reading.site, site) })}\n`);
  return EXIT.done;
}

function digestOf(path: string): Sha256 | undefined {
  try {
    return sha256(readInput(path, 'module', LARGEST_LIBRARY));
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}
