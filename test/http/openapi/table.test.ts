import { expect, test } from 'vitest';
import { openApi } from '../../../src/http/openapi/document.ts';
import { operations } from '../../../src/http/openapi/operations.ts';
import { routes } from '../../security/routes.ts';

/** `routes` has every route of the app, which test/security/routes.test.ts compares with Express's router. */
const anonymous = (path: string) => path.replaceAll(/:\w+|\{\w+\}/g, '{}');
const files = /^\/$|^\/docs|carillon-bell|live-page|README|favicon/;

test('the document has every route of the app but files, and no other', () => {
  const inApp = routes
    .filter(({ path }) => !files.test(path))
    .map(({ method, path }) => `${method} ${anonymous(path)}`);
  const inDocument = operations.map(({ method, path }) => `${method.toUpperCase()} ${anonymous(path)}`);
  expect(inDocument.toSorted()).toEqual(inApp.toSorted());
});

test('each operation has a name of its own, and what asks for a body has an example of it', () => {
  const ids = operations.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const lacking = operations.filter(
    ({ body, isBodyOptional, example }) => body && !isBodyOptional && !example?.body,
  );
  expect(lacking.map(({ id }) => id)).toEqual([]);
});

test('the document for older tools differs in nothing but the stream', () => {
  const [newer, older] = [openApi('3.2.0'), openApi('3.1.1')] as { paths: Record<string, any> }[];
  expect(newer?.paths['/notifications/stream'].get.responses[200].content).not.toEqual(
    older?.paths['/notifications/stream'].get.responses[200].content,
  );
  const without = (one: any) => ({
    ...one,
    openapi: '',
    paths: { ...one.paths, '/notifications/stream': {} },
  });
  expect(without(newer)).toEqual(without(older));
});
