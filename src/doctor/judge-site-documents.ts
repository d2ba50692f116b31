import { parseUtc } from '../base/dates.ts';
import { hexGroups, type Sha256 } from '../base/digest.ts';
import { wordRows } from '../base/words.ts';
import { type AuthorizationSeen, type Binding, isRefusal, type RosterSeen, type Seen, type SiteSeen } from './facts.ts';
import { type Line, ok, stops } from './line.ts';

/** More problems of a site than these are for `quorate plan` to list. */
const MOST_LISTED = 10;
const ANEW = 'have the policy authority make it anew';

/** The site binding, and the files beside it, each held to the others. */
export function judgeDocuments(site: SiteSeen, { at, program }: Pick<Seen, 'at' | 'program'>): Line[] {
  return [
    ...judgeBinding(site),
    ...judgeAuthorization(site, at, program.digest),
    ...judgeRoster(site),
    ...judgePeople(site),
  ];
}

function judgeBinding({ path, binding, problems }: SiteSeen): Line[] {
  const lines = problems
    .slice(0, MOST_LISTED)
    .map((problem) => stops('site', problem, 'mend it; quorate plan SCRIPT --site SITE shows the place'));
  if (problems.length > MOST_LISTED) {
    const says = `${problems.length - MOST_LISTED} more problems`;
    lines.push(stops('site', says, 'quorate plan SCRIPT --site SITE lists all of them'));
  }
  return binding ? [ok('site', `${path}: ${binding.mode}, ${binding.place}`), ...lines] : lines;
}

function judgeAuthorization(site: SiteSeen, at: string, program: Sha256 | null): Line[] {
  const { authorization, binding, roster } = site;
  const subject = 'authorization';
  if (isRefusal(authorization)) {
    const todo = 'lay the signed authorization.json beside the site binding';
    return [stops(subject, `${authorization.message} [${authorization.code}]`, todo)];
  }
  const lines: Line[] = [judgeSigners(authorization), judgeWindow(authorization, at)];
  const held = (what: string, named: Sha256, found: Sha256 | null | undefined) => {
    if (found && named !== found)
      lines.push(
        stops(
          subject,
          `it names another ${what} than the one here`,
          `bring the ${what} that was authorized, or ${ANEW}`,
        ),
      );
  };
  held('site', authorization.site, binding?.sha256);
  held('roster', authorization.roster, isRefusal(roster) ? null : roster.sha256);
  held('program', authorization.program, program);
  if (binding && binding.mode !== authorization.mode)
    lines.push(stops(subject, `it is for ${authorization.mode}; the site is for ${binding.mode}`, ANEW));
  if (binding) lines.push(...judgeSameDevices(authorization, binding));
  return lines;
}

function judgeSigners({ signers, sha256 }: AuthorizationSeen): Line {
  if (isRefusal(signers)) {
    const todo = "lay the policy authority's signatures beside it, in the folder authorization";
    return stops('authorization', `${signers.message} [${signers.code}]`, todo);
  }
  return ok(
    'authorization',
    `signed by ${signers.join(', ')}; its SHA-256, to compare with print:`,
    digestRows(sha256),
  );
}

function judgeWindow({ notBefore, notAfter }: AuthorizationSeen, at: string): Line {
  const now = parseUtc(at);
  const says = `from ${notBefore} until ${notAfter}`;
  if (now > parseUtc(notAfter))
    return stops('window', `${says}: it is over`, `check the clock; if it is right, ${ANEW}`);
  if (now < parseUtc(notBefore))
    return stops('window', `${says}: not begun yet`, 'check the clock; if it is right, wait until then');
  return ok('window', says);
}

/** Site and authorization must name the same modules and HSMs: the guard goes by the authorization, the plan by both. */
function judgeSameDevices(authorization: AuthorizationSeen, binding: Binding): Line[] {
  const lines: Line[] = [];
  const differ = (what: string) => lines.push(stops('authorization', `${what} is not the one of the site`, ANEW));
  const named = (modules: Binding['modules']) =>
    new Map(
      modules.map(({ name, library, sha256, environment, files, initArgs }) => [
        name,
        JSON.stringify([library, sha256, Object.entries(environment).sort(), files, initArgs]),
      ]),
    );
  const bound = named(binding.modules);
  const authorized = named(authorization.modules);
  for (const name of new Set([...bound.keys(), ...authorized.keys()]))
    if (bound.get(name) !== authorized.get(name)) differ(`its module ${name}`);
  for (const token of binding.tokens) {
    const hsm = authorization.hsms.find(({ name }) => name === token.name);
    if (hsm?.module !== token.module || hsm.model !== token.model || hsm.serial !== token.serial)
      differ(`its HSM ${token.name}`);
  }
  if (binding.cards !== null && binding.cards !== authorization.cards) differ('its module of quorum tokens');
  return lines;
}

function judgeRoster({ roster }: SiteSeen): Line[] {
  if (isRefusal(roster)) {
    const todo = 'lay the signed roster.json beside the site binding';
    return [stops('roster', `${roster.message} [${roster.code}]`, todo)];
  }
  const says = `version ${roster.version}, ${roster.members.length} members; its SHA-256, to compare with paper:`;
  return [ok('roster', says, digestRows(roster.sha256)), ...judgeRosterSignatures(roster)];
}

function judgeRosterSignatures({ unsigned }: RosterSeen): Line[] {
  return unsigned.map(({ seat, why }) =>
    stops(
      'roster',
      `not signed by ${seat}: ${why}`,
      `lay roster/${seat}.p7s beside the site; without it the pack does not verify`,
    ),
  );
}

function judgePeople({ people, binding }: SiteSeen): Line[] {
  if (isRefusal(people)) {
    const todo = 'lay people.json, which names who fills each seat, beside the site binding';
    return [stops('people', `${people.message} [${people.code}]`, todo)];
  }
  const unnamed = binding?.seats.filter((seat) => !people.seats.includes(seat)) ?? [];
  if (unnamed.length > 0)
    return [
      stops('people', `no name for ${unnamed.join(', ')}`, 'name them in people.json, or the pack does not verify'),
    ];
  return [ok('people', `${people.seats.length} are named`)];
}

function digestRows(digest: Sha256): string[] {
  return [...hexGroups(digest), ...wordRows(digest).map((row) => `${row.number}  ${row.words.join('  ')}`)];
}
