import type { JsonObject } from '../base/canonical-json.ts';
import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import type { Roster } from '../quorum/roster.ts';
import { namedOnce, serialShown } from '../quorum/serial.ts';
import { isSoftwareToken } from '../quorum/software-token.ts';
import type { Path, Positions } from '../script/positions.ts';
import type { Problem } from '../script/problem.ts';
import type { Site } from '../script/site.ts';
import { moduleDocument } from './bind-module.ts';
import type { Plan, PlannedToken } from './plan.ts';
import { PlanReporter } from './reporter.ts';

export interface AuthorizationSource {
  readonly site: Site;
  readonly positions: Positions;
  /** As the plan has bound them. */
  readonly tokens: readonly PlannedToken[];
  /** Undefined for a first enrolment, which makes it. */
  readonly roster: Roster | undefined;
  /** Tokens that are to be enrolled. */
  readonly cards: Plan['cards'];
  /** Module → SHA-256 of its library as it lies here; undefined where it cannot be read. */
  readonly libraries: ReadonlyMap<string, Sha256 | undefined>;
  /** Path of a module's configuration → its SHA-256 as it lies here; undefined where it cannot be read. */
  readonly files: ReadonlyMap<string, Sha256 | undefined>;
  /** Manifest of the pack before this one; 64 zeros for none. */
  readonly previous: Sha256;
}

/** The members of an authorization that come from site and roster, as they stand in its file. */
export type AuthorizationBinding = {
  readonly mode: Site['mode'];
  readonly modules: JsonObject;
  readonly hsms: readonly JsonObject[];
  readonly cards: string;
  readonly tokens: readonly JsonObject[];
  /** Whether the ceremony makes the first roster: nobody can sign the authorization then. */
  readonly founds: boolean;
};

/** Files that lie beside the site whatever it calls them: a ceremony reads them by these names. */
const BESIDE = { roster: 'roster.json', authorization: 'authorization.json' } as const;
const LOADS_CODE = /^(?:LD_|NODE_)/;

/** Derives from site and roster what a new authorization names, with all that speaks against it. */
export function bindAuthorization(source: AuthorizationSource): {
  readonly binding: AuthorizationBinding;
  readonly problems: readonly Problem[];
} {
  const { site, tokens, roster } = source;
  const reporter = new PlanReporter();
  const at = (path: Path, text: string, hint?: string) =>
    reporter.at(source.positions, path, 'PLAN_AUTHORIZATION', text, hint);
  holdNames(site, at);
  holdPrevious(source, at);
  holdModules(source, at);
  if (site.mode === 'production') holdHardware(source, at);
  const cards = site['quorum-tokens']?.module;
  if (cards === undefined) at([], 'the site names no module that reaches the quorum tokens, expected "quorum-tokens"');
  const binding: AuthorizationBinding = {
    mode: site.mode,
    modules: Object.fromEntries(Object.entries(site.modules).map(([name, module]) => [name, moduleDocument(module)])),
    hsms: tokens.map(({ name, module, model, serial, activation, behavesAs }) => ({
      ...{ name, module, model },
      ...(serial === null ? { blank: true } : { serial }),
      ...(activation === undefined ? {} : { activation: activation as unknown as JsonObject }),
      ...(behavesAs === undefined ? {} : { behavesAs }),
    })),
    cards: cards ?? '',
    tokens: namedOnce(heldTokens(source)),
    founds: roster === undefined,
  };
  return { binding, problems: reporter.problems };
}

/** The quorum tokens of a ceremony: those on the roster, and those that are to be. */
function heldTokens({ roster, cards }: AuthorizationSource): { seat: string; serial: string; model: string }[] {
  const members = roster?.members.map(({ seat, tokens }) => [seat, tokens] as const) ?? [];
  const held = [...members, ...Object.entries(cards)];
  return held.flatMap(([seat, tokens]) => tokens.map(({ serial, model }) => ({ seat, serial, model })));
}

type Say = (path: Path, text: string, hint?: string) => void;

function holdNames(site: Site, at: Say): void {
  for (const [key, name] of Object.entries(BESIDE)) {
    const named = site[key as keyof typeof BESIDE];
    if (named !== undefined && named !== name)
      at([key], `the ${key} is "${named}", and a ceremony reads "${name}" beside the site`);
  }
}

function holdPrevious({ site, previous }: AuthorizationSource, at: Say): void {
  const isFirst = previous === NO_DIGEST;
  if (isFirst === (site.previous === 'none')) return;
  at(
    ['previous'],
    isFirst
      ? 'the site names a previous pack, and the authorization names none'
      : `the site has no previous pack, and the authorization names ${previous}`,
    'with --previous goes the SHA-256 of the manifest of the pack that the site names',
  );
}

function holdModules({ site, libraries, files }: AuthorizationSource, at: Say): void {
  for (const [name, module] of Object.entries(site.modules)) {
    const path = ['modules', name];
    const found = libraries.get(name);
    if (found === undefined) at([...path, 'library'], `the module "${module.library}" cannot be read on this computer`);
    else if (found !== module.sha256)
      at([...path, 'sha256'], `the module "${module.library}" has SHA-256 ${found} on this computer`);
    for (const [index, file] of (module.files ?? []).entries()) {
      const here = files.get(file.path);
      const place = [...path, 'files', index];
      if (here === undefined) at([...place, 'path'], `the file "${file.path}" cannot be read on this computer`);
      else if (here !== file.sha256)
        at([...place, 'sha256'], `the file "${file.path}" has SHA-256 ${here} on this computer`);
    }
    for (const variable of Object.keys(module.environment ?? {}).filter((one) => LOADS_CODE.test(one)))
      at([...path, 'environment', variable], `"${variable}" is no variable that a module may be given`);
  }
}

/** In production a token whose keys are files of a computer is none. */
function holdHardware(source: AuthorizationSource, at: Say): void {
  const { tokens, roster } = source;
  const isSoftware = (model: string) => isSoftwareToken({ manufacturer: '', model });
  const why = 'whose keys are files of a computer; a production has none';
  for (const { name, model } of tokens)
    if (isSoftware(model)) at(['tokens', name, 'model'], `the HSM "${name}" is of model "${model}", ${why}`);
  const where = roster ? 'on the roster, ' : 'to be enrolled, ';
  for (const { seat, serial, model } of heldTokens(source))
    if (isSoftware(model))
      at(
        roster ? ['roster'] : ['quorum-tokens', 'enrols', seat],
        `${where}the token ${serialShown(serial)} of "${seat}" is of model "${model}", ${why}`,
      );
}
