import type { Agent, AgentId, EnrolmentToken, EnrolmentTokenId } from '@afterimage/contracts';

export interface Page<T> {
  items: T[];
  /** Opaque; absent on the last page. */
  cursor?: string;
}

export interface AgentStore {
  find(agentId: AgentId): Promise<Agent | undefined>;
  /** In order of enrolment, newest first. An unreadable cursor begins again. */
  list(page: { limit: number; cursor?: string }): Promise<Page<Agent>>;
  /** Ends a quarantine. Undefined when there is no such agent, or it is revoked. */
  reinstate(agentId: AgentId): Promise<Agent | undefined>;
  /** For good. Undefined when there is no such agent; revoking it again is no error. */
  revoke(agentId: AgentId): Promise<Agent | undefined>;
  /** Only what is enrolled: a revocation stays. Says whether the agent is in quarantine now. */
  quarantine(agentId: AgentId): Promise<boolean>;
  noteHeard(agentId: AgentId, at: string): Promise<void>;
  /** True once for each token id and agent, false ever after until it has expired anyway. */
  useTokenId(agentId: AgentId, tokenId: string, expiresAtMs: number): Promise<boolean>;
}

export interface EnrolmentTokenStore {
  create(token: EnrolmentToken, secretHash: string): Promise<void>;
  find(id: EnrolmentTokenId): Promise<{ token: EnrolmentToken; secretHash: string } | undefined>;
  /**
   * Spends one use and stores the agent, or neither. A device that enrolled with this token before is the agent that it
   * became then, and nothing is spent. Undefined when no use is left.
   */
  enrol(agent: Agent): Promise<Agent | undefined>;
}
