import { hexGroups } from '../base/digest.ts';
import { isSoftwareToken } from '../quorum/software-token.ts';
import { type Capabilities, capabilitiesOf, describePart } from './capabilities.ts';
import type { Mode, ModuleSeen, Origin, TokenSeen } from './facts.ts';
import { type Line, ok, stops, warns } from './line.ts';

/**
 * The modules and what they reach. What somebody named and cannot be used stops a ceremony; what was merely found lying
 * there does not. What of the tokens a site needs is judged with the site.
 */
export function judgeModules(modules: readonly ModuleSeen[], mode: Mode, bySite: boolean): Line[] {
  const lines = modules.flatMap((module) => judgeModule(module, mode));
  if (bySite) return lines;
  const fit = modules
    .flatMap(({ tokens }) => tokens)
    .filter(({ facts }) => mode === 'rehearsal' || !isSoftwareToken(facts))
    .map(capabilitiesOf);
  if (!fit.some(({ hsm }) => hsm.lacks.length === 0)) {
    const todo = 'connect the HSM; if its module lies elsewhere, name it with --module PATH';
    lines.push(stops('CA HSM', `nothing here can be one in a ${mode}`, todo));
  }
  if (!fit.some(({ quorumToken }) => quorumToken.lacks.length === 0)) {
    const todo = "insert an officer's token; if its module lies elsewhere, name it with --module PATH";
    lines.push(warns('quorum token', `nothing here can be one in a ${mode}`, todo));
  }
  return lines;
}

function judgeModule(module: ModuleSeen, mode: Mode): Line[] {
  const subject = subjectOf(module.origin);
  const about = [...describeModule(module)];
  const unusable = module.origin.by === 'found' ? warns : stops;
  const lines: Line[] = [];
  if (module.problem) {
    const why = `${module.problem.message} [${module.problem.code}]`;
    lines.push(unusable(subject, module.library, todoFor(module), [...about, why]));
  } else lines.push(ok(subject, module.library, about));
  if (module.writableByOthers) {
    const todo = `take the right to write it away (chmod go-w ${module.library})`;
    lines.push(warns(subject, `others than its owner may change ${module.library}`, todo));
  }
  for (const reader of module.readers) {
    if (!reader.tokenPresent) lines.push(ok('reader', `"${reader.description}" is empty`));
  }
  return [...lines, ...module.tokens.map((token) => judgeToken(token, mode))];
}

function subjectOf(origin: Origin): string {
  return origin.by === 'site' ? `module ${origin.name}` : 'module';
}

function todoFor({ origin, facts, problem }: ModuleSeen): string {
  if (problem?.code === 'TOKEN_PROCESS_TIMEOUT')
    return 'see whether its device is connected; give it longer with --within SECONDS';
  if (facts) return 'see whether its device is well connected, then look again';
  if (origin.by === 'found') return 'nothing, unless this is the module of your HSM or tokens';
  return origin.by === 'named'
    ? 'name the PKCS#11 library that its vendor ships for this system'
    : 'install the file that was reviewed, or have the site and its authorization made anew';
}

function* describeModule({ facts, sha256 }: ModuleSeen): Generator<string> {
  if (facts) {
    const { manufacturer, description, libraryVersion, cryptokiVersion } = facts;
    yield `${[manufacturer, description].filter(Boolean).join(', ')}; version ${libraryVersion}, PKCS#11 ${cryptokiVersion}`;
  }
  if (sha256 !== null) {
    const [first = '', second = ''] = hexGroups(sha256);
    yield `SHA-256 ${first}`;
    yield `        ${second}`;
  }
}

function judgeToken(token: TokenSeen, mode: Mode): Line {
  const { facts, problem } = token;
  const says = facts.initialized
    ? `"${facts.label}", serial ${facts.serial}`
    : `blank, in slot "${facts.slotDescription}"`;
  const more = [...describeToken(token), ...describeCapabilities(token, capabilitiesOf(token), mode)];
  if (!problem) return ok('token', says, more);
  const todo = 'insert it anew, or take others that cannot be told from it away, then look again';
  return warns('token', says, todo, [...more, `${problem.message} [${problem.code}]`]);
}

/** Model, versions, PINs: what a person compares with paper. */
export function describeToken({ facts, mechanisms }: TokenSeen): string[] {
  return [
    `model "${facts.model}" by "${facts.manufacturer}"${facts.initialized ? `, in "${facts.slotDescription}"` : ''}`,
    ...(mechanisms ? [`${mechanisms.length} mechanisms, which --json lists`] : []),
    `firmware ${facts.firmwareVersion}, hardware ${facts.hardwareVersion}; PINs of ${facts.minPinLength} to ${facts.maxPinLength} bytes`,
    ...(facts.initialized
      ? [`user PIN: ${pinState(facts, 'user')}`, `security officer PIN: ${pinState(facts, 'so')}`]
      : []),
  ];
}

export function pinState(facts: TokenSeen['facts'], user: 'user' | 'so'): string {
  const [isSet, locked, final, low] =
    user === 'user'
      ? [facts.userPinInitialized, facts.userPinLocked, facts.userPinFinalTry, facts.userPinCountLow]
      : [true, facts.soPinLocked, facts.soPinFinalTry, facts.soPinCountLow];
  if (!isSet) return 'not set';
  if (locked) return 'LOCKED';
  if (final) return 'ONE LAST TRY';
  return low ? 'a wrong one was entered before' : 'set, no wrong try reported';
}

function describeCapabilities({ facts }: TokenSeen, { hsm, quorumToken }: Capabilities, mode: Mode): string[] {
  const once =
    mode === 'production' && isSoftwareToken(facts)
      ? ' of a rehearsal alone: it is a program, and its keys are files of this computer'
      : facts.initialized
        ? ''
        : ' once it is initialised';
  return [describePart('CA HSM', hsm, once), describePart('quorum token', quorumToken, once)];
}
