/** The level of Consul's API that is offered; shown where clients read a version. */
export const API_LEVEL = '1.21.0';
export const API_BUILD_DATE = '2024-09-23T00:00:00Z';
export const API_REVISION = '1986c558';
