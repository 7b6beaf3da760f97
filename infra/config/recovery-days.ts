/**
 * How far back point-in-time recovery reaches. What is deleted from a table is gone for good only after that: the
 * receipt of an erasure is reckoned from these, so the window of the keys is as short as it can be.
 */
export const recoveryDays = { keys: 1, others: 35 } as const;
