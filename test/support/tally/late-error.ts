import { test } from 'vitest';

test('passes, and leaves something behind that fails', async () => {
  void Promise.reject(new Error('nobody waits for this'));
  await new Promise((resolve) => setTimeout(resolve, 50));
});
