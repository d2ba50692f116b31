import { hexGroups, type Sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import { presentedBy } from './activation.ts';
import type { Authorization, AuthorizedModule } from './authorization.ts';
import { digestLines } from './statement-screen.ts';

/**
 * Everything that an authorization permits, in lines for people: what the policy authority signs, and whose digest the
 * officers read at the roll-call.
 */
export function authorizationScreen(authorization: Authorization): string[] {
  const { ceremony, change, mode, notBefore, notAfter, modules, hsms, cards, tokens, references } = authorization;
  return [
    `AUTHORIZATION  ${mode}, ceremony ${ceremony} of this CA`,
    row('change', escapeForeign(change)),
    row('from', notBefore),
    row('until', notAfter),
    ...digests('script', authorization.script),
    ...digests('site', authorization.site),
    ...digests('roster', authorization.roster),
    ...digests('program', authorization.program),
    ...digests('previous', authorization.previous),
    ...[...modules].flatMap(([name, module]) => moduleLines(name, module)),
    ...hsms.flatMap(({ name, module, model, serial, activation, behavesAs }) => [
      row('HSM', `${name}: ${escapeForeign(model)}, ${serialOf(serial)}, by module ${module}`),
      ...(activation.means === 'shares' ? [] : [row('', `unlocked by ${escapeForeign(presentedBy(activation))}`)]),
      ...(behavesAs === undefined
        ? []
        : [row('', `behaves as ${behavesAs}: its keys do not report all that is asked`)]),
    ]),
    row('cards', `${tokens.length} quorum tokens, by module ${cards}`),
    ...tokens.map(({ serial, model }) => row('', `${escapeForeign(serial)}  ${escapeForeign(model)}`)),
    ...[...references].flatMap(([name, digest]) => [
      row('reference', escapeForeign(name)),
      ...hexGroups(digest).map((line) => row('', line)),
    ]),
    '',
    'authorized as',
    ...digestLines(authorization.digest),
  ];
}

function moduleLines(name: string, { library, sha256, environment, files, initArgs }: AuthorizedModule): string[] {
  return [
    row('module', `${name}: ${escapeForeign(library)}`),
    ...hexGroups(sha256).map((line) => row('', line)),
    ...[...environment].map(([variable, value]) => row('', `${variable}=${escapeForeign(value)}`)),
    ...(initArgs === null ? [] : [row('', `started with: ${escapeForeign(initArgs)}`)]),
    ...files.flatMap((file) => [
      row('', `its file ${escapeForeign(file.path)}`),
      ...hexGroups(file.sha256).map((line) => row('', line)),
    ]),
  ];
}

function serialOf(serial: string | null): string {
  return serial === null ? 'blank, no serial yet' : `serial ${escapeForeign(serial)}`;
}

function digests(label: string, digest: Sha256): string[] {
  return hexGroups(digest).map((line, index) => row(index === 0 ? label : '', line));
}

function row(label: string, text: string): string {
  return `${label.padEnd(12)}${text}`;
}
