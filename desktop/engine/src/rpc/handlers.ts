import type { Contract, Handlers } from '@benchmate/shared/protocol/contract';
import type { EngineContract } from '@benchmate/shared/protocol/engine';

/** What answers each feature's contract. */
export type ContractHandlers<C extends Contract> = { [F in keyof C]: Handlers<C[F]> };
export type EngineHandlers = ContractHandlers<EngineContract>;
