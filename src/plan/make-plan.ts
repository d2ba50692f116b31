import type { JsonObject } from '../base/canonical-json.ts';
import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { profileDigest, type ResolvedProfile, resolveProfile } from '../pki/profile.ts';
import type { ProfileTemplate } from '../pki/profile-template.ts';
import { RULE_PACKS } from '../pki/rule-packs.ts';
import type { Waiver } from '../pki/waivers.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Roster } from '../quorum/roster.ts';
import type { Positions } from '../script/positions.ts';
import { inOrder, isRefused, type Problem } from '../script/problem.ts';
import type { ScriptReading, SiteReading } from '../script/read-script.ts';
import type { Script } from '../script/script.ts';
import type { Site } from '../script/site.ts';
import { bindCards } from './bind-cards.ts';
import { bindInputs } from './bind-inputs.ts';
import { bindKeyFiles } from './bind-key-files.ts';
import { bindMaterials } from './bind-materials.ts';
import { bindNetwork } from './bind-network.ts';
import { bindPeople, holdFloors } from './bind-people.ts';
import { bindPrinter } from './bind-printer.ts';
import { bindTokens } from './bind-tokens.ts';
import { bindUses } from './bind-uses.ts';
import { SEALS, unitsOfStep } from './custody.ts';
import { holdOperations } from './hold-operations.ts';
import { holdLosses } from './losses.ts';
import { holdNewMedia } from './new-media.ts';
import { holdNewCertificates, holdNewKeys } from './new-names.ts';
import { numberSteps } from './number-steps.ts';
import { holdOnPaper } from './on-paper.ts';
import { holdOpeners } from './openers.ts';
import type { Plan, PlanHead } from './plan.ts';
import { PlanReporter } from './reporter.ts';
import { holdRosterChange } from './roster-change.ts';
import { simulate } from './simulate.ts';
import type { StepType } from './step-type.ts';
import { EMPTY_WORLD, type World } from './world.ts';

export interface PlanInput {
  readonly script: ScriptReading;
  /** Without a site the script is judged alone, with stand-ins for people and tokens. */
  readonly site?: SiteReading;
  readonly roster?: Roster;
  readonly authorization?: Authorization;
  /** Of the pack that the site names as the previous one; and the roster under which that ceremony ended, where it is known. */
  readonly ledger?: Ledger;
  readonly endedUnder?: Sha256;
  readonly stepTypes: ReadonlyMap<string, StepType>;
  readonly templates: ReadonlyMap<string, ProfileTemplate>;
  /** When a proposal may be made at the earliest and latest, UTC; the authorization's window where there is one. */
  readonly window: readonly [string, string];
}

export interface Planning {
  /** Undefined when a problem is more than a warning. */
  readonly plan: Plan | undefined;
  /** The plan as far as it could be made, with its world: for linting what it would issue. */
  readonly draft:
    | { readonly plan: Plan; readonly world: World; readonly paths: ReadonlyMap<string, readonly (string | number)[]> }
    | undefined;
  /** Those of script and site reading, and the plan's own, in the order of the files. */
  readonly problems: readonly Problem[];
}

/** Script and site, bound, expanded and simulated to the end. Pure; lists all problems. */
export function makePlan(input: PlanInput): Planning {
  const read = [...input.script.problems, ...(input.site?.problems ?? [])];
  const script = input.script.script;
  if (!script || (input.site && !input.site.site)) return { plan: undefined, draft: undefined, problems: read };
  const site = input.site?.site ? { site: input.site.site, positions: input.site.positions } : undefined;
  const { positions } = input.script;
  const reporter = new PlanReporter();

  const seats = bindPeople(script, site, input.roster, reporter);
  const { roster, endedUnder } = input;
  if (site && roster && endedUnder !== undefined && roster.digest !== endedUnder)
    reporter.at(
      site.positions,
      ['roster'],
      'PLAN_ROSTER',
      `the roster has SHA-256 ${roster.digest}; the ceremony before ended under ${endedUnder}`,
      'a roster changes in a ceremony, by a "change-roster" step; the next one lies in that pack',
    );
  holdFloors(script, positions, input.roster, reporter);
  holdRules(script, positions, reporter);
  const tokens = bindTokens(script, positions, site, input.authorization, input.ledger, reporter);
  const marking = markingOf(site?.site);
  const head: PlanHead = {
    type: 'quorate/plan/1',
    title: script.ceremony.title,
    objectives: script.ceremony.objectives,
    policy: script.ceremony.policy,
    place: site?.site.place ?? script.ceremony.place,
    mode: site?.site.mode ?? 'rehearsal',
    marking,
    script: input.script.sha256,
    site: input.site?.sha256 ?? NO_DIGEST,
    rules: script.rules,
    waivers: script.waivers as unknown as readonly JsonObject[],
    profiles: resolveProfiles(script, positions, input.templates, reporter),
    seats,
    quorums: quorumsOf(script, input.roster),
    tokens,
    media: Object.fromEntries(
      Object.entries(site?.site.media ?? {}).map(([name, copies]) => [name, copies.map((copy) => copy.at)]),
    ),
    vendorSheets: Object.fromEntries(
      Object.entries(site?.site['vendor-sheets'] ?? {}).map(([name, { sha256 }]) => [name, sha256]),
    ),
    ...weakKeysOf(site?.site),
    ...bindNetwork(site?.site),
    ...bindKeyFiles(site, tokens, reporter),
    ...bindPrinter(script, site?.site),
    cards: bindCards(script, site, reporter),
    materials: bindMaterials(script, site, seats, input.ledger, reporter),
    evidence: script.evidence,
    ...bindUses(script, positions, { marking, tokens }, input.ledger, site !== undefined, reporter),
    ...bindInputs(script, positions, site, input.authorization, reporter),
  };
  const numbered = numberSteps(script, positions, head, input.stepTypes, reporter);
  const plan: Plan = { ...head, acts: numbered.acts, paper: numbered.paper, bags: bagsOf(script, head, numbered) };
  if (input.ledger) holdNewCertificates(plan, input.ledger, numbered.paths, positions, reporter);
  if (input.roster) holdOperations(plan, numbered.paths, positions, input.roster, reporter);
  if (input.roster)
    holdRosterChange(plan, numbered.paths, positions, { roster: input.roster, ledger: input.ledger }, reporter);
  holdOpeners(plan, numbered.paths, positions, input.roster, reporter);
  if (input.ledger) holdNewMedia(plan, input.ledger, positions, reporter);
  if (input.ledger)
    holdLosses(plan, numbered.paths, positions, { ledger: input.ledger, roster: input.roster }, reporter);
  if (input.ledger) holdOnPaper(plan, numbered.paths, positions, input.ledger, reporter);
  if (input.ledger) holdNewKeys(plan, input.ledger, numbered.paths, positions, reporter);
  // Parameters that could not be read leave steps out; a simulation without them would report what is not there.
  const complete = numbered.problems.length === 0 && !read.some((problem) => problem.code === 'STEP_UNKNOWN');
  const supported = !read.some((problem) => problem.code === 'SCRIPT_NOT_SUPPORTED');
  const world =
    complete && supported
      ? simulate({
          plan: head,
          acts: numbered.acts,
          paper: numbered.paper,
          bags: plan.bags,
          paths: numbered.paths,
          positions,
          stepTypes: input.stepTypes,
          window: input.window,
          reporter,
        })
      : EMPTY_WORLD;
  const found = [...read, ...numbered.problems, ...reporter.problems];
  const problems = [
    ...inOrder(found.filter((problem) => problem.file === positions.file)),
    ...inOrder(found.filter((problem) => problem.file !== positions.file)),
  ];
  const draft = { plan, world, paths: numbered.paths };
  return { plan: isRefused(problems) ? undefined : plan, draft: complete && supported ? draft : undefined, problems };
}

/** Not by its file, whose name is this site's alone. @returns empty where there is none, so that such a plan has no word of it */
function weakKeysOf(site: Site | undefined): Pick<Plan, 'weakKeys'> {
  const list = site?.['weak-keys'];
  return list ? { weakKeys: { sha256: list.sha256, entries: list.entries } } : {};
}

function markingOf(site: Site | undefined): Plan['marking'] {
  const { marking = 'none' } = site ?? {};
  return marking === 'none'
    ? { commonName: '', label: '' }
    : { commonName: marking['common-name-prefix'], label: marking['label-prefix'] };
}

/** One bag for each thing that is sealed, and the spare ones that the script asks for. */
function bagsOf(script: Script, head: PlanHead, { acts, paper }: Pick<Plan, 'acts' | 'paper'>): Plan['bags'] {
  const sealing = [...acts, ...paper].flatMap(({ steps }) => steps).filter(({ type }) => type === SEALS);
  const needed = sealing.reduce((sum, step) => sum + unitsOfStep(head, step).length, 0);
  const spare = Object.values(script.materials).reduce((sum, one) => sum + (one.kind === 'bag' ? one.spare : 0), 0);
  return { needed, spare };
}

/** Name under which CRLs find their profile. */
const CRL_PROFILE = 'root-crl';

function resolveProfiles(
  script: Script,
  positions: Positions,
  templates: ReadonlyMap<string, ProfileTemplate>,
  reporter: PlanReporter,
): Record<string, JsonObject> {
  const profiles: Record<string, JsonObject> = {};
  for (const [name, profile] of Object.entries(script.profiles)) {
    const { extends: template, ...overrides } = profile as JsonObject & { extends: string };
    const resolution = resolveProfile(template, overrides as JsonObject, templates);
    for (const problem of resolution.problems)
      reporter.at(positions, ['profiles', name, ...problem.path], 'PLAN_PROFILE', problem.message);
    if (resolution.profile) profiles[name] = resolution.profile as unknown as JsonObject;
  }
  // The CRL of a root has one shape; a script need not name it.
  const crl = resolveProfile(CRL_PROFILE, {}, templates).profile;
  if (profiles[CRL_PROFILE] && profiles[CRL_PROFILE]['type'] !== crl?.type) {
    reporter.at(
      positions,
      ['profiles', CRL_PROFILE],
      'PLAN_PROFILE',
      `"${CRL_PROFILE}" is the profile of CRLs, and what it extends is one of certificates`,
    );
  }
  if (crl && !profiles[CRL_PROFILE]) profiles[CRL_PROFILE] = crl as unknown as JsonObject;
  return profiles;
}

function holdRules(script: Script, positions: Positions, reporter: PlanReporter): void {
  const issues = script.acts.some((act) =>
    act.steps.some(({ makes }) => makes && ('certificate' in makes || 'crl' in makes)),
  );
  if (script.rules.length === 0 && issues)
    reporter.at(positions, ['rules'], 'PLAN_RULES', 'no rule pack is named: nothing would be linted');
  for (const [index, name] of script.rules.entries()) {
    const pack = RULE_PACKS.get(name);
    if (!pack) {
      reporter.at(
        positions,
        ['rules', index],
        'PLAN_RULES',
        `there is no rule pack "${name}", expected one of ${[...RULE_PACKS.keys()].join(', ')}`,
      );
    }
    for (const needed of pack?.needs ?? []) {
      if (!script.rules.includes(needed))
        reporter.at(
          positions,
          ['rules', index],
          'PLAN_RULES',
          `the rule pack "${name}" adds to "${needed}", which is not named`,
        );
    }
  }
}

/** What each class really needs: the roster's M where there is one, else the script's floor. */
function quorumsOf(script: Script, roster: Roster | undefined): Record<string, number> {
  const quorums: Record<string, number> = {};
  for (const [name, floor] of Object.entries(script.quorums)) if (floor !== undefined) quorums[name] = floor;
  for (const [name, rule] of roster?.classes ?? []) quorums[name] = Math.max(rule.need, quorums[name] ?? 0);
  return quorums;
}

export function waiversOf(plan: Plan): readonly Waiver[] {
  return plan.waivers as unknown as readonly Waiver[];
}

export function profileOf(plan: Pick<Plan, 'profiles'>, name: string): ResolvedProfile | undefined {
  return plan.profiles[name] as unknown as ResolvedProfile | undefined;
}

/** Digests of the resolved profiles, for the opening event. */
export function profileDigests(plan: Plan): Record<string, string> {
  return Object.fromEntries(
    Object.keys(plan.profiles).map((name) => [name, profileDigest(profileOf(plan, name) as ResolvedProfile)]),
  );
}
