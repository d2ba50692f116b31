import { canonicalJson, type JsonObject } from '../base/canonical-json.ts';
import type { AuthorizedModule } from '../quorum/authorization.ts';
import type { SiteModule } from '../script/site.ts';

/** A module as an authorization has it: what decides which code runs, and how it is set up. */
export function moduleDocument(module: SiteModule): JsonObject {
  const { library, sha256, environment, files = [], 'init-args': initArgs } = module;
  return {
    library,
    sha256,
    environment: { ...environment },
    ...(files.length === 0 ? {} : { files: files.map((file) => ({ ...file })) }),
    ...(initArgs === undefined ? {} : { initArgs }),
  };
}

export function isAsAuthorized(module: SiteModule, named: AuthorizedModule): boolean {
  const { library, sha256, environment, files, initArgs } = named;
  const document = {
    library,
    sha256,
    environment: Object.fromEntries(environment),
    ...(files.length === 0 ? {} : { files: files.map((file) => ({ ...file })) }),
    ...(initArgs === null ? {} : { initArgs }),
  };
  return canonicalJson(document) === canonicalJson(moduleDocument(module));
}
