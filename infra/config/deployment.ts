import { retiredManifestKeySchema } from '@afterimage/contracts';
import * as z from 'zod';

/** What an operator may choose. Read from `deployment.json` beside this file; every field has a default. */
export const deploymentSchema = z.strictObject({
  /** Prefix of all stack names: two deployments can live in one account. */
  name: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{0,19}$/)
    .default('Afterimage'),
  /** Keep buckets, tables and keys when the stacks are deleted. */
  retainData: z.boolean().default(true),
  logRetentionDays: z.union([z.literal(30), z.literal(90), z.literal(180), z.literal(365), z.literal(731)]).default(90),
  /** Members of this identity-provider group hold every role. */
  administratorsGroup: z.string().min(1).max(128).default('afterimage-administrators'),
  /** Whether recordings may be watched while they are made. Where not, what is stored can still be played. */
  liveView: z.boolean().default(true),
  /** Public halves of manifest keys that sign no more, oldest first: their recordings stay provable. */
  retiredManifestKeys: z.array(retiredManifestKeySchema).max(5).default([]),
  /** Silence after which a live recording counts as interrupted. */
  silenceSeconds: z.int().min(60).max(3600).default(180),
  /** How long late segments are waited for (TRN-005). */
  messageLifeSeconds: z
    .int()
    .min(60)
    .max(365 * 86_400)
    .default(7200),
  /** Who hears of alarms. Without it alarms only show in CloudWatch. */
  alarmEmail: z.email().optional(),
  /** The console's own name, with a certificate of us-east-1 (CloudFront takes no other): TLS 1.2 is then the least. */
  domain: z
    .strictObject({
      name: z.string().regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/),
      certificateArn: z.string().regex(/^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/),
    })
    .optional(),
  /** Further URLs at which the console is served, for sign-in redirects. */
  consoleUrls: z.array(z.url()).max(10).default([]),
});

export type Deployment = z.infer<typeof deploymentSchema>;
