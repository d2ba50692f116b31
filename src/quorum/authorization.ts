import { parseCanonicalObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type HsmActivation, readActivation, SHARES } from './activation.ts';
import { verifyAsMember } from './member-signature.ts';
import { QUIRK_ROWS } from './quirk-rows.ts';
import { isFounding, memberOf, type Roster, ruleFor } from './roster.ts';
import { Shape } from './shape.ts';
import { isSoftwareToken } from './software-token.ts';

/** An HSM that may be used: by serial, or a blank one by its module and model (it has no serial before it is initialised). */
export interface AuthorizedHsm {
  readonly name: string;
  readonly module: string;
  readonly model: string;
  readonly serial: string | null;
  /** How it is unlocked; the guard learns it from nowhere else. */
  readonly activation: HsmActivation;
  /** Row of the quirk table; absent for an HSM without one. */
  readonly behavesAs?: string;
}

/** A PKCS#11 module, pinned by the digest of its file: the guard loads no other. */
export interface AuthorizedModule {
  readonly library: string;
  readonly sha256: Sha256;
  readonly environment: ReadonlyMap<string, string>;
  /** Its configuration: held to these digests each time before it is loaded. */
  readonly files: readonly { readonly path: string; readonly sha256: Sha256 }[];
  /** What C_Initialize gets beside the arguments of the standard; null for nothing. */
  readonly initArgs: string | null;
}

/** What may be run: the signed permit for one ceremony. */
export interface Authorization {
  readonly ceremony: number;
  readonly change: string;
  readonly mode: 'rehearsal' | 'production';
  readonly notBefore: string;
  readonly notAfter: string;
  readonly script: Sha256;
  readonly site: Sha256;
  readonly roster: Sha256;
  readonly program: Sha256;
  readonly previous: Sha256;
  readonly modules: ReadonlyMap<string, AuthorizedModule>;
  readonly hsms: readonly AuthorizedHsm[];
  /** The module that reaches the quorum tokens, and those tokens. */
  readonly cards: string;
  readonly tokens: readonly { readonly serial: string; readonly model: string }[];
  readonly references: ReadonlyMap<string, Sha256>;
  readonly digest: Sha256;
}

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const PRINTABLE = /^[\x20-\x7e]{1,256}$/;
const INIT_ARGS = /^[\x20-\x7e]{1,1024}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** Variables that change which code runs beside the module whose digest was approved: no module needs them. */
const LOADS_CODE = /^(?:LD_|NODE_)/;
const CODE = 'AUTHORIZATION_INVALID';

/** Reads an authorization (type quorate/authorization/1). @throws CeremonyError AUTHORIZATION_INVALID, JSON_NOT_CANONICAL */
export function readAuthorization(bytes: Uint8Array): Authorization {
  const shape = new Shape(parseCanonicalObject(bytes, 'authorization.json'), CODE, 'authorization.json');
  shape.literal('type', 'quorate/authorization/1');
  const authorization: Authorization = {
    ceremony: shape.integer('ceremony', 1, 1_000_000),
    change: shape.text('change', PRINTABLE),
    mode: shape.literal('mode', 'rehearsal', 'production'),
    notBefore: shape.utc('notBefore'),
    notAfter: shape.utc('notAfter'),
    script: shape.digest('script'),
    site: shape.digest('site'),
    roster: shape.digest('roster'),
    program: shape.digest('program'),
    previous: shape.digest('previous'),
    modules: shape.map('modules', (item, _name, where) => readModule(new Shape(item, CODE, where))),
    hsms: shape.list('hsms', (item, where) => readHsm(new Shape(item, CODE, where))),
    cards: shape.text('cards', NAME),
    tokens: shape.list('tokens', (item, where) => readTokenName(new Shape(item, CODE, where))),
    references: shape.map('references', (item, name, where) => {
      const holder = new Shape({ [name]: item }, CODE, where);
      return holder.digest(name);
    }),
    digest: sha256(bytes),
  };
  shape.end();
  for (const hsm of authorization.hsms) {
    if (!authorization.modules.has(hsm.module))
      refuse(`hsm "${hsm.name}" names the module "${hsm.module}", which is not listed`);
  }
  requireOnce(authorization.hsms, ({ name }) => name, 'the hsm');
  requireOnce(authorization.hsms, ({ serial }) => serial ?? undefined, 'the hsm serial');
  requireOnce(
    authorization.hsms,
    ({ module, model, serial }) => (serial === null ? `${model}" on "${module}` : undefined),
    'the blank hsm of model',
  );
  requireOnce(authorization.tokens, ({ serial }) => serial, 'the token serial');
  if (!authorization.modules.has(authorization.cards))
    refuse(`"cards" names the module "${authorization.cards}", which is not listed`);
  if (isFounding(authorization) && authorization.hsms.length > 0)
    refuse('"roster" is 64 zeros, and "hsms" is not empty: without a roster there is no quorum, and no HSM is used');
  if (authorization.mode === 'production') {
    const [byPin] = authorization.hsms.filter(({ activation }) => activation.means === 'pin');
    if (byPin) refuse(`a production activates the hsm "${byPin.name}" by one PIN, which is for rehearsals`);
    for (const token of [...authorization.hsms, ...authorization.tokens]) {
      if (isSoftwareToken({ manufacturer: '', model: token.model }))
        refuse(`a production names a token of model "${token.model}", whose keys are files of a computer`);
    }
  }
  if (authorization.notAfter <= authorization.notBefore) refuse('"notAfter" is not after "notBefore"');
  return authorization;
}

/** One name must mean one device, or the wrong one could be used. */
function requireOnce<T>(items: readonly T[], identityOf: (item: T) => string | undefined, what: string): void {
  const seen = new Set<string>();
  for (const item of items) {
    const identity = identityOf(item);
    if (identity === undefined) continue;
    if (seen.has(identity)) refuse(`${what} "${identity}" is named twice`);
    seen.add(identity);
  }
}

function readModule(shape: Shape): AuthorizedModule {
  const module = {
    library: shape.text('library', /^\/[\x20-\x7e]{1,255}$/),
    sha256: shape.digest('sha256'),
    environment: shape.map('environment', (item, name, where) => {
      if (!VARIABLE.test(name) || LOADS_CODE.test(name)) refuse(`${where} is no variable that a module may be given`);
      const holder = new Shape({ [name]: item }, CODE, where);
      return holder.text(name, PRINTABLE);
    }),
    files: shape.has('files') ? shape.list('files', (item, where) => readFile(new Shape(item, CODE, where))) : [],
    initArgs: shape.has('initArgs') ? shape.text('initArgs', INIT_ARGS) : null,
  };
  shape.end();
  return module;
}

function readFile(shape: Shape): { path: string; sha256: Sha256 } {
  const file = { path: shape.text('path', /^\/[\x20-\x7e]{1,255}$/), sha256: shape.digest('sha256') };
  shape.end();
  return file;
}

function readHsm(shape: Shape): AuthorizedHsm {
  const name = shape.text('name', NAME);
  const module = shape.text('module', NAME);
  const model = shape.text('model', PRINTABLE);
  const serial = shape.has('serial') ? shape.text('serial', PRINTABLE) : null;
  if (serial === null && !shape.flag('blank')) refuse(`hsm "${name}" has neither a serial nor "blank": true`);
  const activation = shape.has('activation')
    ? readActivation(shape.any('activation'), CODE, `authorization.json: the activation of "${name}"`)
    : SHARES;
  if (serial === null && activation.means !== 'shares')
    refuse(`hsm "${name}" is blank, and is activated by ${activation.means}: nobody can log in to it`);
  const quirks = shape.has('behavesAs') ? { behavesAs: shape.literal('behavesAs', ...QUIRK_ROWS) } : {};
  shape.end();
  return { name, module, model, serial, activation, ...quirks };
}

function readTokenName(shape: Shape): { serial: string; model: string } {
  const token = { serial: shape.text('serial', PRINTABLE), model: shape.text('model', /^[\x20-\x7e]{0,64}$/) };
  shape.end();
  return token;
}

function refuse(what: string): never {
  throw new CeremonyError(CODE, what.startsWith('authorization.json') ? what : `authorization.json: ${what}`);
}

/** What the authorization is held against: measured, not claimed. */
export interface Measured {
  readonly script: Sha256;
  readonly site: Sha256;
  readonly roster: Sha256;
  readonly program: Sha256;
  /** Of the manifest of the pack that the site names; 64 zeros where it names none. */
  readonly previous: Sha256;
  readonly mode: string;
  /** UTC, whole seconds. */
  readonly at: string;
}

/**
 * Refuses what the authorization does not name, each with its own code.
 * @throws CeremonyError AUTHORIZATION_SCRIPT, _SITE, _ROSTER, _PROGRAM, _PREVIOUS, _MODE, _WINDOW
 */
export function holdToAuthorization(authorization: Authorization, measured: Measured): void {
  holdToNamed(authorization, measured);
  if (measured.at < authorization.notBefore || measured.at > authorization.notAfter) {
    throw new CeremonyError(
      'AUTHORIZATION_WINDOW',
      `it is ${measured.at}, outside the authorized window ${authorization.notBefore} to ${authorization.notAfter}`,
      { hint: 'check the clock first; if it is right, the policy authority must authorize another day' },
    );
  }
}

/**
 * The same but for the window, which need not have begun when the authorization is signed.
 * @throws CeremonyError AUTHORIZATION_SCRIPT, _SITE, _ROSTER, _PROGRAM, _PREVIOUS, _MODE
 */
export function holdToNamed(authorization: Authorization, measured: Omit<Measured, 'at'>): void {
  const pairs = [
    ['AUTHORIZATION_SCRIPT', 'script', authorization.script, measured.script],
    ['AUTHORIZATION_SITE', 'site binding', authorization.site, measured.site],
    ['AUTHORIZATION_ROSTER', 'roster', authorization.roster, measured.roster],
    ['AUTHORIZATION_PROGRAM', 'program', authorization.program, measured.program],
    ['AUTHORIZATION_PREVIOUS', "previous pack's manifest", authorization.previous, measured.previous],
    ['AUTHORIZATION_MODE', 'mode', authorization.mode, measured.mode],
  ] as const;
  for (const [code, what, named, found] of pairs) {
    if (named !== found) {
      throw new CeremonyError(code, `the ${what} is ${found}, but the authorization names ${named}`, {
        hint: `check that the ${what} at hand is the one that was reviewed; otherwise a new authorization is needed`,
      });
    }
  }
}

/**
 * Counts the policy authority's signatures over the authorization: distinct people of the class `authorize`.
 * @param signatures seat → detached CMS over `bytes`
 * @returns the seats that count
 * @throws CeremonyError AUTHORIZATION_INVALID when they are too few; APPROVAL_* for a signature that is not what it says
 */
export function countAuthorizers(
  bytes: Uint8Array,
  signatures: ReadonlyMap<string, Uint8Array>,
  roster: Roster,
): string[] {
  if (isFounding({ roster: roster.digest })) return holdUnsigned(signatures);
  const rule = ruleFor(roster, 'authorize');
  const seats = authorizersAmong(bytes, signatures, roster);
  if (seats.length < rule.need) {
    throw new CeremonyError(
      CODE,
      `the authorization is signed by ${seats.length} of role "${rule.role}"; ${rule.need} are needed`,
      { hint: 'with "quorate authorize SCRIPT --site SITE --sign" the others sign it' },
    );
  }
  return seats;
}

/** Before there is a roster nobody can sign: who would appear to have, has not been enrolled. */
function holdUnsigned(signatures: ReadonlyMap<string, Uint8Array>): string[] {
  const [seat] = signatures.keys();
  if (seat !== undefined)
    throw new CeremonyError('APPROVAL_STRANGER', `"${seat}" signed an authorization that names no roster`, {
      hint: 'a first enrolment is authorized on paper; put the signature elsewhere',
    });
  return [];
}

/**
 * Who of the policy authority has signed, be they enough or not.
 * @returns their seats, in order
 * @throws CeremonyError APPROVAL_* for a signature that is not what it says
 */
export function authorizersAmong(
  bytes: Uint8Array,
  signatures: ReadonlyMap<string, Uint8Array>,
  roster: Roster,
): string[] {
  const rule = ruleFor(roster, 'authorize');
  const seats: string[] = [];
  for (const [seat, signature] of signatures) {
    const member = memberOf(roster, seat);
    if (!member)
      throw new CeremonyError('APPROVAL_STRANGER', `"${seat}", who signed the authorization, is not on the roster`);
    if (member.role !== rule.role) {
      throw new CeremonyError(
        'APPROVAL_ROLE',
        `"${seat}" signed the authorization as ${member.role}; class "authorize" needs ${rule.role}`,
      );
    }
    verifyAsMember(
      signature,
      bytes,
      member.tokens.map((token) => token.signing),
    );
    seats.push(seat);
  }
  return seats.sort();
}
