import * as vscode from 'vscode';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { Disposables } from '../host/disposables.ts';
import { EngineLocator } from './locator.ts';
import type { EngineState, Session } from './state.ts';
import { listen } from './subscribe.ts';

type Attach = (session: Session, until: Disposables) => void;

const lookAgainMs = 2000;
const restartsPerMinute = 3;

/**
 * The way to the engine: finds one, starts one where the folder is trusted, notices when it goes and comes back. Features
 * attach to a session and are detached when another engine takes its place.
 */
export class EngineConnection implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<EngineState>();
  readonly onDidChange = this.#changed.event;
  readonly #log: vscode.LogOutputChannel;
  readonly #locator: EngineLocator;
  readonly #attachments = new Map<Attach, Disposables>();
  readonly #ending = new Disposables();
  readonly #restarts: number[] = [];
  #state: EngineState = { kind: 'absent' };
  #session: (Session & { close: () => void }) | undefined;
  #teamId: string | undefined;
  #connecting: Promise<Session> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ context, log }: { context: vscode.ExtensionContext; log: vscode.LogOutputChannel }) {
    this.#log = log;
    this.#locator = new EngineLocator(context, log);
    this.#ending.add(this.#changed);
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Looks for an engine now, and starts one if the folder is trusted; does not wait for either. */
  begin(): void {
    if (this.#ending.ended) return;
    this.#ending.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#inBackground(this.session())));
    this.#inBackground(vscode.workspace.isTrusted ? this.session() : this.#look());
  }

  /** The session; starts an engine when none runs. Rejects with ENGINE_UNAVAILABLE and the reason. */
  session(): Promise<Session> {
    if (this.#state.kind === 'connected') return Promise.resolve(this.#state.session);
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  /** Calls `attach` for the present session and each later one; what it adds to `until` ends with the session. */
  whileConnected(attach: Attach): vscode.Disposable {
    this.#attachments.set(attach, new Disposables());
    if (this.#session) this.#attach(attach, this.#session);
    return { dispose: () => this.#detach(attach, true) };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const attach of this.#attachments.keys()) this.#detach(attach, true);
    this.#session?.close();
    this.#session = undefined;
    this.#ending.dispose();
  }

  async #connect(): Promise<Session> {
    try {
      const running = await this.#locator.find();
      if (running) return this.#use(running);
      if (!vscode.workspace.isTrusted)
        throw new BenchmateError(
          'ENGINE_UNAVAILABLE',
          'Benchmate’s engine is not running, and this folder is open in Restricted Mode.',
          'Trust the folder to start it.',
        );
      this.#set({ kind: 'starting' });
      return this.#use(await this.#locator.start());
    } catch (error) {
      const { message, nextStep } = toErrorShape(error);
      this.#log.warn(`No engine: ${message} ${nextStep}`);
      this.#set(vscode.workspace.isTrusted ? { kind: 'failed', message, nextStep } : { kind: 'absent' });
      this.#lookLater();
      throw error;
    }
  }

  /** Whether there is one by now; never starts one. */
  async #look(): Promise<void> {
    const running = this.#state.kind === 'connected' ? undefined : await this.#locator.find();
    if (running) this.#use(running);
    else this.#lookLater();
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    if (this.#ending.ended || this.#state.kind === 'connected') return;
    this.#timer = setTimeout(() => {
      if (this.#connecting) this.#lookLater();
      else this.#inBackground(this.#look());
    }, lookAgainMs);
  }

  #use(endpoint: Session['endpoint']): Session {
    if (this.#ending.ended) throw new BenchmateError('CANCELLED', 'The window is closing.');
    const present = this.#session;
    const same = present?.endpoint.url === endpoint.url && present.endpoint.token === endpoint.token;
    const session = same ? present : this.#begin(endpoint);
    this.#set({ kind: 'connected', session });
    if (!same) for (const attach of this.#attachments.keys()) this.#attach(attach, session);
    return session;
  }

  #begin(endpoint: Session['endpoint']): Session & { close: () => void } {
    this.#endSession();
    const session = { endpoint, ...this.#locator.open(endpoint) };
    this.#session = session;
    const disconnected = () => {
      if (this.#session === session && this.#state.kind === 'connected') this.#inBackground(this.#recover());
    };
    this.#ending.add(
      listen(session.client.team.changes, undefined, {
        next: ({ teamId }) => this.#inTeam(session, teamId),
        connected: () =>
          this.#inBackground(session.client.team.state.query().then(({ teamId }) => this.#inTeam(session, teamId))),
        disconnected,
      }),
    );
    this.#log.info(`Connected to the engine ${endpoint.version} at ${endpoint.url}`);
    return session;
  }

  /** Threads, pins and promotions are a team's: in another one everything is read anew. */
  #inTeam(session: Session, teamId: string): void {
    if (this.#session !== session) return;
    const moved = this.#teamId !== undefined && this.#teamId !== teamId;
    this.#teamId = teamId;
    if (!moved) return;
    for (const attach of this.#attachments.keys()) this.#detach(attach, false);
    for (const attach of this.#attachments.keys()) this.#attach(attach, session);
  }

  /** The engine went: the same one comes back, another took its place, it was stopped on purpose, or it crashed. */
  async #recover(): Promise<void> {
    this.#set({ kind: 'lost' });
    for (let attempt = 0; attempt < 12 && !this.#ending.ended; attempt++) {
      const running = await this.#locator.find();
      if (running) return void this.#use(running);
      await new Promise(resolve => setTimeout(resolve, 250));
    }
    this.#endSession();
    const now = Date.now();
    const recent = this.#restarts.filter(at => now - at < 60_000).length;
    this.#set({ kind: 'absent' });
    if (!this.#locator.crashed() || !vscode.workspace.isTrusted || recent >= restartsPerMinute)
      return this.#lookLater();
    this.#restarts.push(now);
    this.#log.warn('The engine ended without being asked to: starting it again.');
    await this.session();
  }

  #endSession(): void {
    this.#teamId = undefined;
    for (const attach of this.#attachments.keys()) this.#detach(attach, false);
    this.#session?.close();
    this.#session = undefined;
  }

  #attach(attach: Attach, session: Session): void {
    const until = new Disposables();
    this.#attachments.set(attach, until);
    attach(session, until);
  }

  #detach(attach: Attach, forGood: boolean): void {
    this.#attachments.get(attach)?.dispose();
    if (forGood) this.#attachments.delete(attach);
  }

  #set(state: EngineState): void {
    if (this.#ending.ended) return;
    this.#state = state;
    void vscode.commands.executeCommand(
      'setContext',
      'benchmate.engine',
      state.kind === 'lost' ? 'starting' : state.kind,
    );
    this.#changed.fire(state);
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#log.debug(String(error)));
  }
}
