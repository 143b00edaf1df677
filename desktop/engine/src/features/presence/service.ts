import { documentIds } from '@benchmate/shared/documents/document-id';
import type { EvidencePlace } from '@benchmate/shared/domain/presence';
import type { PresenceState } from '@benchmate/shared/protocol/presence';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock } from '../../host/clock.ts';
import type { DocumentHub, OpenDocument } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { presentDevices, type Told } from './present-devices.ts';
import type { PresenceStore } from './store.ts';

export interface PresenceParts {
  hub: DocumentHub;
  current: CurrentTeam;
  clock: Clock;
  settings: PresenceStore;
  announcer: Announcer<PresenceState>;
}

/** A window that does not say anything for so long is gone. */
const surfaceMs = 45_000;
/** So often at most others hear where a pointer is. */
const tellMs = 100;

/** Who looks at what, over the awareness of the team's document: it goes where that document goes, and is stored nowhere. */
export class PresenceService {
  readonly #parts: PresenceParts;
  readonly #surfaces = new Map<string, { place: EvidencePlace; at: number; expiry: NodeJS.Timeout }>();
  #document: OpenDocument;
  #told: boolean;
  #soon: NodeJS.Timeout | undefined;
  #shown = '';
  readonly #heard = () => this.#tellWindows();

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#told = parts.settings.isTold();
    this.#document = this.#attach();
    parts.current.onSwitch(() => {
      this.#detach();
      this.#document = this.#attach();
      this.#tellOthers();
      this.#tellWindows();
    });
    parts.current.onEntries(() => this.#tellWindows()); // somebody joined, left, or has another name
  }

  state(): PresenceState {
    const { replica } = this.#parts.current;
    const { members } = replica.registry.membership;
    const present = presentDevices(this.#document.awareness.states, { own: replica.keys.device, members });
    return { told: this.#told, present };
  }

  look(surface: string, place: EvidencePlace | null): void {
    clearTimeout(this.#surfaces.get(surface)?.expiry);
    this.#surfaces.delete(surface); // what is set again comes last
    if (place) {
      const expiry = setTimeout(() => this.look(surface, null), surfaceMs).unref();
      this.#surfaces.set(surface, { place, at: this.#parts.clock.now(), expiry });
    }
    this.#soon ??= setTimeout(() => this.#tellOthers(), tellMs).unref();
  }

  async setTold(told: boolean): Promise<PresenceState> {
    await this.#parts.settings.setTold(told);
    this.#told = told;
    this.#tellOthers();
    const state = this.state();
    this.#parts.announcer.announce(state);
    return state;
  }

  changes(signal: AbortSignal, lastId?: string) {
    return this.#parts.announcer.subscribe(signal, lastId);
  }

  close(): void {
    clearTimeout(this.#soon);
    for (const { expiry } of this.#surfaces.values()) clearTimeout(expiry);
    this.#detach();
  }

  /** Nobody who looks at nothing is told of: an engine that runs in the background is no person who is there. */
  #tellOthers(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const latest = [...this.#surfaces.values()].at(-1);
    const state: Told | null =
      this.#told && latest
        ? { device: this.#parts.current.replica.keys.device, place: latest.place, at: latest.at }
        : null;
    const { awareness } = this.#document;
    if (state === null && awareness.getLocalState() === null) return;
    awareness.setLocalState(state);
  }

  #tellWindows(): void {
    const state = this.state();
    const shown = JSON.stringify(state);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#parts.announcer.announce(state);
  }

  #attach(): OpenDocument {
    const document = this.#parts.hub.open(documentIds.team(this.#parts.current.teamId));
    document.awareness.on('change', this.#heard);
    return document;
  }

  #detach(): void {
    this.#document.awareness.off('change', this.#heard);
    this.#document.awareness.setLocalState(null);
    this.#document.release();
  }
}
