/** Every way in which the promise can be broken. */
export const findingKinds = {
  lost: 'acknowledged, but missing',
  doubled: 'there twice, or seen twice by one reader',
  hole: 'out of order, or a gap without a reset',
  phantom: 'never acknowledged or refused, but there',
  leak: "somebody else's",
  undead: 'taken back, but still there, or shown again',
  stale: 'changed, but still shown as it was',
  'wrong reason': 'notified for another reason than the strongest that holds',
  drift: 'counts that differ from the store',
  'leaked resource': 'not back to where it was when everybody has gone',
  crash: 'the server ended by itself, or not as it should',
} as const;
export type FindingKind = keyof typeof findingKinds;

export interface Finding {
  readonly kind: FindingKind;
  /** One line: where, and what. */
  readonly text: string;
}

export type Report = (kind: FindingKind, text: string) => void;
