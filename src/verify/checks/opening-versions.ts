import { stepsOf } from '../../plan/plan.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const openingVersions = defineCheck({
  id: 'OPENING-VERSIONS',
  title: 'the opening names the version of every rule pack, profile and step type that the plan uses',
  needs: ['opening', 'plan'],
  run({ opening, plan }, { report }) {
    const { rules, profiles, steps } = opening.versions;
    const lacks = (what: string, names: Iterable<string>, recorded: object) => {
      for (const name of new Set(names))
        if (!Object.hasOwn(recorded, name)) report(at(opening), `"versions" lacks the ${what} "${name}"`);
    };
    lacks('rule pack', plan.rules, rules);
    lacks('profile', Object.keys(plan.profiles), profiles);
    lacks(
      'step type',
      stepsOf(plan).map((step) => step.type),
      steps,
    );
  },
});
