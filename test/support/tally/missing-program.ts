import { test } from 'vitest';
import { pathOf } from '../needs.ts';

test('needs a Redis', () => {
  pathOf('redis');
});
