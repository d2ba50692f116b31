import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { durationMs } from '../base/dates.ts';
import { escapeForeign } from '../base/text.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type HsmActivation, presentedBy, SHARES } from '../quorum/activation.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { LABEL } from '../quorum/operation.ts';
import { behavesAs } from '../quorum/quirk-rows.ts';
import type { Positions } from '../script/positions.ts';
import type { Script } from '../script/script.ts';
import type { Site, SiteModule, SiteToken } from '../script/site.ts';
import { bindLedgerToken } from './bind-ledger-token.ts';
import { isAsAuthorized } from './bind-module.ts';
import { assumedKeys } from './bind-uses.ts';
import type { PlannedToken } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

/** What a script says of an HSM that is as earlier ceremonies left it. */
const LEDGER = 'ledger';

/** And of one that has the key of a CA of which no ledger knows: its own tools and people made it ready. */
const ADOPTED = 'adopted';

/** Binds the script's abstract tokens to the site's, and holds both to the authorization. */
export function bindTokens(
  script: Script,
  scriptPositions: Positions,
  site: { site: Site; positions: Positions } | undefined,
  authorization: Authorization | undefined,
  ledger: Ledger | undefined,
  reporter: PlanReporter,
): PlannedToken[] {
  const planned: PlannedToken[] = [];
  for (const [name, token] of Object.entries(script.tokens)) {
    const expect = typeof token.expect === 'string' ? token.expect : token.expect.join(', ');
    if (expect !== 'blank' && expect !== LEDGER && expect !== ADOPTED) {
      reporter.at(
        scriptPositions,
        ['tokens', name, 'expect'],
        'PLAN_TOKEN',
        `not supported yet: expect ${expect}`,
        'this version expects a token blank, as the ledger has it, or one whose key is adopted',
      );
    }
    const bound = site?.site.tokens[name];
    if (!site || !bound) {
      if (site) reporter.atKey(site.positions, ['tokens'], 'PLAN_TOKEN', `the script's token "${name}" is not bound`);
      planned.push({
        ...{ name, module: 'unbound', model: 'unbound', serial: null, label: name, means: 'shares', expect },
        ...(expect === LEDGER ? { holds: assumedKeys(script) } : {}),
      });
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
    const byShares = bound.activation.means === 'shares';
    if (expect === 'blank' && byShares && bound.blank !== true) {
      reporter.at(
        positions,
        path,
        'PLAN_TOKEN',
        `the script expects "${name}" blank, and the site names its serial "${bound.serial}"`,
      );
    }
    if (expect === ADOPTED) holdAdopted(name, bound, ledger, positions, path, reporter);
    holdActivation(bound, positions, [...path, 'activation'], reporter);
    if (!byShares && bound.blank === true) {
      reporter.at(
        positions,
        [...path, 'blank'],
        'PLAN_TOKEN',
        `"${name}" is activated by ${bound.activation.means}, and the site binds it blank, expected its serial`,
        'initialise it with its own tools; the ceremony checks it and changes none of its PINs',
      );
    }
    const left = expect === LEDGER ? bindLedgerToken(bound, ledger, script, site.site) : undefined;
    for (const { path: below, message } of left?.faults ?? [])
      reporter.at(positions, [...path, ...below], 'PLAN_TOKEN', `"${name}" is not as it was left: ${message}`);
    const activation = activationOf(bound, site.site.modules[bound.module]);
    const serial = bound.serial ?? null;
    if (authorization) holdToken(authorization, name, { ...bound, serial, activation }, positions, reporter);
    planned.push({
      name,
      module: bound.module,
      model: bound.model,
      serial,
      label: bound.label,
      means: activation.means,
      ...(activation.means === 'shares' ? {} : { activation }),
      ...behavesAs(bound['behaves-as']),
      expect,
      ...left?.standing,
    });
  }
  if (site && authorization) holdModules(authorization, site, reporter);
  return planned;
}

/** It keeps the PIN that it came with: nobody here has shares of that. */
function holdAdopted(
  name: string,
  { activation, serial }: SiteToken,
  ledger: Ledger | undefined,
  positions: Positions,
  path: string[],
  reporter: PlanReporter,
): void {
  if (activation.means === 'shares')
    reporter.at(
      positions,
      [...path, 'activation'],
      'PLAN_TOKEN',
      `"${name}" comes with a key and a PIN of its own, and shares open only what a ceremony has prepared`,
      'bind it by device-quorum, split-pin or pin, as it is unlocked today',
    );
  if (ledger?.tokens.some((token) => token.serial === serial))
    reporter.at(
      positions,
      path,
      'PLAN_TOKEN',
      `"${name}" is to be adopted, and the ledger of the previous pack has the HSM ${serial} already`,
      'write "expect: ledger"',
    );
}

/** What of an activation this version cannot do: said here, never passed over. */
function holdActivation(
  { activation }: SiteToken,
  positions: Positions,
  path: readonly string[],
  reporter: PlanReporter,
): void {
  const say = (key: string, what: string, hint: string) =>
    reporter.at(positions, [...path, key], 'PLAN_TOKEN', `not supported yet: ${what}`, hint);
  if (activation.means === 'device-quorum' && activation.login !== 'null-pin')
    say('means', 'a device-quorum that wants a PIN from this computer', 'add "login: null-pin"');
  if ((activation.means === 'pin' || activation.means === 'split-pin') && activation.login === 'null-pin')
    say('login', `${activation.means} at a PIN pad of the device`, 'write "means: device-quorum"');
  if ((activation.means === 'shares' || activation.means === 'device-quorum') && activation.pin !== undefined)
    say('pin', `the form of a PIN under ${activation.means}`, 'leave "pin" out: nobody types one');
}

/** As authorization and plan have it. */
function activationOf({ activation }: SiteToken, module: SiteModule | undefined): HsmActivation {
  switch (activation.means) {
    case 'shares':
      return SHARES;
    case 'device-quorum': {
      const { means, devices, need, of } = activation;
      const within = module?.['login-within'];
      return { means, devices, need, of, ...(within === undefined ? {} : { seconds: durationMs(within) / 1000 }) };
    }
    case 'split-pin': {
      const { means, parts, pin } = activation;
      return { means, parts, ...(pin === undefined ? {} : { pin }) };
    }
    case 'pin': {
      const { means, pin } = activation;
      return { means, ...(pin === undefined ? {} : { pin }) };
    }
  }
}

function holdToken(
  authorization: Authorization,
  name: string,
  bound: Pick<SiteToken, 'module' | 'model' | 'behaves-as'> & { serial: string | null; activation: HsmActivation },
  positions: Positions,
  reporter: PlanReporter,
): void {
  const named = authorization.hsms.find((hsm) => hsm.name === name);
  const bindsDevice =
    named && named.module === bound.module && named.model === bound.model && named.serial === bound.serial;
  if (bindsDevice) {
    if (named.behavesAs !== behavesAs(bound['behaves-as']).behavesAs) {
      reporter.at(
        positions,
        ['tokens', name],
        'PLAN_AUTHORIZATION',
        `the token "${name}" behaves as ${named.behavesAs ?? 'every other'} by the authorization, and not by the site`,
      );
    }
    if (sameActivation(named.activation, bound.activation)) return;
    reporter.at(
      positions,
      ['tokens', name, 'activation'],
      'PLAN_AUTHORIZATION',
      `the token "${name}" is not activated as the authorization names it (${escapeForeign(presentedBy(named.activation))})`,
    );
  } else {
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

function sameActivation(one: HsmActivation, other: HsmActivation): boolean {
  return canonicalJson(one as unknown as Json) === canonicalJson(other as unknown as Json);
}

function holdModules(
  authorization: Authorization,
  { site, positions }: { site: Site; positions: Positions },
  reporter: PlanReporter,
): void {
  for (const [name, module] of Object.entries(site.modules)) {
    const named = authorization.modules.get(name);
    if (named === undefined || !isAsAuthorized(module, named))
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
