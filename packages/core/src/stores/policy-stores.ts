import type {
  NoticeMessages,
  PolicyId,
  PolicyVersion,
  RecordingPolicy,
  RecordingPolicyId,
  RecordingPolicySummary,
  SiteSettings,
  ViewingPolicy,
} from '@afterimage/contracts';

/** The one that decides sessions that start now, in the version that was made last. */
export interface ActivePolicy {
  policyId: RecordingPolicyId;
  version: number;
  /** Absent in a deployment in which nobody has activated anything. */
  activatedAt?: string | undefined;
  activatedBy?: string | undefined;
}

/** What holds for the whole deployment, read at one moment. */
export interface Site {
  activePolicy: ActivePolicy;
  settings: SiteSettings;
  /** Of the notice messages; 0 before the first change. */
  noticeMessagesVersion: number;
}

/** `changed`: another policy is active than the caller believed. */
export type ActivationOutcome = 'activated' | 'changed' | 'not-found';

export interface SiteStore {
  find(): Promise<Site>;
  /** @param believed which one the caller believes to be active; undefined: whichever it is */
  activate(
    activation: { policyId: RecordingPolicyId; by: string; at: string },
    believed: RecordingPolicyId | undefined,
  ): Promise<ActivationOutcome>;
  /** What is left out stays. */
  changeSettings(change: { [K in keyof SiteSettings]?: SiteSettings[K] | undefined }): Promise<SiteSettings>;
}

export interface PolicyRevision {
  /** With its new version: one more than the version that it was made from, and 1 for a new policy. */
  policy: RecordingPolicy & { policyId: PolicyId; changedAt: string; changedBy: string };
  comment: string;
  /** The version whose content was taken back. */
  restores?: number;
}

/** `outdated`: there is a newer version, or none any more. `active`: it is active, and the caller did not mean that. */
export type RevisionOutcome = 'stored' | 'outdated' | 'active';

/** The policies that administrators made. A version that was stored is never changed or removed. */
export interface RecordingPolicyStore {
  /** All that are not deleted. */
  list(): Promise<RecordingPolicySummary[]>;
  /** The newest version, unless the policy is deleted. */
  findCurrent(policyId: PolicyId): Promise<RecordingPolicy | undefined>;
  /** Of a deleted policy too: decisions were made by it. */
  findVersion(policyId: PolicyId, version: number): Promise<RecordingPolicy | undefined>;
  /** Newest first; of a deleted policy too. */
  listVersions(
    policyId: PolicyId,
    page: { limit: number; beforeVersion?: number | undefined },
  ): Promise<{ versions: PolicyVersion[]; hasMore: boolean }>;
  create(revision: PolicyRevision): Promise<void>;
  /** All of it is stored or nothing; an active policy is active in its new version with the same stroke. */
  revise(revision: PolicyRevision, mayBeActive: boolean): Promise<RevisionOutcome>;
  /** Of this version, and only while it is not active. */
  delete(policyId: PolicyId, version: number, at: string): Promise<'deleted' | 'outdated' | 'active'>;
}

export interface ViewingPolicyStore {
  list(): Promise<ViewingPolicy[]>;
  find(policyId: PolicyId): Promise<ViewingPolicy | undefined>;
  create(policy: ViewingPolicy): Promise<void>;
  /** With its new version, one more than the version that it was made from: false where that is not the newest. */
  change(policy: ViewingPolicy): Promise<boolean>;
  /** False where there is none. */
  delete(policyId: PolicyId): Promise<boolean>;
}

export interface NoticeMessagesStore {
  /** The newest. */
  find(): Promise<NoticeMessages>;
  /** Undefined for one that never was; version 0 is what holds before the first change. */
  findVersion(version: number): Promise<NoticeMessages | undefined>;
  /** With its new version, as above. */
  change(messages: NoticeMessages & { changedAt: string; changedBy: string }): Promise<boolean>;
}
