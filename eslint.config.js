import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  // These are packages of their own: without their node_modules no types are known there.
  {
    ignores: [
      'node_modules/',
      'data/',
      'dist/',
      'migrations/',
      'bench/',
      'screenshots/',
      'docs/',
      'examples/nest-gateway/',
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // Numbers in messages and frames read best as they are.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // A switch with a default says what all other cases are.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // The store contract is asynchronous from day one; on SQLite the work itself is not.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // Wiring has an order: nothing is named before it is there, not even in a function that runs later.
    files: ['src/carillon.ts', 'src/main.ts', 'src/index.ts', 'src/app.ts'],
    rules: { '@typescript-eslint/no-use-before-define': ['error', { functions: false }] },
  },
  {
    // What comes over the wire is looked at as it is; an assertion says what it should be.
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
);
