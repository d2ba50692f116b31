import type { z } from 'zod';
import type { DeepReadonly } from './read-only.ts';
import type { siteSchema } from './schema/site.ts';

/** A site binding as it was written, under the keys of the file. */
export type Site = DeepReadonly<z.infer<typeof siteSchema>>;
export type SiteModule = Site['modules'][string];
export type SiteToken = Site['tokens'][string];
export type SiteActivation = SiteToken['activation'];
export type SitePerson = Site['people'][string][number];
