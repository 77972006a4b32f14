import { describe, expect, test } from 'vitest';
import type { Activity } from '../../src/domain/activity.ts';
import { type Candidate, decide, type Decision, rules, traceTo } from '../../src/domain/decide.ts';
import type { Watch } from '../../src/domain/watch.ts';

const now = 1_000_000;
const activity: Activity = {
  id: '01890000-0000-7000-8000-000000000000',
  type: 'order.shipped',
  topics: ['order:7', 'team:ops'],
  actor: { id: 'bob', name: 'Bob' },
  title: 'On its way',
  body: null,
  url: null,
  data: null,
  reportId: null,
  group: null,
  happenedAt: now - 10,
  expiresAt: null,
  isRetracted: false,
};
const ann: Candidate = { userId: 'ann', addresses: [], watches: [], defaults: [] };
const direct = { kind: 'publisher', reason: 'direct' } as const;
const mention = { kind: 'mention', reason: 'mention' } as const;
const reply = { kind: 'reply', reason: 'reply' } as const;
const team = { kind: 'team', reason: 'team' } as const;

function watch(
  level: Watch['level'],
  because: Watch['because'] = 'manual',
  topic = 'order:7',
  since = 0,
): Watch {
  return { topic, level, because, since };
}

interface Row {
  readonly name: string;
  readonly of?: Partial<Activity>;
  readonly who?: Partial<Candidate>;
  readonly expected: Pick<Decision, 'notified' | 'rule' | 'reason'> & { readonly quiet?: boolean };
}

const no = (rule: Decision['rule'], reason: string | null = null) => ({ notified: false, rule, reason });
const yes = (rule: Decision['rule'], reason: string, quiet = false) => ({
  notified: true,
  rule,
  reason,
  quiet,
});
const settings = (inbox: Record<string, 'on' | 'quiet' | 'off'>, blocked: string[] = []) => ({
  inbox,
  blocked,
});

const table: readonly Row[] = [
  // 1 gone
  { name: 'retracted', of: { isRetracted: true }, who: { addresses: [direct] }, expected: no('gone') },
  { name: 'expired', of: { expiresAt: now }, who: { addresses: [direct] }, expected: no('gone') },
  {
    name: 'not expired',
    of: { expiresAt: now + 1 },
    who: { addresses: [direct] },
    expected: yes('addressed', 'direct'),
  },
  { name: 'not yet due', of: { happenedAt: now + 1 }, who: { addresses: [direct] }, expected: no('gone') },
  // 2 self
  { name: 'the actor', who: { userId: 'bob', watches: [watch('all', 'owner')] }, expected: no('self') },
  {
    name: 'the actor, mentioned by themselves',
    who: { userId: 'bob', addresses: [mention] },
    expected: no('self'),
  },
  { name: 'the actor, of the team', who: { userId: 'bob', addresses: [team] }, expected: no('self') },
  {
    name: 'the actor, named by the publisher',
    who: { userId: 'bob', addresses: [direct] },
    expected: yes('addressed', 'direct'),
  },
  {
    name: 'nobody did it',
    of: { actor: null },
    who: { addresses: [direct] },
    expected: yes('addressed', 'direct'),
  },
  // 3 denied
  {
    name: 'denied, although named',
    who: { addresses: [direct], watches: [watch('none', 'denied')] },
    expected: no('denied'),
  },
  {
    name: 'denied for the wider topic',
    who: { watches: [watch('all'), watch('none', 'denied', 'team:ops')] },
    expected: no('denied'),
  },
  {
    name: 'everybody is denied',
    who: { addresses: [direct], defaults: [watch('none', 'denied')] },
    expected: no('denied'),
  },
  {
    name: 'everybody is denied but them',
    who: { watches: [watch('all')], defaults: [watch('none', 'denied')] },
    expected: yes('watching', 'watching'),
  },
  // 4 blocked
  {
    name: 'blocked the actor',
    who: { addresses: [mention], settings: settings({}, ['bob']) },
    expected: no('blocked'),
  },
  {
    name: 'blocked somebody else',
    who: { addresses: [mention], settings: settings({}, ['cleo']) },
    expected: yes('addressed', 'mention'),
  },
  // 5 muted
  {
    name: 'muted, although mentioned',
    who: { addresses: [mention], watches: [watch('none')] },
    expected: no('muted'),
  },
  {
    name: 'muted the narrow topic, watches the wide one',
    who: { watches: [watch('none'), watch('all', 'manual', 'team:ops')] },
    expected: no('muted'),
  },
  {
    name: 'watches the narrow topic, muted the wide one',
    who: { watches: [watch('all'), watch('none', 'manual', 'team:ops')] },
    expected: yes('watching', 'watching'),
  },
  // 6 addressed
  {
    name: 'the strongest reason wins',
    who: { addresses: [team, direct, reply, mention], watches: [watch('all', 'owner')] },
    expected: yes('addressed', 'mention'),
  },
  {
    name: 'a reply before the publisher',
    who: { addresses: [direct, reply] },
    expected: yes('addressed', 'reply'),
  },
  {
    name: "the publisher's own reason before the team",
    who: { addresses: [team, { kind: 'publisher', reason: 'assigned' }] },
    expected: yes('addressed', 'assigned'),
  },
  { name: 'the team', who: { addresses: [team] }, expected: yes('addressed', 'team') },
  // 7 watching
  { name: 'the owner', who: { watches: [watch('all', 'owner')] }, expected: yes('watching', 'owner') },
  {
    name: 'commented',
    who: { watches: [watch('all', 'commented')] },
    expected: yes('watching', 'commented'),
  },
  {
    name: 'watching a wider topic',
    who: { watches: [watch('all', 'manual', 'team:ops')] },
    expected: yes('watching', 'watching'),
  },
  { name: 'no row', expected: no('not_watching') },
  { name: 'only what addresses them', who: { watches: [watch('direct')] }, expected: no('not_watching') },
  {
    name: 'watches since later',
    who: { watches: [watch('all', 'manual', 'order:7', now - 9)] },
    expected: no('watched_later'),
  },
  {
    name: 'watches since that moment',
    who: { watches: [watch('all', 'manual', 'order:7', now - 10)] },
    expected: yes('watching', 'watching'),
  },
  // 8 preference
  {
    name: 'off for everything',
    who: { addresses: [direct], settings: settings({ '*': 'off' }) },
    expected: no('preference', 'direct'),
  },
  {
    name: 'off for the type',
    who: { addresses: [direct], settings: settings({ 'order.shipped': 'off', '*': 'on' }) },
    expected: no('preference', 'direct'),
  },
  {
    name: 'on for the type and reason',
    who: {
      addresses: [direct],
      settings: settings({ 'order.shipped/direct': 'on', 'order.shipped': 'off' }),
    },
    expected: yes('addressed', 'direct'),
  },
  {
    name: 'quiet',
    who: { addresses: [direct], settings: settings({ 'order.shipped': 'quiet' }) },
    expected: yes('addressed', 'direct', true),
  },
];

describe('who is notified, and why', () => {
  test.each(table)('$name', ({ of, who, expected }) => {
    expect(decide({ ...activity, ...of }, { ...ann, ...who }, now)).toMatchObject(expected);
  });

  test('every rule has a row that it decides', () => {
    expect(new Set(table.map(({ expected }) => expected.rule))).toEqual(new Set(rules));
  });

  test.each(table)('the trace of "$name" can be had from its rule and reason alone', ({ of, who }) => {
    const decision = decide({ ...activity, ...of }, { ...ann, ...who }, now);
    expect(traceTo(decision.rule, decision.reason)).toEqual(decision.trace);
    expect(decision.trace.filter(({ pass }) => !pass).at(-1)?.rule).toBe(decision.rule);
  });
});
