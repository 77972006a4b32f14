/** Is copied for each test: making the tables anew would take ten times as long. */
export const templateName = 'carillon_template';
