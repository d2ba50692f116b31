import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CeremonyError, EXIT } from '../base/errors.ts';
import type { AuthorizationSeen, Binding, PeopleSeen, Refusal, RosterSeen, SiteSeen } from '../doctor/facts.ts';
import { readPeople } from '../pack/people.ts';
import { type AuthorizedModule, countAuthorizers, readAuthorization } from '../quorum/authorization.ts';
import { verifyAsMember } from '../quorum/member-signature.ts';
import { type Roster, readRoster } from '../quorum/roster.ts';
import { readSite, type SiteReading } from '../script/read-script.ts';
import type { Site } from '../script/site.ts';
import { readInput } from './input.ts';

/** Prints, for the supervisor, what a site binding and the files beside it say: YAML and signatures are read here. */
export function printSiteFacts(path: string): number {
  process.stdout.write(`${JSON.stringify(siteFacts(path))}\n`);
  return EXIT.done;
}

/** Nothing is thrown for what the files are: what cannot be read is part of the answer. */
export function siteFacts(path: string): SiteSeen {
  const folder = dirname(path);
  const reading = attempt(() => readSite(readInput(path, 'site binding'), path));
  const roster = attempt(() => readRoster(readInput(join(folder, 'roster.json'), 'roster')));
  return {
    path,
    ...bindingOf(reading),
    authorization: attempt(() => authorizationFacts(folder, roster)),
    roster: attempt(() => rosterFacts(folder, roster)),
    people: attempt((): PeopleSeen => {
      const people = readPeople(readInput(join(folder, 'people.json'), 'list of people'));
      return { seats: [...people.keys()].sort() };
    }),
  };
}

function bindingOf(reading: SiteReading | Refusal): Pick<SiteSeen, 'binding' | 'problems'> {
  if ('message' in reading) return { binding: null, problems: [`${reading.message} [${reading.code}]`] };
  const problems = reading.problems
    .filter(({ severity }) => severity === 'problem')
    .map(({ file, line, column, text, code }) => `${file}:${line}:${column}: ${text} [${code}]`);
  return { binding: reading.site ? readBinding(reading.site, reading.sha256) : null, problems };
}

function readBinding(site: Site, sha256: string): Binding {
  return {
    sha256,
    mode: site.mode,
    place: site.place,
    modules: Object.entries(site.modules).map(([name, module]) => ({
      name,
      library: module.library,
      sha256: module.sha256,
      environment: module.environment ?? {},
      files: module.files ?? [],
      initArgs: module['init-args'] ?? null,
    })),
    tokens: Object.entries(site.tokens).map(([name, { module, label, model, serial, firmware, activation }]) => ({
      name,
      module,
      label,
      model,
      serial: serial ?? null,
      firmware: firmware ?? null,
      asksItself: activation.means === 'device-quorum',
    })),
    cards: site['quorum-tokens']?.module ?? null,
    seats: Object.values(site.people)
      .flat()
      .flatMap((person) => (typeof person === 'string' ? [person] : [])),
    media: Object.entries(site.media).flatMap(([name, copies]) => copies.map(({ at }) => ({ name, at }))),
  };
}

function authorizationFacts(folder: string, roster: Roster | Refusal): AuthorizationSeen {
  const bytes = readInput(join(folder, 'authorization.json'), 'authorization');
  const authorization = readAuthorization(bytes);
  const { digest, mode, notBefore, notAfter, site, program, hsms, cards, tokens } = authorization;
  const signers =
    'message' in roster
      ? roster
      : attempt(() => countAuthorizers(bytes, signaturesIn(join(folder, 'authorization')), roster));
  return {
    sha256: digest,
    mode,
    notBefore,
    notAfter,
    site,
    roster: authorization.roster,
    program,
    modules: [...authorization.modules].map(([name, module]) => ({ name, ...moduleFacts(module) })),
    hsms,
    cards,
    tokens,
    signers,
  };
}

function moduleFacts({ library, sha256, environment, files, initArgs }: AuthorizedModule) {
  return { library, sha256, environment: Object.fromEntries(environment), files, initArgs };
}

function rosterFacts(folder: string, roster: Roster | Refusal): RosterSeen {
  if ('message' in roster) throw new CeremonyError(roster.code as CeremonyError['code'], roster.message);
  const bytes = readInput(join(folder, 'roster.json'), 'roster');
  const signatures = signaturesIn(join(folder, 'roster'));
  const withToken = roster.members.filter(({ tokens }) => tokens.length > 0);
  return {
    sha256: roster.digest,
    version: roster.version,
    members: roster.members.map(({ seat, role, tokens }) => ({
      seat,
      role,
      tokens: tokens.map(({ serial, model }) => ({ serial, model })),
    })),
    unsigned: withToken.flatMap(({ seat, tokens }) => {
      const signature = signatures.get(seat);
      if (!signature) return [{ seat, why: 'there is no signature' }];
      const held = attempt(() => {
        verifyAsMember(
          signature,
          bytes,
          tokens.map(({ signing }) => signing),
        );
        return {};
      });
      return 'message' in held ? [{ seat, why: held.message }] : [];
    }),
  };
}

/** Seat → its signature file. A folder that is not there has none. */
function signaturesIn(folder: string): Map<string, Uint8Array> {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return new Map();
  }
  return new Map(
    names
      .filter((name) => name.endsWith('.p7s'))
      .map((name) => [name.slice(0, -'.p7s'.length), readInput(join(folder, name), 'signature')]),
  );
}

function attempt<T extends object>(read: () => T): T | Refusal {
  try {
    return read();
  } catch (error) {
    if (error instanceof CeremonyError) return { code: error.code, message: error.message };
    throw error;
  }
}
