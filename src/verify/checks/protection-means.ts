import { protectionOf } from '../../quorum/activation.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const protectionMeans = defineCheck({
  id: 'PROTECTION-MEANS',
  title: 'what is said to have protected an operation is what the means of activation in site and authorization are',
  needs: ['done', 'plan'],
  run({ done, plan }, { report }) {
    for (const { operation, result } of done) {
      const token = plan.tokens.find(({ name }) => name === operation.hsm.name);
      if (!token) continue;
      const said = result.facts['protection'];
      const due = protectionOf(token.means);
      if (said !== due)
        report(at(result), `"protection" is ${JSON.stringify(said ?? null)}; by ${token.means} it is "${due}"`);
    }
  },
});
