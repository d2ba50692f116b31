import { PATH } from '../../pack/layout.ts';
import { deviationNeed, leftBy } from '../../plan/left-steps.ts';
import { stepsOf } from '../../plan/plan.ts';
import type { Roster } from '../../quorum/roster.ts';
import {
  nextRosterCertificatePath,
  nextRosterSignaturePath,
  rosterCertificatePath,
  rosterChangeApprovalPath,
  rosterSignaturePath,
} from '../../quorum/roster-files.ts';
import { isCopied } from '../../steps/medium-copies.ts';
import { withCorrections } from '../../transcript/correction.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { ownEvents, placesOf } from '../own-events.ts';
import { chainLine } from '../where.ts';
import { ANSWERING, withheldLines, withheldSteps } from '../withheld.ts';

export const stepVerify = defineCheck({
  id: 'STEP-VERIFY',
  title: 'every step type accepts what was recorded of its steps; it reports under its own ids',
  needs: [
    'events',
    'eventLines',
    'ceremony',
    'heads',
    'opening',
    'plan',
    'planAt',
    'roster',
    'rosterAt',
    'rosterAtEnd',
    'changed',
    'authorization',
    'proposals',
    'wholeProducts',
  ],
  last: true,
  run(
    {
      events,
      eventLines,
      ceremony,
      heads,
      opening,
      plan,
      planAt,
      roster,
      rosterAt,
      rosterAtEnd,
      changed,
      authorization,
      proposals,
    },
    { pack, derive, found, report, note, unjudged },
  ) {
    const corrected = withCorrections(events);
    const own = ownEvents(corrected, proposals);
    const withheld = withheldSteps(eventLines);
    const empty = Map.groupBy(withheldLines(eventLines), ({ step }) => step);
    const need = deviationNeed(roster, plan);
    const headAt = (seq: number) => heads[seq - 1] ?? '';
    const evidence = {
      ceremony,
      headAt,
      planAt,
      rosterAtEnd,
      authorization,
      events: corrected,
      paths: pack.paths,
      file: pack.file,
      octets: pack.octets,
    };
    const begins = new Map(
      events.flatMap((event) => (event.type === 'step' && event.phase === 'begin' ? [[event.step, event.seq]] : [])),
    );
    // A copy of the pack is what the pack is: where that is at fault, the copy is not judged.
    const copied = () => [
      ...everywhere(events, roster),
      ...(changed ? nextFiles(changed.after) : []),
      ...pack.paths.filter(isCopied),
    ];
    for (const planned of stepsOf(plan)) {
      // Its people are those with whom it began, the last time.
      const since = begins.get(planned.key) ?? 0;
      const inForce = planAt(since);
      const step = stepsOf(inForce).find((one) => one.key === planned.key) ?? planned;
      const type = derive.steps.get(step.type);
      const mine = own.get(step.key);
      const because = withheld.get(step.key);
      if (because !== undefined) {
        unjudged(step.key, because);
        if (ANSWERING.includes(step.type)) continue;
        // What is withheld there can only be a correction of something else: what the step owes must be among the rest.
      }
      // Where an abort or a crash ended a step, it owes nothing.
      if (!mine?.events.some(leavesStep)) {
        if (mine?.events.some((event) => event.type === 'abort')) unjudged(step.key, 'the ceremony was aborted in it');
        continue;
      }
      // What an approved deviation left owes nothing either: whether it might be left is another check's to say.
      const left = leftBy(mine, need);
      if (left) {
        note(`step "${step.key}" was left by the deviation in event ${left.deviation.seq}, and is not judged`);
        continue;
      }
      const version = opening.versions.steps[step.type];
      if (!type || type.version !== version) {
        unjudged(step.key, `steps of type "${step.type}" were run as version ${version ?? 'unknown'}`);
      } else {
        // What a step type judges rests on its events and files: where one is at fault, that fault is the finding.
        const copies = mine.events.some((event) => event.type === 'observation' && event.subject === 'medium');
        const places = [
          ...mine.places,
          ...(copies ? copied() : []),
          ...(empty.get(step.key) ?? []).map(({ number }) => chainLine(number)),
        ];
        const fault = places.map((place) => found(place)).find((check) => check !== undefined);
        if (fault) unjudged(step.key, `see ${fault}`);
        else
          for (const { check, message, where } of type.verify(step.params, step, mine.events, {
            ...evidence,
            plan: inForce,
            roster: rosterAt(since),
          }))
            report(where, message, check);
      }
    }
  },
});

function leavesStep(event: Event): boolean {
  return event.type === 'close' || (event.type === 'step' && event.phase === 'end');
}

function nextFiles({ members }: Roster): readonly string[] {
  return members.flatMap(({ seat, tokens }) => [
    nextRosterSignaturePath(seat),
    rosterChangeApprovalPath(seat),
    ...tokens.map((_token, index) => nextRosterCertificatePath(seat, index)),
  ]);
}

/** The places of every event and of every file that the record or the roster names, whether it is there or not. */
function everywhere(events: readonly Event[], roster: Roster): readonly string[] {
  const members = roster.members.flatMap(({ seat, tokens }) => [
    rosterSignaturePath(seat),
    ...tokens.map((_token, index) => rosterCertificatePath(seat, index)),
  ]);
  return [
    PATH.events,
    PATH.chain,
    ...members,
    ...events.flatMap((event) => [...placesOf(event), chainLine(event.seq)]),
  ];
}
