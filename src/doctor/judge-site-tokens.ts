import { isSoftwareToken } from '../quorum/software-token.ts';
import { capabilitiesOf, describePart, type Part } from './capabilities.ts';
import {
  type Binding,
  isRefusal,
  type Mode,
  type ModuleSeen,
  type RosterSeen,
  type SiteSeen,
  type SiteTokenSeen,
  type TokenSeen,
} from './facts.ts';
import { describeToken } from './judge-modules.ts';
import { type Line, ok, stops, warns } from './line.ts';

/** Every HSM and every quorum token that the site's documents name, held to what is here. */
export function judgeTokens(site: SiteSeen, modules: readonly ModuleSeen[]): Line[] {
  const { binding } = site;
  if (!binding) return [];
  return [
    ...binding.tokens.flatMap((hsm) => judgeHsm(hsm, binding.mode, modules)),
    ...judgeCards(site, binding, modules),
  ];
}

function judgeHsm(hsm: SiteTokenSeen, mode: Mode, modules: readonly ModuleSeen[]): Line[] {
  const subject = `HSM ${hsm.name}`;
  const here = tokensOf(modules, hsm.module);
  const wanted = hsm.serial === null ? `a blank "${hsm.model}"` : `"${hsm.model}", serial ${hsm.serial}`;
  const fitting = here.filter(({ facts }) =>
    hsm.serial === null
      ? !facts.initialized && facts.model === hsm.model
      : facts.initialized && facts.serial === hsm.serial,
  );
  const [token] = fitting;
  if (!token) {
    const others = here.map(
      ({ facts }) => `here is "${facts.model}", ${facts.initialized ? `serial ${facts.serial}` : 'blank'}`,
    );
    return [stops(subject, `${wanted} is not here`, 'connect it, or the one that the site names', others)];
  }
  if (fitting.length > 1) {
    return [
      stops(
        subject,
        `${fitting.length} tokens are ${wanted}`,
        'disconnect all but the one that is meant: they cannot be told apart',
      ),
    ];
  }
  const { facts } = token;
  const says = `${wanted} is here`;
  const more = describeToken(token);
  if (facts.model !== hsm.model) {
    return [
      stops(
        subject,
        `serial ${facts.serial} is a "${facts.model}", not a "${hsm.model}"`,
        'connect the one that the site names',
        more,
      ),
    ];
  }
  const { hsm: part } = capabilitiesOf(token);
  const lines = [
    ...judgePart(subject, says, part, 'CA HSM', more),
    ...judgePins(subject, token),
    ...judgeSecurityOfficer(subject, token),
  ];
  if (facts.initialized && facts.label !== hsm.label)
    lines.push(
      warns(
        subject,
        `its label is "${facts.label}"; the site has "${hsm.label}"`,
        'make sure that it is the right one',
      ),
    );
  if (hsm.firmware !== null && facts.firmwareVersion !== hsm.firmware) {
    const todo = 'make sure that what was validated is what is here';
    lines.push(warns(subject, `its firmware is ${facts.firmwareVersion}; the site has ${hsm.firmware}`, todo));
  }
  if (facts.initialized && facts.protectedAuthenticationPath !== hsm.asksItself) {
    const [is, todo] = hsm.asksItself
      ? ['does not ask for its login itself, as the site says', 'see whether this is the right partition']
      : ['asks for its login itself, and the site says that it does not', 'write "means: device-quorum" in the site'];
    lines.push(stops(subject, `it ${is}`, todo));
  }
  if (mode === 'production' && isSoftwareToken(facts))
    lines.push(
      stops(subject, 'it is a program: its keys are files of this computer', 'a production needs a hardware module'),
    );
  return lines;
}

type Enrolled = RosterSeen['members'][number]['tokens'][number];

/** Those here that may be the one: with its signing key, or, where none shows that, with a serial that is one. */
function meantBy({ serial, signingSpki }: Enrolled, here: readonly TokenSeen[]): readonly TokenSeen[] {
  const alike = here.filter(({ facts }) => facts.serial === serial);
  const withKey = alike.filter(({ keys }) => keys.includes(signingSpki));
  return withKey.length > 0 || serial === '' ? withKey : alike.filter(({ keys }) => keys.length === 0);
}

function serialSaid({ serial }: Enrolled): string {
  return serial === '' ? 'its token (without a serial)' : `serial ${serial}`;
}

/** Officers' tokens come one after another where there is one reader: that one is not here now only warns. */
function judgeCards({ roster, authorization }: SiteSeen, binding: Binding, modules: readonly ModuleSeen[]): Line[] {
  if (isRefusal(roster) || binding.cards === null) return [];
  const here = tokensOf(modules, binding.cards);
  const coming = roster.members.filter(({ seat, tokens }) => binding.seats.includes(seat) && tokens.length > 0);
  const lines = coming.flatMap((member) => {
    const subject = `token ${member.seat}`;
    const enrolled = [...new Set(member.tokens.map(serialSaid))].join(' or ');
    const found = member.tokens.flatMap((named) => meantBy(named, here).map((token) => ({ named, token })));
    const [first] = found;
    if (!first) {
      const other = member.tokens.find(
        ({ serial }) => serial !== '' && here.filter(({ facts }) => facts.serial === serial).length === 1,
      );
      if (other)
        return [
          stops(
            subject,
            `${serialSaid(other)} is here, with other keys than those that were enrolled`,
            'find out who has given it new keys, or bring the token that was enrolled',
          ),
        ];
      return [
        warns(subject, `${enrolled} is not here`, 'insert it and look again, unless it lies sealed until the day'),
      ];
    }
    const { named, token } = first;
    const says = `${serialSaid(named)} is here`;
    if (found.length > 1 && found.every((one) => one.named === named))
      return [stops(subject, `${found.length} tokens have serial ${named.serial}`, 'take all but the right one out')];
    if (token.facts.model !== named.model) {
      const wrong = `serial ${named.serial} is a "${token.facts.model}"; "${named.model}" was enrolled`;
      return [stops(subject, wrong, 'find the token that was enrolled')];
    }
    const isAuthorized =
      isRefusal(authorization) ||
      authorization.tokens.some(({ serial, model }) => serial === named.serial && model === named.model);
    if (!isAuthorized) {
      const todo = 'have the policy authority name it, or bring the one that is named';
      return [stops(subject, `${says}, but the authorization does not name it`, todo)];
    }
    return [
      ...judgePart(subject, says, capabilitiesOf(token).quorumToken, 'quorum token'),
      ...judgePins(subject, token),
    ];
  });
  const seen = coming.filter(({ tokens }) => tokens.some((named) => meantBy(named, here).length > 0));
  return [...lines, ok('quorum tokens', `${seen.length} of the ${coming.length} of those who come are here`)];
}

function judgePart(subject: string, says: string, part: Part, name: string, more: readonly string[] = []): Line[] {
  if (part.lacks.length > 0)
    return [stops(subject, `${says}, but cannot be a ${name}`, `it lacks ${part.lacks.join('; ')}`, more)];
  return [ok(subject, says, [...more, describePart(name, part)])];
}

function judgePins(subject: string, { facts }: TokenSeen): Line[] {
  if (!facts.initialized) return [];
  if (facts.userPinLocked)
    return [
      stops(subject, 'its PIN is LOCKED', 'unlock it as its vendor describes, or bring another that is enrolled'),
    ];
  if (!facts.userPinInitialized)
    return [stops(subject, 'no PIN is set', 'initialise it, or bring the one that is meant')];
  if (facts.userPinFinalTry)
    return [
      warns(
        subject,
        'ONE LAST TRY is left for its PIN',
        'its holder enters the right PIN once elsewhere before the ceremony',
      ),
    ];
  if (facts.userPinCountLow)
    return [warns(subject, 'a wrong PIN was entered before', 'its holder makes sure of the PIN before the ceremony')];
  return [];
}

/** Of a blank token the flags mean nothing: SoftHSM has them all set. */
function judgeSecurityOfficer(subject: string, { facts }: TokenSeen): Line[] {
  if (!facts.initialized) return [];
  if (facts.soPinLocked) {
    const todo = 'ask its vendor what that means for its keys';
    return [stops(subject, 'the PIN of its security officer is LOCKED', todo)];
  }
  if (!facts.soPinFinalTry) return [];
  const todo = 'find out why before the ceremony: some HSMs erase themselves after it';
  return [warns(subject, 'its security officer has ONE LAST TRY', todo)];
}

function tokensOf(modules: readonly ModuleSeen[], name: string): readonly TokenSeen[] {
  return modules.find(({ origin }) => origin.by === 'site' && origin.name === name)?.tokens ?? [];
}
