import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { NotificationGateway } from './notification.gateway.js';
import type { SessionRequest } from './session.js';

/** Stands for the application's own login: whoever names themselves is believed. Ask for a password instead. */
@Controller()
export class AuthController {
  constructor(private readonly gateway: NotificationGateway) {}

  @Post('login')
  @HttpCode(204)
  login(@Req() req: SessionRequest, @Body() { id }: { id: string }): void {
    if (req.session !== undefined) req.session.user = { id, name: id };
  }

  @Post('logout')
  @HttpCode(204)
  async logout(@Req() req: SessionRequest): Promise<void> {
    const { session } = req;
    if (session === undefined) return;
    await new Promise((resolve) => session.destroy(resolve));
    this.gateway.signedOut(session.id);
  }
}
