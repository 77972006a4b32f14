import type { Bench } from '../measure/bench.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { Settings } from '../settings.ts';
import { delivery } from './delivery.ts';
import { fanOut } from './fan-out.ts';
import { fleet } from './fleet.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { post } from './post.ts';
import { replay } from './replay.ts';
import { stuck } from './stuck.ts';
import { watchers } from './watchers.ts';

export interface Scenario {
  readonly run: (bench: Bench) => Promise<ScenarioResult>;
  /** How many steps it takes, for the progress bar. */
  readonly steps: (settings: Settings) => number;
}

/** In the order in which they run. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map(
  Object.entries({
    idle: { run: idle, steps: (settings) => settings.idle.rounds * 5 },
    'fan-out': { run: fanOut, steps: (settings) => settings.fanOut.rounds * 5 },
    delivery: { run: delivery, steps: (settings) => settings.delivery.rounds * 3 },
    post: { run: post, steps: (settings) => settings.post.rounds * 5 },
    replay: { run: replay, steps: (settings) => settings.replay.rounds },
    growth: {
      run: growth,
      steps: ({ growth: { streams, notifications, rounds } }) =>
        (streams.length + notifications.length) * rounds + notifications.length,
    },
    stuck: { run: stuck, steps: (settings) => settings.stuck.rounds * 2 },
    watchers: { run: watchers, steps: (settings) => settings.watchers.rounds * 5 },
    fleet: { run: fleet, steps: (settings) => settings.fleet.rounds * 3 },
  } satisfies Record<string, Scenario>),
);

/** How many steps these scenarios take together. */
export function stepsOf(names: readonly string[], settings: Settings): number {
  return names.reduce((sum, name) => sum + (scenarios.get(name)?.steps(settings) ?? 0), 0);
}
