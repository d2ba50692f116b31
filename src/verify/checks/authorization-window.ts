import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const authorizationWindow = defineCheck({
  id: 'AUTHORIZATION-WINDOW',
  title: 'the opening and every use of an HSM lie in the authorized window',
  needs: ['authorization', 'events'],
  run({ authorization: { notBefore, notAfter }, events }, { report }) {
    for (const event of events) {
      if (event.type !== 'opening' && event.type !== 'intent') continue;
      if (event.at < notBefore || event.at > notAfter) {
        report(at(event), `"at" is ${event.at}, outside the window from ${notBefore} to ${notAfter}`);
      }
    }
  },
});
