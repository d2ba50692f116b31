import { dirname, join } from 'node:path';
import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import type { WeakKeys } from '../pki/weak-keys.ts';
import { lintDraft } from '../plan/lint-draft.ts';
import { makePlan, type Planning } from '../plan/make-plan.ts';
import type { Issue } from '../ports.ts';
import { type Authorization, readAuthorization } from '../quorum/authorization.ts';
import { type Roster, readRoster } from '../quorum/roster.ts';
import { isRefused, type Problem, printProblems } from '../script/problem.ts';
import { readScript, readSite, type ScriptReading, type SiteReading } from '../script/read-script.ts';
import { STEP_TYPES } from '../steps/registry.ts';
import { optional, readInput } from './input.ts';
import { type PreviousPack, readPreviousPack } from './previous-pack.ts';
import { profileTemplates } from './program-files.ts';
import { readSheets } from './vendor-sheets.ts';
import { readSiteWeakKeys } from './weak-keys.ts';

/** Without an authorization a ceremony is planned as if it were held within this time. */
const AHEAD = 'P30D';

export interface PlannedFiles {
  readonly planning: Planning;
  readonly script: ScriptReading;
  readonly site: SiteReading | undefined;
  readonly scriptBytes: Uint8Array;
  readonly siteBytes: Uint8Array | undefined;
  /** Sheets of other tools' steps, by the site's name. */
  readonly sheets: ReadonlyMap<string, Uint8Array>;
  /** In which RSA keys that come in are looked up; undefined where the site names no list. */
  readonly weakKeys: WeakKeys | undefined;
  readonly roster: Roster | undefined;
  readonly authorization: Authorization | undefined;
  readonly previous: PreviousPack | undefined;
  readonly problems: readonly Problem[];
  /** Problems as people read them. */
  readonly printed: string;
}

export interface PlanningInput {
  readonly script: string;
  readonly site?: string;
  /** Folder of the previous pack, where it lies elsewhere than the site says. */
  readonly pack?: string;
  /** UTC; what is now, or `--as-of`. */
  readonly at: string;
  readonly issue: Issue;
  /** When the ceremony may be held, UTC, where no authorization says so yet. */
  readonly window?: readonly [string, string];
}

/** Reads script and site, with roster and authorization beside the site where they are there, and plans them. */
export async function planFiles(input: PlanningInput): Promise<PlannedFiles> {
  const scriptBytes = readInput(input.script, 'ceremony script');
  const script = readScript(scriptBytes, input.script, STEP_TYPES);
  const siteBytes = input.site === undefined ? undefined : readInput(input.site, 'site binding');
  const site = siteBytes && input.site !== undefined ? readSite(siteBytes, input.site) : undefined;
  const { roster, authorization } = beside(input.site, site);
  const previous =
    site?.site && input.site !== undefined ? readPreviousPack(site.site, input.site, input.pack) : undefined;
  const templates = profileTemplates();
  const window: readonly [string, string] = authorization
    ? [authorization.notBefore, authorization.notAfter]
    : (input.window ?? [input.at, formatUtc(addDuration(parseUtc(input.at), AHEAD))]);
  const planning = makePlan({
    script,
    ...(site ? { site } : {}),
    ...(roster ? { roster } : {}),
    ...(authorization ? { authorization } : {}),
    ...(previous ? { ledger: previous.ledger, endedUnder: previous.roster } : {}),
    stepTypes: STEP_TYPES,
    templates,
    window,
  });
  const named = (path: string) => besideSite(input.site ?? '', path);
  const { sheets, problems: ofSheets } = readSheets(site, named);
  const { weakKeys, problems: ofWeakKeys } = readSiteWeakKeys(site, named);
  const draft = planning.draft && { ...planning.draft, ...(previous ? { carried: previous.files } : {}) };
  const linted = draft ? await lintDraft(draft, script.positions, input.issue, window) : [];
  const problems = [...planning.problems, ...ofSheets, ...ofWeakKeys, ...linted];
  const printed = [
    printProblems(
      problems.filter((problem) => problem.file === input.script),
      script.source,
    ),
    site
      ? printProblems(
          problems.filter((problem) => problem.file === input.site),
          site.source,
        )
      : '',
  ].join('');
  const refused = isRefused(problems);
  return {
    planning: refused ? { ...planning, plan: undefined } : planning,
    script,
    site,
    scriptBytes,
    siteBytes,
    sheets,
    weakKeys,
    roster,
    authorization,
    previous,
    problems,
    printed,
  };
}

/** The roster and authorization that a site names, when their files are there; paths are taken from the site's folder. */
function beside(
  sitePath: string | undefined,
  reading: SiteReading | undefined,
): { roster?: Roster; authorization?: Authorization } {
  const site = reading?.site;
  if (sitePath === undefined || !site) return {};
  const at = (path: string) => besideSite(sitePath, path);
  const { authorization: path, roster: rosterPath } = site;
  const roster = rosterPath === undefined ? undefined : optional(() => readRoster(readInput(at(rosterPath), 'roster')));
  const authorization =
    path === undefined ? undefined : optional(() => readAuthorization(readInput(at(path), 'authorization')));
  return { ...(roster ? { roster } : {}), ...(authorization ? { authorization } : {}) };
}

/** Paths of a site are taken from its folder. */
function besideSite(sitePath: string, path: string): string {
  return path.startsWith('/') ? path : join(dirname(sitePath), path);
}
