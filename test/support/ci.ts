/** Whether this is a run that must be complete: what a developer may do without is an error here. */
export const isCi = !['', '0', 'false'].includes(process.env['CI'] ?? '');
