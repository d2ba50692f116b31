import { readFileSync } from 'node:fs';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Authorization, AuthorizedModule } from '../quorum/authorization.ts';

/**
 * A module of the authorization: its file and those of its configuration have the digests that were authorized.
 * @throws CeremonyError AUTHORIZATION_MODULE
 */
export function moduleAsAuthorized(authorization: Authorization, name: string): AuthorizedModule {
  const module = authorization.modules.get(name);
  if (!module) throw new CeremonyError('AUTHORIZATION_MODULE', `no module "${name}" is named in the authorization`);
  hold('the module', module.library, module.sha256);
  for (const file of module.files) hold(`the configuration of "${name}",`, file.path, file.sha256);
  return module;
}

function hold(what: string, path: string, named: string): void {
  let digest: string;
  try {
    digest = sha256(readFileSync(path));
  } catch (cause) {
    throw new CeremonyError('AUTHORIZATION_MODULE', `${what} "${path}" cannot be read`, { cause });
  }
  if (digest !== named) {
    throw new CeremonyError(
      'AUTHORIZATION_MODULE',
      `${what} "${path}" has SHA-256 ${digest}; the authorization names ${named}`,
    );
  }
}
