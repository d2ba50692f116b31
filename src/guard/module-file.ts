import { readFileSync } from 'node:fs';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Authorization, AuthorizedModule } from '../quorum/authorization.ts';

/**
 * A module of the authorization, whose file has the digest that was authorized.
 * @throws CeremonyError AUTHORIZATION_MODULE
 */
export function moduleAsAuthorized(authorization: Authorization, name: string): AuthorizedModule {
  const module = authorization.modules.get(name);
  if (!module) throw new CeremonyError('AUTHORIZATION_MODULE', `no module "${name}" is named in the authorization`);
  let digest: string;
  try {
    digest = sha256(readFileSync(module.library));
  } catch (cause) {
    throw new CeremonyError('AUTHORIZATION_MODULE', `the module "${module.library}" cannot be read`, { cause });
  }
  if (digest !== module.sha256) {
    throw new CeremonyError(
      'AUTHORIZATION_MODULE',
      `the module "${module.library}" has SHA-256 ${digest}; the authorization names ${module.sha256}`,
    );
  }
  return module;
}
