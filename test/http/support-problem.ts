import { STATUS_CODES } from 'node:http';
import { expect } from 'vitest';
import type { Answer } from '../support/server.ts';

/** Expects an answer of the app that says no as every other does. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.json).toMatchObject({ type: 'about:blank', title: STATUS_CODES[status], status, code });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
  expect(answer.json.detail).toMatch(/\S/);
  expect(answer.json.instance).toBe(`urn:uuid:${answer.headers.get('x-request-id')}`);
}

/** Expects that exactly these parts of the input were called wrong, in any order. */
export function expectFaults(answer: Answer, ...pointers: readonly string[]): void {
  expectProblem(answer, 400, 'invalid_input');
  const faults = (answer.json.errors ?? []) as readonly { pointer: string; detail: string }[];
  expect(faults.map(({ pointer }) => pointer).sort()).toEqual([...pointers].sort());
  for (const { detail } of faults) expect(detail).toMatch(/\S/);
}
