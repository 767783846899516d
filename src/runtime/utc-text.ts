/** Moments as texts for people. The only place outside a clock where the platform's calendar is asked. */

/** RFC 3339 in UTC, in whole seconds: `2024-09-23T10:00:00Z`. `wallMs` as a clock gives it. */
export const rfc3339 = (wallMs: number): string => `${new Date(wallMs).toISOString().slice(0, 19)}Z`;
