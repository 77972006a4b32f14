import type { Server } from 'node:http';
import { type CarillonOptions, createCarillon, type EmbeddedCarillon } from './index.ts';
import type { FollowOptions } from './embed/follow.ts';

/* A NestJS module is a plain object: it needs neither decorators nor anything of Nest's. */
/* eslint-disable @typescript-eslint/no-explicit-any -- what is injected is known to the application alone, and Nest's own lists are of its own types. */
/* eslint-disable @typescript-eslint/no-extraneous-class -- to Nest a module is a class. */

/** Carillon, to be injected: `constructor(private readonly carillon: CarillonService) {}`. */
export class CarillonService implements EmbeddedCarillon {
  readonly #carillon: EmbeddedCarillon;

  constructor(carillon: EmbeddedCarillon) {
    this.#carillon = carillon;
  }

  /** For `main.ts`: `app.use('/carillon', app.get(CarillonService).handler)`. */
  get handler(): EmbeddedCarillon['handler'] {
    return this.#carillon.handler;
  }

  publish(...args: Parameters<EmbeddedCarillon['publish']>): ReturnType<EmbeddedCarillon['publish']> {
    return this.#carillon.publish(...args);
  }

  retract(name: { readonly id: string } | { readonly key: string }): Promise<void> {
    return this.#carillon.retract(name);
  }

  follow(userId: string, options?: FollowOptions): ReturnType<EmbeddedCarillon['follow']> {
    return this.#carillon.follow(userId, options);
  }

  attach(server: Server): void {
    this.#carillon.attach(server);
  }

  close(): Promise<void> {
    return this.#carillon.close();
  }

  /** Nest calls it before its server closes, which would wait for the streams. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.close();
  }
}

/** How options are made of what the application provides, as in any other `forRootAsync` of NestJS. */
export interface CarillonAsyncOptions {
  readonly imports?: readonly unknown[];
  readonly inject?: readonly unknown[];
  readonly useFactory: (...injected: any[]) => CarillonOptions<any> | Promise<CarillonOptions<any>>;
}

/** A dynamic module, as NestJS describes it; its lists are Nest's own to change. */
export interface CarillonDynamicModule {
  module: typeof CarillonModule;
  global: boolean;
  imports: any[];
  providers: any[];
  exports: any[];
}

/** The module: `imports: [CarillonModule.forRoot({ database, authenticate })]`. Its service can be injected everywhere. */
export class CarillonModule {
  static forRoot(options: CarillonOptions<any>): CarillonDynamicModule {
    return CarillonModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({
    imports = [],
    inject = [],
    useFactory,
  }: CarillonAsyncOptions): CarillonDynamicModule {
    const open = async (...injected: unknown[]) =>
      new CarillonService(await createCarillon(await useFactory(...injected)));
    return {
      module: CarillonModule,
      global: true,
      imports: [...imports],
      providers: [{ provide: CarillonService, inject: [...inject], useFactory: open }],
      exports: [CarillonService],
    };
  }
}
