import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Notice } from '@afterimage/contracts';
import { type Agent, type AgentOptions, createAgent } from '../src/agent.ts';
import { enrolAgent } from '../src/enrol-agent.ts';
import { ContractService } from './contract-service.ts';

/** A service, and an agent that is enrolled with it. */
export class SessionStage {
  readonly service: ContractService;
  readonly directory: string;
  readonly #agents: Agent[] = [];

  static async open(): Promise<SessionStage> {
    const service = new ContractService();
    await service.start();
    const directory = await mkdtemp(join(tmpdir(), 'afterimage-session-'));
    const token = 'enr_00000000000000000000000000.secret';
    await enrolAgent({ serverUrl: service.url, token, dataDirectory: directory });
    return new SessionStage(service, directory);
  }

  private constructor(service: ContractService, directory: string) {
    this.service = service;
    this.directory = directory;
  }

  async startAgent(options: Partial<AgentOptions> = {}): Promise<Agent> {
    const agent = await createAgent({ dataDirectory: this.directory, ...options });
    this.#agents.push(agent);
    return agent;
  }

  async stopAgents(): Promise<void> {
    for (const agent of this.#agents.splice(0)) await agent.close();
  }

  async close(): Promise<void> {
    await this.stopAgents();
    await this.service.stop();
    await rm(this.directory, { recursive: true });
  }
}

export function makeNotice(change: Partial<Notice> = {}): Notice {
  const text = { title: 'Recording', body: 'Your screen is recorded.' };
  return { ...text, language: 'en', messagesVersion: 3, requiresConsent: false, ...change };
}
