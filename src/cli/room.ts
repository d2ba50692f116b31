import { dirname, resolve } from 'node:path';
import type { JsonObject } from '../base/canonical-json.ts';
import type { Plan } from '../plan/plan.ts';
import { behavesAs } from '../quorum/quirk-rows.ts';
import type { Site } from '../script/site.ts';

/** What a rehearsal takes of a site, once script and site are bound: of paths of this computer only those of what it reads itself. */
export function roomOf(plan: Plan, site: Site, sitePath: string): JsonObject {
  const list = site['weak-keys'];
  return {
    site: sitePath,
    ...(site.previous === 'none' ? {} : { previous: resolve(dirname(sitePath), site.previous.pack) }),
    place: site.place,
    people: Object.fromEntries(Object.entries(plan.seats).map(([seat, ids]) => [seat, [...ids]])),
    tokens: Object.fromEntries(
      plan.tokens.map(({ name, model, label, serial, means, activation }) => [
        name,
        {
          ...{ model, label, means },
          ...(serial === null ? {} : { serial }),
          ...(activation?.means === 'device-quorum'
            ? { devices: activation.devices, need: activation.need, of: activation.of }
            : {}),
          ...behavesAs(site.tokens[name]?.['behaves-as']),
        },
      ]),
    ),
    bags: Object.fromEntries(
      plan.materials.flatMap(({ units }) => units.flatMap(({ unit, bag }) => (bag === null ? [] : [[unit, bag]]))),
    ),
    materials: Object.fromEntries(Object.entries(site.materials).map(([name, thing]) => [name, { ...thing }])),
    inputs: Object.fromEntries(Object.entries(site.inputs).map(([name, { file }]) => [name, file])),
    modules: Object.keys(site.modules),
    sheets: Object.keys(site['vendor-sheets']),
    ...(list ? { weakKeys: { ...list, file: resolve(dirname(sitePath), list.file) } } : {}),
  };
}
