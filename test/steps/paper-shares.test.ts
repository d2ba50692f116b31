import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pagesIn } from '../../src/ledger/paper-shares.ts';
import { stepsOf } from '../../src/plan/plan.ts';
import type { Question } from '../../src/ports.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { paperFaults, printShares } from '../../src/steps/paper-shares.ts';
import type { Event, EventData } from '../../src/transcript/event.ts';
import { backingUpOnPaper } from '../forge/backing-up.ts';
import { recordCeremony } from '../forge/record.ts';

const { plan, events } = await recordCeremony(backingUpOnPaper);
const found = stepsOf(plan).find(({ key }) => key === 'backup');
assert.ok(found);
const step = found;
const PARAMS = { holders: 'crypto-officer', paper: 'pages', token: 'root-hsm' };
const SEATS = ['alice', 'bob'];
const proposed = events.find((event) => event.type === 'proposed' && event.step === 'backup');
assert.ok(proposed?.type === 'proposed');
const whole = proposed.descriptor['set'] as unknown as ShareSet;
const set: ShareSet = { ...whole, shares: whole.shares.filter(({ seat }) => SEATS.includes(seat)) };
const AT = '2027-03-01T10:00:00Z';
const EARLIER = '2027-03-01T09:00:00Z';
const SHREDDED =
  'Every page of bob but the one that was read back is shredded before everybody, and none lies in the printer.';

/** A record in which the shares of a set are printed, or begun to be, and what it asks of guard and people. */
class Printing {
  readonly events: Event[] = [];
  readonly asked: Question[] = [];
  readonly requests: unknown[] = [];

  add(data: EventData): void {
    this.events.push({ ...data, seq: this.events.length + 1, at: AT, salt: '' } as Event);
  }

  interrupt(): void {
    this.add({ type: 'resume', step: '', head: '', recovered: [], open: null, voided: [], typed: [] } as never);
  }

  /** @param pages what the guard says that it sent; null for a page that is read back alone @param until recorded then, nothing more is */
  async run(pages: Readonly<Record<string, number | null>>, until?: (event: EventData) => boolean): Promise<void> {
    const guard = {
      printShare: async (request: { readonly seat: string }) => {
        this.requests.push(request);
        const sent = pages[request.seat] ?? null;
        return { seat: request.seat, printedAt: sent === null ? null : EARLIER, pages: sent ?? 0 };
      },
    };
    const terminal = {
      say: async () => undefined,
      ask: async (question: Question) => {
        this.asked.push(question);
        return 'done';
      },
    };
    const running = printShares(PARAMS, step, set, { guard, terminal, plan, events: () => this.events });
    for (let yielded = await running.next(undefined as never); !yielded.done; ) {
      const event = yielded.value as EventData;
      this.add(event);
      if (until?.(event)) return;
      yielded = await running.next(this.events.at(-1) as never);
    }
  }

  faults(change: (events: readonly Event[]) => readonly Event[] = (same) => same): string[] {
    const all = change(this.events);
    const own = all.filter((event) => event.type !== 'resume');
    return paperFaults(PARAMS, set, step, own, { planAt: () => plan, before: this.events.length + 1, events: all });
  }

  get said(): string[] {
    return this.events.map((event) =>
      event.type === 'observation' ? `${event.facts['seat']} ${event.facts['state']}` : event.type,
    );
  }
}

const isOf = (seat: string, state: string) => (event: EventData) =>
  event.type === 'observation' && event.facts['seat'] === seat && event.facts['state'] === state;
const without = (match: (event: Event) => boolean) => (all: readonly Event[]) => all.filter((event) => !match(event));

describe('pages besides the one that was read back', () => {
  test('are none where one went to the printer: nobody is asked', async () => {
    const printing = new Printing();
    await printing.run({ alice: 1, bob: 1 });
    assert.deepEqual(printing.said, ['alice printing', 'alice read-back', 'bob printing', 'bob read-back']);
    assert.deepEqual([printing.asked, printing.faults()], [[], []]);
  });

  test('are shredded, which one person says and another has seen; the ledger has how many there were', async () => {
    const printing = new Printing();
    await printing.run({ alice: 1, bob: 3 });
    assert.deepEqual(
      printing.asked.map(({ seat, kind, text }) => [seat, kind, text]),
      [[step.by[0], 'confirm', SHREDDED]],
    );
    const answer = printing.events.at(-1);
    assert.ok(answer?.type === 'answer');
    assert.deepEqual(answer.checkedBy, step.check);
    assert.ok(step.check.length > 0);
    assert.deepEqual(answer.values, { answer: 'done', set: set.id, seat: 'bob' });
    assert.deepEqual(printing.faults(), []);
    assert.deepEqual(
      pagesIn(printing.events).map(({ seat, pages }) => [seat, pages]),
      [
        ['alice', 1],
        ['bob', 3],
      ],
    );
    assert.deepEqual(printing.faults(without(({ type }) => type === 'answer')), [
      'more than one page of "bob" may have come out of the printer, and nobody said that the others are shredded',
    ]);
    const unseen = printing.faults((all) =>
      all.map((one) => (one.type === 'answer' ? { ...one, checkedBy: [] } : one)),
    );
    assert.deepEqual(unseen, [`the answer is checked by nobody; the plan says ${step.check.join(', ')}`]);
  });

  test('are asked for where an interruption may have left one, and again where nobody had answered yet', async () => {
    const printing = new Printing();
    await printing.run({ alice: 1 }, isOf('bob', 'printing'));
    printing.interrupt();
    await printing.run({ alice: null, bob: 1 }, isOf('bob', 'read-back'));
    printing.interrupt();
    await printing.run({});
    assert.deepEqual(
      printing.asked.map(({ text }) => text),
      [SHREDDED],
    );
    assert.deepEqual(printing.faults(), []);
  });
});

describe('what was read back to another guard', () => {
  const interrupted = async () => {
    const printing = new Printing();
    await printing.run({ alice: 1, bob: 1 }, isOf('bob', 'printing'));
    printing.interrupt();
    printing.requests.length = 0;
    return printing;
  };

  test('is read back once more to the one that wraps, and keeps the moment at which it was printed', async () => {
    const printing = await interrupted();
    await printing.run({ alice: null, bob: 1 });
    assert.deepEqual(
      printing.requests.map((request) => (request as { seat: string; before: string }).before),
      ['read-back', 'printing'],
    );
    assert.deepEqual(printing.said.slice(4), [
      'alice reading',
      'alice read-back',
      'bob printing',
      'bob read-back',
      'answer',
    ]);
    const again = printing.events[5];
    assert.ok(again?.type === 'observation');
    assert.deepEqual([again.facts['printedAt'], again.facts['pages']], [EARLIER, 0]);
    assert.deepEqual(printing.faults(), []);
    assert.deepEqual(pagesIn(printing.events)[0]?.pages, 1);
  });

  test('is one of several where another was printed in its place', async () => {
    const printing = await interrupted();
    await printing.run({ alice: 1, bob: 1 });
    assert.deepEqual(
      printing.asked.map(({ text }) => text),
      [SHREDDED.replace('bob', 'alice'), SHREDDED],
    );
  });

  test('is not taken for read back to the one that wraps', async () => {
    const printing = await interrupted();
    await printing.run({ alice: null, bob: 1 });
    const again = without((event) => event.seq > 4 && event.type === 'observation' && event.facts['seat'] === 'alice');
    assert.deepEqual(printing.faults(again), [
      'the page of "alice" was not read back once more after the interruption, before the key was wrapped',
    ]);
  });
});
