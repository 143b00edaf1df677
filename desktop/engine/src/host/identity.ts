import type { KeyPlace } from '@benchmate/shared/domain/team';
import type { DeviceKeys } from '@benchmate/shared/facts/keys';

/** Who this device is: the key that signs its feed, and the name that teammates see beside it. */
export interface DeviceIdentity {
  keys: DeviceKeys;
  deviceName: string;
  /** Where the key is; the seed never leaves this machine. */
  readonly keptIn: KeyPlace;
  keepIn: (place: KeyPlace) => Promise<void>;
}
