/** Konsul's own version, kept equal to package.json by a test. */
export const KONSUL_VERSION = '0.1.0';
