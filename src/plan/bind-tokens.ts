import { escapeForeign } from '../base/text.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { LABEL } from '../quorum/operation.ts';
import type { Positions } from '../script/positions.ts';
import type { Script } from '../script/script.ts';
import type { Site } from '../script/site.ts';
import type { PlannedToken } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

/** Binds the script's abstract tokens to the site's, and holds both to the authorization. */
export function bindTokens(
  script: Script,
  scriptPositions: Positions,
  site: { site: Site; positions: Positions } | undefined,
  authorization: Authorization | undefined,
  reporter: PlanReporter,
): PlannedToken[] {
  const planned: PlannedToken[] = [];
  for (const [name, token] of Object.entries(script.tokens)) {
    const expect = typeof token.expect === 'string' ? token.expect : token.expect.join(', ');
    if (expect !== 'blank') {
      reporter.at(
        scriptPositions,
        ['tokens', name, 'expect'],
        'PLAN_TOKEN',
        `not supported yet: expect ${expect}`,
        'this version prepares blank tokens',
      );
    }
    const bound = site?.site.tokens[name];
    if (!site || !bound) {
      if (site) reporter.atKey(site.positions, ['tokens'], 'PLAN_TOKEN', `the script's token "${name}" is not bound`);
      planned.push({ name, module: 'unbound', model: 'unbound', serial: null, label: name, means: 'shares', expect });
      continue;
    }
    const { positions } = site;
    const path = ['tokens', name];
    if (!LABEL.test(bound.label)) {
      reporter.at(
        positions,
        [...path, 'label'],
        'PLAN_TOKEN',
        `the label "${escapeForeign(bound.label)}" cannot be given to a token, expected letters, digits, blanks, dots, hyphens and underscores`,
      );
    }
    if (expect === 'blank' && bound.blank !== true) {
      reporter.at(
        positions,
        path,
        'PLAN_TOKEN',
        `the script expects "${name}" blank, and the site names its serial "${bound.serial}"`,
      );
    }
    if (bound.activation.means !== 'shares') {
      reporter.at(
        positions,
        [...path, 'activation', 'means'],
        'PLAN_TOKEN',
        `not supported yet: activation by ${bound.activation.means}`,
      );
    }
    const serial = bound.serial ?? null;
    if (authorization) holdToken(authorization, name, { ...bound, serial }, positions, reporter);
    planned.push({
      name,
      module: bound.module,
      model: bound.model,
      serial,
      label: bound.label,
      means: bound.activation.means,
      expect,
    });
  }
  if (site && authorization) holdModules(authorization, site, reporter);
  return planned;
}

function holdToken(
  authorization: Authorization,
  name: string,
  bound: { module: string; model: string; serial: string | null },
  positions: Positions,
  reporter: PlanReporter,
): void {
  const named = authorization.hsms.find((hsm) => hsm.name === name);
  if (!named || named.module !== bound.module || named.model !== bound.model || named.serial !== bound.serial) {
    const what = named
      ? `module "${named.module}", model "${named.model}", serial ${named.serial ?? 'none (blank)'}`
      : 'nothing of that name';
    reporter.at(
      positions,
      ['tokens', name],
      'PLAN_AUTHORIZATION',
      `the token "${name}" is not the one the authorization names (${what})`,
    );
  }
}

function holdModules(
  authorization: Authorization,
  { site, positions }: { site: Site; positions: Positions },
  reporter: PlanReporter,
): void {
  for (const [name, module] of Object.entries(site.modules)) {
    const named = authorization.modules.get(name);
    const environment = Object.entries(module.environment ?? {});
    const same =
      named !== undefined &&
      named.library === module.library &&
      named.sha256 === module.sha256 &&
      named.environment.size === environment.length &&
      environment.every(([key, value]) => named.environment.get(key) === value);
    if (!same)
      reporter.at(
        positions,
        ['modules', name],
        'PLAN_AUTHORIZATION',
        `the module "${name}" is not as the authorization names it`,
      );
  }
  const cards = site['quorum-tokens']?.module;
  if (cards !== authorization.cards) {
    reporter.at(
      positions,
      ['quorum-tokens'],
      'PLAN_AUTHORIZATION',
      `the quorum tokens are on "${cards ?? 'no module'}"; the authorization names "${authorization.cards}"`,
    );
  }
}
