import { randomBytes } from 'node:crypto';
import type { Clock } from '@afterimage/core';

export const systemClock: Clock = { nowMs: () => Date.now(), randomBytes: (length) => randomBytes(length) };
