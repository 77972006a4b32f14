import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { openApi } from '../../../src/http/openapi/document.ts';

test.each(['3.2.0', '3.1.1'] as const)(
  'a linter has nothing to say of the document in OpenAPI %s',
  async (version) => {
    const config = await createConfig({
      extends: ['recommended'],
      rules: {
        // `/activities/by-key/{key}` and `/activities/{id}/recipients`: no id is "by-key".
        'no-ambiguous-paths': 'off',
        // 3.1 cannot say that the items of a stream are events; their schemas are there all the same.
        ...(version === '3.1.1' && { 'no-unused-components': 'off' }),
      },
    });
    const problems = await lintFromString({
      source: JSON.stringify(openApi(version)),
      absoluteRef: '/openapi.json',
      config,
    });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
      [],
    );
  },
);
