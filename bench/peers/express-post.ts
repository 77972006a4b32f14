import express from 'express';
import { announce } from './ready-made.ts';

/* Express that parses the same JSON `POST` and answers it without doing anything. */

const app = express();
app.post('/reports/:id/comments', express.json(), (req, res) => {
  res.status(201).json({ reportId: req.params.id, body: (req.body as { body: string }).body });
});
const server = app.listen(0, '127.0.0.1', () => announce(server.address()));
